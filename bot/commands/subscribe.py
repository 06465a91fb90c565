"""/papers subscribe: one's own digest, by direct message or e-mail."""

from bot.commands import Answer, Call, Command
from bot.commands.digest.settings import settings_notice
from bot.commands.digest.topics import with_presets
from bot.commands.options import DAYS, EMAIL, OWN, PERIOD, PRESET, TIME, TOPICS, ZONE
from bot.errors import UserError
from bot.mailing import Wish
from bot.models import Facet, Schedule, Stance, Topics
from bot.service import Service
from bot.service.mailing import Mailing
from bot.service.wishes import NewSchedule, NewSettings
from bot.views import Field, Notice, Tone


async def run(service: Service, call: Call) -> Answer:
    if not call.channel.in_chat:
        raise _from_elsewhere(service)
    address = call[EMAIL]
    return await (_by_message(service, call) if address is None else _by_mail(service, call, address))


async def _by_message(service: Service, call: Call) -> Answer:
    direct = call.person.direct
    if call[OWN] is not None:
        await service.channels.unsubscribe(direct, call.caller)
        return Answer(Notice(tone=Tone.OK, text="You get no more digests by direct message."))
    known = await service.store.channels.subscription(direct)
    wanted = await _wanted(service, call, known=known is not None)
    saved = await service.channels.configure(direct, call.caller, wanted, call.zone)
    if saved.paused_because is not None:
        saved = await service.channels.resume(direct, call.caller)
    stopped = known.paused_because if known else None
    text = "This is your digest by direct message." if known else "You get a digest by direct message."
    text = "Your digest by direct message had stopped; it comes again." if stopped else text
    stop = "End it with /papers subscribe stop."
    view = settings_notice(text, saved, service.clock.now())
    why = (Field("Stopped", stopped),) if stopped else ()
    return Answer(Notice(tone=Tone.OK, text=view.text, hint=stop, fields=(*why, *view.fields)))


async def _by_mail(service: Service, call: Call, address: str) -> Answer:
    """The same answer for every address: who asks learns nothing of it, and nothing is kept until it is confirmed."""
    mailing, asker = _mailing(service), f"{call.person.platform}:{call.person.home}:{call.person.id}"
    if call[OWN] is not None:
        await mailing.ask_for_preferences(address, asker)
        text = "If a digest goes to that address, a mail with a link to its settings is on the way; it ends there too."
        return Answer(Notice(tone=Tone.OK, text=text))
    wanted = await _wanted(service, call, known=False)
    schedule = wanted.schedule.changed(Schedule(zone=call.zone or "UTC"))
    await mailing.ask(Wish(address=address, schedule=schedule, topics=wanted.topics(Topics()).include), asker)
    text = "A mail with a link is on its way to that address. The digest begins once it is confirmed there."
    hint = "The link works for two days. No mail? Look into the spam folder, or ask again tomorrow."
    return Answer(Notice(tone=Tone.OK, text=text, hint=hint))


async def _wanted(service: Service, call: Call, *, known: bool) -> NewSettings:
    period = call[PERIOD] if PERIOD.name in call.values else None
    return NewSettings(
        include=await _topics(service, call, known=known),
        preset=with_presets(Topics(), call[PRESET]),
        schedule=NewSchedule(at=call[TIME], zone=call[ZONE], days=call[DAYS], period=period),
    )


async def _topics(service: Service, call: Call, *, known: bool) -> tuple[str, ...] | None:
    """Those that are named; for a new digest else those that its reader follows."""
    if TOPICS.name in call.values:
        return call[TOPICS]
    if known:
        return None
    followed = await service.people.interests(call.caller, call.channel, Stance.FOLLOW)
    return tuple(one.term for one in followed if one.facet is Facet.TOPIC) or None


def _mailing(service: Service) -> Mailing:
    if service.mailing is None:
        hint = "Whoever runs me can set SMTP_URL and MAIL_FROM."
        raise UserError("no_mail", "No e-mail is sent from here.", hint, option=EMAIL.name)
    return service.mailing


def _from_elsewhere(service: Service) -> UserError:
    page = f", or subscribe by e-mail at {service.mailing.subscribe_page}" if service.mailing else ""
    hint = f"Use /papers subscribe in Slack or Discord{page}."
    return UserError("no_direct_messages", "I cannot write to you directly from here.", hint)


command = Command(
    "subscribe",
    "Your own digest, by direct message or e-mail",
    run,
    (PERIOD, TIME, OWN, TOPICS, PRESET, ZONE, DAYS, EMAIL),
    example="subscribe daily 09:00 topics:robotics,agents",
    order=140,
    keeps=True,
    zoned=True,
)

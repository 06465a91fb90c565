"""/papers subscribe: one's own digest, by direct message."""

from bot.commands import Answer, Call, Command
from bot.commands.digest.settings import settings_notice
from bot.commands.digest.topics import with_presets
from bot.commands.options import DAYS, OWN, PERIOD, PRESET, TIME, TOPICS, ZONE
from bot.errors import UserError
from bot.models import Facet, Stance, Topics
from bot.service import Service
from bot.service.wishes import NewSchedule, NewSettings
from bot.views import Notice, Tone

REACHED = frozenset({"slack", "discord"})


async def run(service: Service, call: Call) -> Answer:
    if call.channel.platform not in REACHED:
        hint = "Use /papers subscribe in Slack or Discord."
        raise UserError("no_direct_messages", "I cannot write to you directly from here.", hint)
    direct = call.person.direct
    if call[OWN] is not None:
        await service.channels.unsubscribe(direct, call.caller)
        return Answer(Notice(tone=Tone.OK, text="You get no more digests by direct message."))
    known = await service.store.channels.subscription(direct)
    topics = call[TOPICS] if TOPICS.name in call.values else None
    if known is None and topics is None:
        followed = await service.people.interests(call.caller, call.channel, Stance.FOLLOW)
        topics = tuple(one.term for one in followed if one.facet is Facet.TOPIC) or None
    wanted = NewSettings(
        include=topics,
        preset=with_presets(Topics(), call[PRESET]),
        schedule=NewSchedule(
            at=call[TIME],
            zone=call[ZONE],
            days=call[DAYS],
            period=call[PERIOD] if PERIOD.name in call.values else None,
        ),
    )
    saved = await service.channels.configure(direct, call.caller, wanted, call.zone)
    if saved.paused_because is not None:
        saved = await service.channels.resume(direct, call.caller)
    text = "You get a digest by direct message." if known is None else "This is your digest by direct message."
    stop = "End it with /papers subscribe stop."
    view = settings_notice(text, saved, service.clock.now())
    return Answer(Notice(tone=Tone.OK, text=view.text, hint=stop, fields=view.fields))


command = Command(
    "subscribe",
    "Your own digest, by direct message",
    run,
    (PERIOD, TIME, OWN, TOPICS, PRESET, ZONE, DAYS),
    example="subscribe daily 09:00 topics:robotics,agents",
    order=140,
    keeps=True,
    zoned=True,
)

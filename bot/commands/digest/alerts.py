"""/papers digest alerts: a paper of the channel's topics that takes off between two digests."""

from dataclasses import replace

from bot.commands import Answer, Call, Command
from bot.commands.choices import Switch
from bot.commands.digest import announced, author, channel_of
from bot.commands.digest.options import AGAIN, SWITCH
from bot.commands.digest.settings import settings_notice
from bot.commands.digest.status import in_a_word, reason
from bot.commands.options import CHANNEL
from bot.errors import UserError
from bot.models import DeliveryKind, DeliveryState, Subscription
from bot.ranking.surge import FACTOR, LEAST, WINDOW
from bot.service import Service
from bot.views import Field, Notice, Tone

LOOKED_BACK = 14
"""Deliveries, newest first, among which the alert is."""

RULE = (
    f"a paper that gets at least {LEAST} upvotes in {WINDOW.seconds // 3600} h, {FACTOR:g} times as fast as before; "
    "at most one a day"
)


async def run(service: Service, call: Call) -> Answer:
    channel, now = channel_of(call), service.clock.now()
    known = await service.channels.get(channel)
    if call[AGAIN]:
        return Answer(await sent_again(service, known))
    if call[SWITCH] is None:
        state = "on" if known.preferences.alerts else "off"
        return Answer(settings_notice(f"Alerts are {state}; they are for {RULE}.", known, now))
    wanted = call[SWITCH] is Switch.ON
    wishes = replace(known.preferences, alerts=wanted)
    saved = await service.channels.prefer(channel, call.caller, wishes, f"switched alerts {call[SWITCH]}")
    told = f"Alerts are {call[SWITCH]}{f'; they are for {RULE}' if wanted else ''}."
    if saved == known:
        return Answer(settings_notice(f"{told} Nothing was changed.", saved, now))
    what = ": a paper of this channel's topics that takes off is told at once" if wanted else ""
    line = f"{author(call)} switched alerts {call[SWITCH]}{what}."
    return announced(call, settings_notice(told, saved, now), line)


async def sent_again(service: Service, subscription: Subscription) -> Notice:
    """Post the last alert once more, of which nobody can tell whether it arrived.

    Raises:
        UserError: `nothing_to_send`, and what `Courier.send_now` raises.
    """
    last = await service.store.deliveries.history(subscription.channel, LOOKED_BACK)
    alert = next((one for one in last if one.kind is DeliveryKind.ALERT), None)
    if alert is None or alert.state is not DeliveryState.UNKNOWN:
        message = "There is no alert here of which it is unknown whether it arrived."
        raise UserError("nothing_to_send", message, "See /papers digest status.", option="again")
    sent = await service.courier.send_now(subscription, alert.slot, again=True, kind=alert.kind)
    because = reason(sent, subscription.schedule.zone, service.clock.now())
    done = sent.state is DeliveryState.SENT
    return Notice(
        tone=Tone.OK if done else Tone.INFO,
        text=f"The alert of {alert.slot} is {in_a_word(sent)}.",
        hint="" if done else "See /papers digest status.",
        fields=(Field("What happened", because),),
    )


command = Command(
    "alerts",
    "A paper of its topics that takes off between digests",
    run,
    (SWITCH, AGAIN, CHANNEL),
    example="digest alerts on",
    group="digest",
    order=66,
    configures=True,
)

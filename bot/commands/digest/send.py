"""/papers digest send: post today's digest now, once."""

from datetime import date
from zoneinfo import ZoneInfo

from bot.commands import Answer, Call, Command
from bot.commands.digest import channel_of
from bot.commands.digest.inbox import set_up_by_caller
from bot.commands.digest.options import AGAIN, UNLESS_SENT
from bot.commands.digest.status import in_a_word, reason, refused_by_platform
from bot.commands.options import CHANNEL
from bot.models import ChannelKey, DeliveryState, Subscription
from bot.service import Service
from bot.views import Field, Notice, Tone


async def run(service: Service, call: Call) -> Answer:
    channel, now = await retried(service, call) or channel_of(call), service.clock.now()
    subscription = await service.channels.present(channel)
    last = await service.store.deliveries.history(channel, 1)
    refused = refused_by_platform(subscription, last[0] if last else None)
    zone = subscription.schedule.zone
    slot = now.astimezone(ZoneInfo(zone)).date()
    arrived = call[UNLESS_SENT] and await _is_out(service, subscription, slot)
    delivery = await service.courier.send_now(subscription, slot, again=call[AGAIN] and not arrived)
    sent = delivery.state is DeliveryState.SENT
    if sent and refused and subscription.paused_because is not None:
        await service.halting.lift(channel, subscription.paused_because)
    await service.channels.sent_early(channel, call.caller, slot)
    return Answer(
        Notice(
            tone=Tone.OK if sent else Tone.INFO,
            text=f"The digest of {slot} is {in_a_word(delivery)}.",
            hint="" if sent else "See /papers digest status.",
            fields=(Field("What happened", reason(delivery, zone, now)),),
        )
    )


async def _is_out(service: Service, subscription: Subscription, slot: date) -> bool:
    known = await service.store.deliveries.delivery(subscription.id, slot)
    return known is not None and known.state is DeliveryState.SENT


async def retried(service: Service, call: Call) -> ChannelKey | None:
    """The channel that a Retry in a direct message is about, while its platform refuses the digest."""
    known = await set_up_by_caller(service, call)
    if known is None:
        return None
    last = await service.store.deliveries.history(known.channel, 1)
    return known.channel if refused_by_platform(known, last[0] if last else None) else None


command = Command(
    "send",
    "Post today's digest now; refuses if it is out already",
    run,
    (AGAIN, UNLESS_SENT, CHANNEL),
    example="digest send",
    group="digest",
    order=60,
    configures=True,
    posts=True,
)

"""/papers digest send: post today's digest now, once."""

from zoneinfo import ZoneInfo

from bot.commands import Answer, Call, Command
from bot.commands.digest import channel_of
from bot.commands.digest.status import in_a_word, reason
from bot.commands.options import AGAIN, CHANNEL
from bot.models import DeliveryState
from bot.service import Service
from bot.views import Field, Notice, Tone


async def run(service: Service, call: Call) -> Answer:
    channel, now = channel_of(call), service.clock.now()
    subscription = await service.channels.get(channel)
    zone = subscription.schedule.zone
    slot = now.astimezone(ZoneInfo(zone)).date()
    delivery = await service.courier.send_now(subscription, slot, again=call[AGAIN])
    sent = delivery.state is DeliveryState.SENT
    return Answer(
        Notice(
            tone=Tone.OK if sent else Tone.INFO,
            text=f"The digest of {slot} is {in_a_word(delivery)}.",
            hint="" if sent else "See /papers digest status.",
            fields=(Field("What happened", reason(delivery, zone, now)),),
        )
    )


command = Command(
    "send",
    "Post today's digest now; refuses if it is out already",
    run,
    (AGAIN, CHANNEL),
    example="digest send",
    group="digest",
    order=60,
    configures=True,
    posts=True,
)

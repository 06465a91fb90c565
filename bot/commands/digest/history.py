"""/papers digest history: what came, with links."""

from bot.commands import Answer, Call, Command
from bot.commands.digest import channel_of
from bot.commands.digest.settings import runs_in_words, settings_fields, upcoming
from bot.commands.digest.status import elsewhere, state_of, told
from bot.commands.options import CHANNEL, PAGE
from bot.commands.paging import KEPT, newer_and_older
from bot.models import CHANNEL_DELETED, Subscription
from bot.service import Service
from bot.views import Status

NOTHING = "Nothing was due here yet."
SHOWN = 10


async def run(service: Service, call: Call) -> Answer:
    channel, now = channel_of(call), service.clock.now()
    subscription = await service.store.channels.subscription(channel)
    wanted = KEPT if call.whole else SHOWN * call[PAGE] + 1
    known = await service.store.deliveries.history(channel, min(wanted, KEPT))
    history = await service.courier.as_they_wait(known)
    start = 0 if call.whole else SHOWN * (call[PAGE] - 1)
    shown = history[start:] if call.whole else history[start : start + SHOWN]
    older = not call.whole and len(history) > start + SHOWN
    return Answer(
        Status(
            channel=str(channel),
            headline=_headline(subscription, f"Digests of this channel, page {call[PAGE]}." if history else NOTHING),
            state=state_of(subscription, now),
            settings=settings_fields(subscription)[:1] if subscription else (),
            next_runs=upcoming(subscription, now, 1) if subscription else (),
            next_runs_in_words=runs_in_words(subscription, now, 1) if subscription else (),
            last=tuple(told(delivery, subscription, now) for delivery in shown),
            buttons=newer_and_older(call, command, older=older),
        )
    )


def _headline(subscription: Subscription | None, page: str) -> str:
    if subscription is None or not subscription.deleted:
        return page
    return f"{page} {CHANNEL_DELETED.capitalize()}. {elsewhere(subscription)}"


command = Command(
    "history",
    "What came when, with links",
    run,
    (CHANNEL, PAGE),
    example="digest history",
    group="digest",
    order=80,
)

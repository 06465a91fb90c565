"""What the operator can list, and what is forgotten, on every store."""

from dataclasses import replace
from datetime import datetime

from bot.delivery.pruning import prune, prune_all
from bot.models import ChannelKey, Delivery, DeliveryState, Outcome, Period
from bot.ports import CandidateKey, Record
from tests.builders import CHANNEL, NOON, days, make_change
from tests.conftest import AnyStore
from tests.storage.ledger import claim, claimed, frozen, plan, subscribe

SENT = Record(state=DeliveryState.SENT, outcome=Outcome.SENT, sent_at=NOON)
OTHER = ChannelKey("slack", "T0001", "C0002")


class At:
    """A clock that stands."""

    def __init__(self, days_later: int) -> None:
        self._moment = NOON + days(days_later)

    def now(self) -> datetime:
        return self._moment


async def two_days(store: AnyStore) -> Delivery:
    """A channel with yesterday's digest sent and today's open; the sent one."""
    first = await frozen(store)
    await store.deliveries.record(first, "ann", SENT)
    assert await plan(store, NOON + days(1)) == 1
    return first


async def test_the_operator_lists_all_newest_first(store: AnyStore) -> None:
    await two_days(store)

    found = await store.deliveries.listed(channel=None, state=None, limit=9)

    assert [one.slot.day for one in found] == [NOON.day + 1, NOON.day]
    assert len(await store.deliveries.listed(channel=None, state=None, limit=1)) == 1


async def test_or_one_channel_and_one_state(store: AnyStore) -> None:
    sent = await two_days(store)
    await subscribe(store, OTHER)

    of_state = await store.deliveries.listed(channel=None, state=DeliveryState.SENT, limit=9)
    of_channel = await store.deliveries.listed(channel=OTHER, state=None, limit=9)
    of_both = await store.deliveries.listed(channel=CHANNEL, state=DeliveryState.PENDING, limit=9)

    assert [one.id for one in of_state] == [sent.id]
    assert of_channel == []
    assert [one.slot.day for one in of_both] == [NOON.day + 1]


async def test_what_was_due_before_is_forgotten_with_its_messages(store: AnyStore) -> None:
    sent = await two_days(store)

    assert await store.deliveries.prune(sent.due_at, 100) == 0
    assert await store.deliveries.prune(NOON + days(9), 100) == 1

    (left,) = await store.deliveries.history(CHANNEL, 9)
    assert left.slot.day == NOON.day + 1
    assert await store.deliveries.prune(NOON + days(9), 100) == 0


async def test_an_open_delivery_and_the_newest_of_a_channel_are_never_forgotten(store: AnyStore) -> None:
    only = await claimed(store)
    assert await plan(store, NOON + days(1)) == 1
    assert await store.deliveries.prune(NOON + days(999), 100) == 0, "one is being sent, the other waits"

    await store.deliveries.record(only, "ann", SENT)
    (newest,) = await claim(store, "ben")
    await store.deliveries.record(newest, "ben", SENT)

    assert await store.deliveries.prune(NOON + days(999), 100) == 1
    assert [one.slot.day for one in await store.deliveries.history(CHANNEL, 9)] == [NOON.day + 1]


async def test_a_year_is_kept(store: AnyStore) -> None:
    await two_days(store)

    assert await prune(store.deliveries, At(390)) == 0
    assert await prune(store.deliveries, At(402)) == 1


async def test_logs_and_what_digests_chose_from_are_forgotten_too(store: AnyStore) -> None:
    await two_days(store)
    for day in (0, 401):
        await store.candidates.keep(CandidateKey("topics", Period.DAILY, NOON + days(day)), ())
    logged = len(await store.channels.log(CHANNEL, 99))
    assert logged
    later = make_change("a line of a year later").at + days(399)
    subscription = await store.channels.subscription(CHANNEL)
    assert subscription is not None
    await store.channels.update(subscription, replace(make_change("kept"), at=later))

    assert await prune_all(store, At(402)) == 1 + logged + 1

    assert [line.what for line in await store.channels.log(CHANNEL, 99)] == ["kept"]
    assert await store.candidates.candidates(CandidateKey("topics", Period.DAILY, NOON + days(401))) == ()
    assert await prune_all(store, At(402)) == 0

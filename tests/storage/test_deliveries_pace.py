"""The pace and the failures of a lane lie in its row, shared by all processes: in memory and on both databases."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest

from bot.delivery.pacing import BREAKS_AT
from bot.models import ChannelKey, Delivery, DeliveryState, Outcome, PartState
from bot.ports import PartEnd, Rate, Record
from storage.store import SqlStore, open_store
from tests.builders import CHANNEL, NOON, hours
from tests.conftest import AnyStore, close_without_leak
from tests.storage.ledger import (
    GRACE,
    MINUTE,
    PAYLOADS,
    PLAIN,
    REAL,
    claim,
    lease,
    open_slot,
    plan,
    subscribe,
    tomorrow,
)

SECOND = timedelta(seconds=1)
RATES = {"slack": Rate(SECOND, burst=3)}
LARGE = [ChannelKey("slack", "T0001", f"C{number}") for number in range(8)]
SMALL = ChannelKey("slack", "T0002", "C0001")


@pytest.fixture
async def crowded(store: AnyStore) -> AnyStore:
    """A workspace with eight digests that are due and one with one."""
    for channel in (*LARGE, SMALL):
        await subscribe(store, channel)
    await plan(store)
    return store


async def paced(store: AnyStore, owner: str, after: timedelta, **changes: object) -> list[Delivery]:
    return await claim(store, owner, REAL + after, **({"rates": RATES, "per_lane": 9} | changes))


def of(workspace: str, claimed: list[Delivery]) -> int:
    return sum(one.channel.workspace == workspace for one in claimed)


async def test_a_claim_takes_what_the_pace_allows_of_each_lane(crowded: AnyStore) -> None:
    first = await paced(crowded, "ann", 0 * SECOND)
    assert (of("T0001", first), of("T0002", first)) == (3, 1)

    assert await paced(crowded, "ben", 0.9 * SECOND) == []
    assert len(await paced(crowded, "ben", 1 * SECOND)) == 1
    assert len(await paced(crowded, "ann", 3 * SECOND)) == 2
    assert len(await paced(crowded, "ann", 30 * SECOND)) == 2, "what was left"


async def test_after_the_clock_was_set_back_a_lane_goes_by_the_new_one(store: AnyStore) -> None:
    await subscribe(store)
    await plan(store)
    assert len(await paced(store, "ann", 0 * SECOND)) == 1
    await subscribe(store, LARGE[2])
    back = hours(-2)
    await store.deliveries.plan(NOON, REAL + back, 100, tomorrow, GRACE)
    assert len(await paced(store, "ann", back)) == 1
    assert await store.deliveries.next_turn(REAL + back, MINUTE, ["slack"]) is None


async def test_whoever_waits_is_told_when_the_next_turn_is(crowded: AnyStore) -> None:
    async def turn(real: datetime, platform: str = "slack") -> datetime | None:
        return await crowded.deliveries.next_turn(real, SECOND, [platform])

    assert await turn(REAL) is None, "it is now"
    await paced(crowded, "ann", 0 * SECOND)

    assert await turn(REAL) == REAL + SECOND
    assert await turn(REAL, "discord") is None
    assert await turn(REAL - MINUTE) is None, "not soon"


async def test_a_retry_that_comes_soon_is_no_turn(store: AnyStore) -> None:
    await subscribe(store)
    await plan(store)
    (only,) = await paced(store, "ann", 0 * SECOND)
    again = Record(state=DeliveryState.PENDING, outcome=Outcome.NOT_SENT, next_attempt_at=REAL + SECOND / 2)
    await store.deliveries.record(only, "ann", again)

    assert await store.deliveries.next_turn(REAL, SECOND, ["slack"]) is None


async def test_further_messages_of_a_digest_and_what_somebody_asks_for_count(crowded: AnyStore) -> None:
    first, *_ = await paced(crowded, "ann", 0 * SECOND, per_lane=1)
    await crowded.deliveries.freeze(first, lease(), [], PAYLOADS, PLAIN)

    assert of("T0001", await paced(crowded, "ben", 0 * SECOND)) == 1, "two messages of three were the first digest's"
    await subscribe(crowded, CHANNEL)
    await open_slot(crowded)
    assert await paced(crowded, "ben", 1.9 * SECOND) == [], "and one somebody asked for"
    assert len(await paced(crowded, "ben", 2 * SECOND)) == 1


async def test_a_lane_that_failed_too_often_is_tried_by_one_until_that_one_ends(crowded: AnyStore) -> None:
    counted = [await crowded.lanes.count_failure("slack:T0001") for _ in range(BREAKS_AT)]
    assert counted == list(range(1, BREAKS_AT + 1))

    first = await paced(crowded, "ann", 0 * SECOND)
    assert (of("T0001", first), of("T0002", first)) == (1, 1)
    assert (await crowded.deliveries.standing(first[0])).failures == BREAKS_AT
    assert await paced(crowded, "ben", 30 * SECOND) == []

    probe = next(one for one in first if one.channel.workspace == "T0001")
    end = PartEnd(number=0, state=PartState.SENT, remote_id="m1")
    await crowded.deliveries.freeze(probe, lease(), [], PAYLOADS[:1], PLAIN)
    sent = Record(state=DeliveryState.SENT, outcome=Outcome.SENT, part=end, lane_works=True)
    await crowded.deliveries.record(probe, "ann", sent)
    assert (await crowded.deliveries.standing(probe)).failures == 0
    assert len(await paced(crowded, "ben", 30 * SECOND)) == 3


async def test_a_probe_that_was_cut_off_is_followed_by_another(crowded: AnyStore) -> None:
    for _ in range(BREAKS_AT):
        await crowded.lanes.count_failure("slack:T0001")

    await paced(crowded, "ann", 0 * SECOND)
    assert of("T0001", await paced(crowded, "ben", MINUTE)) == 1


@pytest.fixture
async def two_processes(sql_store: SqlStore, database_url: str) -> AsyncIterator[list[SqlStore]]:
    """Two stores on one database, as two processes have."""
    other = open_store(database_url)
    yield [sql_store, other]
    await close_without_leak(other)


async def test_two_processes_that_claim_at_the_same_time_stay_within_one_pace(two_processes: list[SqlStore]) -> None:
    for channel in LARGE:
        await subscribe(two_processes[0], channel)
    await plan(two_processes[0])

    async def work(number: int) -> list[Delivery]:
        taken = []
        for step in range(20):
            taken += await paced(two_processes[number], f"p{number}/{step}", step * SECOND / 10)
        return taken

    claimed = [one for taken in await asyncio.gather(work(0), work(1)) for one in taken]

    assert len({one.id for one in claimed}) == len(claimed) == 4, "three at once, and one more in the two seconds"

"""In which order a lane's deliveries are claimed: in memory, on SQLite and on PostgreSQL."""

from datetime import datetime, timedelta

from bot.models import ChannelKey, DeliveryState, Outcome
from bot.ports import Record
from tests.conftest import AnyStore
from tests.storage.ledger import MINUTE, REAL, claim, open_slot, plan, subscribe

SECOND = timedelta(seconds=1)


async def planned(store: AnyStore, count: int) -> list[str]:
    """Names of so many channels of one lane with something due, in the order in which they were planned."""
    for number in range(count):
        await subscribe(store, ChannelKey("slack", "T1", f"C{number}"))
    await plan(store)
    rows = await store.deliveries.listed(channel=None, state=None, limit=count)
    return [one.channel.channel for one in sorted(rows, key=lambda one: one.id)]


async def next_ones(store: AnyStore, real: datetime, count: int = 1) -> set[str]:
    return {one.channel.channel for one in await claim(store, f"at {real}", real, per_lane=count)}


async def test_what_a_killed_process_had_begun_goes_before_what_waits_for_its_first_turn(store: AnyStore) -> None:
    names = await planned(store, 9)
    assert await next_ones(store, REAL, 2) == set(names[:2])

    assert await next_ones(store, REAL + SECOND, 2) == set(names[2:4])
    assert await next_ones(store, REAL + MINUTE, 3) == {*names[:2], names[4]}


async def test_what_is_tried_again_goes_first_too_once_its_time_has_come(store: AnyStore) -> None:
    names = await planned(store, 5)
    (first,) = await claim(store, per_lane=1)
    doubtful = Record(state=DeliveryState.PENDING, outcome=Outcome.UNKNOWN, next_attempt_at=REAL + 5 * SECOND)
    await store.deliveries.record(first, "ann", doubtful)

    assert await next_ones(store, REAL + 4 * SECOND) == {names[1]}
    assert await next_ones(store, REAL + 5 * SECOND) == {names[0]}
    assert await next_ones(store, REAL + 5 * SECOND) == {names[2]}


async def test_what_was_given_back_keeps_its_place_before_the_others(store: AnyStore) -> None:
    names = await planned(store, 5)
    taken = await claim(store, per_lane=2)
    await store.deliveries.release(taken, "ann", REAL + SECOND, None)

    assert await next_ones(store, REAL + SECOND, 3) == set(names[:3])


async def test_a_lane_is_served_for_what_was_begun_when_nothing_else_is_left(store: AnyStore) -> None:
    names = await planned(store, 1)
    assert await next_ones(store, REAL) == set(names)
    assert await next_ones(store, REAL + SECOND) == set()
    assert await next_ones(store, REAL + MINUTE) == set(names)


async def test_what_somebody_asked_for_and_a_crash_left_goes_first(store: AnyStore) -> None:
    asked = await open_slot(store)
    assert asked is not None
    await subscribe(store, ChannelKey("slack", asked.channel.workspace, "C9"))
    await plan(store)

    assert await next_ones(store, REAL + MINUTE) == {asked.channel.channel}

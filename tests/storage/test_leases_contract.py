"""What every LeaseStore does: in memory, on SQLite and on PostgreSQL."""

import asyncio
from datetime import timedelta

from tests.builders import NOON
from tests.conftest import AnyStore

SPAN = timedelta(seconds=15)


async def test_one_of_many_gets_a_lease(store: AnyStore) -> None:
    taken = await asyncio.gather(*(store.leases.hold("shard 0", f"p{number}", NOON, SPAN) for number in range(8)))
    assert sorted(taken) == [False] * 7 + [True]


async def test_who_has_it_renews_it_and_nobody_else_takes_it_meanwhile(store: AnyStore) -> None:
    assert await store.leases.hold("shard 0", "a", NOON, SPAN)
    assert await store.leases.hold("shard 0", "a", NOON + SPAN / 2, SPAN)
    assert not await store.leases.hold("shard 0", "b", NOON + SPAN, SPAN)
    assert await store.leases.hold("shard 1", "b", NOON, SPAN)


async def test_one_that_is_not_renewed_is_taken_over_and_lost_for_who_had_it(store: AnyStore) -> None:
    assert await store.leases.hold("shard 0", "a", NOON, SPAN)
    later = NOON + SPAN
    taken = await asyncio.gather(*(store.leases.hold("shard 0", one, later, SPAN) for one in ("b", "c", "d")))
    assert sorted(taken) == [False, False, True]
    assert not await store.leases.hold("shard 0", "a", later, SPAN)


async def test_one_that_is_given_back_is_free_at_once(store: AnyStore) -> None:
    assert await store.leases.hold("shard 0", "a", NOON, SPAN)
    await store.leases.release("shard 0", "b")
    assert not await store.leases.hold("shard 0", "b", NOON, SPAN)
    await store.leases.release("shard 0", "a")
    await store.leases.release("shard 0", "a")
    assert await store.leases.hold("shard 0", "b", NOON, SPAN)

"""What every AllowanceStore does: in memory, on SQLite and on PostgreSQL."""

import asyncio
from datetime import timedelta

from bot.ports import Allowance
from tests.builders import NOON
from tests.conftest import AnyStore

THREE = Allowance(3, timedelta(minutes=3))
MINUTE = timedelta(minutes=1)


async def taken(store: AnyStore, times: int, later: timedelta = timedelta(0), key: str = "ada") -> list[bool]:
    return [await store.allowances.take(key, THREE, NOON + later) for _ in range(times)]


async def test_so_many_at_once_and_then_one_for_each_part_of_the_span(store: AnyStore) -> None:
    assert await taken(store, 4) == [True, True, True, False]
    assert await taken(store, 1, MINUTE - timedelta(seconds=1)) == [False]
    assert await taken(store, 2, MINUTE) == [True, False]
    assert await taken(store, 4, timedelta(hours=1)) == [True, True, True, False]


async def test_what_is_refused_costs_nothing_and_others_have_their_own(store: AnyStore) -> None:
    await taken(store, 50)
    assert await taken(store, 1, MINUTE) == [True]
    assert await taken(store, 1, key="ben") == [True]


async def test_of_many_that_ask_at_once_as_many_get_it_as_are_left(store: AnyStore) -> None:
    at_once = await asyncio.gather(*(store.allowances.take("ada", THREE, NOON) for _ in range(8)))
    assert sorted(at_once) == [False] * 5 + [True] * 3


async def test_looking_counts_nothing(store: AnyStore) -> None:
    for left in (3, 2, 1):
        for _ in range(5):
            assert not await store.allowances.spent("ada", THREE, NOON), left
        await taken(store, 1)
    assert await store.allowances.spent("ada", THREE, NOON)
    assert not await store.allowances.spent("ada", THREE, NOON + MINUTE)
    assert not await store.allowances.spent("ben", THREE, NOON)


async def test_what_is_full_again_is_forgotten(store: AnyStore) -> None:
    await taken(store, 1)
    await taken(store, 3, key="ben")
    assert await store.allowances.forget(NOON + MINUTE) == 1
    assert await store.allowances.spent("ben", THREE, NOON)
    assert await store.allowances.forget(NOON + 3 * MINUTE) == 1
    assert await store.allowances.forget(NOON + 3 * MINUTE) == 0

"""The order of papers is made once a minute, and nobody waits for the minute to turn."""

import asyncio
from datetime import datetime, timedelta

from bot.clock import VirtualClock
from bot.models import Window
from bot.service.trends import Trends
from tests.builders import NOON, make_batch, make_paper
from tests.memory_store import MemoryStore

SECOND = timedelta(seconds=1)


class Hand(VirtualClock):
    """A clock that is set by hand."""

    def __init__(self) -> None:
        super().__init__(NOON, 0)
        self.at = NOON

    def now(self) -> datetime:
        return self.at


async def made() -> tuple[Trends, Hand, MemoryStore]:
    store, clock = MemoryStore(), Hand()
    await store.papers.add(make_batch(make_paper()))
    return Trends(store, store.search, clock), clock, store


async def test_within_a_minute_and_at_its_turn_the_order_at_hand_is_given() -> None:
    trends, clock, _ = await made()
    first = await trends.ranking(Window.WEEK)
    clock.at += 59 * SECOND
    assert await trends.ranking(Window.WEEK) is first
    clock.at += 2 * SECOND
    assert await trends.ranking(Window.WEEK) is first
    for _ in range(200):
        await asyncio.sleep(0.01)
        if await trends.ranking(Window.WEEK) is not first:
            break
    assert (await trends.ranking(Window.WEEK)).as_of == clock.at


async def test_an_order_of_longer_ago_is_made_anew_first() -> None:
    trends, clock, _ = await made()
    first = await trends.ranking(Window.WEEK)
    clock.at += 10 * 60 * SECOND
    assert (await trends.ranking(Window.WEEK)).as_of == clock.at != first.as_of


async def test_what_is_new_is_waited_for_and_warmed() -> None:
    trends, _, store = await made()
    assert len(await trends.ranking(Window.DAY)) == 1
    await store.papers.add(make_batch(make_paper("2603.00002")))
    await trends.warm()
    assert len(await trends.ranking(Window.DAY)) == 2

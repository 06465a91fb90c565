"""Holding topics against papers, each text once."""

import asyncio
from collections.abc import Collection

from bot.models import Batch, Paper, Topics
from bot.service.fitting import CHUNK, Fitting
from tests.builders import make_paper
from tests.memory_store import MemoryPapers, MemorySearch, MemoryStore

ROBOTS = Topics(include=("robots",))


class Counting:
    """The papers of a store, and which of them were read."""

    def __init__(self, store: MemoryStore) -> None:
        self._papers = store.papers
        self.read: list[str] = []

    async def many(self, paper_ids: Collection[str]) -> dict[str, Paper]:
        self.read += paper_ids
        await asyncio.sleep(0)
        return await self._papers.many(paper_ids)

    async def generation(self) -> int:
        return await self._papers.generation()


async def stage(count: int) -> tuple[MemoryStore, Counting, list[str]]:
    store = MemoryStore()
    papers = [
        make_paper(id=f"2603.{number:05}", title="Robots" if number % 2 else "Bridges", abstract="", summary=None)
        for number in range(count)
    ]
    await store.papers.add(Batch(papers=tuple(papers)))
    return store, Counting(store), [paper.id for paper in papers]


async def test_those_that_fit_come_in_the_order_asked_for_with_their_terms() -> None:
    _, papers, ids = await stage(CHUNK + 3)
    found = await Fitting(papers, MemorySearch(MemoryPapers())).of(ROBOTS, [*reversed(ids), "2603.99999"])  # type: ignore[arg-type]  # what it reads of them
    assert list(found.items()) == [(one, ("robots",)) for one in reversed(ids) if int(one[-1]) % 2]


async def test_a_text_is_read_once_however_many_ask_at_once() -> None:
    _, papers, ids = await stage(40)
    fitting = Fitting(papers, MemorySearch(MemoryPapers()))  # type: ignore[arg-type]  # what it reads of them
    await asyncio.gather(*(fitting.of(ROBOTS, ids) for _ in range(20)))
    await fitting.of(ROBOTS, ids[:7])
    assert sorted(papers.read) == ids


async def test_texts_are_read_again_once_something_new_is_known() -> None:
    store, papers, ids = await stage(2)
    fitting = Fitting(papers, MemorySearch(MemoryPapers()))  # type: ignore[arg-type]  # what it reads of them
    assert list(await fitting.of(ROBOTS, ids)) == [ids[1]]
    await store.papers.add(Batch(papers=(make_paper(id=ids[0], title="Robots too", version=2),)))
    assert list(await fitting.of(ROBOTS, ids)) == ids

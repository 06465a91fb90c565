"""Holding topics against papers, each text once."""

import asyncio
from collections.abc import Collection

from bot.models import Batch, Paper, Topics
from bot.service.fitting import CHUNK, Fitting
from bot.service.texts import Texts
from tests.builders import make_paper
from tests.memory_papers import MemoryPapers
from tests.memory_store import MemorySearch, MemoryStore

ROBOTS = Topics(include=("robots",))


class Counting:
    """The papers of a store, and which of them were read."""

    def __init__(self, store: MemoryStore) -> None:
        self.store = store
        self.read: list[str] = []
        self.asked = asyncio.Event()

    async def many(self, paper_ids: Collection[str]) -> dict[str, Paper]:
        self.read += paper_ids
        self.asked.set()
        await asyncio.sleep(0)
        return await self.store.papers.many(paper_ids)

    async def generation(self) -> int:
        return await self.store.papers.generation()

    async def written_since(self, generation: int) -> list[str]:
        return await self.store.papers.written_since(generation)


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


async def test_only_what_has_changed_is_read_again() -> None:
    store, papers, ids = await stage(9)
    fitting = Fitting(papers, MemorySearch(MemoryPapers()))  # type: ignore[arg-type]  # what it reads of them
    assert list(await fitting.of(ROBOTS, ids)) == ids[1::2]
    papers.read.clear()
    news = make_paper(id="2603.00100", title="Robots that are new", abstract="", summary=None)
    await store.papers.add(Batch(papers=(make_paper(id=ids[0], title="Robots too", version=2), news)))
    assert list(await fitting.of(ROBOTS, [*ids, news.id])) == [ids[0], *ids[1::2], news.id]
    assert sorted(papers.read) == [ids[0], news.id]


async def test_another_set_of_topics_needs_no_reading() -> None:
    _, papers, ids = await stage(9)
    fitting = Fitting(papers, MemorySearch(MemoryPapers()))  # type: ignore[arg-type]  # what it reads of them
    await fitting.read(ids)
    papers.read.clear()
    assert list(await fitting.of(Topics(include=("bridges",)), ids)) == ids[::2]
    assert papers.read == []


async def test_a_text_that_changes_while_it_is_read_is_read_again() -> None:
    store, papers, ids = await stage(1)
    fitting = Fitting(papers, MemorySearch(MemoryPapers()))  # type: ignore[arg-type]  # what it reads of them
    await fitting.of(ROBOTS, [])
    reading = asyncio.create_task(fitting.read(ids))
    await papers.asked.wait()
    await store.papers.add(Batch(papers=(make_paper(id=ids[0], title="Robots too", version=2),)))
    assert list(await fitting.of(ROBOTS, ids)) == ids
    await reading
    assert list(await fitting.of(ROBOTS, ids)) == ids


async def test_a_store_that_was_restored_is_read_anew() -> None:
    store, papers, ids = await stage(2)
    fitting = Fitting(papers, MemorySearch(MemoryPapers()))  # type: ignore[arg-type]  # what it reads of them
    await store.papers.add(Batch(papers=(make_paper(id="2603.00100"),)))
    assert list(await fitting.of(ROBOTS, ids)) == [ids[1]]
    papers.store = MemoryStore()
    await papers.store.papers.add(Batch(papers=(make_paper(id=ids[0], title="Robots before"),)))
    assert list(await fitting.of(ROBOTS, ids)) == [ids[0]]


async def test_of_more_texts_than_are_kept_all_are_looked_into() -> None:
    _, papers, ids = await stage(9)
    texts = Texts(papers, kept=4)  # type: ignore[arg-type]  # what it reads of them
    assert (await texts.of(ids)).keys() == set(ids)
    papers.read.clear()
    assert {*ids[-2:]} <= (await texts.of(ids[-4:])).keys()
    assert papers.read == []
    await texts.of(ids[:1])
    assert papers.read == ids[:1]

"""One search serves all who ask the same within two seconds, as long as nothing new is kept."""

import asyncio

import pytest

from bot.errors import UserError
from bot.ports import Found, Hit
from bot.service.asked_again import AskedAgain
from tests.builders import NOON, hours, make_batch, make_paper
from tests.memory_store import MemoryStore


class Counted:
    """A search that says how often it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.go = asyncio.Event()
        self.error: UserError | None = None

    async def find(self, query: str, **_when: object) -> Found:
        self.asked.append(query)
        await self.go.wait()
        if self.error:
            raise self.error
        return Found((Hit(query, 1.0),), "bm25")


class Real:
    """Real time, moved by hand."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


def over(store: MemoryStore) -> tuple[AskedAgain, Counted, Real]:
    counted, real = Counted(), Real()
    return AskedAgain(counted, store.papers, real), counted, real  # type: ignore[arg-type]  # half a Search


async def test_who_asks_meanwhile_gets_the_answer_that_is_under_way() -> None:
    asked, counted, _ = over(MemoryStore())
    waiting = [asyncio.create_task(asked.find("robots", since=None, as_of=NOON)) for _ in range(5)]
    other = asyncio.create_task(asked.find("ships", since=None, as_of=NOON))
    await asyncio.sleep(0)
    counted.go.set()
    assert {found.hits[0].paper_id for found in await asyncio.gather(*waiting)} == {"robots"}
    await other
    assert counted.asked == ["robots", "ships"]


async def test_it_is_asked_anew_later_of_another_moment_and_once_something_is_kept() -> None:
    store = MemoryStore()
    asked, counted, real = over(store)
    counted.go.set()
    await asked.find("robots", since=None, as_of=NOON)
    await asked.find("robots", since=None, as_of=NOON)
    assert len(counted.asked) == 1
    await asked.find("robots", since=None, as_of=NOON - hours(1))
    await store.papers.add(make_batch(make_paper()))
    await asked.find("robots", since=None, as_of=NOON)
    real.now += 2
    await asked.find("robots", since=None, as_of=NOON)
    assert len(counted.asked) == 4


async def test_a_failure_is_not_remembered_and_one_that_goes_takes_nobody_along() -> None:
    asked, counted, _ = over(MemoryStore())
    impatient = asyncio.create_task(asked.find("robots", since=None, as_of=NOON))
    patient = asyncio.create_task(asked.find("robots", since=None, as_of=NOON))
    await asyncio.sleep(0)
    impatient.cancel()
    counted.error = UserError("search_slow", "That search took too long.")
    counted.go.set()
    with pytest.raises(UserError):
        await patient
    counted.error = None
    assert (await asked.find("robots", since=None, as_of=NOON)).hits
    assert len(counted.asked) == 2

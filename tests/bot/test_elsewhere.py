"""Hugging Face's own search merged into ours: live, bounded, stable from page to page, and missed in words."""

import asyncio
from collections.abc import Callable

import httpx
import pytest

from bot.answers import as_json
from bot.clock import VirtualClock
from bot.fetch import Fetcher
from bot.service import Service
from bot.service.elsewhere import MOST_A_MINUTE, Elsewhere, fused
from bot.sources.hugging_face import HuggingFace
from bot.views import CardList
from tests.bot.documents import daily_item
from tests.bot.wire import PUBLIC, Reply, Wire, reply
from tests.builders import NOON, days, make_batch, make_paper
from tests.memory_store import MemoryStore
from tests.service import Desk, Postbox

OLD = {"submittedOnDailyAt": None, "publishedAt": "2024-05-02T10:00:00.000Z"}
TWO = [daily_item("2405.00001", upvotes=70, **OLD), daily_item("2603.00001")]


class World:
    """A store with one paper that is found by its words, and Hugging Face on a wire."""

    def __init__(self, answer: Callable[[], Reply] = lambda: reply(body=TWO)) -> None:
        self.answer = answer
        self.wire = Wire(lambda _: self.answer())
        self.fetcher = self.wire.fetcher()
        self.clock = VirtualClock(NOON, 0)
        self.moment = 0.0
        self.store = MemoryStore()
        self.elsewhere = Elsewhere(
            self.store.papers, self.fetcher, HuggingFace(), self.clock, monotonic=lambda: self.moment
        )
        postbox = Postbox()
        self.service = Service.over(
            self.store, self.store.search, {"slack": postbox}, self.clock, elsewhere=self.elsewhere
        )
        self.desk = Desk(self.service, self.store, postbox)

    async def ask(self, text: str) -> CardList:
        await self.store.papers.add(
            make_batch(make_paper("2603.00001", title="A study of 2603.00001, ours", first_seen_at=NOON - days(1)))
        )
        view = await self.desk.ask(text)
        assert isinstance(view, CardList)
        return view


def ids(view: CardList) -> list[str]:
    return [card.ranked.paper.id for card in view.cards]


async def test_more_asks_hugging_face_and_merges_what_it_finds() -> None:
    world = World()
    assert ids(await world.ask("search study")) == ["2603.00001"]
    assert world.wire.asked == [], "without it nobody is asked"
    view = await world.ask("search study more:yes")
    assert ids(view) == ["2603.00001", "2405.00001"], "what both found is first, and once"
    assert "Hugging Face's own search found 1 more." in view.notes
    assert world.wire.asked == ["huggingface.co/api/papers/search?q=study&limit=50"]
    assert as_json(view)["beyond"] == "Hugging Face's own search found 1 more."


async def test_what_it_finds_is_kept_and_is_as_old_as_it_is() -> None:
    world = World()
    await world.ask("search study more:yes")
    paper = await world.store.papers.get("2405.00001")
    assert paper is not None
    assert paper.first_seen_at.year == 2024, "an old paper is no news for being looked for"
    ours = await world.store.papers.get("2603.00001")
    assert ours is not None
    assert ours.first_seen_at <= NOON - days(1)
    assert (await world.store.papers.counts(["2405.00001"], NOON))["2405.00001"].upvotes == 70


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda: httpx.ConnectError("no"), "Papers known here alone: Hugging Face cannot be reached."),
        (lambda: reply(503), "Papers known here alone: Hugging Face answered 503 (unavailable)."),
        (lambda: reply(body=b"<html>"), "Papers known here alone: Hugging Face answered a web page instead of JSON."),
        (lambda: reply(429, retry_after="900"), "Papers known here alone: Hugging Face asks us to wait 15 min."),
    ],
)
async def test_where_it_cannot_be_asked_ours_are_shown_and_that_is_told(
    answer: Callable[[], Reply], words: str
) -> None:
    view = await World(answer).ask("search study more:yes")
    assert ids(view) == ["2603.00001"]
    assert words in view.notes


async def test_it_is_not_waited_for_without_end() -> None:
    async def silent(_: httpx.Request) -> httpx.Response:
        await asyncio.Event().wait()
        raise AssertionError("nobody sets it")

    async def look_up(_host: str, _port: int) -> list[str]:
        return [PUBLIC]

    fetcher = Fetcher(transport=httpx.MockTransport(silent), look_up=look_up)
    elsewhere = Elsewhere(MemoryStore().papers, fetcher, HuggingFace(), VirtualClock(NOON, 0), seconds=0.01)
    merged = await elsewhere.merged("study", ("2603.00001",), None)
    assert (merged.ids, merged.reason) == (("2603.00001",), "Hugging Face took longer than 0.01 s.")
    await fetcher.close()


async def test_pages_are_cut_from_one_order_and_ask_once() -> None:
    many = [daily_item(f"2602.{number:05}") for number in range(9)]
    world = World(lambda: reply(body=many))
    first = await world.ask("search study more:yes limit:4")
    world.answer = lambda: reply(body=many[::-1])
    again = [
        await world.ask(f"search study more:yes limit:4 page:{page} as-of:2026-03-10T12:00:00Z") for page in (1, 2, 3)
    ]
    assert ids(again[0]) == ids(first)
    shown = [paper_id for view in again for paper_id in ids(view)]
    assert len(shown) == len(set(shown)) == 10
    assert len(world.wire.asked) == 1


async def test_a_past_moment_is_not_asked_about_now() -> None:
    world = World()
    view = await world.ask("search study more:yes as-of:2026-03-10T06:00:00Z")
    assert "Papers known here alone: Hugging Face's own search knows only of now." in view.notes
    assert world.wire.asked == []


async def test_filters_hold_for_what_it_finds_too() -> None:
    view = await World().ask("search study more:yes since:2026-01-01")
    assert ids(view) == ["2603.00001"]


async def test_a_crowd_does_not_use_up_the_quota() -> None:
    world = World(lambda: reply(body=[]))
    for number in range(MOST_A_MINUTE):
        assert (await world.elsewhere.merged(f"word{number}", (), None)).reason is None
    refused = await world.elsewhere.merged("another", ("a",), None)
    assert (refused.ids, refused.reason) == (("a",), "Hugging Face was asked very often just now.")
    world.moment += 61
    assert (await world.elsewhere.merged("another", (), None)).reason is None


async def test_where_nobody_else_can_be_asked_that_is_said() -> None:
    world = World()
    service = Service.over(world.store, world.store.search, {}, world.clock)
    papers = await service.reading.search("study", more=True)
    assert papers.beyond == "Papers known here alone: Hugging Face's own search is not asked from here."


def test_places_in_both_count_and_ours_go_first() -> None:
    assert fused(("a", "b"), ("c", "b")) == ("b", "a", "c")
    assert fused((), ()) == ()


async def test_a_paper_that_is_not_known_here_is_asked_for_by_its_id() -> None:
    view = await World().ask("search arxiv.org/abs/2405.00001 more:yes")
    assert ids(view) == ["2405.00001"]
    view = await World().ask("search 2405.00009 more:yes")
    assert view.empty == "I have not seen a paper 2405.00009 yet."


async def test_a_paper_that_hugging_face_does_not_know_either_is_said_so() -> None:
    view = await World(lambda: reply(body=[])).ask("search 2405.00009 more:yes")
    assert "Hugging Face's own search does not know it either." in view.notes

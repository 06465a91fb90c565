"""Answers that are the same for everybody: made once, never of an older state, never somebody's own."""

import asyncio
import gzip
from datetime import datetime

import pytest
from aiohttp.test_utils import make_mocked_request
from multidict import CIMultiDict

from adapters.web.remembering import KEPT, LARGEST, Answers, Made, finished, response_of
from adapters.web.state import WEB
from tests.adapters.web.conftest import Client, Connect
from tests.adapters.web.stage import make_app
from tests.builders import NOON, hours, make_batch, make_observation
from tests.memory_store import MemoryStore

SECOND = hours(1 / 3600)


class Kitchen:
    """Makes answers with a number each, when it is told to."""

    def __init__(self) -> None:
        self.now = 0.0
        self.made = 0
        self.open = asyncio.Event()
        self.open.set()
        self.answers = Answers(0.2, lambda: self.now)

    async def get(
        self, key: str = "a", *, generation: int = 1, at: datetime = NOON, status: int = 200, size: int = 1
    ) -> bytes:
        """What somebody is given."""

        async def make() -> Made:
            self.made += 1
            number = self.made
            await self.open.wait()
            return Made(body=str(number).encode() * size, content_type="text/plain", status=status)

        return (await self.answers.get(key, generation, at, make, seconds=60.0)).body


async def test_the_same_is_made_once() -> None:
    kitchen = Kitchen()
    assert [await kitchen.get(), await kitchen.get(), await kitchen.get("b")] == [b"1", b"1", b"2"]


async def test_several_who_ask_at_once_wait_for_one_answer() -> None:
    kitchen = Kitchen()
    kitchen.open.clear()
    asking = [asyncio.create_task(kitchen.get()) for _ in range(5)]
    await asyncio.sleep(0)
    asking[0].cancel()
    kitchen.open.set()
    assert await asyncio.gather(*asking[1:]) == [b"1"] * 4


async def test_news_are_never_held_back() -> None:
    kitchen = Kitchen()
    assert [await kitchen.get(), await kitchen.get(generation=2)] == [b"1", b"2"]


async def test_in_the_next_minute_the_last_answer_is_given_while_a_new_one_is_made() -> None:
    kitchen = Kitchen()
    await kitchen.get()
    kitchen.open.clear()
    later = NOON + 60 * SECOND
    assert [await kitchen.get(at=later), await kitchen.get(at=later)] == [b"1", b"1"]
    kitchen.open.set()
    await kitchen.answers._entries["a"].making
    assert (await kitchen.get(at=later), kitchen.made) == (b"2", 2)


@pytest.mark.parametrize(("minutes", "seconds"), [(5, 0.0), (1, 500.0)])
async def test_an_answer_of_long_ago_is_given_to_nobody(minutes: int, seconds: float) -> None:
    """By the product's clock, which a demo may run fast, or by the wall's."""
    kitchen = Kitchen()
    await kitchen.get()
    kitchen.now = seconds
    assert await kitchen.get(at=NOON + minutes * 60 * SECOND) == b"2"


async def test_errors_and_large_answers_are_not_remembered() -> None:
    kitchen = Kitchen()
    assert [await kitchen.get(status=404), await kitchen.get(status=404)] == [b"1", b"2"]
    await kitchen.get("large", size=LARGEST + 1)
    await kitchen.get("large")
    assert kitchen.made == 4


async def test_a_failure_reaches_who_asked_and_is_forgotten() -> None:
    async def fail() -> Made:
        raise OSError("no answer")

    kitchen = Kitchen()
    with pytest.raises(OSError, match="no answer"):
        await kitchen.answers.get("a", 1, NOON, fail)
    await asyncio.sleep(0)
    assert await kitchen.get() == b"1"


async def test_only_so_many_are_kept() -> None:
    kitchen = Kitchen()
    for number in range(KEPT + 1):
        await kitchen.get(str(number))
    await kitchen.get(str(KEPT))
    assert kitchen.made == KEPT + 1
    await kitchen.get("0")
    assert kitchen.made == KEPT + 2


async def test_the_store_is_asked_how_new_it_is_five_times_a_second_at_most() -> None:
    asked = 0

    async def ask() -> int:
        nonlocal asked
        asked += 1
        return asked

    kitchen = Kitchen()
    assert [await kitchen.answers.generation(ask) for _ in range(3)] == [1, 1, 1]
    kitchen.now = 0.3
    assert await kitchen.answers.generation(ask) == 2


async def test_at_the_end_nothing_is_made_any_more() -> None:
    kitchen = Kitchen()
    kitchen.open.clear()
    asking = asyncio.create_task(kitchen.get())
    await asyncio.sleep(0)
    await kitchen.answers.close()
    with pytest.raises(asyncio.CancelledError):
        await asking


async def test_an_answer_is_packed_for_those_who_understand_it(client: Client) -> None:
    plain = await client.get("/p/2603.00001", headers={"Accept-Encoding": "identity"})
    packed = await client.get("/p/2603.00001", headers={"Accept-Encoding": "gzip"}, auto_decompress=False)
    assert "Content-Encoding" not in plain.headers
    assert (packed.headers["Content-Encoding"], packed.headers["Vary"]) == ("gzip", "Accept-Encoding")
    assert gzip.decompress(await packed.read()) == await plain.read()
    assert packed.headers["ETag"] == plain.headers["ETag"]


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        (["gzip;q=0"], None),
        (["gzip;q=0, *"], None),
        (["deflate", "gzip;q=0.5"], "gzip"),
        (["gzip, identity;q=0"], "gzip"),
    ],
)
async def test_an_answer_comes_in_the_coding_that_is_wanted(
    client: Client, accepted: list[str], coding: str | None
) -> None:
    for path in ("/p/2603.00001", "/api/v1/openapi.json", "/static/paper.css"):
        headers = CIMultiDict(("Accept-Encoding", line) for line in accepted)
        answer = await client.get(path, headers=headers, auto_decompress=False)
        assert (answer.status, answer.headers["Vary"]) == (200, "Accept-Encoding")
        assert answer.headers.get("Content-Encoding") == coding, path


async def test_what_is_too_small_to_be_packed_is_packed_for_whoever_takes_nothing_else() -> None:
    made = finished(Made(body=b"[]", content_type="application/json"))
    for accepted, coding in (("gzip", None), ("gzip, identity;q=0", "gzip"), ("*;q=0, gzip", "gzip")):
        request = make_mocked_request("GET", "/", headers={"Accept-Encoding": accepted})
        response = response_of(request, made)
        assert response.headers.get("Content-Encoding") == coding
        assert isinstance(response.body, bytes)
        assert (gzip.decompress(response.body) if coding else response.body) == b"[]"


@pytest.mark.parametrize("accepted", ["identity;q=0", "*;q=0", "br, *;q=0"])
async def test_whoever_accepts_nothing_that_there_is_is_told_so(client: Client, accepted: str) -> None:
    answer = await client.get("/api/v1/trending", headers={"Accept-Encoding": accepted})
    assert answer.status == 406
    assert (await answer.json())["error"]["code"] == "not_acceptable"


@pytest.mark.parametrize(
    "path", ["/api/v1/trending", "/p/2603.00001", "/topics", "/d/2026-03-10", "/feeds/trending.atom"]
)
async def test_what_is_public_is_looked_up_once(
    papers: MemoryStore, connect: Connect, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = await connect(make_app(papers))
    await client.get(path)

    async def lost(*_: object) -> object:
        raise AssertionError("the store was asked again")

    monkeypatch.setattr(papers.papers, "many", lost)
    assert (await client.get(path)).status == 200


async def test_what_a_visitor_keeps_and_votes_changes_nothing_for_others(papers: MemoryStore, connect: Connect) -> None:
    """The list of the page's guests must not be theirs to move, nor tell who they are."""
    client = await connect(make_app(papers))
    before = await (await client.get("/api/v1/trending")).json()
    for text in ("vote 2603.00001 up", "mute diffusion", "vote 2603.00012 down"):
        await client.post("/", data={"text": f"/papers {text}"}, headers={"Sec-Fetch-Site": "same-origin"})
    await papers.papers.add(make_batch(make_observation("hep-th/9901001", NOON - hours(3), upvotes=1)))
    for reader in (client, await connect(make_app(papers))):
        after = await (await reader.get("/api/v1/trending")).json()
        assert [paper["id"] for paper in after["papers"]] == [paper["id"] for paper in before["papers"]]


async def test_what_is_asked_of_a_channel_is_never_remembered(papers: MemoryStore, connect: Connect) -> None:
    app = make_app(papers)
    client = await connect(app)
    response = await client.get("/api/v1/trending?channel=slack:T0001:C0001")
    assert response.status == 200
    assert not app[WEB].answers._entries

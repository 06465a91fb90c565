"""Servers that want a gap get it from all processes together, as they see it: in memory, on SQLite, on PostgreSQL."""

import asyncio
from datetime import datetime, timedelta
from itertools import pairwise

import httpx
import pytest

from bot.fetch import Fetcher, FetchError, KeptInMemory, Limits, Request
from bot.fetch.lanes import lane_of
from bot.fetch.turns import PATIENCE
from bot.ports import LeaseStore
from bot.sources import feed
from tests.bot.wire import PUBLIC, FakeTime, Pieces, Wire, reply
from tests.conftest import AnyStore
from tests.memory_leases import MemoryLeases

ARXIV = Request(url="https://export.arxiv.example/api", lane="arxiv", label="arXiv")
HUB = Request(url="https://hub.example/api", lane="hub", label="The hub")
SCHOLAR = Request(url="https://scholar.example/batch", lane="semantic_scholar", label="Semantic Scholar", json={})
FEED = feed.ask("https://rss.arxiv.org/rss/cs.CL").request


class SharedTime(FakeTime):
    """Of several processes: the others go on while one sleeps."""

    async def sleep(self, seconds: float) -> None:
        await super().sleep(seconds)
        await asyncio.sleep(0)


class Server:
    """Says when each request came, and how many were open then; an answer takes half a second."""

    def __init__(self) -> None:
        self.time = SharedTime()
        self.came: list[float] = []
        self.asked = asyncio.Event()
        self.most_open = self._open = 0

    def fetcher(self, leases: LeaseStore | None) -> Fetcher:
        """Of a process that remembers nothing of its own."""

        async def look_up(_host: str, _port: int) -> list[str]:
            return [PUBLIC]

        return Fetcher(
            transport=_Answering(self), look_up=look_up, real=self.time.real, kept=KeptInMemory(), leases=leases
        )

    async def answer(self) -> httpx.Response:
        self.came.append(self.time.now)
        self.asked.set()
        self._open += 1
        self.most_open = max(self.most_open, self._open)
        for _ in range(5):
            await asyncio.sleep(0)
            self.time.now += 0.1
        self._open -= 1
        return httpx.Response(200, stream=Pieces([b"[]"]))

    @property
    def gaps(self) -> list[float]:
        return [later - earlier for earlier, later in pairwise(self.came)]


class _Answering(httpx.AsyncBaseTransport):
    def __init__(self, server: Server) -> None:
        self._server = server

    async def handle_async_request(self, _request: httpx.Request) -> httpx.Response:
        return await self._server.answer()


@pytest.mark.parametrize(("request_", "gap"), [(ARXIV, 3.0), (SCHOLAR, 1.0)], ids=["arxiv", "semantic_scholar"])
async def test_three_processes_at_once_keep_the_gap_and_never_ask_side_by_side(
    store: AnyStore, request_: Request, gap: float
) -> None:
    server = Server()
    processes = [server.fetcher(store.leases) for _ in range(3)]

    await asyncio.gather(*(one.fetch(request_) for one in processes for _ in range(2)))

    assert len(server.came) == 6
    assert all(seen >= gap for seen in server.gaps)
    assert server.most_open == 1


async def test_a_process_that_was_started_again_keeps_the_gap_of_the_one_before(store: AnyStore) -> None:
    server = Server()

    for _ in range(3):
        await server.fetcher(store.leases).fetch(ARXIV)

    assert all(seen >= 3.0 for seen in server.gaps)


async def test_a_clock_that_is_set_back_makes_nobody_wait_for_the_old_hour(store: AnyStore) -> None:
    server = Server()
    process = server.fetcher(store.leases)
    await process.fetch(ARXIV)
    begun = server.time.monotonic()
    server.time.now -= 2 * 3600.0
    server.time.lag -= 2 * 3600.0

    await process.fetch(ARXIV)

    assert 3.0 <= server.time.monotonic() - begun < 60.0, "the gap, by a clock that nobody sets"


async def test_a_turn_of_a_process_that_was_killed_ends_by_itself() -> None:
    leases, server = MemoryLeases(), Server()
    asking = asyncio.create_task(server.fetcher(leases).fetch(ARXIV))
    await server.asked.wait()
    killed, leases._held = leases._held.copy(), {}  # nothing that its end writes counts
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    leases._held = killed

    await server.fetcher(leases).fetch(ARXIV)

    assert Limits().seconds <= server.gaps[0] <= PATIENCE


async def test_a_channels_feed_of_arxiv_is_asked_in_arxivs_lane(store: AnyStore) -> None:
    server = Server()
    sources, feeds = server.fetcher(store.leases), server.fetcher(store.leases)

    await asyncio.gather(sources.fetch(ARXIV), feeds.fetch(FEED))

    assert all(seen >= 3.0 for seen in server.gaps)
    assert server.most_open == 1


@pytest.mark.parametrize(
    ("url", "lane"),
    [
        ("https://rss.arxiv.org/rss/cs.CL", "arxiv"),
        ("https://ARXIV.org./list", "arxiv"),
        ("https://api.semanticscholar.org/graph/v1/paper/batch", "semantic_scholar"),
        ("https://notarxiv.org/feed", None),
        ("https://arxiv.org.example/feed", None),
        ("https://huggingface.co/api/daily_papers", None),
    ],
)
def test_a_host_with_a_gap_has_its_lane_whoever_asks(url: str, lane: str | None) -> None:
    assert lane_of(url) == lane


async def test_a_redirect_to_such_a_host_waits_for_its_turn() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        away = request.headers["host"] == "lab.example"
        return reply(302, location="https://rss.arxiv.org/rss/cs.CL") if away else reply()

    wire = Wire(answer)
    fetcher = wire.fetcher()
    await fetcher.fetch(ARXIV)
    await fetcher.fetch(feed.ask("https://lab.example/feed").request)
    assert wire.asked[1:] == ["lab.example/feed", "rss.arxiv.org/rss/cs.CL"]
    assert wire.times[2] - wire.times[0] >= 3.0


def leads_to_arxiv(*replies: httpx.Response) -> Wire:
    """A hub that sends everybody on to arXiv, which gives these replies in turn."""
    rest = iter(replies)

    def answer(request: httpx.Request) -> httpx.Response:
        on_the_way = request.headers["host"] == "hub.example"
        return reply(302, location="https://export.arxiv.org/api") if on_the_way else next(rest)

    return Wire(answer)


async def test_the_quota_that_is_told_is_that_of_the_server_who_answers() -> None:
    fetcher = leads_to_arxiv(reply(x_ratelimit_remaining="7")).fetcher()
    await fetcher.fetch(HUB)
    assert fetcher.allowance("arxiv") == 7
    assert fetcher.allowance("hub") is None


async def test_a_wait_that_such_a_host_asks_for_is_waited_out_whoever_leads_there() -> None:
    wire = leads_to_arxiv(reply(403, retry_after="20"), reply(body=b"ok"))
    assert (await wire.fetcher().fetch(HUB)).body == b"ok"
    assert wire.times[3] - wire.times[1] >= 20

    straight = Wire.of(reply(403, retry_after="20"), reply(body=b"ok"))
    assert (await straight.fetcher().fetch(FEED)).body == b"ok", "a channel's own feed of that host"
    assert straight.times[1] - straight.times[0] >= 20


async def test_a_wait_of_the_host_that_is_led_to_does_not_shut_the_one_that_leads_there() -> None:
    wire = leads_to_arxiv(reply(429, retry_after="600"))
    fetcher = wire.fetcher()
    with pytest.raises(FetchError, match="asks us to wait 10 min"):
        await fetcher.fetch(HUB)
    assert fetcher.allowance("arxiv") == 0
    assert fetcher.allowance("hub") is None


@pytest.mark.parametrize("failure", [httpx.ReadTimeout("slow"), httpx.RemoteProtocolError("gone")])
async def test_a_request_that_was_given_up_may_arrive_late_and_counts_twice(failure: httpx.TransportError) -> None:
    wire = Wire.of(failure, reply())
    fetcher = wire.fetcher(limits=Limits(tries=1))
    with pytest.raises(FetchError):
        await fetcher.fetch(ARXIV)
    await fetcher.fetch(ARXIV)
    assert wire.times[1] - wire.times[0] >= 6.0


async def test_who_is_broken_off_leaves_the_gap_behind() -> None:
    leases, server = MemoryLeases(), Server()
    asking = asyncio.create_task(server.fetcher(leases).fetch(ARXIV))
    await server.asked.wait()
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)

    await server.fetcher(leases).fetch(ARXIV)

    assert server.gaps[0] >= 6.0


class Failing(MemoryLeases):
    """A database that goes away while a request is on its way."""

    def __init__(self, after: int) -> None:
        super().__init__()
        self._left = after

    async def hold(self, name: str, owner: str, real: datetime, span: timedelta) -> bool:
        self._left -= 1
        if self._left < 0:
            raise ConnectionError("the database is away")
        return await super().hold(name, owner, real, span)


async def test_an_answer_is_not_lost_when_its_turn_cannot_be_given_back() -> None:
    assert (await Server().fetcher(Failing(after=1)).fetch(ARXIV)).body == b"[]"


async def test_nobody_asks_while_another_process_was_told_to_wait_and_it_is_said_at_once_the_next_time() -> None:
    leases = MemoryLeases()
    told = Wire.of(reply(429, retry_after="600"))
    with pytest.raises(FetchError, match="asks us to wait 10 min"):
        await told.fetcher(leases=leases).fetch(ARXIV)
    later = Wire(lambda _: reply())
    later.time.now = told.time.now
    fetcher = later.fetcher(leases=leases)

    for most in (PATIENCE + 1, 0.0):
        begun = later.time.now
        with pytest.raises(FetchError):
            await fetcher.fetch(ARXIV)
        assert later.time.now - begun <= most
    assert later.requests == []
    later.time.now += 600
    await fetcher.fetch(ARXIV)

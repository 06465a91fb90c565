"""A refresh keeps what sources say, notes how they answered, and lets none of them spoil another."""

import asyncio
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from bot.config import Settings
from bot.fetch import Fetcher, KeptInFolder, KeptInMemory
from bot.models import Batch, SourceStatus
from bot.progress import Silent
from bot.service.refreshing import Refreshing
from bot.service.sources import fetcher_from, sources_from
from bot.sources import Ask, Needs, Parsed, Source
from bot.sources.arxiv import Arxiv
from bot.sources.github import GitHub
from bot.sources.hacker_news import HackerNews
from bot.sources.hugging_face import HuggingFace
from bot.sources.semantic_scholar import SemanticScholar
from tests.bot.documents import QUERY_ANSWER, atom_entry, atom_feed, daily_item
from tests.bot.wire import Reply, Wire, reply
from tests.builders import make_batch, make_paper
from tests.memory_leases import MemoryLeases
from tests.memory_papers import MemoryPapers

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
HUB, GITHUB = "huggingface.co", "api.github.com"


class ManualClock:
    def __init__(self) -> None:
        self.time = NOW

    def now(self) -> datetime:
        return self.time


class World:
    """All three sources on one wire; `answers` overrides what a path begins with."""

    def __init__(self, *, token: str | None = None, sources: tuple[Source, ...] | None = None) -> None:
        self.answers: dict[str, Callable[[], Reply]] = {}
        self.wire = Wire(self._answer)
        self.store = MemoryPapers()
        self.clock = ManualClock()
        self.fetcher = self.wire.fetcher()
        sources = sources or (HuggingFace(), Arxiv(), GitHub(token=token))
        self.refreshing = Refreshing(self.store, self.fetcher, sources, self.clock, timedelta(minutes=15))

    def _answer(self, request: httpx.Request) -> Reply:
        place = f"{request.headers['host']}{request.url.raw_path.decode()}"
        for start, answer in self.answers.items():
            if place.startswith(start):
                return answer()
        return self._usual(place)

    def _usual(self, place: str) -> Reply:
        if "daily_papers?date=2026-03-10" in place:
            return reply(body=[daily_item(), daily_item("2603.00002", upvotes=40, githubRepo=None, projectPage=None)])
        if place.startswith(f"{HUB}/api/daily_papers"):
            return reply(body=b"[]")
        if place.startswith(f"{HUB}/api/papers/"):
            return reply(body=daily_item(place.rpartition("/")[2])["paper"] | {"numTotalModels": 2})
        if place.startswith("rss.arxiv.org"):
            return reply(body=atom_feed(atom_entry("2603.00009v1"), atom_entry("2501.00001v4", "replace")))
        if place.startswith("export.arxiv.org"):
            return reply(body=QUERY_ANSWER)
        return reply(body={"full_name": "ada-example/study", "stargazers_count": 12, "forks_count": 3})

    async def refresh(self) -> dict[str, dict[str, Any]]:
        report = await self.refreshing.refresh(Silent())
        return {str(source.as_json()["source"]): source.as_json() for source in report.sources}

    async def statuses(self) -> dict[str, SourceStatus]:
        return {status.source: status for status in await self.store.sources()}


async def test_one_refresh_fills_an_empty_store() -> None:
    world = World()
    assert await world.refresh() == {
        "hugging_face": {"source": "hugging_face", "ok": True, "papers": 2, "observations": 4, "reason": None},
        "arxiv": {"source": "arxiv", "ok": True, "papers": 1, "observations": 0, "reason": None},
        "github": {"source": "github", "ok": True, "papers": 0, "observations": 2, "reason": None},
    }
    paper = await world.store.get("2603.01234")
    assert paper is not None
    assert (paper.title, paper.categories) == ("A study, revised", ("cs.LG", "cs.AI"))
    assert paper.sources == ("arxiv", "hugging_face")
    counts = (await world.store.counts(["2603.01234"], NOW))["2603.01234"]
    assert (counts.upvotes, counts.github_forks, counts.linked_models) == (10, 3, 2)
    observed = {one.source: one.counts.github_stars for one in await world.store.observations("2603.01234", NOW)}
    assert observed == {"hugging_face": 9, "hugging_face_links": None, "github": 12}
    listed = await world.store.listings(date(2026, 3, 10), date(2026, 3, 10), NOW)
    assert [listing.paper_id for listing in listed] == ["2603.01234", "2603.00002"]
    assert await world.store.get("2501.00001") is None, "a new version of an unknown paper is no new paper"
    assert all(status.reason is None and status.last_success_at == NOW for status in await world.store.sources())


async def test_a_second_refresh_adds_only_what_is_new() -> None:
    world = World()
    await world.refresh()
    before = await world.store.totals()
    world.clock.time += timedelta(minutes=15)
    report = await world.refresh()
    assert await world.store.totals() == before
    assert all(source["ok"] and source["papers"] == source["observations"] == 0 for source in report.values())
    assert sum("rss.arxiv.org" in place for place in world.wire.asked) == 1, "the feed changes once a day"
    assert sum("/api/papers/" in place for place in world.wire.asked) == 2, "details change slowly"


async def test_a_new_version_of_a_known_paper_is_kept_and_does_not_make_it_newer() -> None:
    world = World()
    seen = NOW - timedelta(days=100)
    await world.store.add(make_batch(make_paper("2501.00001", title="Before", first_seen_at=seen, version=1)))
    await world.refresh()
    paper = await world.store.get("2501.00001")
    assert paper is not None
    assert (paper.version, paper.title, paper.first_seen_at) == (4, "A study", seen)


@pytest.mark.parametrize(
    ("failing", "broken", "words"),
    [
        ("hugging_face", lambda: httpx.ConnectError("no"), "Hugging Face cannot be reached."),
        ("hugging_face", lambda: reply(body=b"<html>wait</html>"), "Hugging Face answered a web page instead of JSON."),
        ("hugging_face", lambda: reply(body=b""), "Hugging Face answered nothing."),
        ("hugging_face", lambda: reply(429, retry_after="600"), "Hugging Face asks us to wait 10 min."),
        ("arxiv", lambda: reply(503), "arXiv answered 503 (unavailable)."),
        ("arxiv", lambda: reply(body=atom_feed(atom_entry())[:-40]), "arXiv sent a feed that is damaged or cut off"),
        ("github", lambda: reply(401), "GitHub answered 401 (it refused the token)."),
    ],
)
async def test_a_source_that_fails_is_noted_and_stops_no_other(
    failing: str, broken: Callable[[], Reply], words: str
) -> None:
    world = World()
    await world.store.add(
        make_batch(make_paper("2603.00077", github_repo="lab/code", categories=(), first_seen_at=NOW))
    )
    hosts = {"hugging_face": [HUB], "arxiv": ["rss.arxiv.org", "export.arxiv.org"], "github": [GITHUB]}
    world.answers = dict.fromkeys(hosts[failing], broken)
    report = await world.refresh()
    assert [name for name, source in report.items() if not source["ok"]] == [failing]
    assert report[failing]["reason"].startswith(words)
    status = (await world.statuses())[failing]
    assert (status.failing_since, status.last_success_at) == (NOW, None)
    assert status.reason == report[failing]["reason"]
    assert await world.store.get("2603.00077") is not None


async def test_a_failure_dates_from_the_first_and_ends_with_the_next_success() -> None:
    world = World()
    await world.refresh()
    world.answers = {HUB: lambda: reply(502)}
    for hours in (1, 2):
        world.clock.time = NOW + timedelta(hours=hours)
        await world.refresh()
    status = (await world.statuses())["hugging_face"]
    assert (status.last_success_at, status.failing_since) == (NOW, NOW + timedelta(hours=1))
    world.answers = {}
    world.clock.time = NOW + timedelta(hours=3)
    await world.refresh()
    assert (await world.statuses())["hugging_face"] == SourceStatus(
        source="hugging_face", last_success_at=world.clock.time
    )


async def test_a_source_that_does_not_answer_is_asked_no_further_and_one_bad_list_costs_that_list() -> None:
    world = World()
    world.answers = {HUB: lambda: reply(500)}
    await world.refresh()
    assert sum(place.startswith(HUB) for place in world.wire.asked) == 3, "three tries of one request"
    world = World()
    world.answers = {f"{HUB}/api/daily_papers?date=2026-03-09": lambda: reply(400)}
    report = await world.refresh()
    assert report["hugging_face"]["reason"] == "Hugging Face answered 400 (it did not understand the request)."
    assert report["hugging_face"]["papers"] == 2


async def test_an_answer_of_no_use_is_asked_for_once_more() -> None:
    world = World()
    bodies = iter([b"[{", b"[]"])
    world.answers = {f"{HUB}/api/daily_papers?date=2026-03-09": lambda: reply(body=next(bodies), etag='"x"')}
    assert (await world.refresh())["hugging_face"]["ok"]
    repeated = [request for request in world.wire.requests if "date=2026-03-09" in str(request.url)]
    assert len(repeated) == 2
    assert "if-none-match" not in repeated[1].headers


async def test_a_source_that_is_not_asked_is_as_well_as_it_was() -> None:
    world = World()
    world.answers = {GITHUB: lambda: reply(403, retry_after="600")}
    assert not (await world.refresh())["github"]["ok"]
    world.clock.time += timedelta(minutes=15)
    report = await world.refresh()
    assert report["github"]["reason"] == "GitHub asks us to wait 10 min."
    assert (await world.statuses())["github"].failing_since == NOW


async def test_a_renamed_repository_is_renamed_in_the_store() -> None:
    world = World()
    moved = {"full_name": "ada-example/renamed", "stargazers_count": 12, "forks_count": 3}
    world.answers = {GITHUB: lambda: reply(body=moved)}
    await world.refresh()
    paper = await world.store.get("2603.01234")
    assert paper is not None
    assert paper.github_repo == "ada-example/renamed"
    world.answers[f"{HUB}/api/daily_papers?date=2026-03-10"] = lambda: reply(body=[daily_item(ai_summary="News.")])
    world.clock.time += timedelta(minutes=15)
    await world.refresh()
    paper = await world.store.get("2603.01234")
    assert paper is not None
    assert (paper.summary, paper.github_repo) == ("News.", "ada-example/renamed"), "others use the old name for long"


async def test_with_a_token_stars_come_in_one_query() -> None:
    world = World(token="secret")
    data = {"r0": {"nameWithOwner": "ada-example/study", "stargazerCount": 12, "forkCount": 3}}
    world.answers = {GITHUB: lambda: reply(body={"data": data})}
    assert (await world.refresh())["github"]["observations"] == 2
    assert sum(place == f"{GITHUB}/graphql" for place in world.wire.asked) == 1


async def test_it_is_due_by_the_product_s_clock_and_never_twice_at_once() -> None:
    world = World()
    assert world.refreshing.due(NOW)
    first, second = await asyncio.gather(world.refreshing.refresh_if_due(), world.refreshing.refresh_if_due())
    assert first is not None
    assert second is None
    world.clock.time += timedelta(minutes=14)
    assert await world.refreshing.refresh_if_due() is None
    world.clock.time += timedelta(minutes=1)
    assert await world.refreshing.refresh_if_due() is not None


async def test_progress_is_reported_and_ends_complete() -> None:
    class Watching:
        def __init__(self) -> None:
            self.seen: dict[str, tuple[int, int | None]] = {}

        def report(self, task: str, done: int, total: int | None) -> None:
            self.seen[task] = (done, total)

    watching = Watching()
    await World().refreshing.refresh(watching)
    assert set(watching.seen) == {"Hugging Face", "arXiv", "GitHub"}
    assert all(done == total for done, total in watching.seen.values())


async def test_a_parser_that_breaks_costs_its_own_source_only() -> None:
    class Broken:
        name, label = "broken", "The broken one"

        def asks(self, needs: Needs) -> list[Ask]:
            def parse(document: Any, observed_at: datetime) -> Parsed:
                raise ZeroDivisionError(document, observed_at)

            return [Ask(request=HuggingFace().trending().request, parse=parse)] if needs.lists else []

    world = World(sources=(Broken(), HuggingFace()))
    report = await world.refresh()
    assert report["broken"]["reason"] == "Hugging Face answered something we failed to read."
    assert report["hugging_face"]["ok"]


async def test_what_the_store_could_not_keep_is_kept_the_next_time() -> None:
    class Failing(MemoryPapers):
        broken = True

        async def add(self, batch: Batch) -> Any:
            if self.broken:
                raise OSError("disk full")
            return await super().add(batch)

    world = World(sources=(HuggingFace(),))
    store = Failing()
    world.refreshing = Refreshing(store, world.fetcher, (HuggingFace(),), world.clock, timedelta(minutes=15))
    with pytest.raises(ExceptionGroup, match="TaskGroup"):
        await world.refreshing.refresh(Silent())
    store.broken = False
    assert (await world.refresh())["hugging_face"]["papers"] == 2


async def test_a_report_is_told_in_words() -> None:
    world = World()
    world.answers = {"rss.arxiv.org": lambda: reply(404)}
    report = await world.refreshing.refresh(Silent())
    words = [source.in_words() for source in report.sources]
    assert words[0] == "Hugging Face: 2 new papers, 4 observations."
    assert words[1] == "arXiv: 0 new papers, 0 observations. arXiv answered 404 (not found)."
    assert report.as_json()["sources"] == [source.as_json() for source in report.sources]


async def test_settings_give_the_sources_their_addresses_and_tokens(tmp_path: Path) -> None:
    database = tmp_path / "broadsheet.db"
    values: dict[str, Any] = {"hf_api_url": "http://127.0.0.1:1/hf", "hf_token": SecretStr("s"), "_env_file": None}
    values |= {
        "hn_api_url": "http://127.0.0.1:1/hn",
        "s2_api_url": "http://127.0.0.1:1/s2",
        "s2_api_key": SecretStr("k"),
    }
    settings = Settings(database_url=f"sqlite:///{database}", **values)
    hub, _, github, news, scholar = sources_from(settings)
    [first, *_] = hub.asks(Needs(now=NOW, lists=True))
    assert first.request.url.startswith("http://127.0.0.1:1/hf/api/daily_papers")
    assert first.request.token == "s"
    assert github == GitHub()
    assert news == HackerNews(base_url="http://127.0.0.1:1/hn")
    assert scholar == SemanticScholar(base_url="http://127.0.0.1:1/s2", api_key="k")
    leases = MemoryLeases()
    fetcher = fetcher_from(settings, leases)
    assert isinstance(fetcher, Fetcher)
    assert isinstance(fetcher._kept, KeptInFolder)
    assert fetcher._leases is leases
    await fetcher.close()
    on_server = Settings(database_url="postgresql://host/x", _env_file=None)  # type: ignore[call-arg]  # pydantic's own option
    elsewhere = fetcher_from(on_server, None)
    assert isinstance(elsewhere._kept, KeptInMemory)
    await elsewhere.close()

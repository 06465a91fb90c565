"""The real fetcher and sources against the stand-in for the public services: a day of polling, and every fault."""

import asyncio
import resource
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.config import Settings
from bot.fetch import Fetcher, FetchError, KeptAnswers, KeptInMemory, Limits, lanes
from bot.models import Listing, Paper
from bot.progress import Silent
from bot.service.refreshing import Refreshing, RefreshReport
from bot.service.sources import sources_from
from bot.sources import Ask, Needs, SourceError
from bot.sources.documents import read
from tests.end_to_end.stage import CHECKOUT, Stand, needs_replay, replay
from tests.memory_papers import MemoryPapers

pytestmark = needs_replay

NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
TODAY = date(2026, 3, 10)
_ASKED_LATER = frozenset({"github", "semantic_scholar"})
"""Those that are asked about papers which others have shown: of nothing, nothing."""
GAP = 0.05
"""Seconds between two requests to arXiv, here and at the stand-in, where a test is not about that gap."""


class SameTime:
    """The product's clock, moved together with the stand-in's."""

    def __init__(self, stand: Stand, start: datetime) -> None:
        self._stand = stand
        self._now = start
        self.set(start)

    def now(self) -> datetime:
        return self._now

    def set(self, moment: datetime) -> None:
        self._now = moment
        self._stand.post("/control/clock", now=moment.isoformat(), speed=0)


class Product:
    """Sources, fetcher and store as the product joins them."""

    def __init__(
        self, stand: Stand, clock: SameTime, fetcher: Fetcher, settings: Settings, store: MemoryPapers
    ) -> None:
        self.store = store
        self.stand = stand
        self.clock = clock
        self._refreshing = Refreshing(store, fetcher, sources_from(settings), clock, timedelta(minutes=15))

    async def refresh(self) -> RefreshReport:
        return await self._refreshing.refresh(Silent())

    async def listed(self, day: date = TODAY) -> list[Listing]:
        return await self.store.listings(day, day, self.clock.now())


def settings_of(stand: Stand, token: str | None = None) -> Settings:
    values = {name.lower(): value for name, value in stand.environment.items() if name.lower() in Settings.model_fields}
    return Settings(_env_file=None, github_token=token, **values)  # type: ignore[call-arg,arg-type]  # pydantic's own


@asynccontextmanager
async def fetcher_for(stand: Stand, kept: KeptAnswers | None = None) -> AsyncIterator[Fetcher]:
    bases = [url for name, url in stand.environment.items() if name.endswith(("_API_URL", "_RSS_URL"))]
    limits = Limits(seconds=2.0, patience=5.0, tries=2)
    fetcher = Fetcher(trusted=bases, kept=kept, limits=limits, dice=lambda: 0.02)
    try:
        yield fetcher
    finally:
        await fetcher.close()


@asynccontextmanager
async def product(
    stand: Stand,
    *,
    at: datetime = NOON,
    token: str | None = None,
    kept: KeptAnswers | None = None,
    store: MemoryPapers | None = None,
) -> AsyncIterator[Product]:
    async with fetcher_for(stand, kept) as fetcher:
        yield Product(stand, SameTime(stand, at), fetcher, settings_of(stand, token), store or MemoryPapers())


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    with replay(tmp_path_factory.mktemp("replay"), now=NOON.isoformat(), speed=0) as stand:
        httpx.get(f"{stand.environment['ARXIV_RSS_URL']}/atom/cs.AI", timeout=60, trust_env=False)  # reads its data
        yield stand


@pytest.fixture
def stand(sources: Stand) -> Stand:
    sources.post("/control/reset")
    sources.post("/control/settings", arxiv_gap=3.0, s2_gap=1.0, hf_quota=100_000, github_quota=60, hn_invented=True)
    return sources


@pytest.fixture
def hurried(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> Stand:
    """Where arXiv's gap is short."""
    for lane in ("arxiv", "semantic_scholar"):
        monkeypatch.setitem(lanes.GAPS, lane, GAP)
    stand.post("/control/settings", arxiv_gap=GAP, s2_gap=GAP, github_quota=100_000, hn_invented=True)
    return stand


def by_source(report: RefreshReport) -> dict[str, dict[str, Any]]:
    return {source.source: source.as_json() for source in report.sources}


def reasons(report: RefreshReport) -> list[str]:
    return [source.reason for source in report.sources if source.reason]


def just_asked() -> KeptInMemory:
    """What a process knows that asked a moment ago.

    Tests before this one may have, by a shorter gap, and the stand-in for Semantic Scholar remembers when.
    """
    kept = KeptInMemory()
    for lane, gap in lanes.GAPS.items():
        kept.keep_wait(lane, time.time() + gap)
    return kept


async def test_a_day_of_polling_is_polite_and_ends_with_what_the_sources_show(stand: Stand) -> None:
    async with product(stand, at=datetime(2026, 3, 10, 3, 0, tzinfo=UTC), kept=just_asked()) as ours:
        for step in range(5):
            ours.clock.set(datetime(2026, 3, 10, 3, 0, tzinfo=UTC) + timedelta(hours=5 * step))
            assert reasons(await ours.refresh()) == []
        assert stand.get("/control/violations") == []
        listed = await ours.listed()
        counts = await ours.store.counts([listing.paper_id for listing in listed], ours.clock.now())
        shown = {listing.paper_id: stand.get(f"/control/paper/{listing.paper_id}") for listing in listed}
        assert len(listed) > 20
        assert {paper_id: counts[paper_id].upvotes for paper_id in shown} == {
            paper_id: paper["upvotes"] for paper_id, paper in shown.items()
        }
        upvotes = [counts[listing.paper_id].upvotes or 0 for listing in listed]
        assert upvotes == sorted(upvotes, reverse=True), "our places are the order in which the site shows the list"
        papers = await ours.store.many([listing.paper_id for listing in listed])
        assert all(paper.first_seen_at <= ours.clock.now() for paper in papers.values())
        log = stand.get("/control/log")
        assert sum(entry["source"] == "arxiv-rss" for entry in log) <= 3, (
            "one feed a day, looked for again if it is late"
        )
        assert any(entry["status"] == 304 for entry in log)


async def test_stories_and_citations_come_with_a_refresh_and_say_what_the_sources_show(hurried: Stand) -> None:
    async with product(hurried, token="invented") as ours:
        ours.clock.set(NOON - timedelta(days=4))
        await ours.refresh()
        ours.clock.set(NOON)
        report = by_source(await ours.refresh())
        assert report["hacker_news"]["ok"]
        assert report["hacker_news"]["observations"] > 3
        assert report["semantic_scholar"]["ok"]
        assert report["semantic_scholar"]["observations"] > 20
        seen = await ours.store.seen_since(NOON - timedelta(days=14), NOON)
        counts = await ours.store.counts([paper.id for paper in seen], NOON)
        discussed = [paper for paper in seen if paper.discussions]
        assert len(discussed) > 3
        assert all(counts[paper.id].hacker_news_points is not None for paper in discussed)
        assert all(paper.discussions[0].startswith("https://news.ycombinator.com/item?id=") for paper in discussed)
        cited = [one for one in counts.values() if one.author_h_index is not None]
        assert all(one.citations is not None for one in cited)
        assert len(cited) > 20
        assert hurried.get("/control/violations") == []
        story = discussed[0].discussions[0].rpartition("=")[2]
        shown = httpx.get(  # noqa: ASYNC210  # a short question to the stand-in
            f"{hurried.environment['HN_API_URL']}/api/v1/search",
            params={"tags": f"story,story_{story}", "hitsPerPage": 1}, timeout=30, trust_env=False,
        ).json()["hits"]  # fmt: skip
        assert [hit["points"] for hit in shown] == [counts[discussed[0].id].hacker_news_points]


async def test_a_token_brings_stars_by_the_hundred(hurried: Stand) -> None:
    async with product(hurried, token="invented") as ours:
        assert by_source(await ours.refresh())["github"]["observations"] > 20
    asked = hurried.get("/control/log", source="github")
    assert {entry["path"] for entry in asked} == {"/github/graphql"}
    assert len(asked) <= 5


async def test_a_renamed_repository_is_found_under_its_new_name(hurried: Stand) -> None:
    async with product(hurried, token="invented") as ours:
        await ours.refresh()
        starred = [one for one in await ours.store.seen_since(NOON - timedelta(days=5), NOON) if one.github_repo]
        counts = await ours.store.counts([paper.id for paper in starred], NOON)
        paper = next(paper for paper in starred if counts[paper.id].github_forks is not None)
        hurried.post("/control/rename", **{"from": paper.github_repo, "to": "elsewhere/renamed"})
        ours.clock.set(NOON + timedelta(hours=2))
        await ours.refresh()
        moved = await ours.store.get(paper.id)
        assert moved is not None
        assert moved.github_repo == "elsewhere/renamed"


FAULTS: dict[str, dict[str, Any]] = {
    "status": {"status": 503}, "html": {}, "empty_body": {}, "wrong_type": {}, "refuse": {}, "reset": {},
    "truncated": {}, "secondary_limit": {"retry_after": 1},
    "slow_headers": {"seconds": 3}, "slow_body": {"bytes": 16, "seconds": 0.2}, "bad_utf8": {}, "gzip_bomb": {"mb": 64},
    "xml_bomb": {}, "empty": {}, "duplicates": {}, "missing": {}, "nulls": {}, "odd_types": {}, "long_title": {},
    "markup_titles": {}, "unicode_titles": {}, "broken_titles": {},
}  # fmt: skip


@pytest.mark.parametrize("kind", FAULTS)
async def test_a_fault_is_an_error_in_words_or_leaves_clean_papers(hurried: Stand, kind: str) -> None:
    hub, preprints, code, news, scholar = sources_from(settings_of(hurried, token="invented"))
    asks = [
        *hub.asks(Needs(now=NOON, lists=True))[:1],
        *preprints.asks(Needs(now=NOON, feed=True, uncategorised=("2603.08706", "2603.07685"))),
        *code.asks(Needs(now=NOON, repositories={"hkust-nlp/AgentVista": ("2603.08706",)})),
        *news.asks(Needs(now=NOON, discussions=True))[:1],
        *scholar.asks(Needs(now=NOON, cited=("2603.08706", "2603.00077"))),
    ]
    async with fetcher_for(hurried) as fetcher:
        for source, ask in zip(("hf", "arxiv-rss", "arxiv-api", "github", "hn", "s2"), asks, strict=True):
            hurried.fault(source, kind, **FAULTS[kind], times=2)
            for paper in await papers_of(fetcher, ask):
                assert paper.title == " ".join(paper.title.split())
                assert len(paper.title) <= 500
                assert paper.title or source in {"hn", "s2"}
                assert not any(odd in paper.title for odd in "\x00\x1b\u202e\u200b")
    assert hurried.get("/control/violations") == []


async def papers_of(fetcher: Fetcher, ask: Ask) -> list[Paper]:
    """What is said in spite of the fault; nothing where it is an error in words."""
    try:
        answer = await fetcher.fetch(ask.request)
        parsed = ask.parse(await read(ask.reads, answer.body, ask.request.label), NOON)
    except (FetchError, SourceError) as error:
        assert error.reason.startswith(ask.request.label)  # noqa: PT017  # either outcome is right
        return []
    return [*parsed.batch.papers, *parsed.updates]


async def test_a_bad_hour_passes(hurried: Stand) -> None:
    """Everything fails half of the time, in every way; an hour later all is as if nothing had been."""
    async with product(hurried, token="invented") as ours:
        for kind in ("status", "truncated", "reset", "html", "nulls", "odd_types", "missing", "empty"):
            hurried.fault("*", kind, **FAULTS[kind], probability=0.08)
        await ours.refresh()
        hurried.post("/control/reset")
        ours.clock.set(NOON + timedelta(hours=1))
        await asyncio.sleep(GAP)
        assert reasons(await ours.refresh()) == []
        assert len(await ours.listed()) > 20
        assert hurried.get("/control/violations") == []


@pytest.mark.parametrize("header", ["retry-after", "date", "ratelimit"])
async def test_a_wait_that_is_asked_for_is_waited(hurried: Stand, header: str) -> None:
    hurried.fault("hf", "rate_limit", retry_after=2, header=header)
    async with product(hurried) as ours:
        assert reasons(await ours.refresh()) == []
    assert hurried.get("/control/violations") == []


async def test_a_long_wait_is_an_answer_and_holds_across_processes(hurried: Stand) -> None:
    kept, store = KeptInMemory(), MemoryPapers()
    hurried.fault("hf", "rate_limit", retry_after=300)
    for _ in range(2):
        async with product(hurried, kept=kept, store=store) as ours:
            reason = by_source(await ours.refresh())["hugging_face"]["reason"]
            assert reason == "Hugging Face asks us to wait 5 min."
    assert len(hurried.get("/control/log", source="hf")) == 1
    assert hurried.get("/control/violations") == []


@pytest.mark.parametrize("to", ["metadata", "file", "loopback", "decimal", "loop"])
async def test_no_redirect_leads_astray(hurried: Stand, to: str) -> None:
    hurried.fault("*", "redirect", to=to, times=50)
    async with product(hurried) as ours:
        report = await ours.refresh()
        assert not any(source.ok for source in report.sources if source.source not in _ASKED_LATER)
    assert hurried.get("/control/violations") == []


@pytest.mark.parametrize("shape", ["entities", "quadratic", "external", "nesting", "attributes"])
async def test_a_hostile_feed_is_refused_and_the_rest_goes_on(hurried: Stand, shape: str) -> None:
    hurried.fault("arxiv-rss", "xml_bomb", shape=shape, times=2)
    async with product(hurried) as ours:
        report = by_source(await ours.refresh())
        assert report["hugging_face"]["ok"]
        assert not any("root:" in paper.title for paper in await ours.store.seen_since(NOON - timedelta(days=9), NOON))


async def test_a_feed_that_was_cut_off_is_refused_in_words(hurried: Stand) -> None:
    name = "arxiv/raw/rss.arxiv.org-atom-cs.AI-2025-08-20-cut-off.xml.gz"
    hurried.fault("arxiv-rss", "recorded_file", path_in_data=name, times=2)
    async with product(hurried) as ours:
        reason = by_source(await ours.refresh())["arxiv"]["reason"]
        assert reason.startswith("arXiv sent a feed that is damaged or cut off")


async def test_everything_down_is_told_and_nothing_is_raised(hurried: Stand) -> None:
    hurried.fault("*", "refuse", times=1000)
    async with product(hurried) as ours:
        report = by_source(await ours.refresh())
        assert report["hugging_face"]["reason"] == "Hugging Face broke off the connection."
        statuses = {status.source: status.failing_since for status in await ours.store.sources()}
        assert statuses["hugging_face"] == statuses["arxiv"] == NOON


BOMB = """
import asyncio, resource, sys
from bot.fetch import Fetcher, FetchError, Request
async def main(base):
    fetcher = Fetcher(trusted=[base])
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    try:
        await fetcher.fetch(Request(url=base + "/api/daily_papers", lane="hub", label="The hub"))
    except FetchError as error:
        print(error.reason)
    print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
asyncio.run(main(sys.argv[1]))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="ru_maxrss counts other units elsewhere")
def test_a_bomb_of_a_gibibyte_costs_less_than_64_mebibytes(stand: Stand) -> None:
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    stand.fault("hf", "gzip_bomb", mb=1024)
    command = [sys.executable, "-c", BOMB, stand.environment["HF_API_URL"]]
    answer = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=True, timeout=60)  # noqa: S603  # our own script
    reason, grown = answer.stdout.splitlines()
    assert reason == "The hub sent more than 16 MiB once unpacked."
    assert int(grown) < 64


def test_the_skip_names_what_is_missing() -> None:
    assert "../shared" in str(needs_replay.kwargs["reason"])
    assert Path(CHECKOUT, "pyproject.toml").is_file()

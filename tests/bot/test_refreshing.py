"""A refresh keeps what sources say, notes how they answered, and lets none of them spoil another."""

import asyncio
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from bot.config import Settings
from bot.fetch import Fetcher, KeptInFolder, KeptInMemory
from bot.progress import Silent
from bot.service.sources import fetcher_from, sources_from
from bot.sources import Needs
from bot.sources.github import GitHub
from bot.sources.hacker_news import HackerNews
from bot.sources.semantic_scholar import SemanticScholar
from tests.bot.documents import daily_item
from tests.bot.refreshing_scene import GITHUB, HUB, NOW, World
from tests.bot.wire import reply
from tests.builders import make_batch, make_paper
from tests.memory_leases import MemoryLeases


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
    world.clock.time -= timedelta(hours=2)
    assert await world.refreshing.refresh_if_due() is not None, "the clock was set back"
    assert await world.refreshing.refresh_if_due() is None


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

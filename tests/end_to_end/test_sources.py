"""The real fetcher and sources against the stand-in for the public services: a day of polling, and every fault."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from bot.fetch import KeptInMemory, lanes
from tests.end_to_end.sources_stage import NOON, by_source, hurry, product, reasons, reset, serving
from tests.end_to_end.stage import Stand, needs_replay

pytestmark = needs_replay


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    with serving(tmp_path_factory.mktemp("replay")) as stand:
        yield stand


@pytest.fixture
def stand(sources: Stand) -> Stand:
    return reset(sources)


@pytest.fixture
def hurried(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> Stand:
    """Where arXiv's gap is short."""
    return hurry(stand, monkeypatch)


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

"""The bundled papers: invented, complete, and with a past that ends now."""

import itertools
import math
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.config import load_settings
from bot.demo import demo_batches, demo_settings, fill, sketches
from bot.demo.attention import Story
from bot.identity import canonical_id
from bot.models import SIGNALS, Added, Batch, Evidence, Listing, Observation, Paper, Window
from bot.ranking import fresh, rank
from tests.memory_papers import MemoryPapers

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
moments = st.integers(0, 2 * 365 * 24).map(lambda hour: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=hour))


def papers_of(batches: list[Batch]) -> dict[str, Paper]:
    return {paper.id: paper for batch in batches for paper in batch.papers}


def observations_of(batches: list[Batch]) -> set[Observation]:
    return {observation for batch in batches for observation in batch.observations}


def listings_of(batches: list[Batch]) -> set[Listing]:
    return {listing for batch in batches for listing in batch.listings}


def evidence_of(batches: list[Batch], now: datetime) -> Evidence:
    papers = sorted(papers_of(batches).values(), key=lambda paper: paper.id)
    row = {paper.id: number for number, paper in enumerate(papers)}
    seen = sorted(observations_of(batches), key=lambda one: (row[one.paper_id], one.observed_at, one.source))
    published = [paper.published_at for paper in papers if paper.published_at]

    def value(observation: Observation, name: str) -> float:
        count = getattr(observation.counts, name)
        return math.nan if count is None else float(count)

    return Evidence(
        as_of=now,
        paper_ids=tuple(paper.id for paper in papers),
        first_seen_at=np.array([paper.first_seen_at.timestamp() for paper in papers]),
        published_at=np.array([moment.timestamp() for moment in published]),
        paper_index=np.array([row[one.paper_id] for one in seen], np.int32),
        observed_at=np.array([one.observed_at.timestamp() for one in seen]),
        values={name: np.array([value(one, name) for one in seen]) for name in SIGNALS},
    )


@settings(max_examples=15, deadline=None)
@given(moments)
def test_there_is_a_list_for_each_of_the_last_ten_weekdays(now: datetime) -> None:
    days = sorted({listing.date for listing in listings_of(demo_batches(now))}, reverse=True)[:10]
    assert (now.date() - days[0]).days <= 3
    assert all(day.weekday() < 5 for day in days)
    assert all(
        (later - earlier).days == (3 if later.weekday() == 0 else 1) for later, earlier in itertools.pairwise(days)
    )


@settings(max_examples=15, deadline=None)
@given(moments)
def test_nothing_comes_from_the_future(now: datetime) -> None:
    batches = demo_batches(now)
    assert max(one.observed_at for one in observations_of(batches)) <= now
    assert max(paper.first_seen_at for paper in papers_of(batches).values()) <= now
    assert max(listing.listed_at for listing in listings_of(batches)) <= now
    assert {one.paper_id for one in observations_of(batches)} <= set(papers_of(batches))


@settings(max_examples=20, deadline=None)
@given(moments, st.integers(0, 200))
def test_a_later_call_repeats_the_past_and_adds_to_it(started: datetime, hours: int) -> None:
    first, later = demo_batches(started), demo_batches(started + timedelta(hours=hours), started=started)
    assert papers_of(first).items() <= papers_of(later).items()
    assert observations_of(first) <= observations_of(later)
    assert listings_of(first) <= listings_of(later)


def test_new_lists_come_while_the_demo_runs() -> None:
    later = demo_batches(NOW + timedelta(days=1), started=NOW)
    assert max(listing.date for listing in listings_of(later)) == (NOW + timedelta(days=1)).date()


def test_ids_are_well_formed_and_of_a_month_that_has_not_come() -> None:
    assert len(sketches()) >= 60
    assert all(canonical_id(sketch.id) == sketch.id and sketch.id.startswith("9912.") for sketch in sketches())
    assert len({sketch.id for sketch in sketches()}) == len({sketch.title for sketch in sketches()}) == len(sketches())


def test_every_paper_is_told_in_full() -> None:
    for paper in papers_of(demo_batches(NOW)).values():
        assert paper.title
        assert len(paper.abstract) > 60
        assert paper.authors
        assert paper.categories
        assert paper.keywords


def test_counts_only_grow() -> None:
    by_paper: dict[tuple[str, str], list[Observation]] = {}
    for one in sorted(observations_of(demo_batches(NOW)), key=lambda one: one.observed_at):
        by_paper.setdefault((one.paper_id, one.source), []).append(one)
    for readings in by_paper.values():
        for earlier, later in itertools.pairwise(readings):
            assert (earlier.counts.upvotes or 0) <= (later.counts.upvotes or 0)
            assert (earlier.counts.github_stars or 0) <= (later.counts.github_stars or 0)


def test_what_only_arxiv_knows_has_no_votes() -> None:
    batches = demo_batches(NOW)
    alone = {paper.id for paper in papers_of(batches).values() if paper.sources == ("arxiv",)}
    assert len(alone) >= 5
    assert not alone & {one.paper_id for one in observations_of(batches)}
    assert not alone & {listing.paper_id for listing in listings_of(batches)}


@pytest.mark.parametrize("window", Window)
def test_the_bought_repository_is_not_trending(window: Window) -> None:
    (bought,) = [sketch.id for sketch in sketches() if sketch.story is Story.BOUGHT]
    batches = demo_batches(NOW)
    stars = [one.counts.github_stars or 0 for one in observations_of(batches) if one.paper_id == bought]
    assert max(stars) - min(stars) > 1000
    ranking = rank(evidence_of(batches, NOW), window=window)
    assert bought not in ranking.order[:20]
    of_stars = [part.part for part in ranking.parts(bought) if part.signal in ("github_stars", "star_rate")]
    assert len(of_stars) == 2
    assert sum(of_stars) < 0, "a thousand stars leave it below the middle"


@settings(max_examples=10, deadline=None)
@given(moments)
def test_the_old_paper_that_takes_off_is_trending_again(now: datetime) -> None:
    (surging,) = [sketch.id for sketch in sketches() if sketch.story is Story.SURGE]
    batches = demo_batches(now)
    assert not fresh(papers_of(batches)[surging].first_seen_at, now)
    place = rank(evidence_of(batches, now), window=Window.DAY).place(surging)
    assert place is not None
    assert place < 10


async def test_a_store_is_filled_once_and_then_kept_up_to_date() -> None:
    store = MemoryPapers()
    first = await fill(store, NOW)
    assert (first.papers, first.observations) == (
        len(papers_of(demo_batches(NOW))),
        len(observations_of(demo_batches(NOW))),
    )
    assert await fill(store, NOW, started=NOW) == Added()
    later = await fill(store, NOW + timedelta(days=1), started=NOW)
    assert later.papers > 0
    assert later.observations > 0


def test_a_demo_has_a_database_of_its_own() -> None:
    settings = load_settings(database_url="sqlite:///mine.db")
    with demo_settings(settings) as demo:
        assert demo.database_url not in {settings.database_url, "sqlite:///broadsheet.db"}
        folder = Path(demo.database_url.removeprefix("sqlite:///")).parent
        assert folder.is_dir()
    assert not folder.exists()
    assert demo.port == settings.port

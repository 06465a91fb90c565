"""What every PaperStore does: in memory, on SQLite and on PostgreSQL."""

from datetime import UTC, date, datetime

import numpy as np
import pytest

from bot.models import Added, Counts
from tests.builders import (
    NOON,
    YESTERDAY,
    days,
    hours,
    make_batch,
    make_listing,
    make_observation,
    make_paper,
    make_papers,
    make_source,
)
from tests.conftest import AnyStore

EVER = datetime(1, 1, 1, tzinfo=UTC)


async def test_gives_back_every_field_of_a_paper(store: AnyStore) -> None:
    paper = make_paper(
        summary="Short.",
        organization="Example Lab",
        submitter="ada",
        keywords=("diffusion", "日本語", "a,b"),
        version=3,
        doi="10.1000/example",
        comment="12 pages",
        announced_at=NOON - days(1),
        github_repo="example/repo",
        project_page="https://example.org",
        thumbnail="https://example.org/a.png",
        link="https://example.org/paper",
        updated_at=NOON.replace(microsecond=123456),
    )

    assert await store.papers.add(make_batch(paper)) == Added(papers=1)

    assert await store.papers.get(paper.id) == paper
    assert await store.papers.many([paper.id, "2603.99999"]) == {paper.id: paper}


async def test_knows_nothing_of_a_paper_it_was_never_shown(store: AnyStore) -> None:
    assert await store.papers.get("2603.00001") is None
    assert await store.papers.many(["2603.00001"]) == {}
    assert await store.papers.many([]) == {}
    assert await store.papers.counts(["2603.00001"], NOON) == {}
    assert await store.papers.observations("2603.00001", NOON) == []
    assert await store.papers.latest_listing_date(NOON, NOON.date()) is None
    assert await store.papers.totals() == (0, 0)


async def test_merges_what_two_sources_say_of_one_paper(store: AnyStore) -> None:
    await store.papers.add(make_batch(make_paper(abstract="", sources=("arxiv",), first_seen_at=NOON)))
    added = await store.papers.add(make_batch(make_paper(abstract="Found.", sources=("hugging_face",))))

    merged = await store.papers.get("2603.00001")
    assert merged is not None
    assert (merged.abstract, merged.sources) == ("Found.", ("arxiv", "hugging_face"))
    assert merged.first_seen_at == YESTERDAY
    assert added == Added()


async def test_merges_two_records_of_one_paper_within_a_batch(store: AnyStore) -> None:
    batch = make_batch(make_paper(sources=("arxiv",)), make_paper(sources=("github",)))

    assert await store.papers.add(batch) == Added(papers=1)

    paper = await store.papers.get("2603.00001")
    assert paper is not None
    assert paper.sources == ("arxiv", "github")


async def test_counts_an_observation_of_one_paper_source_and_instant_once(store: AnyStore) -> None:
    first = make_observation(upvotes=10)
    same = make_observation(upvotes=99)
    other_source = make_observation(source="github", github_stars=5)

    assert await store.papers.add(make_batch(make_paper(), first, same, other_source)) == Added(1, 2)
    assert await store.papers.add(make_batch(first, make_observation(at=NOON + hours(1)))) == Added(0, 1)

    kept = await store.papers.observations("2603.00001", NOON)
    assert kept == [other_source, first]
    assert await store.papers.totals() == (1, 3)


async def test_keeps_observations_that_come_after_their_paper(store: AnyStore) -> None:
    await store.papers.add(make_batch(make_paper()))

    assert await store.papers.add(make_batch(make_observation())) == Added(0, 1)


async def test_does_not_keep_what_is_said_of_a_paper_nobody_showed(store: AnyStore) -> None:
    assert await store.papers.add(make_batch(make_observation(), make_listing())) == Added()

    assert await store.papers.totals() == (0, 0)
    assert await store.papers.listings(date.min, date.max, NOON) == []


async def test_takes_a_batch_of_many_papers_at_once(store: AnyStore) -> None:
    papers = make_papers(1203)
    observations = [make_observation(paper.id) for paper in papers]

    assert await store.papers.add(make_batch(*papers, *observations)) == Added(1203, 1203)
    assert await store.papers.add(make_batch(*papers, *observations)) == Added()

    assert len(await store.papers.many([paper.id for paper in papers])) == 1203
    assert len(await store.papers.counts([paper.id for paper in papers], NOON)) == 1203


async def test_lists_papers_first_seen_between_two_instants_by_id(store: AnyStore) -> None:
    before, start, inside, end, after = (
        make_paper(f"2603.0000{number}", first_seen_at=at)
        for number, at in zip(
            (1, 5, 3, 2, 4), (NOON - hours(9), NOON - hours(8), NOON - hours(4), NOON, NOON + hours(1)), strict=True
        )
    )
    await store.papers.add(make_batch(before, start, inside, end, after))

    assert await store.papers.seen_since(NOON - hours(8), NOON) == [end, inside, start]


async def test_counts_are_the_latest_known_of_each_signal_over_all_sources(store: AnyStore) -> None:
    await store.papers.add(
        make_batch(
            make_paper(),
            make_paper("2603.00002"),
            make_observation(at=NOON - hours(3), upvotes=5, github_stars=100),
            make_observation(at=NOON - hours(2), source="github", github_stars=120, github_forks=7),
            make_observation(at=NOON - hours(1), upvotes=9),
            make_observation(at=NOON + hours(1), upvotes=50),
        )
    )

    assert await store.papers.counts(["2603.00001", "2603.00002"], NOON) == {
        "2603.00001": Counts(upvotes=9, github_stars=120, github_forks=7),
        "2603.00002": Counts(),
    }
    assert await store.papers.counts(["2603.00001"], NOON - hours(9)) == {"2603.00001": Counts()}


async def test_a_count_of_zero_is_not_a_missing_one(store: AnyStore) -> None:
    await store.papers.add(make_batch(make_paper(), make_observation(upvotes=0, comments=None)))

    assert await store.papers.counts(["2603.00001"], NOON) == {"2603.00001": Counts(upvotes=0)}
    evidence = await store.papers.evidence(EVER, NOON)
    assert evidence.values["upvotes"].tolist() == [0.0]
    assert np.isnan(evidence.values["comments"]).all()


async def test_listings_are_sorted_by_date_and_position(store: AnyStore) -> None:
    one, two, three = (
        make_listing("2603.00001", date(2026, 3, 10), 1),
        make_listing("2603.00002", date(2026, 3, 10), 0),
        make_listing("2603.00003", date(2026, 3, 9), 5),
    )
    later = make_listing("2603.00003", date(2026, 3, 8), 0, listed_at=NOON + hours(1))
    await store.papers.add(make_batch(*make_papers(3), one, two, three, later))

    assert await store.papers.listings(date(2026, 3, 8), date(2026, 3, 10), NOON) == [three, two, one]
    assert await store.papers.listings(date(2026, 3, 10), date(2026, 3, 10), NOON) == [two, one]


async def test_of_a_listing_the_earliest_sight_stays_and_the_latest_place(store: AnyStore) -> None:
    await store.papers.add(make_batch(make_paper(), make_listing(position=4, listed_at=NOON)))
    await store.papers.add(make_batch(make_listing(position=2, listed_at=NOON - hours(3))))
    await store.papers.add(make_batch(make_listing(position=7, listed_at=NOON)))

    listed = await store.papers.listings(date(2026, 3, 10), date(2026, 3, 10), NOON)

    assert listed == [make_listing(position=7, listed_at=NOON - hours(3))]


async def test_the_latest_listing_date_is_the_last_before_a_day_that_had_been_seen(store: AnyStore) -> None:
    friday, monday = date(2026, 3, 6), date(2026, 3, 9)
    await store.papers.add(
        make_batch(make_paper(), make_listing(day=friday, listed_at=NOON - days(4)), make_listing(day=monday))
    )

    assert await store.papers.latest_listing_date(NOON, monday) == friday
    assert await store.papers.latest_listing_date(NOON, date(2026, 3, 10)) == monday
    assert await store.papers.latest_listing_date(NOON - hours(1), date(2026, 3, 10)) == friday
    assert await store.papers.latest_listing_date(NOON, friday) is None


@pytest.mark.parametrize(
    "news",
    [
        make_batch(make_paper("2603.00002")),
        make_batch(make_paper(summary="New.")),
        make_batch(make_observation(at=NOON + hours(1))),
        make_batch(make_listing(day=date(2026, 3, 11))),
        make_batch(make_listing(listed_at=NOON - hours(1))),
        make_batch(make_listing(position=3)),
    ],
    ids=["paper", "change", "observation", "listing", "earlier listing", "other place"],
)
async def test_the_generation_grows_with_news_and_with_nothing_else(store: AnyStore, news: object) -> None:
    known = make_batch(make_paper(), make_observation(), make_listing())
    await store.papers.add(known)
    first = await store.papers.generation()
    await store.papers.add(known)
    assert await store.papers.generation() == first

    assert isinstance(news, type(known))
    await store.papers.add(news)

    assert await store.papers.generation() > first


async def test_tells_which_papers_were_written_since_a_generation(store: AnyStore) -> None:
    await store.papers.add(make_batch(make_paper(id="2603.00001"), make_paper(id="2603.00002")))
    first = await store.papers.generation()
    assert sorted(await store.papers.written_since(first - 1)) == ["2603.00001", "2603.00002"]
    assert await store.papers.written_since(first) == []

    await store.papers.add(make_batch(make_observation("2603.00001")))
    assert await store.papers.written_since(first) == []

    changed = make_paper(id="2603.00002", title="Bridges that last longer", version=7)
    await store.papers.add(make_batch(changed, make_paper(id="2603.00003")))
    assert sorted(await store.papers.written_since(first)) == ["2603.00002", "2603.00003"]


async def test_remembers_how_each_source_last_answered(store: AnyStore) -> None:
    await store.papers.note_source(make_source("hugging_face"))
    await store.papers.note_source(make_source("arxiv"))
    failing = make_source("arxiv", failing_since=NOON, reason="It answered with an error page.")
    await store.papers.note_source(failing)

    assert await store.papers.sources() == [failing, make_source("hugging_face")]

"""What the ranking is worked out from, as each store gives it."""

from datetime import UTC, datetime

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.models import SIGNALS, Counts
from tests.builders import (
    NOON,
    YESTERDAY,
    days,
    hours,
    make_batch,
    make_observation,
    make_paper,
)
from tests.conftest import AnyStore

EVER = datetime(1, 1, 1, tzinfo=UTC)


async def test_evidence_holds_papers_by_id_and_observations_by_paper_and_time(store: AnyStore) -> None:
    await store.papers.add(
        make_batch(
            make_paper("2603.00002", first_seen_at=NOON - hours(30)),
            make_paper("2603.00001", published_at=None),
            make_paper("2603.00003", first_seen_at=NOON + hours(1)),
            make_paper("2603.00004", first_seen_at=NOON - days(400)),
            make_observation("2603.00002", NOON - hours(1), upvotes=4),
            make_observation("2603.00001", NOON - hours(1), upvotes=3),
            make_observation("2603.00001", NOON - hours(2), upvotes=1),
            make_observation("2603.00001", NOON - hours(1), "github", github_stars=8),
            make_observation("2603.00001", NOON + hours(1), upvotes=30),
            make_observation("2603.00004", NOON - hours(1), upvotes=40),
        )
    )

    evidence = await store.papers.evidence(NOON - days(180), NOON)

    assert evidence.as_of == NOON
    assert evidence.paper_ids == ("2603.00001", "2603.00002")
    assert evidence.first_seen_at.tolist() == [YESTERDAY.timestamp(), (NOON - hours(30)).timestamp()]
    np.testing.assert_array_equal(evidence.published_at, [np.nan, (NOON - days(2)).timestamp()])
    assert evidence.paper_index.tolist() == [0, 0, 0, 1]
    assert evidence.observed_at.tolist() == [(NOON - hours(back)).timestamp() for back in (2, 1, 1, 1)]
    np.testing.assert_array_equal(evidence.values["upvotes"], [1, np.nan, 3, 4])
    np.testing.assert_array_equal(evidence.values["github_stars"], [np.nan, 8, np.nan, np.nan])


async def test_evidence_of_nothing_is_empty_and_has_all_columns(store: AnyStore) -> None:
    evidence = await store.papers.evidence(EVER, NOON)

    assert (evidence.paper_ids, evidence.paper_index.dtype) == ((), np.dtype(np.int32))
    assert {name: len(column) for name, column in evidence.values.items()} == dict.fromkeys(SIGNALS, 0)
    assert len(evidence.first_seen_at) == len(evidence.published_at) == len(evidence.observed_at) == 0


async def test_evidence_of_papers_that_nobody_observed(store: AnyStore) -> None:
    await store.papers.add(make_batch(make_paper()))

    evidence = await store.papers.evidence(EVER, NOON)

    assert (evidence.paper_ids, len(evidence.paper_index)) == (("2603.00001",), 0)


_observations = st.lists(
    st.builds(
        lambda back, source, counts: make_observation("2603.00001", NOON - hours(back), source, **counts),
        st.integers(-2, 4),
        st.sampled_from(["arxiv", "github", "hugging_face"]),
        st.dictionaries(st.sampled_from(SIGNALS), st.integers(0, 9), min_size=1),
    ),
    max_size=8,
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
async def test_counts_evidence_and_observations_tell_the_same(store: AnyStore, data: st.DataObject) -> None:
    """The last known value of each column of the evidence is the count, whatever was observed."""
    await store.papers.add(make_batch(make_paper(), *data.draw(_observations)))

    folded = Counts()
    for observation in await store.papers.observations("2603.00001", NOON):
        folded = folded.updated(observation.counts)
    evidence = await store.papers.evidence(EVER, NOON)
    known = {name: column[~np.isnan(column)] for name, column in evidence.values.items()}

    assert (await store.papers.counts(["2603.00001"], NOON))["2603.00001"] == folded
    assert folded == Counts(**{name: int(column[-1]) for name, column in known.items() if len(column)})


async def test_evidence_tells_who_made_a_paper_and_who_showed_it(store: AnyStore) -> None:
    one = make_paper("2603.00001", title="Four words of title", authors=("Ada", "Ben"), submitter="cyd")
    other = make_paper("2603.00002", authors=("Ben",), submitter="cyd", organization="A lab", github_repo="a/b")
    third = make_paper("2603.00003", authors=(), project_page="https://example.org/page")
    await store.papers.add(make_batch(one, other, third))
    traits = (await store.papers.evidence(NOON - days(180), NOON)).traits
    assert traits is not None
    assert traits.author_of.tolist() == [0, 0, 1]
    assert traits.author[1] == traits.author[2] != traits.author[0]
    assert traits.submitter[0] == traits.submitter[1]
    assert traits.submitter[2] == -1
    assert traits.organization.tolist() == [0, 1, 0]
    assert traits.repository.tolist() == [0, 1, 0]
    assert traits.project_page.tolist() == [0, 0, 1]
    assert traits.title_length[0] == len("Four words of title")


async def test_a_paper_that_is_read_again_is_as_it_is_now(store: AnyStore) -> None:
    await store.papers.add(make_batch(make_paper(id="2603.00001", title="Before")))
    assert (await store.papers.many(["2603.00001", "2603.00002"])).keys() == {"2603.00001"}
    later = make_paper(id="2603.00001", title="After", version=7)
    await store.papers.add(make_batch(later, make_paper(id="2603.00002")))
    read = await store.papers.many(["2603.00001", "2603.00002"])
    assert read["2603.00001"].title == "After"
    assert read.keys() == {"2603.00001", "2603.00002"}

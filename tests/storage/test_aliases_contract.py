"""One paper that came under two ids, on every store: a journal's DOI first, arXiv's id later."""

import zlib
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.models import Batch, Feed, PartState, SavedPaper, Tally
from bot.models import DeliveryState as State
from bot.ports import PartEnd, Record
from tests.builders import CHANNEL, NOON, days, hours, make_batch, make_listing, make_observation, make_paper
from tests.conftest import AnyStore
from tests.storage.ledger import PAYLOADS, PLAIN, claimed, lease
from tests.storage.people import ANN, BEN, HERE, a_vote, suggested

DOI, ARXIV = "doi:10.1000/example.7", "2603.00007"
FEED_URL = "https://journal.example.org/feed"
AS_JOURNAL = make_paper(
    DOI, title="A title", abstract="", authors=("Ada Example",), first_seen_at=NOON - days(9), sources=("feed",)
)
AS_ARXIV = make_paper(ARXIV, title="A title", abstract="An abstract.", doi="10.1000/EXAMPLE.7", first_seen_at=NOON)


def said(paper_id: str, at: int, upvotes: int) -> Batch:
    return make_batch(make_observation(paper_id, NOON - hours(at), upvotes=upvotes))


async def test_both_are_one_paper_once_and_are_found_by_either_id(store: AnyStore) -> None:
    await store.papers.add(make_batch(AS_JOURNAL))
    added = await store.papers.add(make_batch(AS_ARXIV))

    assert (added.papers, (await store.papers.totals())[0]) == (0, 1)
    one = await store.papers.get(ARXIV)
    assert one is not None
    assert await store.papers.get(DOI) == one
    assert (one.id, one.abstract, one.first_seen_at) == (ARXIV, "An abstract.", NOON - days(9))
    assert (await store.papers.present(DOI), await store.papers.present(ARXIV)) == (ARXIV, ARXIV)
    assert await store.papers.present("doi:10.1000/other") == "doi:10.1000/other"
    assert [paper.id for paper in await store.papers.seen_since(NOON - days(30), NOON)] == [ARXIV]


async def test_what_comes_under_the_other_id_later_is_the_papers(store: AnyStore) -> None:
    await store.papers.add(make_batch(AS_ARXIV))
    await store.papers.add(make_batch(replace(AS_JOURNAL, organization="Example Lab")))
    await store.papers.add(said(DOI, 2, 40))

    assert (await store.papers.totals()) == (1, 1)
    one = await store.papers.get(ARXIV)
    assert one is not None
    assert one.organization == "Example Lab"
    assert (await store.papers.counts([ARXIV], NOON))[ARXIV].upvotes == 40


async def test_observations_and_lists_go_with_it_each_once(store: AnyStore) -> None:
    await store.papers.add(make_batch(AS_JOURNAL, make_observation(DOI, NOON - hours(5), upvotes=3)))
    await store.papers.add(make_batch(make_listing(DOI, listed_at=NOON - hours(4))))
    await store.papers.add(make_batch(AS_ARXIV, make_observation(ARXIV, NOON - hours(3), upvotes=9)))

    assert [one.counts.upvotes for one in await store.papers.observations(ARXIV, NOON)] == [3, 9]
    day = make_listing(DOI).date
    assert [one.paper_id for one in await store.papers.listings(day, day, NOON + days(9))] == [ARXIV]
    assert list((await store.papers.evidence(NOON - days(30), NOON)).paper_ids) == [ARXIV]


async def test_votes_libraries_and_suggestions_go_with_it(store: AnyStore) -> None:
    await store.papers.add(make_batch(AS_JOURNAL))
    await store.people.vote(a_vote(ANN, DOI, up=False, at=NOON))
    await store.people.vote(a_vote(ANN, ARXIV, up=True, at=NOON - hours(1)))
    await store.people.vote(a_vote(BEN, DOI))
    await store.people.save(ANN, SavedPaper(paper_id=DOI, at=NOON, note="read it"))
    await store.people.save(ANN, SavedPaper(paper_id=ARXIV, at=NOON, note=""))
    await store.people.save(BEN, SavedPaper(paper_id=DOI, at=NOON, note=""))
    await store.people.suggest(suggested(BEN, DOI, at=NOON - hours(2), why="first"))
    await store.people.suggest(suggested(ANN, ARXIV, at=NOON, why="second"))

    await store.papers.add(make_batch(AS_ARXIV))

    assert await store.people.tallies(HERE) == {ARXIV: Tally(1, 1)}, "of one person what was said last"
    assert [(one.paper_id, one.note) for one in await store.people.library(ANN)] == [(ARXIV, "read it")]
    assert [one.paper_id for one in await store.people.library(BEN)] == [ARXIV]
    assert [(one.paper_id, one.by, one.why) for one in await store.people.suggestions(HERE)] == [(ARXIV, BEN, "first")]


async def test_a_channel_that_saw_it_under_its_first_id_has_seen_it(store: AnyStore) -> None:
    await store.papers.add(make_batch(AS_JOURNAL))
    only = await claimed(store)
    await store.deliveries.freeze(only, lease(), [DOI], PAYLOADS, PLAIN)
    end = PartEnd(number=0, state=PartState.SENT, url="https://chat.example/m1")
    await store.deliveries.record(only, "ann", Record(state=State.SENT, part=end))

    await store.papers.add(make_batch(AS_ARXIV))

    assert ARXIV in await store.deliveries.shown_since(CHANNEL, NOON - days(30))
    (found,) = await store.deliveries.shown_in("slack", "T0001", [ARXIV], NOON - days(30))
    assert (found.paper_ids, found.url) == ((ARXIV,), "https://chat.example/m1")


async def test_what_a_channels_own_feed_gave_stays_its_own_entry(store: AnyStore) -> None:
    await store.feeds.add_feed(CHANNEL, FEED_URL, NOON)
    await store.papers.add(make_batch(AS_JOURNAL))
    await store.feeds.note_feed(Feed(url=FEED_URL, checked_at=NOON), [DOI])
    await store.papers.add(make_batch(AS_ARXIV))
    assert await store.feeds.given(CHANNEL, NOON - days(1), NOON + days(1)) == {ARXIV: FEED_URL}


async def test_a_doi_that_two_papers_claim_stays_with_the_first(store: AnyStore) -> None:
    await store.papers.add(make_batch(AS_ARXIV))
    await store.papers.add(make_batch(make_paper("2603.00008", doi=AS_ARXIV.doi)))
    assert await store.papers.present(DOI) == ARXIV
    assert (await store.papers.totals())[0] == 2


@pytest.mark.parametrize("doi", ["10.48550/arXiv.2603.00007", "no doi", ""])
async def test_arxivs_own_doi_and_what_is_none_are_no_other_name(store: AnyStore, doi: str) -> None:
    await store.papers.add(make_batch(make_paper(ARXIV, doi=doi)))
    assert (await store.papers.totals())[0] == 1
    assert await store.papers.present(DOI) == DOI


@given(order=st.permutations(["journal", "arxiv", "journal again", "counts of the journal", "counts of arxiv"]))
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_in_whatever_order_they_come_it_ends_as_one_paper(store: AnyStore, order: list[str]) -> None:
    number = 20_000 + zlib.crc32(" ".join(order).encode()) % 9_999  # each order its own paper in the same store
    arxiv, doi = f"2603.{number}", f"10.1000/of.{number}"
    journal = replace(AS_JOURNAL, id=f"doi:{doi}")
    batches = {
        "journal": make_batch(journal),
        "journal again": make_batch(replace(journal, organization="Example Lab", updated_at=NOON + hours(9))),
        "arxiv": make_batch(replace(AS_ARXIV, id=arxiv, doi=doi)),
        "counts of the journal": said(journal.id, 1, 7),
        "counts of arxiv": said(arxiv, 2, 5),
    }
    for name in order:
        await store.papers.add(batches[name])
    one = await store.papers.get(journal.id)
    assert one is not None
    assert (one.id, one.first_seen_at, one.organization) == (arxiv, NOON - days(9), "Example Lab")
    assert await store.papers.many([journal.id]) == {}

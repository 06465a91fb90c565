"""What every PeopleStore does: in memory, on SQLite and on PostgreSQL."""

from bot.models import (
    ChannelKey,
    Facet,
    Forgotten,
    SavedPaper,
    Stance,
    Tally,
)
from tests.builders import NOON, days, hours
from tests.conftest import AnyStore
from tests.storage.people import ANN, BEN, ELSEWHERE, GAP, HERE, OTHER, PAPER, a_vote, interest, suggested


async def test_counts_one_vote_a_person_the_last_one(store: AnyStore) -> None:
    await store.people.vote(a_vote())
    await store.people.vote(a_vote(BEN))
    await store.people.vote(a_vote(BEN, up=False))
    await store.people.vote(a_vote(BEN, OTHER))

    assert await store.people.tallies(HERE) == {PAPER: Tally(1, 1), OTHER: Tally(1, 0)}


async def test_a_cleared_vote_is_none(store: AnyStore) -> None:
    await store.people.vote(a_vote())
    await store.people.clear_vote(HERE, ANN, PAPER)
    await store.people.clear_vote(HERE, ANN, PAPER)

    assert await store.people.tallies(HERE) == {}


async def test_votes_stay_in_their_workspace(store: AnyStore) -> None:
    await store.people.vote(a_vote(workspace=ELSEWHERE))

    assert await store.people.tallies(HERE) == {}
    assert await store.people.tallies(ELSEWHERE) == {PAPER: Tally(1, 0)}


async def test_votes_can_be_counted_of_some_papers_of_a_time_and_of_a_channel(store: AnyStore) -> None:
    there = ChannelKey("slack", "T0001", "C0002")
    await store.people.vote(a_vote(at=NOON - days(9)))
    await store.people.vote(a_vote(BEN, at=NOON, channel=there))
    await store.people.vote(a_vote(paper_id=OTHER, at=NOON - days(1)))

    assert await store.people.tallies(HERE, paper_ids=[OTHER, "2603.00009"]) == {OTHER: Tally(1, 0)}
    assert await store.people.tallies(HERE, paper_ids=[]) == {}
    assert await store.people.tallies(HERE, since=NOON - days(2)) == {PAPER: Tally(1, 0), OTHER: Tally(1, 0)}
    assert await store.people.tallies(HERE, until=NOON - days(2)) == {PAPER: Tally(1, 0)}
    assert await store.people.tallies(HERE, channel=there) == {PAPER: Tally(1, 0)}


async def test_a_library_is_its_owners_newest_first(store: AnyStore) -> None:
    first, second = SavedPaper(paper_id=PAPER, at=NOON, note="read it"), SavedPaper(paper_id=OTHER, at=NOON + hours(1))
    assert await store.people.save(ANN, first)
    assert await store.people.save(ANN, second)
    await store.people.save(BEN, first)

    assert await store.people.library(ANN) == [second, first]


async def test_saving_again_keeps_the_time_and_replaces_the_note_by_one_that_says_something(store: AnyStore) -> None:
    await store.people.save(ANN, SavedPaper(paper_id=PAPER, at=NOON, note="one"))

    assert not await store.people.save(ANN, SavedPaper(paper_id=PAPER, at=NOON + hours(1)))
    assert await store.people.library(ANN) == [SavedPaper(paper_id=PAPER, at=NOON, note="one")]
    assert not await store.people.save(ANN, SavedPaper(paper_id=PAPER, at=NOON + hours(1), note="two"))
    assert await store.people.library(ANN) == [SavedPaper(paper_id=PAPER, at=NOON, note="two")]


async def test_what_is_taken_out_of_a_library_is_gone(store: AnyStore) -> None:
    await store.people.save(ANN, SavedPaper(paper_id=PAPER, at=NOON))

    assert not await store.people.unsave(BEN, PAPER)
    assert await store.people.unsave(ANN, PAPER)
    assert not await store.people.unsave(ANN, PAPER)
    assert await store.people.library(ANN) == []


async def test_a_paper_is_suggested_once_in_a_workspace_and_the_first_one_stays(store: AnyStore) -> None:
    first = await store.people.suggest(suggested())
    second = await store.people.suggest(suggested(BEN, name="Ben", why="mine", at=NOON + hours(1)))
    await store.people.suggest(suggested(BEN, workspace=ELSEWHERE))
    newer = await store.people.suggest(suggested(BEN, OTHER, at=NOON + hours(2)))

    assert first == second == suggested()
    assert await store.people.suggestions(HERE) == [newer, first]


async def test_an_interest_is_kept_once_whatever_its_stance_and_case(store: AnyStore) -> None:
    await store.people.set_interest(ANN, interest("robots"))
    await store.people.set_interest(ANN, interest("Robots", stance=Stance.MUTE))
    await store.people.set_interest(ANN, interest("Robots", Facet.AUTHOR))

    assert await store.people.interests(ANN, NOON) == [
        interest("Robots", Facet.AUTHOR),
        interest("Robots", stance=Stance.MUTE),
    ]
    assert await store.people.interests(BEN, NOON) == []


async def test_an_interest_ends_at_its_time_and_can_be_dropped(store: AnyStore) -> None:
    await store.people.set_interest(ANN, interest("a while", until=NOON + hours(1)))
    await store.people.set_interest(ANN, interest("for ever"))

    assert [one.term for one in await store.people.interests(ANN, NOON)] == ["a while", "for ever"]
    assert [one.term for one in await store.people.interests(ANN, NOON + hours(1))] == ["for ever"]
    assert await store.people.drop_interest(ANN, Facet.TOPIC, "FOR EVER")
    assert not await store.people.drop_interest(ANN, Facet.TOPIC, "for ever")


async def test_a_visit_ends_where_a_gap_begins(store: AnyStore) -> None:
    assert await store.people.visit(ANN, NOON, GAP) is None
    assert await store.people.visit(ANN, NOON + hours(0.5), GAP) is None
    later = NOON + hours(20)
    assert await store.people.visit(ANN, later, GAP) == NOON + hours(0.5)
    assert await store.people.visit(ANN, later + hours(0.9), GAP) == NOON + hours(0.5)
    assert await store.people.visit(BEN, later, GAP) is None


async def test_who_is_forgotten_leaves_nothing_but_suggestions_without_a_name(store: AnyStore) -> None:
    for person in (ANN, BEN):
        await store.people.save(person, SavedPaper(paper_id=PAPER, at=NOON))
        await store.people.set_interest(person, interest())
        await store.people.vote(a_vote(person))
        await store.people.visit(person, NOON, GAP)
    await store.people.suggest(suggested())

    assert await store.people.forget(ANN) == Forgotten(saved=1, interests=1, votes=1, suggestions=1)

    assert await store.people.library(ANN) == []
    assert await store.people.interests(ANN, NOON) == []
    assert await store.people.visit(ANN, NOON + days(1), GAP) is None
    assert await store.people.tallies(HERE) == {PAPER: Tally(1, 0)}
    (kept,) = await store.people.suggestions(HERE)
    assert (kept.name, kept.by.id, kept.why) == ("", "", "short")
    assert len(await store.people.library(BEN)) == 1
    assert await store.people.forget(ANN) == Forgotten()

"""What would have to change for a paper to be in today's digest: told exactly, and honest where nothing would do."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.choice import Pick
from bot.choice.needed import needed
from bot.models import Counts, Filters, PersonKey, Preferences, Topics, Vote, Window, Workspace
from bot.ranking import rank
from bot.ranking.whatif import CHANGES, Change
from bot.service import Service
from bot.views import Explanation
from tests.bot.papers_seen import Seen, crowd, evidence
from tests.bot.test_digest_choice import sent, service_at
from tests.builders import (
    CHANNEL,
    NOON,
    days,
    hours,
    make_batch,
    make_change,
    make_observation,
    make_paper,
    make_subscription,
)
from tests.memory_store import MemoryStore
from tests.service import make_desk

A_DAY = hours(20)
UPVOTES = re.compile(r"([0-9,]+) more upvotes?")


async def add(store: MemoryStore, paper_id: str, upvotes: int, *, old: timedelta = A_DAY, **changes: object) -> None:
    seen = NOON - old
    paper = make_paper(paper_id, first_seen_at=seen, published_at=seen, title=f"Study {paper_id}", **changes)
    await store.papers.add(make_batch(paper, make_observation(paper_id, seen + hours(1), upvotes=0)))
    await store.papers.add(make_batch(make_observation(paper_id, NOON - hours(0.1), upvotes=upvotes)))


async def scene(**changes: object) -> MemoryStore:
    """Nine papers with more and more upvotes, and a channel that takes the best three."""
    store = MemoryStore()
    for number in range(1, 10):
        await add(store, f"2603.0000{number}", 6 * number)
    told = {"topics": Topics(), "limit": 3, "next_run_at": NOON + days(1)} | changes
    await store.channels.create(make_subscription(**told), make_change())  # type: ignore[arg-type]  # a test's fields
    return store


async def prospect(service: Service, paper_id: str) -> str:
    paper = await service.reading.known(paper_id)
    return await service.prospects.of(make_subscription().channel, paper)


async def chosen(service: Service) -> set[str]:
    subscription = await service.store.channels.subscription(make_subscription().channel)
    assert subscription is not None
    digest = await service.digests.choose(subscription, NOON.date(), None)
    return {ranked.paper.id for ranked in digest.papers}


async def test_a_paper_that_is_chosen_is_said_to_be_in_it() -> None:
    service = service_at(await scene(), NOON)
    for paper_id in await chosen(service):
        assert await prospect(service, paper_id) == "It is in today's digest as it stands now."


async def test_the_upvotes_that_are_said_to_be_enough_are_enough_and_one_less_is_not() -> None:
    store = await scene()
    told = await prospect(service_at(store, NOON), "2603.00002")
    assert told.startswith("To be in today's digest it lacks ")
    found = UPVOTES.search(told)
    assert found is not None
    enough = int(found[1].replace(",", ""))
    for more, expected in ((enough - 1, False), (enough, True)):
        other = await scene()
        again = make_observation("2603.00002", NOON - hours(0.1), source="elsewhere", upvotes=12 + more)
        await other.papers.add(make_batch(replace(again, observed_at=NOON - hours(0.1) + timedelta(seconds=1))))
        assert ("2603.00002" in await chosen(service_at(other, NOON))) is expected


async def test_the_votes_that_are_said_to_be_enough_are_enough() -> None:
    store = await scene()
    told = await prospect(service_at(store, NOON), "2603.00006")
    found = re.search(r"([0-9]+) of this workspace pressing 👍", told)
    assert found is not None
    for number in range(int(found[1])):
        await store.people.vote(
            Vote(
                workspace=Workspace.of(CHANNEL),
                paper_id="2603.00006",
                voter=PersonKey("slack", "T1", f"U{number}"),
                channel=CHANNEL,
                up=True,
                at=NOON - hours(1),
            )
        )
    assert "2603.00006" in await chosen(service_at(store, NOON))


async def test_the_votes_that_are_enough_are_counted_as_this_channel_counts_them() -> None:
    """Where each paper gets ten votes, one says less; and one vote less would not be enough."""
    store = await scene()
    await votes(store, {f"2603.0000{number}": 10 for number in range(1, 4)})
    await votes(store, {"2603.00006": 2})
    told = await prospect(service_at(store, NOON), "2603.00006")
    found = re.search(r"([0-9]+) more of this workspace pressing 👍", told)
    assert found is not None, told
    enough = int(found[1])
    assert enough > 5
    for more, expected in ((enough - 1, False), (enough, True)):
        other = await scene()
        await votes(other, {f"2603.0000{number}": 10 for number in range(1, 4)})
        await votes(other, {"2603.00006": 2 + more})
        assert ("2603.00006" in await chosen(service_at(other, NOON))) is expected


async def votes(store: MemoryStore, wanted: Mapping[str, int]) -> None:
    for paper_id, count in wanted.items():
        for number in range(count):
            voter = PersonKey("slack", "T1", f"U{number}")
            team, at = Workspace.of(CHANNEL), NOON - hours(1)
            await store.people.vote(
                Vote(workspace=team, paper_id=paper_id, voter=voter, channel=CHANNEL, up=True, at=at)
            )


async def test_what_no_count_can_change_is_said_instead() -> None:
    store = await scene(topics=Topics(include=("robots",)))
    service = service_at(store, NOON)
    assert await prospect(service, "2603.00009") == (
        "It is not in today's digest and no single change would bring it: it fits none of this channel's topics."
    )
    await add(store, "2602.00001", 90, old=days(15))
    assert "first seen in the last 14 days" in await prospect(service_at(store, NOON), "2602.00001")


async def test_an_excluded_paper_is_told_so() -> None:
    service = service_at(await scene(topics=Topics(exclude=("study",))), NOON)
    assert "a topic excludes it" in await prospect(service, "2603.00009")


async def test_a_paper_that_was_shown_does_not_come_again() -> None:
    store = await scene()
    assert "2603.00009" in await sent(store, NOON)
    today = await prospect(service_at(store, NOON + hours(1)), "2603.00009")
    assert today == "It is in today's digest as it stands now."
    tomorrow = await prospect(service_at(store, NOON + days(1)), "2603.00009")
    assert "it was shown here already, and comes once in 30 days" in tomorrow


async def test_the_channel_s_bar_counts_among_what_is_lacking() -> None:
    filters = Filters(minimum_upvotes=100)
    service = service_at(await scene(preferences=Preferences(filters=filters)), NOON)
    told = await prospect(service, "2603.00009")
    assert "46 upvotes are missing to this channel's bar" in told
    assert "👍" not in told, "a vote is no upvote"
    assert "46 more upvotes" in told
    code = service_at(await scene(preferences=Preferences(filters=Filters(only_with_code=True))), NOON)
    assert "it does not pass this channel's bar (no code)" in await prospect(code, "2603.00009")


async def test_a_minimum_score_is_lacked_too() -> None:
    wishes = Preferences(filters=Filters(minimum_score=7.0))
    service = service_at(await scene(preferences=wishes), NOON)
    told = await prospect(service, "2603.00009")
    score = (await service.reading.standing("2603.00009", window=Window.DAY)).ranked.score
    assert score is not None
    assert f"it lacks {7.0 - score:.2f} of score" in told


async def test_where_nothing_would_be_enough_that_is_said() -> None:
    wishes = Preferences(filters=Filters(minimum_score=90.0))
    told = await prospect(service_at(await scene(preferences=wishes), NOON), "2603.00001")
    assert re.fullmatch(
        r"It is not in today's digest and no single change would bring it: it lacks [0-9.]+ of score, "
        r"and even 2,000 more upvotes would add only [0-9.]+\.", told,
    )  # fmt: skip


async def test_a_full_week_is_no_fault_of_the_paper() -> None:
    service = service_at(await scene(preferences=Preferences(most_per_week=0)), NOON)
    assert await prospect(service, "2603.00009") == (
        "Nothing comes today, whatever its score: this week has had its 0 already."
    )


async def test_a_channel_without_a_digest_is_told_of_an_ordinary_one() -> None:
    store = MemoryStore()
    await add(store, "2603.00001", 7)
    service = service_at(store, NOON)
    assert await prospect(service, "2603.00001") == (
        "It would be in today's digest, if this channel had one, as it stands now."
    )


async def test_why_says_it() -> None:
    desk = make_desk(store=await scene())
    view = await desk.ask("why 2603.00009")
    assert isinstance(view, Explanation)
    assert view.notes[0] == "It is in today's digest as it stands now."


@given(st.floats(0.001, 50), st.floats(0.001, 100))
def test_the_least_rise_is_found(threshold: float, most: float) -> None:
    def chosen_after(rise: float) -> tuple[Pick, ...]:
        return (Pick(paper_id="a" if rise >= threshold else "b", parts=()),)

    found = needed("a", chosen_after, most)
    if threshold > most:
        assert found is None
    else:
        assert found is not None
        assert threshold <= found <= threshold + 2e-5 * most
    assert needed("b", chosen_after, most) == 0.0


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.name)
def test_more_never_gains_less_and_none_gains_nothing(change: Change) -> None:
    told = Counts(upvotes=9, github_stars=40, github_forks=2, comments=1)
    for paper in (Seen("2603.70001", 20, ((1, told),)), Seen("2603.70001", 20)):
        gains = rank(evidence([*crowd(12), paper])).gains("2603.70001", change)
        assert len(gains) == change.most + 1
        assert gains[0] == 0 or paper.readings == (), "a known 0 may count more than nothing"
        assert (np.diff(gains) >= 0).all()


@pytest.mark.parametrize(
    "readings",
    [
        ((10, Counts(upvotes=2)), (0.5, Counts(upvotes=9))),
        ((19, Counts(upvotes=2)), (15, Counts(upvotes=9))),
        (),
    ],
    ids=["read just now", "not read for long", "never read"],
)
@pytest.mark.parametrize("more", [1, 30])
@pytest.mark.parametrize("age", [20, 90])
@pytest.mark.parametrize("window", list(Window))
def test_the_gain_is_what_the_score_gains_once_so_many_more_are_read(
    readings: tuple[tuple[float, Counts], ...], more: int, age: float, window: Window
) -> None:
    paper = Seen("2603.70001", age, readings)
    last = readings[-1][1].upvotes or 0 if readings else 0
    then = replace(paper, readings=(*readings, (0.0, Counts(upvotes=last + more))))
    before, after = (rank(evidence([*crowd(12), one]), window=window) for one in (paper, then))
    gained = float(before.gains("2603.70001", CHANGES[0])[more])
    truly = (after.score("2603.70001") or 0) - (before.score("2603.70001") or 0)
    assert gained == pytest.approx(max(0.0, truly), abs=1e-5)

"""What "trending" promises, as facts about orders and scores."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.models import SIGNALS, Counts, Evidence, Traits, Window
from bot.ranking import MAXIMUM_AGE, Ranking, by_upvotes, fresh, rank
from tests.bot.papers_seen import NOW, Seen, crowd, evidence, growing, place_of, score_of

counts_of_a_moment = st.fixed_dictionaries(
    {name: st.none() | st.integers(0, 60) for name in ("upvotes", "comments", "github_stars", "github_forks")}
)


@st.composite
def papers(draw: st.DrawFn, least: int = 1) -> list[Seen]:
    seen = []
    for number in range(draw(st.integers(least, 7))):
        age = draw(st.floats(0.5, 24 * 60))
        hours = draw(st.lists(st.floats(0, 1), max_size=4, unique=True))
        readings = tuple((age * share, Counts(**draw(counts_of_a_moment))) for share in sorted(hours, reverse=True))
        seen.append(Seen(f"2603.{number:05}", age, readings))
    return seen


# --- properties -------------------------------------------------------------------------------------------------


@settings(max_examples=100, deadline=None)
@given(papers(), st.sampled_from(SIGNALS), st.integers(0, 60), st.integers(1, 200), st.sampled_from(Window))
def test_more_of_a_known_signal_never_lowers_a_paper(
    seen: list[Seen], name: str, known: int, by: int, window: Window
) -> None:
    def told(value: int) -> list[Seen]:
        *earlier, (hours, counts) = seen[0].readings or ((seen[0].age / 2, Counts()),)
        return [replace(seen[0], readings=(*earlier, (hours, replace(counts, **{name: value})))), *seen[1:]]

    before = rank(evidence(told(known)), window=window)
    after = rank(evidence(told(known + by)), window=window)
    assert score_of(after, seen[0].id) >= score_of(before, seen[0].id)
    assert place_of(after, seen[0].id) <= place_of(before, seen[0].id)


@settings(max_examples=100, deadline=None)
@given(papers(2), st.randoms())
def test_the_order_of_the_input_never_matters(seen: list[Seen], dice: object) -> None:
    mixed = list(seen)
    dice.shuffle(mixed)  # type: ignore[attr-defined]  # hypothesis gives a random.Random, typed as an object
    one, other = rank(evidence(seen)), rank(evidence(mixed))
    assert one.order == other.order
    assert one.scores.tolist() == other.scores.tolist()


def test_readings_in_any_order_are_read_by_time() -> None:
    told = evidence([growing("2603.00001", 20, 40), growing("2603.00002", 20, 10)])
    order = np.array([5, 0, 3, 2, 4, 1])
    mixed = replace(
        told,
        paper_index=told.paper_index[order],
        observed_at=told.observed_at[order],
        values={name: column[order] for name, column in told.values.items()},
    )
    assert rank(mixed).scores.tolist() == rank(told).scores.tolist()


@settings(max_examples=150, deadline=None)
@given(papers(), st.sampled_from(SIGNALS))
def test_a_missing_signal_never_lowers_a_paper_below_one_with_a_known_zero(seen: list[Seen], name: str) -> None:
    def with_value(paper_id: str, value: int | None) -> Seen:
        told = tuple((hours, replace(counts, **{name: value})) for hours, counts in seen[0].readings)
        return replace(seen[0], id=paper_id, readings=told)

    ranking = rank(evidence([with_value("2602.00001", None), with_value("2602.00002", 0), *seen[1:]]))
    assert score_of(ranking, "2602.00001") >= score_of(ranking, "2602.00002")


@settings(max_examples=150, deadline=None)
@given(papers(), st.sampled_from(Window))
def test_the_parts_add_up_to_the_score_exactly(seen: list[Seen], window: Window) -> None:
    ranking = rank(evidence(seen), window=window)
    for paper_id in ranking.order:
        parts = ranking.parts(paper_id)
        assert sum(part.part for part in parts) == ranking.score(paper_id)
        assert sum(part.part for part in reversed(parts)) == ranking.score(paper_id)
        assert {part.signal for part in parts if part.value is None and part.part != 0} == set()
    assert ranking.scores.tolist() == sorted(ranking.scores.tolist(), reverse=True)


def made_by(told: Evidence, authors: list[int], fact: float) -> Evidence:
    """The same, with one author of each paper, who showed it too; 1 or 0 for each fact."""
    size = len(told.paper_ids)
    who = np.array([authors[number % len(authors)] for number in range(size)], np.int64)
    facts = np.full(size, fact)
    traits = Traits(
        submitter=who,
        author=who,
        author_of=np.arange(size),
        organization=facts,
        repository=facts,
        project_page=facts,
        title_length=60 * facts,
    )
    return replace(told, traits=traits)


@settings(max_examples=100, deadline=None)
@given(
    papers(),
    st.lists(st.integers(0, 3), min_size=1, max_size=4),
    st.sampled_from([0.0, 1.0]),
    st.integers(0, 60),
    st.integers(1, 200),
)
def test_with_known_makers_too_parts_add_up_and_more_votes_never_lower(
    seen: list[Seen], authors: list[int], fact: float, upvotes: int, by: int
) -> None:
    def told(value: int | None) -> Ranking:
        hours = min((hours for hours, _ in seen[0].readings), default=seen[0].age / 2)
        one = replace(seen[0], readings=((hours, Counts(upvotes=value)),))
        return rank(made_by(evidence([one, *seen[1:]]), authors, fact))

    known = told(upvotes)
    for paper_id in known.order:
        assert sum(part.part for part in known.parts(paper_id)) == known.score(paper_id)
    assert score_of(told(upvotes + by), seen[0].id) >= score_of(known, seen[0].id)
    assert score_of(told(None), seen[0].id) >= score_of(told(0), seen[0].id)


@settings(max_examples=100, deadline=None)
@given(papers(), st.integers(0, 1000))
def test_what_was_observed_later_changes_nothing(seen: list[Seen], later: int) -> None:
    told = rank(evidence(seen))
    more = [replace(paper, readings=(*paper.readings, (-1.0, Counts(upvotes=later)))) for paper in seen]
    ranking = rank(evidence([*more, Seen("2603.99999", -2)]))
    assert ranking.order == told.order
    assert ranking.scores.tolist() == told.scores.tolist()


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 40), st.sampled_from([None, 0]), st.sampled_from([None, 0]), st.sampled_from(Window))
def test_bought_stars_do_not_reach_the_top(size: int, forks: int | None, upvotes: int | None, window: Window) -> None:
    """A repository given 1,000 stars in a day, which nobody forked and whose paper nobody voted for."""
    readings = ((26.0, Counts(github_stars=5)), (1.0, Counts(github_stars=1005, github_forks=forks, upvotes=upvotes)))
    bought = Seen("2603.66666", 30, readings)
    ranking = rank(evidence([*map(with_code, crowd(20 + size)), bought]), window=window)
    assert place_of(ranking, bought.id) >= 3


def with_code(seen: Seen) -> Seen:
    """The same paper with a repository that gets a star for each upvote, and a fork for every tenth."""

    def starred(counts: Counts) -> Counts:
        upvotes = counts.upvotes or 0
        return replace(counts, github_stars=upvotes, github_forks=upvotes // 10)

    return replace(seen, readings=tuple((hours, starred(counts)) for hours, counts in seen.readings))


@settings(max_examples=100, deadline=None)
@given(st.floats(0.1, 170), st.floats(0, 1), st.integers(0, 40))
def test_a_reading_without_votes_is_worth_no_more_than_none_and_less_than_a_vote(
    age: float, left: float, size: int
) -> None:
    """However young the paper was when it was read: what is young and read is not better than what is voted for."""

    def score(upvotes: int | None) -> float:
        seen = Seen("2603.66666", age, ((age * left, Counts(upvotes=upvotes)),))
        return score_of(rank(evidence([*crowd(size), seen])), seen.id)

    assert score(0) <= score(None)
    assert score(0) <= score(1) <= score(2)


def test_equal_scores_are_ordered_by_upvotes_then_newness_then_id() -> None:
    same = [Seen("2603.00003", 30), Seen("2603.00001", 30), Seen("2603.00002", 30)]
    assert rank(evidence(same)).order == ("2603.00001", "2603.00002", "2603.00003")


# --- orders people would expect ---------------------------------------------------------------------------------


def test_velocity_beats_fame() -> None:
    """Ten days old with 300 upvotes that stopped coming, against yesterday's paper with 60."""
    famous = Seen("2602.00001", 240, ((200, Counts(upvotes=295)), (24, Counts(upvotes=299)), (1, Counts(upvotes=300))))
    ranking = rank(evidence([*crowd(60), famous, growing("2603.70000", 24, 60)]))
    assert ranking.order[0] == "2603.70000"


def test_an_old_paper_that_takes_off_again_is_trending() -> None:
    readings = (
        (200, Counts(upvotes=12)),
        (100, Counts(upvotes=60)),
        (24, Counts(upvotes=180)),
        (1, Counts(upvotes=230)),
    )
    revived = Seen("2601.00001", 24 * 50, readings)
    ranking = rank(evidence([*crowd(80), revived]))
    assert place_of(ranking, revived.id) < 8


def test_a_first_look_at_a_site_takes_no_week_of_upvotes_for_an_hour() -> None:
    """Everything is first seen now: a week-old paper with 80 upvotes is slower than yesterday's with 70."""
    week_old = Seen("2603.00001", 0.1, ((0.1, Counts(upvotes=80)),), published=170)
    yesterday = Seen("2603.00002", 0.1, ((0.1, Counts(upvotes=70)),), published=26)
    assert rank(evidence([week_old, yesterday, *crowd(30)])).order[0] == yesterday.id


def test_the_window_decides_which_gain_counts() -> None:
    steady = Seen("2603.00001", 160, ((120, Counts(upvotes=40)), (25, Counts(upvotes=148)), (1, Counts(upvotes=150))))
    sudden = Seen("2603.00002", 160, ((120, Counts(upvotes=2)), (25, Counts(upvotes=5)), (1, Counts(upvotes=60))))
    both = [steady, sudden, *crowd(40)]
    day, month = rank(evidence(both), window=Window.DAY), rank(evidence(both), window=Window.MONTH)
    assert place_of(day, sudden.id) < place_of(day, steady.id)
    assert place_of(month, steady.id) < place_of(month, sudden.id)


def test_stars_that_forks_account_for_do_count() -> None:
    def starred(paper_id: str, forks: int) -> Seen:
        readings = (
            (26, Counts(github_stars=5, upvotes=1)),
            (1, Counts(github_stars=905, github_forks=forks, upvotes=3)),
        )
        return Seen(paper_id, 30, readings)

    ranking = rank(evidence([starred("2603.00001", 0), starred("2603.00002", 80), *crowd(40)]))
    assert place_of(ranking, "2603.00002") < place_of(ranking, "2603.00001")


@pytest.mark.parametrize(("age", "published"), [(24 * 181, None), (3.0, 24 * 181.0)])
def test_papers_older_than_180_days_are_no_candidates(age: float, published: float | None) -> None:
    old = Seen("2508.00001", age, ((1, Counts(upvotes=900)),), published)
    ranking = rank(evidence([old, growing("2603.00001", 24, 3)]))
    assert ranking.order == ("2603.00001",)
    assert (ranking.place(old.id), ranking.score(old.id)) == (None, None)
    assert timedelta(days=180) == MAXIMUM_AGE


def test_nothing_known_gives_an_empty_order() -> None:
    assert rank(evidence([])).order == ()


# --- dated lists ------------------------------------------------------------------------------------------------


def test_dated_lists_go_by_upvotes_then_by_the_feed() -> None:
    places = {"a": 0, "b": 1, "c": 2, "d": 3, "e": 4}
    assert by_upvotes({"a": None, "b": 3, "c": 9, "d": 3, "e": 0}, places) == ["c", "b", "d", "e", "a"]


def test_fresh_means_first_seen_at_most_fourteen_days_ago() -> None:
    assert fresh(NOW - timedelta(days=14), NOW)
    assert not fresh(NOW - timedelta(days=14, seconds=1), NOW)

"""What "trending" promises, as facts about orders and scores."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.models import SIGNALS, Counts, Evidence, Traits, Window
from bot.ranking import MAXIMUM_AGE, Ranking, by_upvotes, fresh, rank
from bot.ranking.cohorts import Cohorts, rarity
from bot.ranking.series import HOUR, Series, gain, shrunk_rate

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Seen:
    """A paper as a test tells it; hours before `NOW`."""

    id: str
    age: float
    readings: tuple[tuple[float, Counts], ...] = ()
    published: float | None = None


def evidence(papers: Sequence[Seen], as_of: datetime = NOW) -> Evidence:
    readings = [(row, hours, counts) for row, paper in enumerate(papers) for hours, counts in paper.readings]
    readings.sort(key=lambda reading: (reading[0], -reading[1]))
    now = NOW.timestamp()
    return Evidence(
        as_of=as_of,
        paper_ids=tuple(paper.id for paper in papers),
        first_seen_at=np.array([now - paper.age * HOUR for paper in papers]),
        published_at=np.array([math.nan if p.published is None else now - p.published * HOUR for p in papers]),
        paper_index=np.array([row for row, _, _ in readings], dtype=np.int32),
        observed_at=np.array([now - hours * HOUR for _, hours, _ in readings]),
        values={name: np.array([_value(counts, name) for _, _, counts in readings]) for name in SIGNALS},
    )


def _value(counts: Counts, name: str) -> float:
    value = getattr(counts, name)
    return math.nan if value is None else float(value)


def growing(paper_id: str, age: float, upvotes: int, **counts: int) -> Seen:
    """Read three times while its upvotes grew evenly."""
    readings = tuple((age * left, Counts(upvotes=round(upvotes * (1 - left)))) for left in (0.75, 0.4))
    return Seen(paper_id, age, (*readings, (0.5, Counts(upvotes=upvotes, **counts))))


def crowd(size: int) -> list[Seen]:
    """An ordinary week: many papers with few upvotes."""
    return [
        growing(f"2603.{number:05}", 2 + number * 3 % 160, 1 + number % 17, comments=number % 4)
        for number in range(size)
    ]


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
    assert _score(after, seen[0].id) >= _score(before, seen[0].id)
    assert _place(after, seen[0].id) <= _place(before, seen[0].id)


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
    assert _score(ranking, "2602.00001") >= _score(ranking, "2602.00002")


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
    assert _score(told(upvotes + by), seen[0].id) >= _score(known, seen[0].id)
    assert _score(told(None), seen[0].id) >= _score(told(0), seen[0].id)


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
    assert _place(ranking, bought.id) >= 3


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
        return _score(rank(evidence([*crowd(size), seen])), seen.id)

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
    assert _place(ranking, revived.id) < 8


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
    assert _place(day, sudden.id) < _place(day, steady.id)
    assert _place(month, steady.id) < _place(month, sudden.id)


def test_stars_that_forks_account_for_do_count() -> None:
    def starred(paper_id: str, forks: int) -> Seen:
        readings = (
            (26, Counts(github_stars=5, upvotes=1)),
            (1, Counts(github_stars=905, github_forks=forks, upvotes=3)),
        )
        return Seen(paper_id, 30, readings)

    ranking = rank(evidence([starred("2603.00001", 0), starred("2603.00002", 80), *crowd(40)]))
    assert _place(ranking, "2603.00002") < _place(ranking, "2603.00001")


@pytest.mark.parametrize(("age", "published"), [(24 * 181, None), (3.0, 24 * 181.0)])
def test_papers_older_than_180_days_are_no_candidates(age: float, published: float | None) -> None:
    old = Seen("2508.00001", age, ((1, Counts(upvotes=900)),), published)
    ranking = rank(evidence([old, growing("2603.00001", 24, 3)]))
    assert ranking.order == ("2603.00001",)
    assert (ranking.place(old.id), ranking.score(old.id)) == (None, None)
    assert timedelta(days=180) == MAXIMUM_AGE


def test_nothing_known_gives_an_empty_order() -> None:
    assert rank(evidence([])).order == ()


# --- reasons ----------------------------------------------------------------------------------------------------


def test_reasons_are_told_in_numbers() -> None:
    subject = growing("2603.70000", 24, 63, comments=4, github_stars=120, github_forks=9, linked_models=2)
    ranking = rank(evidence([*crowd(60), subject]))
    texts = {part.signal: part.text for part in ranking.parts(subject.id)}
    assert texts["upvotes"] == "63 upvotes in all, more than 98 % of papers of its age"
    assert texts["upvote_rate"].startswith("63 upvotes gained in 24 h, more than")
    assert texts["github_stars"].startswith("120 GitHub stars, ")
    assert texts["adoption"].startswith("2 models on Hugging Face, ")
    assert texts["age"] == "24 h old: what a paper of that age starts from"
    assert ranking.first_seen_at(subject.id) == NOW - timedelta(hours=24)
    assert subject.id in ranking.seen_since(NOW - timedelta(hours=24))
    assert subject.id not in ranking.seen_since(NOW - timedelta(hours=23))


def test_the_best_of_many_are_told_to_a_tenth_of_a_percent() -> None:
    best = growing("2603.70000", 24, 63)
    ranking = rank(evidence([*crowd(300), best]))
    texts = {part.signal: part.text for part in ranking.parts(best.id)}
    assert texts["upvotes"].endswith("more than 99.6 % of papers of its age")
    assert len(ranking) == 301


def test_a_paper_below_the_middle_has_negative_parts() -> None:
    slow = growing("2603.70000", 24, 1)
    ranking = rank(evidence([*crowd(60), slow]))
    assert min(part.part for part in ranking.parts(slow.id)) < 0
    assert _score(ranking, slow.id) > 0


def test_missing_signals_are_named_and_have_no_value() -> None:
    ranking = rank(evidence([*crowd(10), Seen("2603.70000", 5)]))
    assert "GitHub stars" in ranking.missing("2603.70000")
    unknown = [part for part in ranking.parts("2603.70000") if part.value is None]
    assert len(unknown) == len(ranking.missing("2603.70000")) == 10
    assert all(part.part == 0 and part.text.endswith("which counts as none would") for part in unknown)


def test_comments_and_stars_that_count_less_say_so() -> None:
    subject = Seen("2603.70000", 24, ((1, Counts(upvotes=3, comments=40, github_stars=900, github_forks=0)),))
    texts = {part.signal: part.text for part in rank(evidence([*crowd(20), subject])).parts(subject.id)}
    assert texts["comments"].startswith("40 comments (counted as 3, like its upvotes), ")
    assert texts["github_stars"].startswith(
        "900 GitHub stars (counted as 60: its forks and upvotes account for no more)"
    )


# --- building blocks --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("gained", "hours", "expected"), [(3, 2, 0.3000), (100, 24, 2.1833), (5000, 720, 6.7269)])
def test_gamma_poisson_shrinkage(gained: float, hours: float, expected: float) -> None:
    rate = shrunk_rate(np.array([float(gained)]), np.array([float(hours)]), 4.8, 24.0)
    assert rate[0] == pytest.approx(expected, abs=5e-5)


def test_rarity_grows_by_a_tenth_with_each_halving() -> None:
    column = rarity(np.array([0.0, 0.5, 0.75, 0.875, 1.0]))
    assert column == pytest.approx([0, 0.1, 0.2, 0.3, 1.0], abs=1e-3)


def test_percentiles_count_who_is_strictly_below() -> None:
    ages = np.full(5, 24.0)
    assert Cohorts(ages).percentiles(np.array([0.0, 0.0, 3.0, math.nan, 9.0]))[[0, 1, 2, 4]] == pytest.approx(
        [0, 0, 0.5, 0.75]
    )


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 4000), st.integers(0, 5)), min_size=1, max_size=30))
def test_percentiles_agree_with_counting(rows: list[tuple[float, int]]) -> None:
    """Blended between cohorts, each found by counting, with a hundred papers of all ages thought beside it."""
    ages = np.array([age for age, _ in rows])
    values = np.array([float(value) for _, value in rows])
    centres = [math.log(centre + 6) for centre in (24, 168, 1200)]
    found = Cohorts(ages).percentiles(values)
    for row, age in enumerate(ages.tolist()):
        place = float(np.interp(math.log(age + 6), centres, [0, 1, 2]))
        of_all, expected = float((values < values[row]).mean()), 0.0
        for number, centre in enumerate(centres):
            cohort = values[np.abs(np.log(ages + 6) - centre) <= math.log(8)]
            below = float((cohort < values[row]).sum())
            share = max(0.0, 1 - abs(place - number))
            expected += share * (below + 100 * of_all) / (len(cohort) + 100)
        assert found[row] == pytest.approx(expected)


def test_gain_is_read_between_readings() -> None:
    """10 at 0 h, 30 at 10 h: over the last 5 h of readings 10 were gained; before the first reading from the origin."""
    series = Series.of(1, np.array([0, 0]), np.array([0.0, 10 * HOUR]), np.array([10.0, 30.0]))
    unknown, origin = np.array([math.nan]), np.array([-10 * HOUR])
    last_five = gain(series, 5 * HOUR, 10 * HOUR, unknown)
    assert (last_five.gained[0], last_five.hours[0]) == (10, 5)
    longer = gain(series, 15 * HOUR, 10 * HOUR, origin)
    assert (longer.gained[0], longer.hours[0]) == (25, 15)
    as_far_as_known = gain(series, 15 * HOUR, 10 * HOUR, unknown)
    assert (as_far_as_known.gained[0], as_far_as_known.hours[0]) == (20, 10)


def test_a_long_silence_counts_as_time_without_gain_and_then_as_unknown() -> None:
    series = Series.of(1, np.array([0, 0]), np.array([0.0, 10 * HOUR]), np.array([0.0, 30.0]))
    origin = np.array([0.0])
    assert gain(series, 168 * HOUR, 66 * HOUR, origin).hours[0] == 10 + 20
    assert math.isnan(gain(series, 168 * HOUR, 200 * HOUR, origin).gained[0])


# --- dated lists ------------------------------------------------------------------------------------------------


def test_dated_lists_go_by_upvotes_then_by_the_feed() -> None:
    places = {"a": 0, "b": 1, "c": 2, "d": 3, "e": 4}
    assert by_upvotes({"a": None, "b": 3, "c": 9, "d": 3, "e": 0}, places) == ["c", "b", "d", "e", "a"]


def test_fresh_means_first_seen_at_most_fourteen_days_ago() -> None:
    assert fresh(NOW - timedelta(days=14), NOW)
    assert not fresh(NOW - timedelta(days=14, seconds=1), NOW)


def _place(ranking: Ranking, paper_id: str) -> int:
    place = ranking.place(paper_id)
    assert place is not None
    return place


def _score(ranking: Ranking, paper_id: str) -> float:
    score = ranking.score(paper_id)
    assert score is not None
    return score


# --- what is talked about elsewhere -----------------------------------------------------------------------------


def _part(ranking: Ranking, paper_id: str, signal: str) -> tuple[float | None, str]:
    (found,) = [part for part in ranking.parts(paper_id) if part.signal == signal]
    return found.value, found.text


def test_a_story_lifts_a_paper_and_says_so() -> None:
    told = Counts(upvotes=9, hacker_news_points=210, hacker_news_comments=80)
    ranking = rank(evidence([*crowd(30), Seen("2603.70001", 20, ((1, told),)), growing("2603.70002", 20, 9)]))
    assert _score(ranking, "2603.70001") > _score(ranking, "2603.70002")
    value, text = _part(ranking, "2603.70001", "hacker_news")
    assert value == 210
    assert text.startswith("210 points and 80 comments on Hacker News, ")
    assert _part(ranking, "2603.70002", "hacker_news") == (None, "Hacker News: not known, which counts as none would")


def test_an_old_story_counts_less_each_week_and_a_silent_day_does_not_matter() -> None:
    def score(hours_ago: float) -> float:
        story = (hours_ago, Counts(hacker_news_points=400))
        return _score(rank(evidence([Seen("2602.70001", 900, (story, (0.5, Counts(upvotes=9))))])), "2602.70001")

    assert score(1) == score(23)
    assert score(1) > score(14 * 24) > score(28 * 24)


def test_citations_and_famous_authors_are_parts_in_words() -> None:
    told = Counts(upvotes=3, citations=1, author_h_index=41)
    ranking = rank(evidence([*crowd(9), Seen("2603.70001", 300, ((1, told),))]))
    assert _part(ranking, "2603.70001", "citations")[1].startswith("1 citation, ")
    value, text = _part(ranking, "2603.70001", "author_h_index")
    assert value == 41
    assert text.startswith("an author with an h-index of 41, ")

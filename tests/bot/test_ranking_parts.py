"""What the parts of a score are made of, and the words in which each is told."""

import math
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.models import Counts
from bot.ranking import Ranking, rank
from bot.ranking.cohorts import Cohorts
from bot.ranking.series import HOUR, Series, gain, shrunk_rate
from tests.bot.papers_seen import NOW, Seen, crowd, evidence, growing, score_of

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
    assert score_of(ranking, slow.id) > 0


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


# --- what is talked about elsewhere -----------------------------------------------------------------------------


def _part(ranking: Ranking, paper_id: str, signal: str) -> tuple[float | None, str]:
    (found,) = [part for part in ranking.parts(paper_id) if part.signal == signal]
    return found.value, found.text


def test_a_story_lifts_a_paper_and_says_so() -> None:
    told = Counts(upvotes=9, hacker_news_points=210, hacker_news_comments=80)
    ranking = rank(evidence([*crowd(30), Seen("2603.70001", 20, ((1, told),)), growing("2603.70002", 20, 9)]))
    assert score_of(ranking, "2603.70001") > score_of(ranking, "2603.70002")
    value, text = _part(ranking, "2603.70001", "hacker_news")
    assert value == 210
    assert text.startswith("210 points and 80 comments on Hacker News, ")
    assert _part(ranking, "2603.70002", "hacker_news") == (None, "Hacker News: not known, which counts as none would")


def test_an_old_story_counts_less_each_week_and_a_silent_day_does_not_matter() -> None:
    def score(hours_ago: float) -> float:
        story = (hours_ago, Counts(hacker_news_points=400))
        return score_of(rank(evidence([Seen("2602.70001", 900, (story, (0.5, Counts(upvotes=9))))])), "2602.70001")

    assert score(1) == score(23)
    assert score(1) > score(14 * 24) > score(28 * 24)


def test_citations_and_famous_authors_are_parts_in_words() -> None:
    told = Counts(upvotes=3, citations=1, author_h_index=41)
    ranking = rank(evidence([*crowd(9), Seen("2603.70001", 300, ((1, told),))]))
    assert _part(ranking, "2603.70001", "citations")[1].startswith("1 citation, ")
    value, text = _part(ranking, "2603.70001", "author_h_index")
    assert value == 41
    assert text.startswith("an author with an h-index of 41, ")


def test_stars_that_were_read_once_say_nothing_of_those_gained() -> None:
    """However long ago that was: nobody looked since."""
    once = Seen("2603.70000", 130, ((100, Counts(github_stars=462)), (1, Counts(upvotes=9))))
    twice = Seen("2603.70001", 130, ((100, Counts(github_stars=462)), (1, Counts(upvotes=9, github_stars=462))))
    ranking = rank(evidence([once, twice, *crowd(20)]))
    assert "GitHub stars gained" in ranking.missing("2603.70000")
    assert "GitHub stars gained" not in ranking.missing("2603.70001")

"""When a paper takes off."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ranking.surge import LEAST, Climb, in_words, takes_off

upvotes = st.integers(0, 3000)
hours = st.floats(0, 400)


def climb(before: int, hours_before: float, gained: int) -> Climb:
    return Climb(before=before, hours_before=hours_before, now=before + gained)


@pytest.mark.parametrize(
    ("before", "hours_before", "gained", "taking_off"),
    [
        (0, 0.0, LEAST, True),
        (0, 0.0, LEAST - 1, False),
        (10, 48.0, 20, True),
        (100, 42.0, 40, False),
        (100, 42.0, 60, True),
        (300, 24.0, 60, False),
    ],
)
def test_it_takes_many_votes_and_many_more_than_usual(
    before: int, hours_before: float, gained: int, taking_off: bool
) -> None:
    assert takes_off(climb(before, hours_before, gained)) is taking_off


@given(upvotes, hours, upvotes, upvotes)
def test_more_votes_never_stop_it(before: int, hours_before: float, gained: int, more: int) -> None:
    if takes_off(climb(before, hours_before, gained)):
        assert takes_off(climb(before, hours_before, gained + more))


@given(upvotes, upvotes, hours, upvotes)
def test_the_quieter_it_was_before_the_sooner_it_does(less: int, more: int, hours_before: float, gained: int) -> None:
    if takes_off(climb(less + more, hours_before, gained)):
        assert takes_off(climb(less, hours_before, gained))


@given(upvotes, hours, st.integers(-50, LEAST - 1))
def test_few_votes_are_never_a_surge(before: int, hours_before: float, gained: int) -> None:
    assert not takes_off(climb(before, hours_before, gained))


def test_it_is_told_in_votes_and_times() -> None:
    assert in_words(climb(10, 48.0, 24)) == "24 upvotes in the last 6 h, 18 times as fast as before"

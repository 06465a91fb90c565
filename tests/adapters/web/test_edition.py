"""What is said at the head of every page."""

import pytest

from adapters.web.edition import Edition, in_words, notices
from tests.builders import NOON, days, hours, make_source


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(1, "second"), (30, "30 seconds"), (60, "minute"), (900, "15 minutes"), (90, "90 seconds"), (3600, "hour"),
     (7200, "2 hours")],
)  # fmt: skip
def test_intervals_in_words(seconds: int, words: str) -> None:
    assert in_words(seconds) == words


def test_while_all_is_well_nothing_is_said() -> None:
    assert notices(5, [make_source()], NOON, 900) == ()


def test_what_never_answered_is_told_with_its_reason_and_what_happens_next() -> None:
    source = make_source(last_success_at=None, failing_since=NOON, reason="the name could not be resolved")
    (sentence,) = notices(0, [source], NOON, 900)
    assert sentence == (
        "Hugging Face could not be reached since 12:00 UTC (the name could not be resolved); "
        "nothing of it has been read yet, and it is asked again every 15 minutes."
    )


def test_older_moments_carry_their_date() -> None:
    source = make_source("elsewhere", last_success_at=NOON - days(3), failing_since=NOON - days(2) - hours(1))
    (sentence,) = notices(5, [source], NOON, 60)
    assert sentence == (
        "elsewhere could not be reached since 8 Mar 2026, 11:00 UTC; "
        "what it says here is from 7 Mar 2026, 12:00 UTC, and it is asked again every minute."
    )


def test_an_interval_of_no_whole_size_is_told_in_seconds() -> None:
    assert in_words(0) == "0 seconds"


def test_the_date_is_written_out() -> None:
    assert Edition(NOON, 0, 0, ()).date == "Tuesday, 10 March 2026"

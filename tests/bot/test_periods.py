"""Periods of dated lists, up to the last day that a calendar can hold."""

from datetime import date

import pytest

from bot.models import Period
from bot.service.periods import bounds


@pytest.mark.parametrize(
    ("period", "day", "first", "last"),
    [
        (Period.MONTHLY, date(2024, 2, 10), date(2024, 2, 1), date(2024, 2, 29)),
        (Period.MONTHLY, date(2026, 12, 31), date(2026, 12, 1), date(2026, 12, 31)),
        (Period.MONTHLY, date(9999, 12, 1), date(9999, 12, 1), date.max),
        (Period.WEEKLY, date(2026, 3, 11), date(2026, 3, 9), date(2026, 3, 15)),
        (Period.WEEKLY, date.max, date(9999, 12, 27), date.max),
        (Period.WEEKLY, date.min, date.min, date(1, 1, 7)),
        (Period.DAILY, date.max, date.max, date.max),
    ],
)
def test_a_period_has_a_first_and_a_last_day(period: Period, day: date, first: date, last: date) -> None:
    assert bounds(period, day) == (first, last)

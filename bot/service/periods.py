"""Days, ISO weeks and months of dated lists; pure."""

from calendar import monthrange
from datetime import date, timedelta

from bot.models import Period


def bounds(period: Period, day: date) -> tuple[date, date]:
    """First and last day of the period that holds `day`; the last week that can be written is cut short."""
    match period:
        case Period.DAILY:
            return day, day
        case Period.WEEKLY:
            first = day - timedelta(days=day.weekday())
            return first, first + min(timedelta(days=6), date.max - first)
        case Period.MONTHLY:
            first = day.replace(day=1)
            return first, day.replace(day=monthrange(day.year, day.month)[1])


def latest_complete(period: Period, today: date, last_listed: date | None) -> date:
    """First day of the last period that is over and holds a list.

    `last_listed` is the last listed date before the period that holds today: weekends have none, and a source may have
    stopped long ago.
    """
    return bounds(period, last_listed or bounds(period, today)[0] - timedelta(days=1))[0]


def in_words(period: Period, first: date) -> str:
    """`Tuesday 10 March 2026`, `week 11 of 2026`, `March 2026`."""
    match period:
        case Period.DAILY:
            return f"{first:%A} {first.day} {first:%B %Y}"
        case Period.WEEKLY:
            year, week, _ = first.isocalendar()
            return f"week {week} of {year}"
        case Period.MONTHLY:
            return f"{first:%B %Y}"


def as_option(period: Period, first: date) -> tuple[str, str]:
    """The option's name and text that ask for this period."""
    match period:
        case Period.DAILY:
            return "date", first.isoformat()
        case Period.WEEKLY:
            year, week, _ = first.isocalendar()
            return "week", f"{year}-W{week:02d}"
        case Period.MONTHLY:
            return "month", f"{first:%Y-%m}"

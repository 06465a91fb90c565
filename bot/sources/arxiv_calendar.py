"""Days for which arXiv announces nothing, so that a quiet day is told from a failure; pure.

Announcements come at 20:00 Eastern from Sunday to Thursday, but on holidays, and the next day's feed holds them:
https://info.arxiv.org/help/availability.html and https://info.arxiv.org/help/rss.html.
"""

from datetime import date, timedelta
from functools import lru_cache

_FRIDAY, _SATURDAY = 4, 5
_CLOSED: dict[int, tuple[date, ...]] = {2026: (date(2026, 12, 29), date(2026, 12, 31))}
"""Evenings at the end of a year that arXiv lists beside the holidays."""


def why_nothing(day: date) -> str | None:
    """Why arXiv's feed of that Eastern day is empty, such as `holiday: Thanksgiving`; None where it should not be."""
    evening = day - timedelta(days=1)
    if evening.weekday() in {_FRIDAY, _SATURDAY}:
        return "weekend"
    name = holidays(evening.year).get(evening)
    return f"holiday: {name}" if name else None


@lru_cache(maxsize=8)
def holidays(year: int) -> dict[date, str]:
    """Evenings without an announcement, by date; as arXiv lists them for 2026, for other years by the same rules."""
    found = {
        date(year, 1, 1): "New Year's Day",
        _nth(year, 1, 0, 3): "Martin Luther King Jr. Day",
        date(year, 6, 19): "Juneteenth",
        _observed(date(year, 7, 4)): "Independence Day",
        _nth(year, 9, 0, 1): "Labor Day",
        _nth(year, 11, 3, 4): "Thanksgiving",
        date(year, 12, 25): "Christmas Day",
    }
    return found | dict.fromkeys(_CLOSED.get(year, ()), "the end of the year")


def _nth(year: int, month: int, weekday: int, number: int) -> date:
    """Such as the fourth Thursday of November."""
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (number - 1))


def _observed(day: date) -> date:
    """A Saturday's holiday is kept on the Friday before, a Sunday's on the Monday after."""
    return day + timedelta(days={5: -1, 6: 1}.get(day.weekday(), 0))

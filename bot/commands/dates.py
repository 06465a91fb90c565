"""Dates, moments and lengths of time, as people type them."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import cache

from bot.commands import Today
from bot.commands.parsing import NO_TERMS, shown
from bot.errors import UsageError

ARXIV_BEGAN = 1991
"""Nothing is asked as of a time before; windows of half a year would begin before the calendar does."""


def is_span(word: str) -> bool:
    """Whether it is a length of time, such as `5d` or `2weeks`."""
    return re.fullmatch(r"\d{1,4}(h|d|w|m|(hour|day|week|month)s?)", word.lower()) is not None


_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
_NEAR = {"today": 0, "yesterday": -1, "tomorrow": 1}
"""Days from today."""
_WORDS = {Today.LISTS: ("today", "yesterday"), Today.CHANNEL: ("today", "yesterday", "tomorrow")}


def is_near(text: str, whose: Today) -> bool:
    """Whether it is a day that only a clock can tell, or a span or list with one."""
    return _near(whose).search(text) is not None


def near_date(text: str, whose: Today, today: date) -> str:
    """With the dates that `today` and the like are, as `parse_date` and `parse_dates` read them."""
    return _near(whose).sub(lambda found: str(today + timedelta(days=_NEAR[found[0].lower()])), text)


@cache
def _near(whose: Today) -> re.Pattern[str]:
    """The words, each alone, at the end of a span or in a list."""
    return re.compile(rf"(?:(?<=[\s,;])|(?<=\.\.)|^)(?:{'|'.join(_WORDS[whose])})(?=[\s,;]|\.\.|$)", re.IGNORECASE)


def parse_date(text: str) -> date:
    cleaned = text.strip()
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", cleaned):
            return date.fromisoformat(cleaned)
    except ValueError:
        pass
    raise UsageError("bad_date", f"{shown(text)} is not a date; write year-month-day.", "Example: date:2026-03-10")


def parse_dates(text: str) -> tuple[tuple[date, date], ...]:
    """Spans of dates, `2026-08-01..2026-08-31`, and single ones, between commas; `none` for none."""
    if text.strip().lower() in NO_TERMS:
        return ()
    spans, read = [], date_named("dates", "2026-12-24..2027-01-02, or dates:none")
    for item in re.split(r"[,;\s]+", text.strip()):
        first, _, last = item.partition("..")
        spans.append((read(first), read(last or first)))
    if any(first > last for first, last in spans):
        raise UsageError("bad_date", "A span of dates ends before it begins.", "Example: dates:2026-12-24..2027-01-02")
    return tuple(sorted(set(spans)))


def date_named(name: str, example: str) -> Callable[[str], date]:
    """A date of an option that is not called `date`, which its example names."""

    def parse(text: str) -> date:
        try:
            return parse_date(text)
        except UsageError as error:
            raise UsageError(error.code, error.message, f"Example: {name}:{example}") from None

    return parse


def parse_week(text: str) -> date:
    """The Monday of an ISO week."""
    match = re.fullmatch(r"(\d{4})-?W(\d{1,2})", text.strip(), re.IGNORECASE)
    try:
        if match:
            return date.fromisocalendar(int(match[1]), int(match[2]), 1)
    except ValueError:
        pass
    raise UsageError("bad_date", f"{shown(text)} is not an ISO week.", "Example: week:2026-W10")


def parse_month(text: str) -> date:
    """The first of a month."""
    match = re.fullmatch(r"(\d{4})-(\d{2})", text.strip())
    try:
        if match:
            return date(int(match[1]), int(match[2]), 1)
    except ValueError:
        pass
    raise UsageError("bad_date", f"{shown(text)} is not a month.", "Example: month:2026-03")


def parse_since(text: str) -> date | timedelta:
    """A date, a time, or how long ago: `12h`, `7d`, `2w`."""
    match = re.fullmatch(r"(\d{1,4})\s*([hdw])", text.strip().lower())
    if match:
        return int(match[1]) * _UNITS[match[2]]
    try:
        return parse_moment(text) if "T" in text else parse_date(text)
    except UsageError:
        raise UsageError(
            "bad_date", f"{shown(text)} is neither a date nor a time ago.", "Example: since:2026-03-01 or since:14d"
        ) from None


def parse_span(text: str) -> timedelta:
    """How long: `7d`, `2w`, `3 days`."""
    match = re.fullmatch(r"(\d{1,3})\s*(d|w|days?|weeks?)", text.strip().lower())
    if match and int(match[1]):
        return timedelta(days=int(match[1]) * (7 if match[2][0] == "w" else 1))
    raise UsageError("bad_value", f"{shown(text)} is not a length of time.", "Example: for:14d or for:2w")


def parse_moment(text: str) -> datetime:
    """An instant; a bare date is its end, a time without a zone is UTC."""
    cleaned = text.strip()
    try:
        moment = datetime.fromisoformat(cleaned)
        if "T" not in cleaned.upper() and " " not in cleaned and len(cleaned) <= 10:
            moment += timedelta(days=1, seconds=-1)
        moment = (moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment).astimezone(UTC)
    except (ValueError, OverflowError):
        raise UsageError("bad_date", f"{shown(text)} is not a time.", "Example: as-of:2026-03-10T12:00:00Z") from None
    if moment.year < ARXIV_BEGAN:
        message = f"{shown(text)} is before arXiv began, in {ARXIV_BEGAN}."
        raise UsageError("bad_date", message, "Example: as-of:2026-03-10T12:00:00Z")
    return moment

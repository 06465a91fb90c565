"""Slots and their instants.

A time that a zone skips in spring moves forward by the gap; one that it repeats in autumn runs once, the first time.
The slot's key is the local date, so a day cannot run twice whatever happens to instants.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.models import Period, Schedule

_FARTHEST = 80
"""Days to look ahead for a slot: two months' first such days are at most 37 days apart, and a date can be missing."""


def run_at(schedule: Schedule, local_date: date) -> datetime:
    """The instant in UTC at which the slot of a local date is due.

    With fold=0 a zone's gap is read with the offset before it, which moves the time forward by the gap, and a repeated
    time is the first of the two: https://peps.python.org/pep-0495/
    """
    return _instant(schedule.zone, schedule.at, local_date)


@lru_cache(maxsize=4096)  # a hundred thousand channels that are due at nine share a few zones
def _instant(zone: str, at: time, local_date: date) -> datetime:
    return datetime.combine(local_date, at, tzinfo=ZoneInfo(zone)).replace(fold=0).astimezone(UTC)


@lru_cache(maxsize=4096)  # the same for all that share a schedule and are decided at one moment
def next_slot(schedule: Schedule, after: datetime) -> tuple[date, datetime]:
    """The first slot whose instant is later than `after`.

    Raises:
        ValueError: The schedule has no days.
    """
    start = after.astimezone(ZoneInfo(schedule.zone)).date() - timedelta(days=1)
    for day in _slot_days(schedule, start, 1):
        moment = run_at(schedule, day)
        if moment > after:
            return day, moment
    raise ValueError("a schedule needs at least one day")


@lru_cache(maxsize=4096)
def latest_slot(schedule: Schedule, now: datetime) -> tuple[date, datetime] | None:
    """The latest slot whose instant is not later than `now`; None if the schedule has no days."""
    start = now.astimezone(ZoneInfo(schedule.zone)).date() + timedelta(days=1)
    for day in _slot_days(schedule, start, -1):
        moment = run_at(schedule, day)
        if moment <= now:
            return day, moment
    return None


def has_slot(schedule: Schedule, day: date) -> bool:
    """Whether a digest is due on a local date."""
    return _is_slot_day(schedule, day) and _exists(day, schedule.zone)


def next_runs(schedule: Schedule, after: datetime, count: int) -> tuple[datetime, ...]:
    """The instants of the next `count` slots."""
    runs: list[datetime] = []
    for _ in range(count):
        after = next_slot(schedule, after)[1]
        runs.append(after)
    return tuple(runs)


def _slot_days(schedule: Schedule, start: date, step: int) -> Iterator[date]:
    """Local dates that have a slot, from `start` on, or back with a step of -1."""
    for distance in range(_FARTHEST):
        day = start + timedelta(days=distance * step)
        if has_slot(schedule, day):
            yield day


def _is_slot_day(schedule: Schedule, day: date) -> bool:
    days, weekday = int(schedule.days), day.weekday()
    if not days >> weekday & 1:
        return False
    if schedule.period is Period.WEEKLY:
        return days & ((1 << weekday) - 1) == 0  # none of the week's earlier days is in the mask
    if schedule.period is Period.MONTHLY:
        return not any(days >> (weekday - back) % 7 & 1 for back in range(1, min(day.day, 8)))
    return True


@lru_cache(maxsize=4096)
def _exists(day: date, zone: str) -> bool:
    """Whether a zone has this date: Samoa jumped over 30 December 2011 when it crossed the date line."""
    here = ZoneInfo(zone)
    noon = datetime.combine(day, time(12), tzinfo=here)
    return noon.astimezone(UTC).astimezone(here).date() == day

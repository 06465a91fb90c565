"""What a paper's score would be if one of its counts were higher, everything else as it is; pure."""

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.models import Window
from bot.ranking.past import Past
from bot.ranking.series import HOUR, Column, Gain, Series, gain
from bot.ranking.signals import MOMENTUM_SPANS, Measured


@dataclass(frozen=True, slots=True)
class Change:
    """One kind of change, as people would see it happen."""

    name: str
    one: str
    """Such as `more upvote`; `many` where there are more."""
    many: str
    most: int
    """More than that is not worth telling."""


UPVOTES_CHANGE = "upvotes"
CHANGES = (
    Change(UPVOTES_CHANGE, "more upvote", "more upvotes", 2000),
    Change("github_stars", "more GitHub star", "more GitHub stars", 20_000),
    Change("hacker_news", "point on Hacker News", "points on Hacker News", 2000),
    Change("comments", "more comment", "more comments", 500),
    Change("adoption", "model that names it", "models that name it", 500),
)
"""What people do now and then to a paper; of its makers and its age nothing can change."""


def repeated(measured: Measured, row: int, times: int) -> Measured:
    """One paper's measurements as those of so many papers. The series of readings stays, since no feature reads it."""

    def again(value: Any) -> Any:
        if isinstance(value, Gain):
            return Gain(again_column(value.gained), again_column(value.hours))
        return again_column(value) if isinstance(value, np.ndarray) else value

    def again_column(column: Column) -> Column:
        return np.full(times, column[row])

    return replace(measured, **{field.name: again(getattr(measured, field.name)) for field in fields(measured)})


def past_repeated(past: Past, row: int, times: int) -> Past:
    return Past({name: np.full(times, column[row]) for name, column in past.columns.items()})


def changed(measured: Measured, name: str, more: Column) -> Measured:
    """The measurements with so much more of one kind that is no upvote; a count that nobody told begins at 0."""
    return _CHANGED[name](measured, more)


def read_now(measured: Measured, row: int, more: Column, as_of: float, window: Window) -> Measured:
    """One paper's measurements, as often, as if somebody read so many more upvotes at this moment (epoch seconds)."""
    alike = repeated(measured, row, len(more))
    return replace(
        alike,
        upvotes=np.nan_to_num(alike.upvotes) + more,
        upvote_gain=_gained_now(measured, row, more, as_of, window.hours * HOUR),
        recent_gain=_gained_now(measured, row, more, as_of, MOMENTUM_SPANS[window]),
        reading_hours=alike.age_hours,
    )


def _gained_now(measured: Measured, row: int, more: Column, as_of: float, span: float) -> Gain:
    """A gain grows evenly with what is read, so two readings tell of all."""
    times, values = measured.readings.of_one(row)
    latest = values[-1] if len(values) else 0.0
    read = np.concatenate((values, [latest], values, [latest + 1.0]))
    papers = np.repeat(np.arange(2), len(times) + 1)
    series = Series.of(2, papers, np.tile(np.append(times, as_of), 2), read)
    told = gain(series, span, as_of, np.full(2, measured.origin[row]))
    none, one = told.gained
    return Gain(none + (one - none) * more, np.full(len(more), told.hours[0]))


def _stars(measured: Measured, more: Column) -> Measured:
    """Of a repository that is read; what forks and upvotes do not account for stays unbelieved."""
    gain = Gain(measured.star_gain.gained + more, measured.star_gain.hours)
    return replace(measured, stars=measured.stars + more, star_gain=gain)


def _story(measured: Measured, more: Column) -> Measured:
    silence = np.nan_to_num(measured.story_silence_hours)
    return replace(measured, points=np.nan_to_num(measured.points) + more, story_silence_hours=silence)


def _comments(measured: Measured, more: Column) -> Measured:
    return replace(measured, comments=np.nan_to_num(measured.comments) + more)


def _models(measured: Measured, more: Column) -> Measured:
    return replace(measured, models=np.nan_to_num(measured.models) + more)


_CHANGED: dict[str, Callable[[Measured, Column], Measured]] = {
    "github_stars": _stars,
    "hacker_news": _story,
    "comments": _comments,
    "adoption": _models,
}


def least(gains: NDArray[np.float64], needed: float) -> int | None:
    """The first place at which so much is gained; None where it never is. The gains never fall."""
    place = int(np.searchsorted(gains, needed))
    return place if place < len(gains) else None

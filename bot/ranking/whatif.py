"""What a paper's score would be if one of its counts were higher, everything else as it is; pure."""

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.ranking.past import Past
from bot.ranking.series import Column, Gain
from bot.ranking.signals import Measured


@dataclass(frozen=True, slots=True)
class Change:
    """One kind of change, as people would see it happen."""

    name: str
    one: str
    """Such as `more upvote`; `many` where there are more."""
    many: str
    most: int
    """More than that is not worth telling."""


CHANGES = (
    Change("upvotes", "more upvote", "more upvotes", 2000),
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
    """The measurements with so much more of one kind; a count that nobody told begins at 0."""
    return _CHANGED[name](measured, more)


def _upvotes(measured: Measured, more: Column) -> Measured:
    """They come now: into the total, and into what was gained lately."""
    return replace(
        measured,
        upvotes=np.nan_to_num(measured.upvotes) + more,
        upvote_gain=_gained(measured.upvote_gain, more, measured.life_hours),
        recent_gain=_gained(measured.recent_gain, more, measured.recent_hours),
    )


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


def _gained(gain: Gain, more: Column, hours: Column) -> Gain:
    return Gain(np.nan_to_num(gain.gained) + more, np.where(np.isnan(gain.hours), hours, gain.hours))


_CHANGED: dict[str, Callable[[Measured, Column], Measured]] = {
    "upvotes": _upvotes,
    "github_stars": _stars,
    "hacker_news": _story,
    "comments": _comments,
    "adoption": _models,
}


def least(gains: NDArray[np.float64], needed: float) -> int | None:
    """The first place at which so much is gained; None where it never is. The gains never fall."""
    place = int(np.searchsorted(gains, needed))
    return place if place < len(gains) else None

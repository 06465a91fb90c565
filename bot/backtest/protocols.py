"""Who competes when, and what came of it: the three protocols, *day*, *gain* and *cold*.

Nobody knows at a moment what was read after it, of any paper; what came of it is the truth, and is only for measuring.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from bot.backtest.recorded import Column, Recorded
from bot.ranking.series import HOUR, Series

DAY_HOURS = (6, 12, 24)
COLD_HOURS = 6
DAY = 24 * HOUR

_BEFORE_SUBMISSION = 600.0
"""Seconds. A reading may lie so much before the submission: clocks differ."""
_TRUTH_AFTER = 5 * DAY
_FEWEST_OF_DAY = 8
_LEAST_LIFE = 0.25
"""Hours: a rate over less is noise."""

GAIN_HOUR = 8
_FIRST_HOURS = 2.0
"""Hours thought before each life, for the same reason."""
_GAIN_AGE = 7 * DAY
_GAIN_READING = 36 * HOUR
_GAIN_TRUTH = (2 * DAY, 9 * DAY)
_FEWEST_OF_GAIN = 20
_LEAST_GAIN = 20.0
_GAIN_SINCE = date(2025, 4, 1)
"""Before that, only well-voted papers have the later reading that a gain needs."""
_LISTS_AFTER = timedelta(days=6)
"""The last lists of a recording have no week of papers behind them yet."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Contest:
    """m papers of one day that are to be ordered."""

    day: str
    papers: NDArray[np.int64]
    """(m,) rows of the recording."""
    decided_at: Column
    """(m,) epoch seconds: nothing read later is known of any paper."""
    readings: NDArray[np.int64]
    """(m,) the latest reading of upvotes known then."""
    hours: Column
    """(m,) a paper's age: at that reading where all are of one age, at the decision where they are not."""
    life_hours: Column
    """(m,) what "per hour of life" divides by."""
    truth: Column
    """(m,) what came: final upvotes, or upvotes gained."""


def upvotes_of(recorded: Recorded) -> Series:
    """The readings of upvotes that can be trusted: none from before the submission."""
    early = recorded.observed_at < recorded.submitted_at[recorded.paper_index] - _BEFORE_SUBMISSION
    values = np.where(early, np.nan, recorded.values["upvotes"])
    return Series.of(len(recorded.papers), recorded.paper_index, recorded.observed_at, values)


def last_until(series: Series, moments: Column) -> NDArray[np.int64]:
    """(n,) the place of each paper's last reading at or before its own moment; −1 if there is none."""
    read = np.bincount(series.papers[series.times <= moments[series.papers]], minlength=len(series.count))
    return np.where(read > 0, series.first + read - 1, -1)


def days(recorded: Recorded, upvotes: Series, hours: float) -> Iterator[Contest]:
    """The papers of one list, each some hours after its submission, against their final upvotes."""
    submitted = recorded.submitted_at
    moments = submitted + hours * HOUR
    known = last_until(upvotes, moments)
    has_truth = (upvotes.count > 0) & (upvotes.latest_time() >= submitted + _TRUTH_AFTER)
    final = upvotes.latest()
    dates = np.array([paper.date for paper in recorded.papers], dtype=np.str_)
    rows = np.flatnonzero((known >= 0) & has_truth)
    for day in np.unique(dates[rows]).tolist():
        papers = rows[dates[rows] == day]
        if len(papers) >= _FEWEST_OF_DAY:
            age = (upvotes.times[known[papers]] - submitted[papers]) / HOUR
            yield Contest(
                day=day,
                papers=papers,
                decided_at=moments[papers],
                readings=known[papers],
                hours=age,
                life_hours=np.maximum(_LEAST_LIFE, age),
                truth=final[papers],
            )


def gains(recorded: Recorded, upvotes: Series, hour: int = GAIN_HOUR) -> Iterator[Contest]:
    """Papers of all ages up to 7 days at an hour (UTC) against the upvotes that they gain in the next days.

    The protocol's hour is 8; others are to learn from.
    """
    if not len(upvotes.times):
        return
    day = max(_GAIN_SINCE, datetime.fromtimestamp(float(upvotes.times.min()), UTC).date())
    last = date.fromisoformat(max(paper.date for paper in recorded.papers)) - _LISTS_AFTER
    while day <= last:
        contest = _gain(recorded, upvotes, datetime(day.year, day.month, day.day, hour, tzinfo=UTC))
        if len(contest.papers) >= _FEWEST_OF_GAIN and contest.truth.sum() >= _LEAST_GAIN:
            yield contest
        day += timedelta(days=1)


def _gain(recorded: Recorded, upvotes: Series, at: datetime) -> Contest:
    moment = at.timestamp()
    age = moment - recorded.submitted_at
    rows = np.flatnonzero((age >= 0) & (age <= _GAIN_AGE) & (upvotes.count > 0))
    moments = np.full(len(recorded.papers), moment)
    known, later = last_until(upvotes, moments)[rows], last_until(upvotes, moments + _GAIN_TRUTH[1])[rows]
    fit = (known >= 0) & (moment - upvotes.times[known] <= _GAIN_READING)
    fit &= upvotes.times[later] >= moment + _GAIN_TRUTH[0]
    rows, known, later = rows[fit], known[fit], later[fit]
    truth = np.maximum(0.0, upvotes.values[later] - upvotes.values[known])
    hours = age[rows] / HOUR
    return Contest(
        day=at.date().isoformat(),
        papers=rows,
        decided_at=moments[rows],
        readings=known,
        hours=hours,
        life_hours=hours + _FIRST_HOURS,
        truth=truth,
    )

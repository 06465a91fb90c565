"""Counts over time, as columns: the latest value, and what was gained over a span, of every paper at once.

Between two readings a count is taken to grow evenly.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Column = NDArray[np.float64]

HOUR = 3600.0
STALE = 36 * HOUR
"""A reading older than this says little about now: time beyond it counts as time without gain."""


@dataclass(frozen=True, eq=False)
class Series:
    """The known readings of one signal, grouped by paper and ordered by time: n papers, k readings."""

    times: Column
    """(k,) epoch seconds."""
    values: Column
    """(k,)"""
    papers: NDArray[np.int64]
    """(k,) the paper of each."""
    first: NDArray[np.int64]
    """(n,) where a paper's readings begin."""
    count: NDArray[np.int64]
    """(n,) how many it has."""

    @classmethod
    def of(cls, size: int, papers: NDArray[np.int64], times: Column, values: Column) -> "Series":
        """From columns sorted by paper and time, in which NaN stands for "not told"."""
        known = ~np.isnan(values)
        papers = papers[known]
        count = np.bincount(papers, minlength=size)
        return cls(times[known], values[known], papers, np.cumsum(count) - count, count)

    def _at(self, places: NDArray[np.int64], column: Column) -> Column:
        """`column` at one place for each paper; NaN where a paper has no readings."""
        if not len(column):
            return np.full(len(self.count), np.nan)
        return np.where(self.count > 0, column[np.clip(places, 0, len(column) - 1)], np.nan)

    def latest(self) -> Column:
        """(n,) the last known value; NaN where there is none."""
        return self._at(self.first + self.count - 1, self.values)

    def latest_time(self) -> Column:
        """(n,) epoch seconds of the last reading."""
        return self._at(self.first + self.count - 1, self.times)

    def first_value(self) -> Column:
        return self._at(self.first, self.values)

    def first_time(self) -> Column:
        return self._at(self.first, self.times)

    def of_one(self, paper: int) -> tuple[Column, Column]:
        """Times and values of one paper's readings."""
        place = slice(int(self.first[paper]), int(self.first[paper] + self.count[paper]))
        return self.times[place], self.values[place]

    def value_at(self, moments: Column, origin: Column) -> Column:
        """(n,) the value of each paper at its own moment, not later than its last reading.

        Before the first reading the count grows evenly from 0 at `origin` (n,); where that is NaN, the first reading
        is the earliest value known.
        """
        earlier = np.bincount(self.papers[self.times <= moments[self.papers]], minlength=len(self.count))
        before, after = self.first + earlier - 1, self.first + np.minimum(earlier, self.count - 1)
        start, low = self._at(before, self.times), self._at(before, self.values)
        end, high = self._at(after, self.times), self._at(after, self.values)
        from_origin = (earlier == 0) & ~np.isnan(origin)
        start, low = np.where(from_origin, origin, start), np.where(from_origin, 0.0, low)
        bare = (earlier == 0) & ~from_origin
        start, low = np.where(bare, end, start), np.where(bare, high, low)
        span = end - start
        share = np.divide(moments - start, span, out=np.zeros_like(span), where=span > 0)
        value: Column = low + (high - low) * np.clip(share, 0.0, 1.0)
        return value


@dataclass(frozen=True, eq=False)
class Gain:
    """What was gained over the last `hours` of readings; NaN where that is not known."""

    gained: Column
    """(n,) never below 0: a vote taken back is no signal."""
    hours: Column
    """(n,) hours in which it was gained."""


def gain(series: Series, span: float, as_of: float, origin: Column) -> Gain:
    """What each paper gained in the `span` seconds up to its last reading, or since its `origin` if that is later.

    Not known where the last reading is older than the span and stale.
    """
    end = series.latest_time()
    earliest = np.where(np.isnan(origin), series.first_time(), origin)
    start = np.minimum(np.maximum(end - span, earliest), end)
    gained = np.maximum(0.0, series.latest() - series.value_at(start, origin))
    silence = np.maximum(0.0, as_of - end - STALE)
    unknown = as_of - end > max(span, STALE)
    return Gain(np.where(unknown, np.nan, gained), np.where(unknown, np.nan, (end - start + silence) / HOUR))


def shrunk_rate(gained: Column, hours: Column, prior_count: float, prior_hours: float) -> Column:
    """Gain per hour, drawn towards `prior_count / prior_hours` while little time has been seen.

    The mean of a Gamma posterior for a Poisson rate, (a + y) / (b + hours):
    https://en.wikipedia.org/wiki/Gamma_distribution#Conjugate_prior
    """
    rate: Column = (prior_count + gained) / (prior_hours + hours)
    return rate

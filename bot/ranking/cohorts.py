"""Comparing a paper with papers of about its age."""

import numpy as np
from numpy.typing import NDArray

from bot.ranking.series import Column

_CENTRES = (24.0, 168.0, 1200.0)
"""Hours: a day, a week, 50 days."""
_WIDTH = 8.0
"""A cohort reaches from its centre's age divided by this to its centre's age times this; so they overlap."""
_SOFTENING = 6.0
"""Hours added to ages before their ratio is taken: at first an hour is little, though it doubles the age."""
_FEW = 100.0
"""A cohort of few papers says little: these many of all ages are thought beside it."""


class Cohorts:
    """Three overlapping cohorts by age; a paper between two centres is compared with both, the nearer one more.

    Hard limits would make a paper jump when it crosses one.
    """

    def __init__(self, age_hours: Column) -> None:
        position = np.log(np.maximum(0.0, age_hours) + _SOFTENING)
        centres = np.log(np.array(_CENTRES) + _SOFTENING)
        place = np.interp(position, centres, np.arange(len(centres), dtype=np.float64))
        self._shares = [np.maximum(0.0, 1.0 - np.abs(place - number)) for number in range(len(centres))]
        """(n,) for each cohort: how much it counts for a paper."""
        self._members: list[NDArray[np.bool_]] = [np.abs(position - centre) <= np.log(_WIDTH) for centre in centres]

    def percentiles(self, values: Column) -> Column:
        """(n,) the share of a paper's cohort, of those whose value is known, that is strictly below it.

        So the lowest value, and a zero among counts, is 0. NaN where the value is missing.
        """
        known = np.flatnonzero(~np.isnan(values))
        order = known[np.argsort(values[known])]
        ordered = values[order]
        first_equal = np.searchsorted(ordered, ordered)
        of_all = first_equal / max(1, len(order))
        percentile = np.zeros(len(order))
        for share, member in zip(self._shares, self._members, strict=True):
            below = np.concatenate(([0], np.cumsum(member[order])))
            percentile += share[order] * (below[first_equal] + _FEW * of_all) / (below[-1] + _FEW)
        result = np.full(len(values), np.nan)
        result[order] = percentile
        return result

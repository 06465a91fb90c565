"""Scores in public use, from the latest reading of upvotes that was known. Sources stand at each formula."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from bot.backtest.protocols import Contest, last_until
from bot.backtest.recorded import Column, Recorded
from bot.ranking.series import HOUR, Series

_LEAST_SPAN = 2.0
"""Hours: readings closer than this say nothing of a rate."""
_LEMMY_ENDS = 7 * 24.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Known:
    """What is known of the papers of a contest."""

    upvotes: Column
    hours: Column
    """Age, as the protocol counts it."""
    life_hours: Column
    """What "per hour of life" divides by."""
    submitted_at: Column
    gained: Column
    """Since the reading before that one; NaN if there is none."""
    span: Column
    """Hours between the two."""
    stars: Column
    """NaN where nobody told."""


def known(recorded: Recorded, upvotes: Series, stars: Series, contest: Contest) -> Known:
    """From readings up to the contest's moments."""
    before = np.maximum(contest.readings - 1, upvotes.first[contest.papers])
    latest = upvotes.values[contest.readings]
    moments = np.full(len(recorded.papers), -np.inf)
    moments[contest.papers] = contest.decided_at
    starred = last_until(stars, moments)[contest.papers]
    has_stars = starred >= 0
    return Known(
        upvotes=latest,
        hours=contest.hours,
        life_hours=contest.life_hours,
        submitted_at=recorded.submitted_at[contest.papers],
        gained=latest - upvotes.values[before],
        span=(upvotes.times[contest.readings] - upvotes.times[before]) / HOUR,
        stars=np.where(has_stars, stars.values[starred], np.nan) if has_stars.any() else np.full(len(latest), np.nan),
    )


def _per_hour(told: Known) -> Column:
    rate: Column = told.upvotes / told.life_hours
    return rate


def _rate(told: Known) -> Column:
    """Between the last two readings; by the whole life where there is one, or they lie close together."""
    between = np.maximum(0.0, told.gained) / np.maximum(_LEAST_SPAN, told.span)
    return np.where(told.span >= _LEAST_SPAN, between, _per_hour(told))


def _hacker_news(told: Known) -> Column:
    """(P−1)/(T+2)^1.8: https://news.ycombinator.com/item?id=1781013."""
    hot: Column = (told.upvotes - 1.0) / (np.maximum(0.0, told.hours) + 2.0) ** 1.8
    return hot


def _reddit(told: Known) -> Column:
    """The hot order: https://github.com/reddit-archive/reddit/blob/master/r2/r2/lib/db/_sorts.pyx."""
    hot: Column = np.log10(np.maximum(1.0, told.upvotes)) + (told.submitted_at - 1134028003.0) / 45000.0
    return hot


def _lemmy(told: Known) -> Column:
    """The hot rank: https://join-lemmy.org/docs/contributors/07-ranking-algo.html."""
    hours = np.maximum(0.0, told.hours)
    hot = np.log10(np.maximum(2.0, told.upvotes + 2.0)) / (hours + 2.0) ** 1.8
    return np.where(hours > _LEMMY_ENDS, 0.0, hot)


BASELINES: dict[str, Callable[[Known], Column]] = {
    "upvotes": lambda told: told.upvotes,
    "per_hour": _per_hour,
    "rate": _rate,
    "newest": lambda told: told.submitted_at,
    "random": lambda told: np.zeros(len(told.upvotes)),
    "hacker_news": _hacker_news,
    "reddit": _reddit,
    "lemmy": _lemmy,
    "stars": lambda told: np.where(np.isnan(told.stars), -1.0, told.stars),
}
"""By the name it has in the report. All are in random order where scores are equal; `random` is nothing else."""

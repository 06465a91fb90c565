"""The columns of the score: from measurements and from the past, for n papers."""

import numpy as np

from bot.ranking.past import Past
from bot.ranking.series import Column, Gain
from bot.ranking.signals import Measured
from bot.ranking.weights import (
    AGE_STEPS,
    AGES,
    BESIDE_VOTES,
    READING_STEPS,
    READINGS,
    UPVOTE_STEPS,
    UPVOTES,
    Weights,
    ramp,
)

_RECENT = (3.0, 4.0)
_RATE = (4.0, 6.0)
"""Upvotes and hours that are thought beside those seen: an ordinary paper's, times its prior factor."""
_UNSEEN = 0.15
"""Where nobody told of upvotes so much of the time counts as time without any, and nowhere less."""
_DAY = 24.0

Features = dict[str, Column]


def features(measured: Measured, past: Past, weights: Weights) -> Features:
    """(n,) for each name in `weights.TREND`."""
    size = len(measured.age_hours)
    prior = weights.prior_of(past.columns, size)
    votes = np.nan_to_num(measured.upvotes)
    told: Features = {
        "momentum": _log_rate(measured.recent_gain, measured.recent_hours, prior, _RECENT),
        "upvote_rate": _log_rate(measured.upvote_gain, measured.life_hours, prior, _RATE),
        "star_rate": np.log1p(np.nan_to_num(_DAY * measured.believed_star_gain / (measured.star_gain.hours + _DAY))),
        "github_stars": np.log1p(np.nan_to_num(measured.believed_stars)),
        "comments": np.log1p(np.nan_to_num(measured.counted_comments)),
        "prior": prior,
    }
    told |= {name: past.columns.get(name, np.zeros(size)) for name in BESIDE_VOTES}
    told |= dict(zip(UPVOTES, ramp(np.log1p(votes), UPVOTE_STEPS), strict=True))
    told |= dict(zip(AGES, ramp(np.log(measured.age_hours + 2.0), AGE_STEPS), strict=True))
    told |= dict(zip(READINGS, _readings(measured, weights), strict=True))
    return told


def _readings(measured: Measured, weights: Weights) -> list[Column]:
    """By the age at the last reading. Where nobody voted, or nobody told, the age that is worst of those it has had.

    So the first vote never lowers a paper, and what is not known counts as nobody's vote. While weights are fitted
    nothing is the worst yet.
    """
    sums = np.cumsum([0.0, *(weights.trend.get(name, 0.0) for name in READINGS)])
    worst = np.arange(len(READINGS)) < int(np.argmin(sums))
    had = np.minimum(1.0, measured.age_hours / READING_STEPS[1])
    silent = ~(measured.upvotes > 0) & bool(weights.trend)
    passed = ramp(measured.reading_hours, READING_STEPS)
    return [np.where(silent, had * at_worst, column) for at_worst, column in zip(worst, passed, strict=True)]


def unseen(measured: Measured, prior: Column) -> Features:
    """The rates of papers of whose upvotes nobody told: what those told are compared with."""
    hours = np.full(len(prior), np.nan)
    nobody = Gain(hours, hours)
    return {
        "momentum": _log_rate(nobody, measured.recent_hours, prior, _RECENT),
        "upvote_rate": _log_rate(nobody, measured.life_hours, prior, _RATE),
    }


def _log_rate(gain: Gain, possible: Column, prior: Column, beside: tuple[float, float]) -> Column:
    """The mean of a Gamma posterior for a Poisson rate, as in `series.shrunk_rate`, and its logarithm.

    The prior count is an ordinary paper's, times what this paper's past promises.
    """
    count, span = beside
    hours = np.maximum(np.nan_to_num(gain.hours), _UNSEEN * possible)
    rate: Column = np.log((np.nan_to_num(gain.gained) + count * np.exp(prior)) / (hours + span))
    return rate

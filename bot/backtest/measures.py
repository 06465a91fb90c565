"""How good an order is, measured against what came. Equal scores are in random order, so figures are expectations.

NDCG: https://en.wikipedia.org/wiki/Discounted_cumulative_gain#Normalized_DCG, with the gain log2(1 + truth).
"""

import numpy as np
from numpy.typing import NDArray

Column = NDArray[np.float64]

_RESAMPLES = 2_000
_SEED = 20260310


def expected_at_places(scores: Column, worth: Column) -> Column:
    """(n,) the worth expected at each place of the order by score: within equal scores, their mean."""
    order = np.argsort(-scores, kind="stable")
    ordered, worths = scores[order], worth[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
    sizes = np.diff(np.r_[starts, len(ordered)])
    means: Column = np.repeat(np.add.reduceat(worths, starts) / sizes, sizes)
    return means


def ndcg(scores: Column, truth: Column, places: int) -> float:
    """1 for the best order; 1 too where nothing was to be gained."""
    discounts = 1.0 / np.log2(np.arange(2, places + 2))
    gains = np.log2(1.0 + truth)
    best = np.sort(gains)[::-1][:places]
    got = expected_at_places(scores, gains)[:places]
    ideal = float(best @ discounts[: len(best)])
    return float(got @ discounts[: len(got)]) / ideal if ideal > 0 else 1.0


def precision(scores: Column, truth: Column, places: int) -> float:
    """The share of the picked that are among the best by truth; a tie with the last of the best counts."""
    least = np.sort(truth)[::-1][min(places, len(truth)) - 1]
    picked = expected_at_places(scores, (truth >= least).astype(np.float64))[:places]
    return float(picked.mean())


def share(scores: Column, truth: Column, places: int) -> float:
    """What the picked came to, of what the best came to."""
    best = float(np.sort(truth)[::-1][:places].sum())
    return float(expected_at_places(scores, truth)[:places].sum()) / best if best > 0 else 1.0


def spearman(scores: Column, truth: Column) -> float:
    """Rank correlation, equal values sharing their mean rank; 0 where one side tells nothing apart.

    https://en.wikipedia.org/wiki/Spearman%27s_rank_correlation_coefficient
    """
    one, other = _ranks(scores), _ranks(truth)
    one, other = one - one.mean(), other - other.mean()
    size = float(np.sqrt((one @ one) * (other @ other)))
    return float(one @ other) / size if size > 0 else 0.0


def _ranks(values: Column) -> Column:
    _, which, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    ranks: Column = (last - (counts - 1) / 2.0)[which]
    return ranks


def interval(figures: Column) -> tuple[float, float]:
    """The middle 95 % of means of days drawn again and again (bootstrap over days), from fixed dice."""
    if not len(figures):
        return (float("nan"), float("nan"))
    dice = np.random.default_rng(_SEED)
    means = figures[dice.integers(0, len(figures), (_RESAMPLES, len(figures)))].mean(axis=1)
    low, high = np.quantile(means, (0.025, 0.975))
    return float(low), float(high)

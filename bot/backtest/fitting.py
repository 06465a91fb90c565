"""Weights from recorded history: two ridge regressions, in closed form or by coordinate descent. Needs numpy alone.

First the prior, on the final upvotes of a day's papers, from what was known before anybody voted. Then the score, on
the upvotes that papers of all ages gain next, seen at four hours of each day, and in part on the final upvotes of a
day's papers, so that it stays right there. Both foretell log(1 + upvotes), compared within a day. Weights of signals
are held at 0 or above.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from bot.backtest.ours import Observer, columns
from bot.backtest.protocols import Contest
from bot.backtest.recorded import Column
from bot.backtest.report import Contests
from bot.errors import UserError
from bot.progress import Progress
from bot.ranking.series import HOUR
from bot.ranking.weights import HOURS_OF_LEVELS, NEVER_ABOVE_0, NEVER_BELOW_0, PRIOR, TREND, Weights

_FEWEST_DAYS = 20
_PRIOR_HOURS = (6, 24)
_PRIOR_PENALTY = 200.0
_PENALTY = 600.0
_EMPHASIS = 0.25
"""Papers that gain much count a little more: by this power of 1 + the logarithm."""
_LIST_HOURS = 24
_LIST_SHARE = 6.0
"""How much a paper of a day's list after a day counts beside one of an hour's gains. In the first hours those who gain
most are those who will be on top, and need no lessons."""
_DAY_SCALE = 0.6
"""The logarithm of final upvotes spreads more than that of gains."""
_ROUNDS = 300


@dataclass(frozen=True, slots=True, eq=False)
class Lesson:
    """Rows to learn from, already compared within their day."""

    columns: Column
    """(r, c)"""
    target: Column
    """(r,)"""
    share: Column
    """(r,) how much each counts."""


def fit(contests: Contests, until: str, progress: Progress) -> Weights:
    """Fitted on days up to and including `until`.

    Raises:
        UserError: Too few days lie before.
    """
    early = contests.between("", until)
    if len(early.gain) < _FEWEST_DAYS or len(early.day[24]) < _FEWEST_DAYS:
        hint = f"The first days are of {contests.gain[0].day if contests.gain else 'no date'}; take a later date."
        raise UserError("too_few_days", f"Too few recorded days lie before {until} to fit weights on.", hint)
    observer = Observer(contests.recorded)
    weights = Weights(fitted_until=until, levels=_levels(contests, until))
    weights = _with_prior(weights, early, observer, progress)
    return _with_trend(weights, early, observer, progress)


def _levels(contests: Contests, until: str) -> tuple[float, ...]:
    """Ordinary log(1 + upvotes) at some ages, from readings up to that day: a line through them by least squares."""
    upvotes, submitted = contests.upvotes, contests.recorded.submitted_at
    end = max((contest.decided_at.max() for contest in contests.between("", until).gain), default=0.0)
    known = upvotes.times <= end
    hours = np.maximum(0.25, (upvotes.times - submitted[upvotes.papers])[known] / HOUR)
    knots = np.log(np.array(HOURS_OF_LEVELS))
    table = np.stack([np.interp(np.log(hours), knots, row) for row in np.eye(len(knots))], axis=1)
    levels = np.linalg.lstsq(table, np.log1p(upvotes.values[known]), rcond=None)[0]
    return tuple(levels.tolist())


def _with_prior(weights: Weights, early: Contests, observer: Observer, progress: Progress) -> Weights:
    def told(contest: Contest) -> Column:
        past = observer.seen(contest, weights.levels).past.columns
        return np.stack([past[name] for name in PRIOR], axis=1)

    those = [contest for hours in _PRIOR_HOURS for contest in early.day[hours]]
    lesson, middle = _lesson(those, told, 1.0, 1.0, 0.0, progress)
    found = solve(lesson, _PRIOR_PENALTY, PRIOR, (), ())
    weigh = dict(zip(PRIOR, found.tolist(), strict=True))
    return replace(weights, prior=weigh, prior_middle=float(middle @ found))


def _with_trend(weights: Weights, early: Contests, observer: Observer, progress: Progress) -> Weights:
    def told(contest: Contest) -> Column:
        table = columns(observer.seen(contest, weights.levels), contest, weights)
        return np.stack([table[name] for name in TREND], axis=1)

    lessons = [
        _lesson([*early.gain, *early.lessons], told, 1.0, 1.0, _EMPHASIS, progress)[0],
        _lesson(early.day[_LIST_HOURS], told, _DAY_SCALE, _LIST_SHARE, 0.0, progress)[0],
    ]
    joined = Lesson(
        np.concatenate([lesson.columns for lesson in lessons]),
        np.concatenate([lesson.target for lesson in lessons]),
        np.concatenate([lesson.share for lesson in lessons]),
    )
    found = solve(joined, _PENALTY, TREND, NEVER_BELOW_0, NEVER_ABOVE_0)
    return replace(weights, trend=dict(zip(TREND, found.tolist(), strict=True)))


def _lesson(
    contests: Sequence[Contest],
    told: Callable[[Contest], Column],
    scale: float,
    share: float,
    emphasis: float,
    progress: Progress,
) -> tuple[Lesson, Column]:
    """The rows of some contests, and the mean of their columns; papers that gained more count more by `emphasis`."""
    tables, targets, shares, means = [], [], [], []
    for number, contest in enumerate(contests, 1):
        table, target = told(contest), np.log1p(contest.truth)
        tables.append(table - table.mean(axis=0))
        targets.append(scale * (target - target.mean()))
        shares.append((1.0 + target) ** emphasis)
        means.append(table.mean(axis=0))
        progress.report("Fitting weights", number, len(contests))
    weigh = np.concatenate(shares)
    lesson = Lesson(np.concatenate(tables), np.concatenate(targets), share * weigh / weigh.mean())
    return lesson, np.mean(means, axis=0)


def solve(
    lesson: Lesson, penalty: float, names: Sequence[str], at_least_0: Sequence[str], at_most_0: Sequence[str]
) -> Column:
    """(c,) ridge regression on columns of equal spread, by coordinate descent, some weights held on one side of 0."""
    spread = lesson.columns.std(axis=0) + 1e-9
    table = lesson.columns / spread
    weighed = table * lesson.share[:, None]
    square, line = weighed.T @ table + penalty * np.eye(len(names)), weighed.T @ lesson.target
    found = np.zeros(len(names))
    for _ in range(_ROUNDS):
        for place, name in enumerate(names):
            step = float(line[place] - square[place] @ found + square[place, place] * found[place])
            value = step / float(square[place, place])
            value = max(0.0, value) if name in at_least_0 else min(0.0, value) if name in at_most_0 else value
            found[place] = value
    result: Column = found / spread
    return result

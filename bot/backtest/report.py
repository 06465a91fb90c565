"""The figures: every score under every protocol, with the middle 95 % of a bootstrap over days beside each."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bot.backtest.baselines import BASELINES, Known, known
from bot.backtest.measures import interval, ndcg, precision, share, spearman
from bot.backtest.protocols import COLD_HOURS, DAY_HOURS, Contest, days, gains, upvotes_of
from bot.backtest.recorded import Column, Recorded
from bot.progress import Progress
from bot.ranking.series import Series

OURS = "ours"

LESSON_HOURS = (2, 14, 20)

Figures = dict[str, object]
Score = Callable[[Contest], Column]
"""(m,) what is to be compared of the papers of a contest."""
Measure = Callable[[Column, Column], float]

_OF_A_LIST: dict[str, Measure] = {
    "ndcg@5": lambda scores, truth: ndcg(scores, truth, 5),
    "ndcg@10": lambda scores, truth: ndcg(scores, truth, 10),
    "p@5": lambda scores, truth: precision(scores, truth, 5),
    "spearman": spearman,
    "share@5": lambda scores, truth: share(scores, truth, 5),
}
_OF_A_GAIN: dict[str, Measure] = {
    "ndcg@10": lambda scores, truth: ndcg(scores, truth, 10),
    "share@10": lambda scores, truth: share(scores, truth, 10),
}


@dataclass(frozen=True, kw_only=True, eq=False)
class Contests:
    """Every contest of a recording, and what scores ask of it."""

    recorded: Recorded
    upvotes: Series
    stars: Series
    day: Mapping[int, Sequence[Contest]]
    """By hours after the submission."""
    gain: Sequence[Contest]
    lessons: Sequence[Contest]
    """As `gain` at the other hours of its days: nothing is reported of them, they are to learn from."""

    @classmethod
    def of(cls, recorded: Recorded) -> "Contests":
        """From all that was read."""
        upvotes = upvotes_of(recorded)
        stars = Series.of(
            len(recorded.papers), recorded.paper_index, recorded.observed_at, recorded.values["github_stars"]
        )
        return cls(
            recorded=recorded,
            upvotes=upvotes,
            stars=stars,
            day={hours: list(days(recorded, upvotes, hours)) for hours in DAY_HOURS},
            gain=list(gains(recorded, upvotes)),
            lessons=[one for hour in LESSON_HOURS for one in gains(recorded, upvotes, hour)],
        )

    @property
    def cold(self) -> Sequence[Contest]:
        """Cohort and clock of *day*; what differs is what may be looked at."""
        return self.day[COLD_HOURS]

    def between(self, after: str, until: str) -> "Contests":
        """Those of days in `(after, until]`."""

        def kept(contests: Sequence[Contest]) -> list[Contest]:
            return [one for one in contests if after < one.day <= until]

        return Contests(
            recorded=self.recorded,
            upvotes=self.upvotes,
            stars=self.stars,
            day={hours: kept(contests) for hours, contests in self.day.items()},
            gain=kept(self.gain),
            lessons=kept(self.lessons),
        )

    def known(self, contest: Contest) -> Known:
        """What baselines may look at."""
        return known(self.recorded, self.upvotes, self.stars, contest)


@dataclass(frozen=True, kw_only=True)
class Ours:
    """Our own scores."""

    warm: Score
    cold: Score
    """With every vote, comment and star hidden."""


def report(contests: Contests, ours: Ours, progress: Progress) -> Figures:
    """The documented object."""
    told = _Bar(progress, (2 + len(contests.day)) * (1 + len(BASELINES)))
    every = [*contests.gain, *(one for each in contests.day.values() for one in each)]
    return {
        "day": {
            str(hours): _figures(contests, one, ours.warm, _OF_A_LIST, told) for hours, one in contests.day.items()
        },
        "gain": _figures(contests, contests.gain, ours.warm, _OF_A_GAIN, told),
        "cold": _figures(contests, contests.cold, ours.cold, _OF_A_LIST, told),
        "days": sorted({contest.day for contest in every}),
    }


def _figures(
    contests: Contests, those: Sequence[Contest], ours: Score, measures: Mapping[str, Measure], told: "_Bar"
) -> Figures:
    scores: dict[str, Score] = {OURS: ours}
    for name, baseline in BASELINES.items():
        scores[name] = lambda contest, baseline=baseline: baseline(contests.known(contest))  # type: ignore[misc]  # a lambda's default has no type
    figures: Figures = {}
    for name, score in scores.items():
        figures[name] = _one(those, score, measures)
        told.step()
    return figures


def _one(those: Sequence[Contest], score: Score, measures: Mapping[str, Measure]) -> Figures:
    """Means over days, `ci` for each of them, and how many days and papers there were; null without a day."""
    scored = [(score(contest), contest.truth) for contest in those]
    by_day = {name: np.array([measure(*one) for one in scored]) for name, measure in measures.items()}
    means: Figures = {name: round(float(column.mean()), 4) if len(column) else None for name, column in by_day.items()}
    spans = {name: [round(end, 4) for end in interval(column)] for name, column in by_day.items() if len(column)}
    return {**means, "ci": spans, "days": len(those), "papers": sum(len(contest.papers) for contest in those)}


class _Bar:
    def __init__(self, progress: Progress, total: int) -> None:
        self._progress, self._done, self._total = progress, 0, total

    def step(self) -> None:
        self._done += 1
        self._progress.report("Comparing orders", self._done, self._total)

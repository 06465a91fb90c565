"""Our own score under the protocols: each paper seen as it stood at its own moment, with the past known by then."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from bot.backtest.protocols import Contest
from bot.backtest.recorded import Column, Recorded
from bot.models import SIGNALS, Evidence, Traits, Window
from bot.ranking.features import Features, features
from bot.ranking.past import Past, past_of
from bot.ranking.score import MAXIMUM_AGE
from bot.ranking.series import Series
from bot.ranking.signals import measure
from bot.ranking.weights import HOURS_OF_LEVELS, Weights

_ONE_MOMENT = datetime(2000, 1, 1, tzinfo=UTC)
"""Every paper's own moment is moved to this one, with its readings, so that all can be measured at once."""
_BEFORE_SUBMISSION = 600.0


@dataclass(frozen=True, kw_only=True, eq=False)
class Seen:
    """What is known of the papers of a contest at their moments."""

    past: Past
    moved: Evidence


class Observer:
    """Looks at a recording as of a contest; never beyond its moments."""

    def __init__(self, recorded: Recorded) -> None:
        self._recorded = recorded
        self._submitted = recorded.submitted_at
        self._repository_at = np.array([paper.repository_seen_at for paper in recorded.papers])
        self._project = np.array([paper.project_page is not None for paper in recorded.papers], np.float64)
        self._organization = np.array([paper.organization is not None for paper in recorded.papers], np.float64)
        self._title = np.array([len(paper.title) for paper in recorded.papers], np.float64)
        self._submitter = _numbered([paper.submitter for paper in recorded.papers])
        names = [name for paper in recorded.papers for name in paper.authors]
        self._author = _numbered(names)
        self._author_of = np.repeat(np.arange(len(recorded.papers)), [len(paper.authors) for paper in recorded.papers])
        early = recorded.observed_at < self._submitted[recorded.paper_index] - _BEFORE_SUBMISSION
        self._trusted = ~early

    def seen(self, contest: Contest, levels: Sequence[float]) -> Seen:
        """The papers' own readings up to their own moments; the past as of the earliest of them."""
        return Seen(past=self._past(contest, levels), moved=self._moved(contest))

    def _past(self, contest: Contest, levels: Sequence[float]) -> Past:
        moment = float(contest.decided_at.min())
        recent = self._submitted > moment - MAXIMUM_AGE.total_seconds()
        rows = np.union1d(np.flatnonzero(recent & (self._submitted <= moment)), contest.papers)
        own = np.full(len(self._submitted), moment)
        own[contest.papers] = contest.decided_at
        evidence = self._evidence(rows, np.full(len(self._submitted), moment), moment, own)
        upvotes = Series.of(
            len(rows), evidence.paper_index.astype(np.int64), evidence.observed_at, evidence.values["upvotes"]
        )
        past = past_of(evidence, upvotes, np.array(HOURS_OF_LEVELS), np.array(levels))
        places = np.searchsorted(rows, contest.papers)
        return Past({name: column[places] for name, column in past.columns.items()})

    def _moved(self, contest: Contest) -> Evidence:
        moments = np.full(len(self._submitted), -np.inf)
        moments[contest.papers] = contest.decided_at
        order = np.argsort(contest.papers)
        return self._evidence(contest.papers[order], moments, None, moments)

    def _evidence(self, rows: NDArray[np.int64], moments: Column, as_of: float | None, own: Column) -> Evidence:
        """Of some papers, sorted, with what was read of each by its moment; without `as_of` all are moved to one."""
        recorded = self._recorded
        known = (recorded.observed_at <= moments[recorded.paper_index]) & self._trusted
        places = np.full(len(self._submitted), -1)
        places[rows] = np.arange(len(rows))
        known &= places[recorded.paper_index] >= 0
        index = recorded.paper_index[known]
        shift = np.zeros(len(self._submitted)) if as_of is not None else _ONE_MOMENT.timestamp() - moments
        nothing = np.full(int(known.sum()), np.nan)
        return Evidence(
            as_of=datetime.fromtimestamp(as_of, UTC) if as_of is not None else _ONE_MOMENT,
            paper_ids=tuple(recorded.papers[row].id for row in rows.tolist()),
            first_seen_at=(self._submitted + shift)[rows],
            published_at=np.full(len(rows), np.nan),
            paper_index=places[index].astype(np.int32),
            observed_at=recorded.observed_at[known] + shift[index],
            values={name: recorded.values[name][known] if name in recorded.values else nothing for name in SIGNALS},
            traits=self._traits(rows, places, own),
        )

    def _traits(self, rows: NDArray[np.int64], places: NDArray[np.int64], own: Column) -> Traits:
        chosen = places[self._author_of] >= 0
        return Traits(
            submitter=self._submitter[rows],
            author=self._author[chosen],
            author_of=places[self._author_of[chosen]],
            organization=self._organization[rows],
            repository=(self._repository_at[rows] <= own[rows]).astype(np.float64),
            project_page=self._project[rows],
            title_length=self._title[rows],
        )


def columns(seen: Seen, contest: Contest, weights: Weights) -> Features:
    """(m,) every column of the score, for the papers of a contest in its own order."""
    told = features(measure(seen.moved, Window.WEEK), _sorted(seen.past, contest), weights)
    back = np.argsort(np.argsort(contest.papers))
    return {name: column[back] for name, column in told.items()}


def warm(seen: Seen, contest: Contest, weights: Weights) -> Column:
    """(m,) the score of the papers of a contest."""
    total = np.zeros(len(contest.papers))
    for name, column in columns(seen, contest, weights).items():
        total = total + weights.trend.get(name, 0.0) * column
    return total


def cold(seen: Seen, contest: Contest, weights: Weights) -> Column:
    """(m,) what the score is before anybody voted."""
    return weights.prior_of(seen.past.columns, len(contest.papers))


def _sorted(past: Past, contest: Contest) -> Past:
    order = np.argsort(contest.papers)
    return Past({name: column[order] for name, column in past.columns.items()})


def _numbered(names: Sequence[str | None]) -> NDArray[np.int64]:
    known: dict[str, int] = {}
    return np.array([-1 if name is None else known.setdefault(name, len(known)) for name in names], np.int64)

"""The score and the order.

    score = decay(age) · Σ weight · rarity(percentile in the cohort of its age)

The weights are shared out again among the signals that are known, and a small share always stays with what nobody
knows. The parts say how far each signal lifts a paper above the middle of its cohort, or leaves it below; what every
paper starts from, and loses with age, is a part of its own. Their sum is the score, to the last bit: all are
multiples of 2⁻²⁰, which floating point adds without rounding.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from bot.models import Evidence, ScorePart, Window
from bot.ranking.cohorts import Cohorts, rarity
from bot.ranking.series import Column
from bot.ranking.signals import WEIGHTS, Measured, measure
from bot.ranking.words import age_part, signal_name, signal_part

MAXIMUM_AGE = timedelta(days=180)
"""Older papers are famous, not trending."""

_DECAY_HOURS = {Window.DAY: 72.0, Window.WEEK: 168.0, Window.MONTH: 720.0}
_DECAY_FLOOR = 0.6
"""What age leaves at least. The rates fall with age by themselves, and an old paper that takes off again is news."""

_UNKNOWN_WEIGHT = 0.30
_UNKNOWN_PERCENTILE = 0.25
"""What nobody knows of a paper counts as a place in the lower half: little attention is more common than much."""
_GRAIN = 2.0**-20

_MIDDLE = float(rarity(np.array([0.5]))[0])
_UNKNOWN = float(rarity(np.array([_UNKNOWN_PERCENTILE]))[0])


@dataclass(frozen=True, eq=False)
class Ranking:
    """Candidates, best first. Reasons are made for the papers asked for."""

    as_of: datetime
    window: Window
    order: tuple[str, ...]
    scores: Column
    """(n,) of each in `order`."""
    _first_seen_at: Column
    _rows: NDArray[np.int64]
    """(n,) which row of the columns below is whose in `order`."""
    _measured: Measured
    _decay: Column
    _percentiles: dict[str, Column]
    _parts: dict[str, Column]

    def __len__(self) -> int:
        return len(self.order)

    def place(self, paper_id: str) -> int | None:
        """Counted from 0; None if it is no candidate."""
        return self._places.get(paper_id)

    def score(self, paper_id: str) -> float | None:
        """None if it is no candidate."""
        place = self.place(paper_id)
        return None if place is None else float(self.scores[place])

    def first_seen_at(self, paper_id: str) -> datetime:
        """In UTC, of a candidate."""
        return datetime.fromtimestamp(float(self._first_seen_at[self._row(paper_id)]), UTC)

    def parts(self, paper_id: str) -> tuple[ScorePart, ...]:
        """A candidate's signed parts, strongest first, then those that are missing, with a part of 0.

        Their sum is the score.
        """
        row = self._row(paper_id)
        parts = [age_part(self._measured, row, float(self._parts["age"][row]), float(self._decay[row]))]
        for name in WEIGHTS:
            percentile, part = float(self._percentiles[name][row]), float(self._parts[name][row])
            parts.append(signal_part(name, self._measured, row, percentile, part))
        return tuple(sorted(parts, key=lambda part: (part.value is None, -abs(part.part))))

    def missing(self, paper_id: str) -> tuple[str, ...]:
        """The signals of a candidate that no source gave, in words."""
        row = self._row(paper_id)
        return tuple(signal_name(name) for name in WEIGHTS if np.isnan(self._percentiles[name][row]))

    @cached_property
    def without_topics(self) -> dict[str, tuple[str, ...]]:
        """Every candidate in order, with no matched terms; made once, since each plain list asks for it."""
        return dict.fromkeys(self.order, ())

    def _row(self, paper_id: str) -> int:
        return int(self._rows[self._places[paper_id]])

    @cached_property
    def _places(self) -> dict[str, int]:
        return {paper_id: place for place, paper_id in enumerate(self.order)}


def rank(evidence: Evidence, *, window: Window = Window.WEEK) -> Ranking:
    """Papers at most 180 days old by velocity in the window; equal scores by upvotes, newness and id."""
    candidates = _candidates(evidence)
    measured = measure(evidence, window)
    ages = np.where(candidates, measured.age_hours, np.nan)
    cohorts = Cohorts(ages)
    compared = measured.compared()
    percentiles = {name: cohorts.percentiles(np.where(candidates, compared[name], np.nan)) for name in WEIGHTS}
    decay = _DECAY_FLOOR + (1.0 - _DECAY_FLOOR) / (1.0 + measured.age_hours / _DECAY_HOURS[window])
    parts = _parts(percentiles, decay)
    scores = np.sum(list(parts.values()), axis=0)
    rows = _order(evidence, scores, measured.upvotes, np.flatnonzero(candidates))
    ids = tuple(evidence.paper_ids[row] for row in rows.tolist())
    return Ranking(
        evidence.as_of, window, ids, scores[rows], evidence.first_seen_at, rows, measured, decay, percentiles, parts
    )


def _candidates(evidence: Evidence) -> NDArray[np.bool_]:
    """(n,) whether a paper is known by then, and not too old by its publication or its first sight."""
    as_of = evidence.as_of.timestamp()
    appeared = np.fmin(evidence.published_at, evidence.first_seen_at)
    return (as_of - appeared <= MAXIMUM_AGE.total_seconds()) & (evidence.first_seen_at <= as_of)


def _parts(percentiles: dict[str, Column], decay: Column) -> dict[str, Column]:
    """(n,) signed part of each signal, and of the age."""
    known = sum(WEIGHTS[name] * ~np.isnan(column) for name, column in percentiles.items())
    total = known + _UNKNOWN_WEIGHT
    start = _MIDDLE + (_UNKNOWN - _MIDDLE) * _UNKNOWN_WEIGHT / total
    parts = {"age": _rounded(decay * start)}
    for name, percentile in percentiles.items():
        above = np.where(np.isnan(percentile), 0.0, rarity(percentile) - _MIDDLE)
        parts[name] = _rounded(decay * WEIGHTS[name] / total * above)
    return parts


def _rounded(column: Column) -> Column:
    return np.round(column / _GRAIN) * _GRAIN


def _order(evidence: Evidence, scores: Column, upvotes: Column, rows: NDArray[np.int64]) -> NDArray[np.int64]:
    votes = np.where(np.isnan(upvotes), -1.0, upvotes)
    ids = np.array(evidence.paper_ids, dtype=np.str_) if len(rows) else np.empty(0, dtype=np.str_)
    keys = (ids[rows], -evidence.first_seen_at[rows], -votes[rows], -scores[rows])
    return rows[np.lexsort(keys)]

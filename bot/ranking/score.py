"""The score and the order.

    score = start + Σ weight · column

`weights.py` holds the weights, fitted on recorded history to foretell the logarithm of the upvotes that a paper gains
in the next days; `features.py` the columns. The parts say how far each signal lifts a paper above the middle of those
ranked, or leaves it below; what every paper of its age starts from is a part of its own, and so is what is known of
its makers. Their sum is the score, to the last bit: all are multiples of 2⁻²⁰, which floating point adds without
rounding.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from bot.models import GRAIN, Evidence, ScorePart, Window
from bot.ranking.cohorts import Cohorts
from bot.ranking.features import features, unseen
from bot.ranking.past import Past, past_of
from bot.ranking.series import Column
from bot.ranking.signals import SIGNAL_NAMES, Measured, measure
from bot.ranking.weights import (
    AGES,
    BESIDE_VOTES,
    HOURS_OF_LEVELS,
    RATES,
    READINGS,
    UPVOTES,
    Weights,
    shipped,
)
from bot.ranking.whatif import UPVOTES_CHANGE, Change, changed, past_repeated, read_now, repeated
from bot.ranking.words import age_part, past_part, signal_name, signal_part

MAXIMUM_AGE = timedelta(days=180)
"""Older papers are famous, not trending."""

_START = 4.0
"""Added to every score, so that ordinary ones are above 0."""
_FADES = 0.07
"""What a paper loses each time its age doubles beyond the week that recordings tell about."""
_WEEK_HOURS = 168.0
_BY_HAND = {"adoption": 0.05, "hacker_news": 0.1, "citations": 0.03, "author_h_index": 0.03}
"""Weights of log(1 + count), set by hand since no recording has them. A story of 200 points moves a paper as much as
its upvotes growing from 40 to 80 do; 30 citations, or an author of great name, by a third of that."""


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
    _percentiles: dict[str, Column]
    _parts: dict[str, Column]
    _past: Past

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

    def seen_since(self, moment: datetime) -> tuple[str, ...]:
        """The candidates first seen then or later, in order."""
        young = np.flatnonzero(self._first_seen_at[self._rows] >= moment.timestamp())
        return tuple(self.order[place] for place in young.tolist())

    def parts(self, paper_id: str) -> tuple[ScorePart, ...]:
        """A candidate's signed parts, strongest first, then those that are missing, with a part of 0.

        Their sum is the score.
        """
        row = self._row(paper_id)
        parts = [age_part(self._measured, row, float(self._parts["age"][row]))]
        if self._past.columns:
            parts.append(past_part(self._past, row, float(self._parts["past"][row])))
        for name in SIGNAL_NAMES:
            percentile, part = float(self._percentiles[name][row]), float(self._parts[name][row])
            parts.append(signal_part(name, self._measured, row, percentile, part))
        return tuple(sorted(parts, key=lambda part: (part.value is None, -abs(part.part))))

    def missing(self, paper_id: str) -> tuple[str, ...]:
        """The signals of a candidate that no source gave, in words."""
        row = self._row(paper_id)
        return tuple(signal_name(name) for name in SIGNAL_NAMES if np.isnan(self._percentiles[name][row]))

    def gains(self, paper_id: str, change: Change) -> Column:
        """What a candidate's score would gain by 0, 1, 2 … more of something; up to `change.most`."""
        row, more = self._row(paper_id), np.arange(change.most + 1, dtype=np.float64)
        past = past_repeated(self._past, row, len(more))
        if change.name == UPVOTES_CHANGE:
            alike = read_now(self._measured, row, more, self.as_of.timestamp(), self.window)
        else:
            alike = changed(repeated(self._measured, row, len(more)), change.name, more)
        scores = scores_of(alike, past, shipped())
        gained: Column = np.nan_to_num(scores - float(self.scores[self._places[paper_id]]))
        gained[0] = 0.0
        return np.maximum(gained, 0.0)  # looking again may cost a paper something, which no further vote does

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
    """Papers at most 180 days old by what they should gain next; equal scores by upvotes, newness and id."""
    candidates = _candidates(evidence)
    weights = shipped()
    measured = measure(evidence, window)
    cohorts = Cohorts(np.where(candidates, measured.age_hours, np.nan))
    compared = measured.compared()
    percentiles = {name: cohorts.percentiles(np.where(candidates, compared[name], np.nan)) for name in SIGNAL_NAMES}
    past = past_of(evidence, measured.readings, np.array(HOURS_OF_LEVELS), np.array(weights.levels))
    parts = parts_of(measured, past, weights, candidates, percentiles)
    scores = np.sum(list(parts.values()), axis=0)
    rows = _order(evidence, scores, measured.upvotes, np.flatnonzero(candidates))
    ids = tuple(evidence.paper_ids[row] for row in rows.tolist())
    return Ranking(
        evidence.as_of, window, ids, scores[rows], evidence.first_seen_at, rows, measured, percentiles, parts, past
    )


def _candidates(evidence: Evidence) -> NDArray[np.bool_]:
    """(n,) whether a paper is known by then, and not too old by its publication or its first sight."""
    as_of = evidence.as_of.timestamp()
    appeared = np.fmin(evidence.published_at, evidence.first_seen_at)
    return (as_of - appeared <= MAXIMUM_AGE.total_seconds()) & (evidence.first_seen_at <= as_of)


def parts_of(
    measured: Measured,
    past: Past,
    weights: Weights,
    ranked: NDArray[np.bool_],
    percentiles: dict[str, Column],
) -> dict[str, Column]:
    """(n,) signed part of each signal, of the age, and of the past."""
    weigh = _weighed(measured, past, weights)
    score = _score(weigh, measured)
    parts = {"past": _rounded(_from_past(weigh, measured, weights))}
    for name in SIGNAL_NAMES:
        known = ~np.isnan(percentiles[name])
        middle = float(np.median(weigh[name][known & ranked])) if (known & ranked).any() else 0.0
        parts[name] = _rounded(np.where(known, weigh[name] - middle, 0.0))
    return {"age": score - np.sum(list(parts.values()), axis=0), **parts}


def scores_of(measured: Measured, past: Past, weights: Weights) -> Column:
    """(n,) the scores alone."""
    return _score(_weighed(measured, past, weights), measured)


def _weighed(measured: Measured, past: Past, weights: Weights) -> dict[str, Column]:
    """(n,) each column times its weight; the rates as what they add to those of a paper nobody told of."""
    told = features(measured, past, weights)
    weigh = {name: weights.trend.get(name, 0.0) * column for name, column in told.items()}
    weigh["upvotes"] = _total(weigh, UPVOTES)
    compared = measured.compared()
    weigh |= {name: weight * np.log1p(np.nan_to_num(compared[name])) for name, weight in _BY_HAND.items()}
    for name, nothing in unseen(measured, told["prior"]).items():
        nobody = weights.trend.get(name, 0.0) * nothing
        weigh[name], weigh[f"{name}_start"] = weigh[name] - nobody, nobody
    return weigh


def _score(weigh: dict[str, Column], measured: Measured) -> Column:
    whole = _total(weigh, (*SIGNAL_NAMES, *(f"{name}_start" for name in RATES), "prior", *BESIDE_VOTES))
    return _rounded(whole + _START + _total(weigh, (*AGES, *READINGS)) - _fading(measured.age_hours))


def _from_past(weigh: dict[str, Column], measured: Measured, weights: Weights) -> Column:
    """What is added by what is known of its makers, before any vote."""
    ordinary = unseen(measured, np.zeros(len(measured.age_hours)))
    without = _total({name: weights.trend.get(name, 0.0) * column for name, column in ordinary.items()}, RATES)
    return _total(weigh, ("prior", *BESIDE_VOTES, *(f"{name}_start" for name in RATES))) - without


def _total(columns: dict[str, Column], names: Iterable[str]) -> Column:
    first, *others = names
    return sum((columns[name] for name in others), columns[first])


def _fading(age_hours: Column) -> Column:
    faded: Column = _FADES * np.log2(np.maximum(1.0, age_hours / _WEEK_HOURS))
    return faded


def _rounded(column: Column) -> Column:
    return np.round(column / GRAIN) * GRAIN


def _order(evidence: Evidence, scores: Column, upvotes: Column, rows: NDArray[np.int64]) -> NDArray[np.int64]:
    votes = np.where(np.isnan(upvotes), -1.0, upvotes)
    ids = np.array(evidence.paper_ids, dtype=np.str_) if len(rows) else np.empty(0, dtype=np.str_)
    keys = (ids[rows], -evidence.first_seen_at[rows], -votes[rows], -scores[rows])
    return rows[np.lexsort(keys)]

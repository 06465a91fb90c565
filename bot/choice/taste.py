"""What a channel's votes say of its taste: a direction among papers, and how far it may move one.

    taste = Σ vote · vector, of length one           vote = (up − down) / (up + down + 1)
    part  = spread / 4 · votes / (votes + 8) · clip((taste · vector − middle) / 0.2, −1, 1)

`middle` is the median of the papers it is asked about, so that a taste lifts some and lowers others and never all.
A quarter of the spread is half of what the votes for a paper itself can do. Nothing is kept but the votes.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.models import GRAIN

Vector = NDArray[np.float32]
LEAST_VOTES = 4
"""Voted papers; fewer are an accident."""
SHARE = 0.25
"""Of the spread, at most."""
_DOUBT = 8.0
_FULL = 0.2
"""A cosine so far from the middle is all a taste can say."""
_NOTHING = 1e-6
"""Votes whose sum is shorter cancel each other out."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Voted:
    """A paper that a channel voted on."""

    paper_id: str
    up: int
    down: int
    vector: Vector | None
    """Of its meaning."""
    words: Vector

    @property
    def say(self) -> float:
        return (self.up - self.down) / (self.up + self.down + 1)


@dataclass(frozen=True, slots=True, eq=False)
class Taste:
    """Directions of length one, by meaning and by words; None where the votes say nothing."""

    votes: int
    meaning: Vector | None
    words: Vector | None

    def parts(self, vectors: Sequence[Vector | None], words: Sequence[Vector], spread: float) -> list[float]:
        """What it adds to each of these papers, within ± a quarter of the spread; multiples of 2⁻²⁰."""
        by_meaning = self.meaning is not None and all(vector is not None for vector in vectors)
        direction = self.meaning if by_meaning else self.words
        rows = [vector for vector in vectors if vector is not None] if by_meaning else list(words)
        if direction is None or not rows:
            return [0.0] * len(words)
        along = np.einsum("ij,j->i", np.stack(rows).astype(np.float64), direction)
        told = np.clip((along - np.median(along)) / _FULL, -1.0, 1.0)
        bound = SHARE * spread * self.votes / (self.votes + _DOUBT)
        return [float(part) for part in np.round(bound * told / GRAIN) * GRAIN]


def learn(voted: Sequence[Voted]) -> Taste | None:
    """None: too few papers were voted on to tell. The order of the votes makes no difference."""
    telling = sorted((one for one in voted if one.say), key=lambda one: one.paper_id)
    if len(telling) < LEAST_VOTES:
        return None
    meaning = _direction([(one.say, one.vector) for one in telling if one.vector is not None])
    return Taste(sum(one.up + one.down for one in telling), meaning, _direction([(o.say, o.words) for o in telling]))


def _direction(votes: Sequence[tuple[float, Vector]]) -> Vector | None:
    if not votes:
        return None
    whole = np.sum([say * vector.astype(np.float64) for say, vector in votes], axis=0)
    length = float(np.linalg.norm(whole))
    if length < _NOTHING:
        return None
    unit: Vector = (whole / length).astype(np.float32)
    return unit

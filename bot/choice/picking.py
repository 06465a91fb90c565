"""The choice itself. Pure: the same papers, channel and date give the same picks, in whatever order they are told."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from bot.choice.diversity import mmr
from bot.choice.taste import Taste
from bot.models import ScorePart

WEIGHT = 0.6
"""λ of the diversity: how much the worth of a paper counts against being something else than the others."""
POOL = 8
"""For each paper that is wanted so many are looked at: what is far below the best never comes for variety's sake."""
LEAST_POOL = 40
ROOM_TO_EXPLORE = 3
"""Papers of a digest; in a shorter one every slot is needed."""
EXPLORED = 5
"""The exploration is one of so many, drawn by channel and date, so that it is not always the same kind."""
EXPLORATION = "exploration"
TASTE = "taste"
FIT = "topic_fit"
DIVERSITY = "diversity"

Vector = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Candidate:
    """A paper that may come."""

    paper_id: str
    score: float
    """Its trend with the team's votes; a logarithm, so that what multiplies a paper's chances adds to it."""
    parts: tuple[ScorePart, ...] = ()
    """What else speaks for it here: how well it fits the topics."""
    vector: Vector | None = None
    """Of its meaning, of length one."""
    words: Vector
    """Of its telling words, of length one."""

    @property
    def worth(self) -> float:
        return self.score + sum(part.part for part in self.parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """A paper that comes, and what was added to its score for this channel."""

    paper_id: str
    parts: tuple[ScorePart, ...]
    exploring: bool = False


def pool_size(limit: int) -> int:
    """How many of the best candidates a choice of so many papers has to see."""
    return max(LEAST_POOL, POOL * limit)


def choose(
    candidates: Collection[Candidate],
    *,
    limit: int,
    spread: float,
    seed: str,
    taste: Taste | None = None,
) -> tuple[Pick, ...]:
    """At most `limit` papers, the first one first.

    `spread` is how far the best papers of all are above the middle, in the score's units; `seed` names channel and
    date. Where a taste was learned and there is room, the last slot is for something that it would not have chosen.
    """
    pool = _pool(candidates, limit)
    tasted = taste.parts([one.vector for one in pool], [one.words for one in pool], spread) if taste else []
    known = [_Weighed(one, part) for one, part in zip(pool, tasted or [0.0] * len(pool), strict=True)]
    known.sort(key=lambda one: (-one.worth, one.candidate.paper_id))
    chosen = _diverse(known, limit, spread)
    if taste is None or limit < ROOM_TO_EXPLORE or len(known) <= limit:
        return tuple(_pick(known, chosen, place, taste) for place in chosen)
    chosen = chosen[: limit - 1]
    drawn = _drawn([place for place in range(len(known)) if place not in chosen and known[place].tasted < 0], seed)
    if drawn is None:
        drawn = _diverse(known, limit, spread)[-1]
        return tuple(_pick(known, [*chosen, drawn], place, taste) for place in [*chosen, drawn])
    return (*(_pick(known, chosen, place, taste) for place in chosen), _exploration(known[drawn]))


@dataclass(frozen=True, slots=True)
class _Weighed:
    candidate: Candidate
    tasted: float

    @property
    def worth(self) -> float:
        return self.candidate.worth + self.tasted


def _pool(candidates: Collection[Candidate], limit: int) -> list[Candidate]:
    each = {one.paper_id: one for one in candidates}
    return sorted(each.values(), key=lambda one: (-one.worth, one.paper_id))[: pool_size(limit)]


def _diverse(known: Sequence[_Weighed], limit: int, spread: float) -> list[int]:
    """Places in the order in which they come; a paper a whole spread below the best is worth nothing."""
    relevance = [1 + (one.worth - known[0].worth) / spread for one in known]
    return mmr(relevance, _similar([one.candidate for one in known]), WEIGHT, limit)


def _similar(candidates: Sequence[Candidate]) -> Callable[[int], Vector]:
    """(n,) cosines of one with each: of the meanings where both are known, else of the words.

    By einsum: so few numbers are not worth the threads that a product of matrices wakes, least of all when busy.
    """
    words = np.stack([one.words for one in candidates]) if candidates else np.zeros((0, 1), np.float32)
    width = next((len(one.vector) for one in candidates if one.vector is not None), 1)
    nothing = np.zeros(width, np.float32)
    meanings = np.stack([nothing if one.vector is None else one.vector for one in candidates]) if candidates else words
    has = np.array([one.vector is not None for one in candidates], bool)

    def row(place: int) -> Vector:
        told: Vector = np.einsum("ij,j->i", words, words[place])
        return np.where(has, np.einsum("ij,j->i", meanings, meanings[place]), told) if has[place] else told

    return row


def _drawn(places: Sequence[int], seed: str) -> int | None:
    """One of the best few, by the seed alone."""
    few = places[:EXPLORED]
    number = int.from_bytes(blake2b(seed.encode(), digest_size=8).digest(), "big")
    return few[number % len(few)] if few else None


def _pick(known: Sequence[_Weighed], chosen: Sequence[int], place: int, taste: Taste | None) -> Pick:
    one = known[place]
    before = chosen[: list(chosen).index(place)]
    passed = sum(other < place and other not in before for other in range(place))
    return Pick(
        paper_id=one.candidate.paper_id,
        parts=(
            *one.candidate.parts,
            *((_taste_part(one.tasted),) if taste and one.tasted else ()),
            *((_diversity_part(passed),) if passed else ()),
        ),
    )


def _exploration(one: _Weighed) -> Pick:
    text = "the one slot for what this channel does not vote for"
    part = ScorePart(signal=EXPLORATION, value=None, unit="", part=0.0, text=text)
    parts = (*one.candidate.parts, _taste_part(one.tasted), part)
    return Pick(paper_id=one.candidate.paper_id, parts=parts, exploring=True)


def _taste_part(part: float) -> ScorePart:
    text = f"{'like' if part > 0 else 'unlike'} what this channel votes for"
    return ScorePart(signal=TASTE, value=None, unit="", part=part, text=text)


def _diversity_part(passed: int) -> ScorePart:
    papers = "a paper" if passed == 1 else f"{passed} papers"
    text = f"taken before {papers} with a higher score, close to one above"
    return ScorePart(signal=DIVERSITY, value=float(passed), unit="papers", part=0.0, text=text)

"""Which papers are like the examples of a topic: near the middle of their meanings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bot.models import Paper, Topics
from bot.ports import PaperStore, Search, Vectors
from bot.service.choosing import words_of
from bot.topics import examples_of, likes_of

ONE, SEVERAL = 0.55, 0.60
"""The least cosine to one example, or to the middle of several. Of two papers of the daily list taken at random half
are nearer than .28 and one in a hundred nearer than .58; so near the middle of three is one in forty."""
WORDS = 0.25
"""The same of telling words, for papers without a vector."""


def nearness(examples: int) -> str:
    """How near a paper must come to so many examples, in words."""
    if examples == 1:
        return f"papers whose meaning is nearer to it than {ONE:.2f} (the same text is 1, chance .28)"
    return f"papers whose meaning is nearer to their middle than {SEVERAL:.2f} (the same text is 1, chance .28)"


@dataclass(frozen=True, slots=True)
class Example:
    """The middle of a topic's examples, of length one; None where it is not known."""

    key: str
    meaning: Vectors | None
    words: Vectors
    least: float


class Alike:
    """Topics by example, held against papers."""

    def __init__(self, papers: PaperStore, search: Search) -> None:
        self._papers = papers
        self._search = search

    async def examples(self, topics: Topics) -> tuple[Example, ...]:
        """Of these topics; one whose papers are all unknown is like nothing."""
        found = []
        for key in likes_of(topics):
            ids = examples_of(key)
            papers, vectors = await self._papers.many(ids), await self._search.vectors(ids)
            words = _middle([words_of(paper) for paper in papers.values()])
            if words is not None:
                least = ONE if len(papers) == 1 else SEVERAL
                found.append(Example(key, _middle([*vectors.values()]), words, least))
        return tuple(found)

    async def keys(self, examples: Sequence[Example], papers: Mapping[str, Paper]) -> dict[str, frozenset[str]]:
        """For each paper that is like some of them: the keys of those."""
        if not examples:
            return {}
        vectors = await self._search.vectors(papers)
        told = {one: frozenset(e.key for e in examples if _near(e, papers[one], vectors.get(one))) for one in papers}
        return {paper_id: keys for paper_id, keys in told.items() if keys}


def _near(example: Example, paper: Paper, vector: Vectors | None) -> bool:
    if vector is not None and example.meaning is not None:
        return float(vector @ example.meaning) >= example.least
    return float(words_of(paper) @ example.words) >= WORDS


def _middle(vectors: Sequence[Vectors]) -> Vectors | None:
    if not vectors:
        return None
    whole = np.sum(vectors, axis=0)
    middle: Vectors = whole / max(float(np.linalg.norm(whole)), 1e-6)
    return middle

"""Which words tell what a paper is about, and which papers share them; pure."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from bot.models import Paper

MOST_TERMS = 15
KEPT = 2048
"""Papers whose words are remembered: everybody asks about the same few."""
_GRAIN = 2.0**-12
_WORD = re.compile(r"[^\W\d_][\w-]{3,}")
_COMMON = frozenset(
    """about above achieve achieves across after against also although among analysis approach approaches based because
    been before being benchmark benchmarks better between both code could dataset datasets demonstrate different does
    during each effective efficient enable evaluate evaluation every existing experiments extensive first framework from
    further general given have here high however improve improved improves into introduce its just large learn learning
    learned less like main make many method methods model models more most much must need neural novel often only other
    ours over paper papers perform performance present problem propose proposed prove provide quality recent require
    results resulting same several shows show significant significantly simple since some state state-of-the-art strong
    studies study such system systems task tasks than that their them then there these they this those three through
    train training trained under using used uses very well were what when where whether which while will with within
    without work works would""".split()  # noqa: SIM905 - as a list it would be a hundred lines
)
"""English, and what nearly every abstract says."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike a paper is, and which telling words it shares, the most telling first."""

    paper_id: str
    score: float
    shared: tuple[str, ...]

    @property
    def reason(self) -> str:
        return f"shares: {', '.join(self.shared[:5])}" if self.shared else "close in meaning, in other words"


@lru_cache(maxsize=KEPT)
def telling_terms(paper: Paper) -> tuple[tuple[str, float], ...]:
    """Words and phrases of a paper that say most, with weights: keywords, the title, then what the abstract repeats."""
    weights: defaultdict[str, float] = defaultdict(float)
    for keyword in paper.keywords:
        weights[" ".join(keyword.lower().replace('"', " ").split())] += 3
    for word in _words(paper.title):
        weights[word] += 2
    for word, times in Counter(_words(paper.abstract)).items():
        weights[word] += min(times, 3) if times > 1 else 0.0
    ordered = sorted(
        (term for term in weights if term and weights[term]), key=lambda term: (-weights[term], -len(term), term)
    )
    return tuple((term, weights[term]) for term in ordered[:MOST_TERMS])


def likeness(paper: Paper, score: float, terms: Iterable[tuple[str, float]]) -> Likeness:
    """Of a paper to the one that has these terms."""
    text, words = _read(paper)
    shared = tuple(term for term, _ in terms if (_holds(text, term) if " " in term else term in words))
    return Likeness(paper.id, round(score / _GRAIN) * _GRAIN, shared)


def _holds(text: str, phrase: str) -> bool:
    """As whole words, or their plural: `spatial maps` is not in `geospatial maps`."""
    return phrase in text and re.search(rf"(?<!\w){re.escape(phrase)}s?(?!\w)", text) is not None


@lru_cache(maxsize=KEPT)
def _read(paper: Paper) -> tuple[str, frozenset[str]]:
    """Its text, folded, and the words in it."""
    text = " ".join((paper.title, paper.abstract, *paper.keywords)).lower()
    return text, frozenset(_WORD.findall(text))


def diverse(alike: Iterable[Likeness]) -> Iterator[Likeness]:
    """The most alike first, but those whose words the ones before them have already shown wait behind fresh ones.

    A paper loses a twentieth of the best score for each time that its shared words were shown, on average.
    """
    shown: Counter[str] = Counter()
    left = list(alike)
    step = max((one.score for one in left), default=0.0) / 20

    def worth(one: Likeness) -> float:
        return one.score - step * sum(shown[term] for term in one.shared) / max(1, len(one.shared))

    while left:
        best = max(left, key=worth)  # the first of equal ones
        left.remove(best)
        yield best
        shown.update(best.shared)


def _words(text: str) -> list[str]:
    return [word for word in _WORD.findall(text.lower()) if word not in _COMMON]

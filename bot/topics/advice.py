"""What topics would have brought, and how to make them wider, narrower or rightly spelt; pure."""

import difflib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.errors import UsageError
from bot.models import Combine, Paper, Topics
from bot.topics.presets import presets
from bot.topics.terms import Term, compile_term, compile_topics
from bot.topics.text import PaperText

TOO_MANY = 3.0
"""Times as many a day as a digest holds: most of what fits is never seen."""
TOO_FEW = 2 / 7
"""A day: less than two a week."""
_TOLD = 3
_SHOWN = 3
_VOCABULARY = 4000
_PARTS = {"words", "unspaced"}


Alike = Mapping[str, frozenset[str]]
NOTHING: Alike = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """Of the papers of some days."""

    matched: int
    of: int
    days: int
    such_as: tuple[str, ...] = ()
    """Titles of some that matched."""
    hints: tuple[str, ...] = ()
    """Sentences, each with words to add or to remove."""

    @property
    def a_day(self) -> float:
        return self.matched / self.days


def advise(topics: Topics, papers: Sequence[Paper], *, days: int, limit: int, alike: Alike = NOTHING) -> Advice:
    """What a set of topics matches among the papers of so many days, for a digest that holds so many.

    `alike` tells of papers which topics by example they are like.
    """
    texts = [(paper, PaperText(paper, alike.get(paper.id, ()))) for paper in papers]
    matcher = compile_topics(topics)
    fitting = [(paper, text) for paper, text in texts if matcher.match(paper, alike.get(paper.id, ())) is not None]
    hits = {term: sum(compile_term(term).matches(text) for _, text in texts) for term in topics.include}
    hints = [*_misspelt(hits, texts)]
    if topics.include and len(fitting) / days < TOO_FEW:
        hints += _wider(topics, hits, texts, fitting)
    elif topics.include and len(fitting) / days > TOO_MANY * limit:
        hints += _narrower(topics, hits, fitting)
    shown = tuple(paper.title for paper, _ in fitting[:_SHOWN])
    return Advice(matched=len(fitting), of=len(papers), days=days, such_as=shown, hints=tuple(hints))


Texts = Sequence[tuple[Paper, PaperText]]


def _misspelt(hits: dict[str, int], texts: Texts) -> Iterable[str]:
    """Words that found nothing, and the nearest that would have."""
    missing = [term for term, count in hits.items() if not count and compile_term(term).kind in _PARTS]
    if not missing:
        return
    known = _vocabulary(texts)
    for term in missing:
        near = difflib.get_close_matches(term.lower(), known, n=1, cutoff=0.8)
        found = _count(near[0], texts) if near and compile_term(near[0]) != compile_term(term) else 0
        if found:
            yield f"“{term}” matched nothing; did you mean “{near[0]}” ({_papers(found)})?"


def _wider(topics: Topics, hits: dict[str, int], texts: Texts, fitting: Texts) -> Iterable[str]:
    """Words that would bring more."""
    if topics.combine is Combine.ALL and len(topics.include) > 1:
        rarest = min(hits, key=lambda term: (hits[term], term))
        others = compile_topics(Topics(include=topics.include, exclude=topics.exclude))
        found = sum(others.match(paper) is not None for paper, _ in texts)
        rare = f"“{rarest}” is the rarest ({_papers(hits[rarest])})"
        yield f"Few match all of them: {rare}; any of them matched {found:,}."
        return
    offered = {word: _count(word, texts) for word in [*_parts(topics), *_beside(topics, fitting)]}
    better = [word for word, count in offered.items() if count > max(hits.values(), default=0)]
    if better:
        listed = ", ".join(f"“{word}” ({offered[word]:,})" for word in better[:_TOLD])
        yield f"Few matched; these would bring more: {listed}."
    for name in _presets_with(topics):
        yield f"Few matched; preset:{name} has words that go with them."


def _narrower(topics: Topics, hits: dict[str, int], fitting: Texts) -> Iterable[str]:
    """Words in place of the widest, and words to leave out."""
    widest = max(hits, key=lambda term: (hits[term], term))
    counted = Counter(keyword.lower() for paper, _ in fitting for keyword in set(paper.keywords))
    own = {compile_term(term) for term in topics.include}
    usual = [(word, count) for word, count in counted.most_common(60) if count > 1 and _term(word) not in own]
    phrases = [(word, count) for word, count in usual if _within(widest, word)]
    inside = ", ".join(f"“{word}” ({count:,})" for word, count in phrases[:_TOLD])
    instead = f" In its place: {inside}." if inside else ""
    yield f"Much matched, most of it for “{widest}” ({_papers(hits[widest])}); a digest shows few of them.{instead}"
    out = ", ".join(f"“{word}” ({count:,})" for word, count in usual if (word, count) not in phrases[:_TOLD])
    if out:
        yield f"Or leave out what you do not mean, such as {', '.join(out.split(', ')[:_TOLD])}."


def _parts(topics: Topics) -> list[str]:
    """Shorter phrases of those asked for: without their first, or without their last word."""
    words = [term.split() for term in topics.include if compile_term(term).kind == "words"]
    return [" ".join(part) for one in words if len(one) > 2 for part in (one[1:], one[:-1])]


def _beside(topics: Topics, fitting: Texts) -> list[str]:
    """What the few papers that matched are about too."""
    own = {compile_term(term) for term in topics.include}
    counted = Counter(keyword.lower() for paper, _ in fitting for keyword in set(paper.keywords))
    return [word for word, _ in counted.most_common(10) if _term(word) not in own]


def _presets_with(topics: Topics) -> list[str]:
    own = {compile_term(term) for term in topics.include}
    held = {name: {compile_term(term) for term in one.topics.include} for name, one in presets().items()}
    return [name for name, terms in held.items() if own & terms and not terms <= own][:1]


def _vocabulary(texts: Texts) -> list[str]:
    """Subjects of presets and papers, the most usual first."""
    named = [term.lower() for one in presets().values() for term in one.topics.include]
    counted = Counter(keyword.lower() for paper, _ in texts for keyword in paper.keywords)
    titles = (word for paper, _ in texts for word in paper.title.lower().split())
    words = Counter(word for word in titles if word.isalpha() and len(word) > 3)
    usual = [word for word, _ in (*counted.most_common(_VOCABULARY), *words.most_common(_VOCABULARY))]
    return list(dict.fromkeys([*named, *usual]))


def _count(word: str, texts: Texts) -> int:
    term = _term(word)
    return sum(term.matches(text) for _, text in texts) if term else 0


def _term(word: str) -> Term | None:
    """None where a keyword of somebody's is no term."""
    try:
        return compile_term(word)
    except UsageError:
        return None


def _within(term: str, phrase: str) -> bool:
    return term.lower() != phrase and f" {term.lower().rstrip('s')}" in f" {phrase}"


def _papers(count: int) -> str:
    return f"{count:,} paper{'' if count == 1 else 's'}"

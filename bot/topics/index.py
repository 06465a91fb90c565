"""Many sets of topics held against one paper at once, by a dictionary from phrase to sets."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from bot.models import Combine, Paper, Topics
from bot.topics.terms import Term, compile_term, refuse_too_many
from bot.topics.text import PaperText

Numbers = NDArray[np.int32]


class TopicIndex:
    """Sets of topics by their place in a sequence. Says of a paper what their matchers would say, in far less time."""

    def __init__(self, sets: Sequence[Topics]) -> None:
        """UsageError: as compile_topics says."""
        self._count = len(sets)
        self._needed = np.zeros(self._count, np.int32)
        wanted: defaultdict[str, list[int]] = defaultdict(list)
        unwanted: defaultdict[str, list[int]] = defaultdict(list)
        for number, topics in enumerate(sets):
            refuse_too_many(len(topics.include) + len(topics.exclude))
            include = _distinct(topics.include) if topics.combine is Combine.ALL else topics.include
            self._needed[number] = len(include) if topics.combine is Combine.ALL else min(1, len(include))
            for text in include:
                wanted[text].append(number)
            for text in topics.exclude:
                unwanted[text].append(number)
        self._wanted, self._unwanted = _by_term(wanted), _by_term(unwanted)
        terms = {*self._wanted, *self._unwanted}
        known = [term for term in terms if term.kind == "words"]
        self._words = {term.key: term for term in known}
        self._starts = {term.key[:_START] for term in known}
        self._longest = max((len(term.key) for term in known), default=0)
        self._others = [term for term in terms if term.kind != "words"]

    def match(self, paper: Paper, alike: Collection[str] = ()) -> Numbers:
        """The places of the sets that the paper fits, ascending; `alike` as a matcher takes it."""
        terms = list(self._found(PaperText(paper, alike)))
        fits = self._tally(self._wanted, terms) >= self._needed
        fits &= self._tally(self._unwanted, terms) == 0
        return np.flatnonzero(fits).astype(np.int32)

    def _found(self, text: PaperText) -> Iterator[Term]:
        """The known terms that match, each once."""
        yield from {self._words[key] for key in self._keys(text)}
        yield from (term for term in self._others if term.matches(text))

    def _keys(self, text: PaperText) -> Iterator[str]:
        """Known joined words among the runs of whole words of a text."""
        joined, borders, words = text.joined, text.ends, self._words
        start = 0
        for place, end in enumerate(borders):
            if joined[start : start + _START] in self._starts or end - start < _START:
                for last in borders[place:]:
                    if last - start > self._longest:
                        break
                    if joined[start:last] in words:
                        yield joined[start:last]
            start = end

    def _tally(self, sets_of: dict[Term, Numbers], terms: list[Term]) -> NDArray[np.int64]:
        """For each set, how many of the terms are its own; more, where it names one in two ways and any will do."""
        hits = [sets_of[term] for term in terms if term in sets_of]
        numbers = np.concatenate(hits) if hits else np.empty(0, np.int32)
        return np.bincount(numbers, minlength=self._count)


_START = 4
"""Characters by which most places of a text are ruled out at once."""


def _distinct(texts: Sequence[str]) -> Collection[str]:
    """One text for each meaning."""
    return {compile_term(text): text for text in texts}.values()


def _by_term(lists: dict[str, list[int]]) -> dict[Term, Numbers]:
    """Texts of one meaning made one; each is compiled once, however many sets hold it."""
    joined: defaultdict[Term, list[int]] = defaultdict(list)
    for text, numbers in lists.items():
        joined[compile_term(text)] += numbers
    return {term: np.array(numbers, np.int32) for term, numbers in joined.items()}

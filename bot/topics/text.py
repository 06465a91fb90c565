"""A paper's words, as topics are held against them."""

import re
import unicodedata
from array import array
from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache
from itertools import accumulate, repeat
from sys import intern

from bot.models import Paper

WORD = re.compile(r"[^\W_]+(?:\+\+|#)?")  # C++ and C# keep their signs
_WORD_OR_END = re.compile(rf"{WORD.pattern}|[.!?;](?=\s)|\n")
_ACCENTS = re.compile("[\u0300-\u036f]")


class PaperText:
    """A paper's words, folded; small enough, and quick enough to look into, to keep those of half a year."""

    __slots__ = ("_alike", "_ends", "_folded", "_joined", "_names", "_organization", "_paper_id", "categories")

    def __init__(self, paper: Paper, alike: Collection[str] = ()) -> None:
        self._alike = alike
        self._paper_id = paper.id
        self.categories = tuple(intern(category.lower()) for category in paper.categories)
        self._names = "\n".join(paper.authors)
        self._organization = paper.organization or ""
        self._folded = fold("\n".join((paper.title, paper.abstract, paper.summary or "", *paper.keywords)))
        self._joined: str | None = None
        self._ends = array("I")

    @property
    def joined(self) -> str:
        """The stems in order, with nothing between them but the marks that end a sentence, which no phrase crosses."""
        folded = self._folded  # before `_joined`: a thread that has set that one may take this away
        if self._joined is None:
            words = list(map(stem, _WORD_OR_END.findall(folded)))
            self._ends = array("I", accumulate(map(len, words)))
            self._joined = "".join(words)
            if folded.isascii():
                self._folded = ""
        return self._joined

    @property
    def ends(self) -> Sequence[int]:
        """Where in `joined` each word ends, ascending; the next one begins there."""
        _ = self.joined
        return self._ends

    def has_words(self, key: str) -> bool:
        """Whether the joined words of a term stand here as whole words."""
        joined = self.joined
        start = joined.find(key)
        while start >= 0:
            if self._is_border(start) and self._is_border(start + len(key)):
                return True
            start = joined.find(key, start + 1)
        return False

    def _is_border(self, place: int) -> bool:
        """Whether a word begins or ends there."""
        index = bisect_left(self._ends, place)
        return place == 0 or (index < len(self._ends) and self._ends[index] == place)

    def has_run(self, key: str) -> bool:
        """Whether a term in a script without spaces stands anywhere; in a text of ASCII alone it cannot."""
        return key in re.sub(r"\s+", "", self._folded)

    def has_category(self, key: str) -> bool:
        """`math.*` is any of an archive; so is `cond-mat`, as nobody writes that word otherwise."""
        archive = key.removesuffix(".*")
        return any(category == key or _within(category, archive, key) for category in self.categories)

    def has_author(self, key: str) -> bool:
        """Whether it is the name of one of the authors."""
        wanted = key.split()
        return any(same_person(wanted, name) for name in self._authors())

    def has_organization(self, key: str) -> bool:
        """Whether the words stand in the organization's name, whole and in this order."""
        return f" {key} " in f" {' '.join(WORD.findall(fold(self._organization)))} "

    def is_like(self, key: str) -> bool:
        return key in self._alike or self._paper_id in key.split("+")

    def _authors(self) -> Iterator[list[str]]:
        return (WORD.findall(fold(author)) for author in self._names.split("\n"))


def same_person(wanted: Sequence[str], name: Collection[str]) -> bool:
    """Whether each word of a name is one of an author's. An initial stands for what begins so, beside a whole word."""
    whole = any(word in name for word in wanted if len(word) > 1 or not word.isascii())
    return whole and all(any(map(_same_name, repeat(word), name)) for word in wanted)


def _same_name(one: str, other: str) -> bool:
    return one == other or (min(len(one), len(other)) == 1 and one[0] == other[0])


def _within(category: str, archive: str, key: str) -> bool:
    is_whole_archive = key.endswith(".*") or "." not in key
    return is_whole_archive and (category == archive or category.startswith(f"{archive}."))


def fold(text: str) -> str:
    """Compatibility forms, case and accents taken away; kana and Hangul stay as they are."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    return unicodedata.normalize("NFKC", _ACCENTS.sub("", decomposed))


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """One form for a word and its plural; it need not be a word."""
    if len(word) <= 3 or not word.isascii():
        return word
    if word.endswith(("ies", "ie")):
        return f"{word.removesuffix('s').removesuffix('ie')}y"
    if word.endswith(("ses", "xes", "zes", "ches", "shes")):
        return stem(word[:-2])
    if word.endswith(("se", "xe", "ze", "che", "she")):
        return word[:-1]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word

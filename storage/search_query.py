"""From what a person typed to what FTS5 may be asked. No typed text reaches MATCH: every term is quoted.

https://www.sqlite.org/fts5.html#full_text_query_syntax
"""

import re
import unicodedata
from dataclasses import dataclass

LONGEST = 512
"""Characters of a query that count."""
MOST_TERMS = 32
"""32 common words joined by OR take 0.4 s at 100,000 papers."""

_STOP_WORDS = frozenset(
    """a about an and are as at be been but by can do does for from had has have how if in into is it its of on or our
    over such than that the their then there these this those to under via was we were what when where which while
    who why will with within""".split()  # noqa: SIM905 - as a list it would be sixty lines
)
_PHRASE = re.compile(r'"([^"]*)"')
_WORD = re.compile(r"[^\W_]+")
_STRAIGHT = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"'})
# Scripts written without spaces: the tokenizer would take a whole run for one word. Kana, Han, Hangul.
_WITHOUT_SPACES = re.compile("[぀-ヿ㐀-䶿一-鿿豈-﫿가-힯\U00020000-\U0003ffff]")


@dataclass(frozen=True, slots=True)
class Query:
    """The terms of a search, lower case: words, and phrases with spaces between their words."""

    terms: tuple[str, ...]
    quoted: bool = False
    """Whether there is a phrase in quotation marks among them."""

    @property
    def by_parts(self) -> bool:
        """Whether the terms must be looked for as parts of the text instead of as words."""
        return any(_WITHOUT_SPACES.search(term) for term in self.terms)

    @property
    def all_of(self) -> str:
        return " AND ".join(self._quoted())

    @property
    def any_of(self) -> str:
        return " OR ".join(self._quoted())

    def _quoted(self) -> list[str]:
        return [f'"{term}"' for term in self.terms]


def build_query(text: str) -> Query:
    """The searchable terms of a text, each once, at most MOST_TERMS; without stop words unless there are no others."""
    plain = _plain(text)
    phrases = [" ".join(_WORD.findall(inside)) for inside in _PHRASE.findall(plain)]
    words = _WORD.findall(_PHRASE.sub(" ", plain))
    telling = [term for term in (*phrases, *words) if term and term not in _STOP_WORDS]
    terms = dict.fromkeys(telling or words)
    return Query(tuple(terms)[:MOST_TERMS], quoted=any(phrases))


def _plain(text: str) -> str:
    """Compatible characters made one, lower case, no control characters, cut to LONGEST."""
    normal = unicodedata.normalize("NFKC", text[: LONGEST * 4]).translate(_STRAIGHT).lower()
    printable = "".join(" " if unicodedata.category(character)[0] == "C" else character for character in normal)
    return printable[:LONGEST]

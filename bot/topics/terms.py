"""Which papers fit a channel's topics.

Paper and topic are folded alike: case, accents, hyphens, spaces between the halves of a word and a simple English
plural make no difference, so `fine-tuning`, `fine tuning` and `finetuning` are one, and `agents` finds `agent`. Words
are whole: `RAG` does not match `storage`. Scripts written without spaces are found anywhere in a text. A term that is
an arXiv category, such as `cs.CL` or `math.*`, looks at the categories instead; `author:"Ada Example"` looks at the
authors, and `org:"Example Lab"` at the organization. `like:2603.00001+2603.00002` is a topic by example: whoever reads
the papers says which of them are like those.
"""

import re
import unicodedata
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import accumulate, repeat

from bot.errors import UsageError
from bot.models import Combine, Paper, Topics

LONGEST_TERM = 80
"""Characters. A topic is a word or a phrase; sentences never match, and lists of them would not fit a message."""
MOST_WORDS = 8
"""Words of a phrase; no title's name for a subject is longer."""
MOST_TERMS = 50
"""Terms of one set, included and excluded: what people can still read in one message."""

_EXAMPLE = 'Example: agents, "reinforcement learning", cs.CL'

_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»″＂", '"'))  # as phones and word processors type them
_PIECE = re.compile(
    r'(?P<facet>(?:author|org):)?"(?P<phrase>[^"]*)"?|(?P<comma>[,;，、；\n])|(?P<words>(?:(?!(?:author|org):")[^",;，、；\n])+)',
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_]+(?:\+\+|#)?")  # C++ and C# keep their signs
_WORD_OR_END = re.compile(rf"{_WORD.pattern}|[.!?;](?=\s)|\n")
_FACET = re.compile(r"(?P<facet>author|org):\s*(?P<name>.+)", re.DOTALL)
_LIKE = re.compile(r"like:\s*(?P<ids>.*)", re.DOTALL)
_EXAMPLES = re.compile(r"\d{4}\.\d{4,5}")
_ACCENTS = re.compile("[\u0300-\u036f]")
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\U00020000-\U0003ffff]"
)
"""Thai, Lao, Burmese, Khmer, kana, Han, and Hangul, whose particles cling to words."""

_ARCHIVES = (
    "astro-ph|cond-mat|cs|econ|eess|gr-qc|hep-ex|hep-lat|hep-ph|hep-th|math|math-ph|nlin|nucl-ex|nucl-th|physics"
    "|q-bio|q-fin|quant-ph|stat"
)
"""https://arxiv.org/category_taxonomy"""
_CATEGORY = re.compile(rf"(?P<archive>{_ARCHIVES})(?:\.(?P<subject>[a-z]{{2}}|[a-z]+-[a-z]+|optics|other|\*))?")


def parse_terms(text: str) -> tuple[str, ...]:
    """Terms as people type them: words, quoted phrases, or a comma list in which each item is a phrase.

    Of two that mean the same the first is kept.

    Raises:
        UsageError: `topic`, when there is none, or one is too long or holds no word.
    """
    pieces = [match.groupdict() for match in _PIECE.finditer(text.translate(_QUOTES))]
    is_list = any(piece["comma"] for piece in pieces)
    terms: list[str] = []
    for piece in pieces:
        words = (piece["words"] or "").split()
        terms += [" ".join(words)] if is_list else words
        phrase = " ".join((piece["phrase"] or "").split())
        terms.append(f"{(piece['facet'] or '').lower()}{phrase}" if phrase else "")
    by_meaning: dict[Term, str] = {}
    for term in filter(None, terms):
        by_meaning.setdefault(compile_term(term), term)
    if not by_meaning:
        raise UsageError("topic", "No topic was given.", _EXAMPLE)
    refuse_too_many(len(by_meaning))
    return tuple(by_meaning.values())


def parse_category(text: str) -> str:
    """An arXiv category as its matcher wants it, such as `cs.CL` or `math.*`.

    Raises:
        UsageError: `category`, when it is none.
    """
    if text.strip() and compile_term(text.strip()).kind == "category":
        return text.strip()
    raise UsageError("category", f"“{text[:40]}” is no arXiv category.", "Example: category:cs.CL")


def compile_topics(topics: Topics) -> "Matcher":
    """The topics, ready to be held against papers.

    Raises:
        UsageError: `topic`, when a term is too long or holds no word, or there are too many.
    """
    refuse_too_many(len(topics.include) + len(topics.exclude))
    include = tuple((term, compile_term(term)) for term in topics.include)
    return Matcher(include, tuple(compile_term(term) for term in topics.exclude), topics.combine)


@dataclass(frozen=True, slots=True)
class Term:
    """A compiled term; equal ones match the same papers."""

    key: str
    """Folded words without the spaces between them, or a category in lower case."""
    kind: str
    """`words`, `unspaced`, `category`, `author`, `org` or `like`; names keep the spaces between words."""

    def matches(self, text: "PaperText") -> bool:
        return _TESTS[self.kind](text, self.key)


@dataclass(frozen=True, slots=True)
class Matcher:
    """Compiled topics."""

    include: tuple[tuple[str, Term], ...]
    exclude: tuple[Term, ...]
    combine: Combine

    def match(self, paper: Paper, alike: Collection[str] = ()) -> tuple[str, ...] | None:
        """The included terms that the paper matches, in the topics' order and spelling; None when it does not fit.

        Where nothing is included every paper fits, with no terms. An excluded term always wins. `alike` are the keys
        of the topics by example that it is like; without them only the examples themselves fit.
        """
        text = PaperText(paper, alike)
        if any(term.matches(text) for term in self.exclude):
            return None
        found = tuple(name for name, term in self.include if term.matches(text))
        needed = len(self.include) if self.combine is Combine.ALL else min(1, len(self.include))
        return found if len(found) >= needed else None


class PaperText:
    """A paper's words, folded as they are asked for."""

    def __init__(self, paper: Paper, alike: Collection[str] = ()) -> None:
        self._alike = alike
        self.categories = tuple(category.lower() for category in paper.categories)
        self._paper = paper
        self._folded = _fold("\n".join((paper.title, paper.abstract, paper.summary or "", *paper.keywords)))

    @cached_property
    def _words(self) -> list[str]:
        """Stems in order, and the marks that end a sentence, so that no phrase reaches across."""
        return list(map(_stem, _WORD_OR_END.findall(self._folded)))

    @cached_property
    def joined(self) -> str:
        """The stems without anything between them."""
        return "".join(self._words)

    @cached_property
    def ends(self) -> tuple[int, ...]:
        """Where in `joined` each word ends, in order; the next one begins there."""
        return tuple(accumulate(map(len, self._words)))

    @cached_property
    def _borders(self) -> frozenset[int]:
        """Where in `joined` a word begins or ends."""
        return frozenset((0, *self.ends))

    @cached_property
    def _squeezed(self) -> str:
        return re.sub(r"\s+", "", self._folded)

    def has_words(self, key: str) -> bool:
        """Whether the joined words of a term stand here as whole words."""
        start = self.joined.find(key)
        while start >= 0:
            if start in self._borders and start + len(key) in self._borders:
                return True
            start = self.joined.find(key, start + 1)
        return False

    def has_run(self, key: str) -> bool:
        return key in self._squeezed

    def has_category(self, key: str) -> bool:
        """`math.*` is any of an archive; so is `cond-mat`, as nobody writes that word otherwise."""
        archive = key.removesuffix(".*")
        return any(category == key or _within(category, archive, key) for category in self.categories)

    def has_author(self, key: str) -> bool:
        """Whether each word of a name is one of an author's; an initial stands for any name that begins so."""
        wanted = key.split()
        return any(all(any(map(_same_name, repeat(word), name)) for word in wanted) for name in self._authors)

    def has_organization(self, key: str) -> bool:
        """Whether the words stand in the organization's name, whole and in this order."""
        return f" {key} " in f" {' '.join(_WORD.findall(_fold(self._paper.organization or '')))} "

    def is_like(self, key: str) -> bool:
        return key in self._alike or self._paper.id in examples_of(key)

    @cached_property
    def _authors(self) -> list[list[str]]:
        return [_WORD.findall(_fold(author)) for author in self._paper.authors]


_TESTS: dict[str, Callable[[PaperText, str], bool]] = {
    "words": PaperText.has_words,
    "unspaced": PaperText.has_run,
    "category": PaperText.has_category,
    "author": PaperText.has_author,
    "org": PaperText.has_organization,
    "like": PaperText.is_like,
}


def _same_name(one: str, other: str) -> bool:
    return one == other or (min(len(one), len(other)) == 1 and one[0] == other[0])


def _within(category: str, archive: str, key: str) -> bool:
    is_whole_archive = key.endswith(".*") or "." not in key
    return is_whole_archive and (category == archive or category.startswith(f"{archive}."))


@lru_cache(maxsize=65536)
def compile_term(term: str) -> Term:
    if len(term) > LONGEST_TERM:
        message = f"A topic has at most {LONGEST_TERM} characters; “{term[:30]}…” has {len(term):,}."
        raise UsageError("topic", message, _EXAMPLE)
    folded = _fold(term).strip()
    category = _CATEGORY.fullmatch(folded)
    if category and (category["subject"] or "-" in category["archive"]):
        return Term(folded, "category")
    like = _LIKE.fullmatch(folded)
    if like:
        return Term(_examples(term, like["ids"]), "like")
    facet = _FACET.fullmatch(folded)
    words = _WORD.findall(facet["name"] if facet else folded)
    if not words:
        raise UsageError("topic", f"“{term}” holds no word to look for.", _EXAMPLE)
    if len(words) > MOST_WORDS:
        message = f"A topic has at most {MOST_WORDS} words; “{term[:30]}…” has {len(words)}."
        raise UsageError("topic", message, _EXAMPLE)
    if facet:
        return Term(" ".join(words), facet["facet"])
    if _UNSPACED.search(folded):
        return Term(re.sub(r"\s+", "", folded), "unspaced")
    return Term("".join(map(_stem, words)), "words")


def examples_of(key: str) -> list[str]:
    """The ids of the papers that a topic by example names."""
    return key.split("+")


def likes_of(topics: Topics) -> list[str]:
    """The keys of the topics by example."""
    terms = map(compile_term, (*topics.include, *topics.exclude))
    return list(dict.fromkeys(term.key for term in terms if term.kind == "like"))


def _examples(term: str, ids: str) -> str:
    """Sorted ids with + between them; a version makes no difference."""
    told = [re.sub(r"v\d+$", "", one) for one in re.split(r"[+,;\s]+", ids) if one]
    if not told or not all(map(_EXAMPLES.fullmatch, told)):
        message = f"“{term[:40]}” should name papers by their arXiv ids."
        raise UsageError("topic", message, "Example: like:2602.23229+2603.00001")
    return "+".join(sorted(set(told)))


def refuse_too_many(count: int) -> None:
    if count > MOST_TERMS:
        message = f"That would be {count} terms; {MOST_TERMS} are the most."
        raise UsageError("topic", message, "Remove some, or use a category such as cs.CL.")


def _fold(text: str) -> str:
    """Compatibility forms, case and accents taken away; kana and Hangul stay as they are."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    return unicodedata.normalize("NFKC", _ACCENTS.sub("", decomposed))


@lru_cache(maxsize=65536)
def _stem(word: str) -> str:
    """One form for a word and its plural; it need not be a word."""
    if len(word) <= 3 or not word.isascii():
        return word
    if word.endswith(("ies", "ie")):
        return f"{word.removesuffix('s').removesuffix('ie')}y"
    if word.endswith(("ses", "xes", "zes", "ches", "shes")):
        return _stem(word[:-2])
    if word.endswith(("se", "xe", "ze", "che", "she")):
        return word[:-1]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word

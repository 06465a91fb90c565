"""Which papers fit a channel's topics.

Paper and topic are folded alike: case, accents, hyphens, spaces between the halves of a word and a simple English
plural make no difference, so `fine-tuning`, `fine tuning` and `finetuning` are one, and `agents` finds `agent`. Words
are whole: `RAG` does not match `storage`. Scripts written without spaces are found anywhere in a text. A term that is
an arXiv category, such as `cs.CL` or `math.*`, looks at the categories instead; `author:"Ada Example"` looks at the
authors, and `org:"Example Lab"` at the organization. `like:2603.00001+2603.00002` is a topic by example: whoever reads
the papers says which of them are like those.
"""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import lru_cache

from bot.errors import UsageError
from bot.models import Combine, Paper, Topics
from bot.plain import straight
from bot.topics.text import WORD, PaperText, fold, stem

LONGEST_TERM = 80
"""Characters. A topic is a word or a phrase; sentences never match, and lists of them would not fit a message."""
MOST_WORDS = 8
"""Words of a phrase; no title's name for a subject is longer."""
MOST_TERMS = 50
"""Terms of one set, included and excluded: what people can still read in one message."""

_EXAMPLE = 'Example: agents, "reinforcement learning", cs.CL'

_PIECE = re.compile(
    r'(?P<facet>(?:author|org):)?"(?P<phrase>[^"]*)"?|(?P<comma>[,;，、；\n])|(?P<words>(?:(?!(?:author|org):")[^",;，、；\n])+)',
    re.IGNORECASE,
)
_FACET = re.compile(r"(?P<facet>author|org):\s*(?P<name>.+)", re.DOTALL)
_LIKE = re.compile(r"like:\s*(?P<ids>.*)", re.DOTALL)
_EXAMPLES = re.compile(r"\d{4}\.\d{4,5}")
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
    pieces = [match.groupdict() for match in _PIECE.finditer(straight(text))]
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
        return self.match_text(PaperText(paper, alike))

    def match_text(self, text: "PaperText") -> tuple[str, ...] | None:
        """The same of a paper that was read before."""
        if any(term.matches(text) for term in self.exclude):
            return None
        found = tuple(name for name, term in self.include if term.matches(text))
        needed = len(self.include) if self.combine is Combine.ALL else min(1, len(self.include))
        return found if len(found) >= needed else None


_TESTS: dict[str, Callable[[PaperText, str], bool]] = {
    "words": PaperText.has_words,
    "unspaced": PaperText.has_run,
    "category": PaperText.has_category,
    "author": PaperText.has_author,
    "org": PaperText.has_organization,
    "like": PaperText.is_like,
}


@lru_cache(maxsize=65536)
def compile_term(term: str) -> Term:
    if len(term) > LONGEST_TERM:
        message = f"A topic has at most {LONGEST_TERM} characters; “{term[:30]}…” has {len(term):,}."
        raise UsageError("topic", message, _EXAMPLE)
    folded = fold(term).strip()
    category = _CATEGORY.fullmatch(folded)
    if category and (category["subject"] or "-" in category["archive"]):
        return Term(folded, "category")
    like = _LIKE.fullmatch(folded)
    if like:
        return Term(_examples(term, like["ids"]), "like")
    facet = _FACET.fullmatch(folded)
    words = WORD.findall(facet["name"] if facet else folded)
    if not words:
        raise UsageError("topic", f"“{term}” holds no word to look for.", _EXAMPLE)
    if len(words) > MOST_WORDS:
        message = f"A topic has at most {MOST_WORDS} words; “{term[:30]}…” has {len(words)}."
        raise UsageError("topic", message, _EXAMPLE)
    if facet:
        return Term(" ".join(words), facet["facet"])
    if _UNSPACED.search(folded):
        return Term(re.sub(r"\s+", "", folded), "unspaced")
    return Term("".join(map(stem, words)), "words")


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

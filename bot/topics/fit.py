"""How well a paper fits the topics that it matches; pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.models import Paper
from bot.topics.terms import compile_term
from bot.topics.text import PaperText

IN_TITLE = 1.0
"""As much as a category, an author or an organization, which are what a paper is and not what it mentions."""
IN_KEYWORDS = 0.75
MENTIONED = 0.4
_EACH_FURTHER = 0.1


@dataclass(frozen=True, slots=True)
class Fit:
    """From 0 to 1, and the term that says most."""

    value: float
    text: str


def fit_of(paper: Paper, terms: Sequence[str]) -> Fit | None:
    """Of a paper that matches these terms; None where there are none."""
    if not terms:
        return None
    title = PaperText(replace(paper, abstract="", summary=None, keywords=()))
    keywords = PaperText(replace(paper, title="", abstract="", summary=None))
    strengths = [_strength(term, title, keywords) for term in terms]
    strongest, where = max(strengths, key=lambda one: one[0])
    term = terms[strengths.index((strongest, where))]
    further = f" and {len(terms) - 1} more of the topics" if len(terms) > 1 else ""
    return Fit(min(1.0, strongest + _EACH_FURTHER * (len(terms) - 1)), f"“{term}” {where}{further}")


def _strength(text: str, title: PaperText, keywords: PaperText) -> tuple[float, str]:
    term = compile_term(text)
    if term.kind == "like":
        return IN_KEYWORDS, "in its meaning"
    if term.kind not in {"words", "unspaced"}:
        return IN_TITLE, "is what it is"
    if term.matches(title):
        return IN_TITLE, "in its title"
    return (IN_KEYWORDS, "among its keywords") if term.matches(keywords) else (MENTIONED, "in its text")

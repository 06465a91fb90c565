"""Topics: how people type them, which papers fit them, and starting sets of them."""

from bot.topics.fit import Fit, fit_of
from bot.topics.index import TopicIndex
from bot.topics.terms import (
    LONGEST_TERM,
    MOST_TERMS,
    Matcher,
    compile_term,
    compile_topics,
    examples_of,
    likes_of,
    parse_category,
    parse_terms,
)
from bot.topics.text import PaperText

__all__ = [
    "LONGEST_TERM",
    "MOST_TERMS",
    "Fit",
    "Matcher",
    "PaperText",
    "TopicIndex",
    "compile_term",
    "compile_topics",
    "examples_of",
    "fit_of",
    "likes_of",
    "parse_category",
    "parse_terms",
]

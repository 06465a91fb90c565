"""Which sentence of an abstract shows best why a search found the paper; pure."""

import re
from dataclasses import replace

from bot.cards import SUMMARY_LENGTH, one_line, shortened
from bot.latex import readable
from bot.views import CardList

_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z0-9“(])")
_WORD = re.compile(r"[^\W_]{3,}")
_STEM = 5
"""Letters by which forms of a word are taken for the same: `diffusion`, `diffusing`."""


def highlighted(view: CardList, query: str) -> CardList:
    """The cards, each with the sentence that holds most words of the query in place of its summary, if one does."""
    cards = []
    for card in view.cards:
        sentence = best_sentence(readable(card.ranked.paper.abstract), query)
        cards.append(replace(card, summary=shortened(sentence, SUMMARY_LENGTH)) if sentence else card)
    return replace(view, cards=tuple(cards))


def best_sentence(abstract: str, query: str) -> str:
    """The first of those that hold most words of the query; empty where none holds any."""
    wanted = _stems(query)
    sentences = _SENTENCE.split(one_line(abstract))
    best = max(sentences, key=lambda sentence: len(wanted & _stems(sentence)))
    return best if wanted & _stems(best) else ""


def _stems(text: str) -> set[str]:
    return {word[:_STEM] for word in _WORD.findall(text.casefold())}

"""Topics, as people type them: terms, phrases, presets and papers by example, for and against."""

import re

from bot.commands.parsing import NO_TERMS
from bot.errors import UsageError
from bot.models import Topics
from bot.plain import straight
from bot.topics import parse_terms
from bot.topics.presets import parse_presets

_MINUS = "-−–"
"""The hyphen, the minus sign and the dash that keyboards make of it."""
_NO_WORD = f"+{_MINUS} "
_TERM = re.compile(rf'[{_MINUS}+]?(?:(?:author|org):)?"[^"]*"?|[^\s"]+', re.IGNORECASE)
"""A word, or a phrase in quotation marks, which may be a name."""
_COMMA = r",;，；、"
_ITEM_END = re.compile(rf"[{_COMMA}\n]")
_ID = r"\d{4}\.\d{4,5}(?:v\d+)?"
_EXAMPLES = re.compile(rf"like:\s*({_ID}(?:\s*[,+]\s*{_ID})*)", re.IGNORECASE)


def parse_topic(text: str) -> Topics:
    """Terms between commas; those with a minus sign are excluded."""
    return _signed(re.split(f"[{_COMMA}]", _with_examples(text)))


def parse_words(text: str) -> Topics:
    """Words, quoted phrases and comma lists; those with a minus sign are excluded."""
    items: list[str] = []
    for section in _with_examples(text).split(";"):
        items += section.split(",") if "," in section else _TERM.findall(section)
    return _signed(items)


def parse_wanted(text: str) -> tuple[str, ...]:
    """A list of terms that papers shall be about.

    Raises:
        UsageError: `topic`, for one with a minus, which would be kept as a word.
    """
    for item in map(str.strip, _ITEM_END.split(text)):
        bare = item.lstrip(_MINUS).strip()
        if item[:1] in _MINUS and bare:
            message = f"“{item[:40]}” has a minus, and these are the topics that papers shall have."
            raise UsageError("topic", message, f"Channels leave it out with /papers digest topics exclude {bare[:40]}")
    return parse_term_list(text)


def parse_term_list(text: str) -> tuple[str, ...]:
    """Each between commas or on a line of its own is one term; `none` and nothing are none."""
    items = [item.strip() for item in _ITEM_END.split(_with_examples(text))]
    return () if text.strip().lower() in NO_TERMS else _phrases([item for item in items if item.strip(f'"{_NO_WORD}')])


def _with_examples(text: str) -> str:
    """Commas between the papers of a topic by example are part of it: `like:ID,ID` becomes `like:ID+ID`."""
    return _EXAMPLES.sub(lambda found: "like:" + re.sub(r"[\s,]+", "+", found[1]), text)


def _signed(items: list[str]) -> Topics:
    """Each item is one term, a word or a phrase."""
    cleaned = [item.replace('"', "").strip() for item in items]
    kept = [item for item in cleaned if item.strip(_NO_WORD)]
    excluded = [item[1:] for item in kept if item[0] in _MINUS]
    return Topics(
        include=_phrases([item.lstrip("+") for item in kept if item[0] not in _MINUS]), exclude=_phrases(excluded)
    )


def _phrases(items: list[str]) -> tuple[str, ...]:
    """Each item is a term, or the name of a preset, which stands for its terms."""
    return tuple(dict.fromkeys(term for item in items for term in _terms_of(item)))


def _terms_of(item: str) -> tuple[str, ...]:
    preset = re.fullmatch(r"preset:\s*(.+)", item.strip().strip('"'), re.IGNORECASE)
    if preset is None:
        quoted = straight(item)
        return parse_terms(quoted if '"' in quoted else f'"{item}"')
    return tuple(term for one in parse_presets(preset[1]) for term in one.topics.include)

"""Papers that a message names by id, link or DOI; pure."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from adapters.discord.components import walk
from bot.identity import named_paper
from bot.mentioned import first_of

MENU = "Find papers in this message"
MOST = 4
"""Shown at a time: a user-installed app may answer with five more messages at most, one of which names the others."""
NOTHING = "I find no paper's id, link or DOI in that message."
_PIECES = re.compile(r"[^\s<>()\[\]\"'“”|]+")
_ENDS = ".,;:!?*_~`"


def papers_in(message: Mapping[str, Any]) -> list[str]:
    """Canonical ids in reading order, each once, from its text, its components and its embeds."""
    found = (named_paper(piece.strip(_ENDS)) for text in _texts(message) for piece in _PIECES.findall(text))
    return first_of(one for one in found if one)


def _texts(message: Mapping[str, Any]) -> Iterator[str]:
    yield str(message.get("content") or "")
    for component in message.get("components") or ():
        for part in walk(component):
            yield str(part.get("content") or part.get("url") or "")
    for embed in message.get("embeds") or ():
        for key in ("url", "title", "description"):
            yield str(embed.get(key) or "")

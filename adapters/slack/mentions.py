"""Papers named in somebody's message; pure."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from adapters.slack.text import typed
from bot.identity import named_paper
from bot.mentioned import first_of

_CANDIDATE = re.compile(
    r"https?://[^\s<>|\"'()\[\]{}]+|(?:[\w-]+\.)*(?:arxiv\.org|huggingface\.co)/[^\s<>|\"'()\[\]{}]+"
    r"|(?<![\d./])\d{4}\.\d{4,5}(?:v\d{1,2})?(?![\d])|10\.\d{4,9}/[^\s<>|\"']+"
    r"|(?<![\w/])[a-z-]+(?:\.[A-Z]{2})?/\d{7}(?!\d)"
)
_TEXTS = frozenset({"text", "url", "title_link", "from_url", "original_url", "fallback", "title", "value"})
DEEPEST = 20
"""No block of Slack's is nested so far; a message is somebody else's."""
LONGEST = 40_000
"""Characters read of one message."""


def papers_in(message: Mapping[str, Any]) -> list[str]:
    """Canonical ids of the papers in a message's text, blocks and attachments, each once.

    Addresses count only where they are those of a paper.
    """
    return first_of(_ids(message))


def _ids(message: Mapping[str, Any]) -> Iterator[str]:
    for text in _texts({"text": message.get("text"), **_rest(message)}):
        for candidate in _CANDIDATE.findall(typed(text[:LONGEST])):
            paper = named_paper(candidate.rstrip(".,;:!?"))
            if paper is not None:
                yield paper


def _rest(message: Mapping[str, Any]) -> dict[str, Any]:
    return {"blocks": message.get("blocks"), "attachments": message.get("attachments")}


def _texts(node: Any, depth: int = 0) -> Iterator[str]:
    if depth > DEEPEST:
        return
    if isinstance(node, dict):
        for name, value in node.items():
            if isinstance(value, str) and name in _TEXTS:
                yield value
            elif not isinstance(value, str):
                yield from _texts(value, depth + 1)
    elif isinstance(node, list):
        for value in node:
            yield from _texts(value, depth + 1)

"""Blocks that Slack refuses: a bug of ours that people see little of, so somebody has to be told."""

import structlog

from adapters.slack.asked import PLATFORM
from adapters.slack.blocks import Block, Part, plain
from bot.metrics import FIGURES
from bot.plain import cut, pieces

log = structlog.get_logger(__name__)

PIECE = 2900
"""Characters of a section: https://docs.slack.dev/reference/block-kit/blocks/section-block/"""
LONGEST = 60_000


def alert(what: str, reason: str) -> None:
    """An error in the log, and one more in the figure that calls somebody."""
    log.error("a view was refused", view=what, reason=reason)
    FIGURES.refused(PLATFORM)


def in_words(parts: list[Part]) -> list[Block]:
    """The parts as plain text alone, which nothing can be wrong with, for a view of at most 100 blocks."""
    text = cut("\n\n".join(part.text for part in parts if part.text), LONGEST)
    return [{"type": "section", "text": plain(piece, PIECE)} for piece in pieces(text, PIECE)]

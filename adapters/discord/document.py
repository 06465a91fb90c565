"""Text to copy, letter by letter, in code blocks; only a run of three backticks, which would end one, is changed."""

from collections.abc import Iterator

from adapters.discord.layout import Block, text_block
from adapters.discord.panels import button_blocks, note_blocks, title_block
from bot.plain import clean, length
from bot.views import Document

PIECE_LENGTH = 1700
"""Characters that stay together; a message takes two such pieces."""


def document_blocks(view: Document) -> Iterator[Block]:
    yield title_block(view.title)
    text = clean(view.text).replace("```", "'''")
    yield from (text_block(f"```\n{piece}\n```") for piece in pieces_of_lines(text, PIECE_LENGTH))
    yield from note_blocks(view.notes)
    yield from button_blocks(view.buttons)


def pieces_of_lines(text: str, limit: int) -> list[str]:
    """Whole lines as far as they fit; only a line that is too long itself is cut."""
    pieces = [""]
    for row in text.splitlines() or [""]:
        for start in range(0, max(1, len(row)), limit // 4):
            part = row[start : start + limit // 4]
            if length(pieces[-1]) + length(part) + 1 > limit:
                pieces.append("")
            pieces[-1] += f"{part}\n"
    return [piece.rstrip("\n") or " " for piece in pieces]

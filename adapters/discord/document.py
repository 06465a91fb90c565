"""Text to copy, letter by letter, in code blocks; only a run of three backticks, which would end one, is changed."""

from collections.abc import Iterator

from adapters.discord.layout import Block, text_block
from adapters.discord.panels import button_blocks, note_blocks, title_block
from bot.plain import clean, pieces_of_lines
from bot.views import Document

PIECE_LENGTH = 1700
"""Characters that stay together; a message takes two such pieces."""
LINE_LENGTH = PIECE_LENGTH // 4
"""Of a longer line the rest goes on in the next one."""


def document_blocks(view: Document) -> Iterator[Block]:
    yield title_block(view.title)
    text = clean(view.text).replace("```", "'''")
    yield from (text_block(f"```\n{piece}\n```") for piece in pieces_of_lines(text, PIECE_LENGTH, LINE_LENGTH))
    yield from note_blocks(view.notes)
    yield from button_blocks(view.buttons)

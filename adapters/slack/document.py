"""Text to copy, letter by letter.

https://docs.slack.dev/reference/block-kit/blocks/rich-text-block/#rich_text_preformatted
"""

from adapters.slack.blocks import Part, rich_text, words
from adapters.slack.pieces import button_rows, heading, small
from bot.plain import clean, pieces_of_lines
from bot.views import Document

PIECE = 2500
"""Characters that stay together; a message takes four such pieces."""
LINE = PIECE // 2
"""Of a longer line the rest goes on in the next one; even as surrogate pairs it fits into a piece."""


def document(view: Document) -> list[Part]:
    parts = [
        Part((rich_text(_preformatted(piece)),), piece) for piece in pieces_of_lines(clean(view.text), PIECE, LINE)
    ]
    return [heading(view.title), *parts, *small(view.notes), *button_rows(view.buttons)]


def _preformatted(text: str) -> dict[str, object]:
    return {"type": "rich_text_preformatted", "elements": [words(text)]}

"""Text to copy, letter by letter.

https://docs.slack.dev/reference/block-kit/blocks/rich-text-block/#rich_text_preformatted
"""

from adapters.slack.blocks import Part, rich_text, words
from adapters.slack.pieces import button_rows, heading, small
from bot.plain import clean, length
from bot.views import Document

PIECE = 2500
"""Characters that stay together; a message takes four such pieces."""


def document(view: Document) -> list[Part]:
    parts = [Part((rich_text(_preformatted(piece)),), piece) for piece in pieces_of_lines(clean(view.text), PIECE)]
    return [heading(view.title), *parts, *small(view.notes), *button_rows(view.buttons)]


def pieces_of_lines(text: str, limit: int) -> list[str]:
    """Whole lines as far as they fit; only a line that is too long itself is cut."""
    pieces = [""]
    for row in text.splitlines() or [""]:
        for start in range(0, max(1, len(row)), limit // 2):
            part = row[start : start + limit // 2]
            if length(pieces[-1]) + length(part) + 1 > limit:
                pieces.append("")
            pieces[-1] += f"{part}\n"
    return [piece.rstrip("\n") or " " for piece in pieces]


def _preformatted(text: str) -> dict[str, object]:
    return {"type": "rich_text_preformatted", "elements": [words(text)]}

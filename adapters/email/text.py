"""A sheet as plain text: the same words and every address, in lines of 72 columns."""

import textwrap
from collections.abc import Iterator

from adapters.email.sheet import Sheet, Story
from bot.buttons import Link

COLUMNS = 72
"""What mail has been wrapped at since terminals had 80: https://www.rfc-editor.org/rfc/rfc3676#section-4.2."""
INDENT = "   "


def to_text(sheet: Sheet) -> str:
    """The text alternative; addresses stand on lines of their own and are never broken."""
    blocks = [*_head(sheet), *_body(sheet), *_foot(sheet)]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _head(sheet: Sheet) -> Iterator[str]:
    yield "BROADSHEET\n" + "=" * COLUMNS
    yield "\n".join(line for line in (sheet.date, sheet.edition, sheet.kicker) if line)
    yield _wrapped(sheet.headline)


def _body(sheet: Sheet) -> Iterator[str]:
    yield from (_wrapped(paragraph) for paragraph in sheet.paragraphs)
    if sheet.press:
        yield f"{sheet.press.label}:\n{sheet.press.url}"
    yield from (_story(story) for story in sheet.stories)
    yield "\n".join(_field(field.label, field.text) for field in sheet.fields)
    yield sheet.verbatim


def _foot(sheet: Sheet) -> Iterator[str]:
    if sheet.notes or sheet.links:
        yield "-" * COLUMNS
    yield from (_wrapped(note) for note in sheet.notes)
    yield "\n".join(f"{link.label}: {link.url}" for link in sheet.links)


def _story(story: Story) -> str:
    number = f"{story.number}. " if story.number else ""
    lines = [
        textwrap.fill(number + story.title, COLUMNS, subsequent_indent=INDENT, break_long_words=False),
        _inset(story.byline),
        *(_inset(paragraph) for paragraph in story.summary.split("\n\n")),
        _inset(f"Why: {story.why}" if story.why else ""),
        _inset(" · ".join(story.facts)),
        *(f"{INDENT}{address}" for address in (story.url,) if address),
        *(f"{INDENT}{_linked(link)}" for link in story.links),
    ]
    return "\n".join(line for line in lines if line)


def _field(label: str, text: str) -> str:
    first, *rest = text.splitlines() or [""]
    lines = [_wrapped(f"{label}: {first}"), *(_inset(line) for line in rest)]
    return "\n".join(lines)


def _linked(link: Link) -> str:
    return f"{link.label}: {link.url}"


def _inset(text: str) -> str:
    return textwrap.fill(
        text, COLUMNS, initial_indent=INDENT, subsequent_indent=INDENT, break_long_words=False, break_on_hyphens=False
    )


def _wrapped(text: str) -> str:
    return textwrap.fill(text, COLUMNS, break_long_words=False, break_on_hyphens=False)

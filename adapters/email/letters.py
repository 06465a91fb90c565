"""Letters as sheets; pure. None of them holds anything that somebody typed but topics, which the recipient confirms."""

from typing import assert_never

from adapters.email.sheet import Sheet
from bot.buttons import Link
from bot.plain import clean, one_line
from bot.ports import Letter, LetterKind
from bot.views import Field

NOT_YOU = "If you did not ask for this, do nothing: nothing more will come, and your address is not kept."


def sheet_of(letter: Letter) -> Sheet:
    """What it says."""
    match letter.kind:
        case LetterKind.CONFIRM:
            return _confirmation(letter)
        case LetterKind.PREFERENCES:
            return Sheet(
                subject="Your Broadsheet preferences",
                preview="The link to your topics, times and pauses.",
                headline="Your preferences",
                paragraphs=("Topics, days and times, a pause, and the end of it all are behind this link.",),
                press=Link("Open preferences", letter.link),
                notes=("The link works for 30 days.", "If you did not ask for it, do nothing."),
            )
        case LetterKind.TRIAL:
            return Sheet(
                subject="Broadsheet can send mail",
                headline="It works",
                paragraphs=("This is the message that `broadsheet mail test` sends.",),
            )
    assert_never(letter.kind)


def _confirmation(letter: Letter) -> Sheet:
    return Sheet(
        subject="Confirm: trending papers in your inbox",
        preview="One click, and it begins.",
        headline="One click, and it begins",
        paragraphs=("Somebody, most likely you, asked for a digest of trending research papers at this address.",),
        press=Link("Confirm the digest", letter.link),
        fields=tuple(Field(one_line(label), clean(text)) for label, text in letter.settings),
        notes=(
            "The link works for two days. If a digest comes here already, it takes these settings.",
            NOT_YOU,
        ),
    )

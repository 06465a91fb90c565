"""What to show, never how. Every renderer draws each of these; mypy points at one that misses a new view.

Plain strings cross this border and renderers escape them. Links are fields. No colours, columns or dividers.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.buttons import Button, Link
from bot.models import Digest, PaperList, RankedPaper, SourceStatus


class Tone(StrEnum):
    """How a notice is meant."""

    OK = "ok"
    INFO = "info"
    ERROR = "error"


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperCard:
    """One paper in a list: what a person reads of it."""

    ranked: RankedPaper
    title: str
    url: str
    summary: str
    """One line; empty when nothing is known."""
    facts: tuple[str, ...]
    """Short pieces such as `▲ 63`, to be set apart from each other by the renderer."""
    links: tuple[Link, ...] = ()
    earlier: Link | None = None
    """Where the workspace had it before, to be told with the facts."""
    buttons: tuple[Button, ...] = ()
    """What can be done with this paper, such as voting for it; drawn with the card where a platform has room."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CardList:
    """A page of papers."""

    title: str
    papers: PaperList
    cards: tuple[PaperCard, ...]
    notes: tuple[str, ...] = ()
    """Sentences about the list: which source is stale, how many there are, as of when."""
    empty: str = ""
    """What to say, and what to try next, when there are no cards."""
    command: str = ""
    """What to type to see this list again, with the slash."""
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True)
class Field:
    label: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperDetail:
    """A card with every field."""

    card: PaperCard
    fields: tuple[Field, ...]
    abstract: str
    notes: tuple[str, ...] = ()
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Why a paper stands where it stands: its parts in words, strongest first, and what is missing."""

    card: PaperCard
    headline: str
    reasons: tuple[Field, ...]
    """Label: the signed part, such as `+0.31`; text: the sentence."""
    missing: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A sentence or two: done, to know, or what went wrong and what to do."""

    tone: Tone
    text: str
    hint: str = ""
    code: str = ""
    """Stable name of an error, as in the JSON; empty for other notices."""
    option: str = ""
    """Of an error: the option whose value is wrong, so that a form can say it at the field."""
    usage: bool = False
    """The command itself was wrong, not the world: exit code 2, HTTP 400."""
    reference: str = ""
    fields: tuple[Field, ...] = ()
    buttons: tuple[Button, ...] = ()
    numbers: Mapping[str, object] | None = None
    """What a program gets instead of the words, where the answer is made of numbers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicLine(Notice):
    """Who changed a channel's digest, for all who read there."""

    own_post: bool = False
    """The channel takes posts with titles of their own alone, as a forum does."""
    tags: tuple[str, ...] = ()
    """Of that post, by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """Something to copy or to keep in a file, letter by letter."""

    title: str
    name: str
    """Of the file, such as `library.bib`."""
    text: str
    notes: tuple[str, ...] = ()
    buttons: tuple[Button, ...] = ()
    content: Mapping[str, object] | None = None
    """The same as an object, where it is JSON."""


@dataclass(frozen=True, slots=True)
class HelpEntry:
    usage: str
    summary: str
    example: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Help:
    title: str
    sections: tuple[tuple[str, tuple[HelpEntry, ...]], ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestPost:
    """A channel's digest, or a preview of it that nobody counts."""

    digest: Digest
    title: str
    date_line: str
    """In the channel's own zone, such as `Tuesday 10 March 2026`."""
    cards: tuple[PaperCard, ...]
    footer: tuple[str, ...]
    """Such as `3 of 214 new papers matched`, and who set it up."""
    preview: bool = False
    details: bool = True
    """Abstracts are wanted too, in a thread or behind a button."""
    own_post: bool = False
    """It begins a post with a title of its own, as in a forum."""
    tags: tuple[str, ...] = ()
    """Of that post, by name."""
    publish: bool = False
    """Those who follow the channel get it too."""
    ping: str = ""
    """Whom it calls, as Preferences.ping says."""


@dataclass(frozen=True, slots=True)
class Run:
    """One line of a channel's history."""

    slot: str
    state: str
    outcome: str | None
    reason: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Check:
    name: str
    ok: bool
    message: str
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """Why something came or did not."""

    channel: str
    headline: str
    state: str
    settings: tuple[Field, ...]
    next_runs: tuple[datetime, ...]
    next_runs_in_words: tuple[str, ...]
    last: tuple[Run, ...]
    checks: tuple[Check, ...] = ()
    stale: tuple[SourceStatus, ...] = ()
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True)
class ChannelLine:
    channel: str
    """The key; a renderer shows it as its platform shows a channel."""
    state: str
    summary: str
    next_run: datetime | None
    left_by: str = ""
    """Where the channel was deleted, so that nobody is in it any more: who set its digest up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelList:
    """The digests of a workspace."""

    title: str
    channels: tuple[ChannelLine, ...]
    empty: str = ""
    buttons: tuple[Button, ...] = ()
    """Each names its channel's key."""


class Entry(StrEnum):
    """How a form's field is filled in."""

    TEXT = "text"
    """One line."""
    LINES = "lines"
    """Several things between commas or on lines of their own."""
    NUMBER = "number"
    CHOICE = "choice"
    """One of `choices`."""
    SEVERAL = "several"
    """Any of `choices`; sent as one text with commas between them."""


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    """As the option takes it."""
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FormField:
    """One option of the form's command."""

    option: str
    label: str
    entry: Entry
    values: tuple[str, ...] = ()
    """What holds now: one text, several of a field that takes several, none where it is empty."""
    choices: tuple[Choice, ...] = ()
    hint: str = ""
    required: bool = False
    """Empty is refused; an empty field that is not required clears what was there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """Settings to be changed together: submitting it runs `command` with the texts of all fields and of `kept`.

    A text form of it is `forms.form_notice`. An error's `option` names the field it belongs to.
    """

    title: str
    command: str
    """The command's path, such as `digest settings`."""
    fields: tuple[FormField, ...]
    submit: str
    kept: tuple[tuple[str, str], ...] = ()
    """Options that go along unseen, with their texts: which channel is meant."""
    text: str = ""
    """A sentence above the fields."""
    buttons: tuple[Button, ...] = ()
    """Other things to do from here, where there is room."""


View = CardList | PaperDetail | Explanation | Notice | Help | DigestPost | Status | ChannelList | Form | Document

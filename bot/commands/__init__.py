"""One file, one command. Every way in (Slack, Discord, terminal, web) offers what `all_commands()` finds here.

A command declares its options and gives a `run` function; how options are typed, drawn or completed
is the way in's business.
"""

import importlib
import pkgutil
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from typing import Any, Generic, TypeVar, cast

from bot.buttons import Button
from bot.errors import UsageError
from bot.models import ChannelKey, Person, PersonKey
from bot.service import Service
from bot.views import Notice, View

T = TypeVar("T")


class Kind(StrEnum):
    """What an option's value is, for platforms with typed options."""

    TEXT = "text"
    INTEGER = "integer"
    CHANNEL = "channel"


class Today(StrEnum):
    """Whose day `today` is."""

    LISTS = "lists"
    """UTC's, as those of the lists, of which none is still to come: `today` and `yesterday`."""
    CHANNEL = "channel"
    """That of the zone of the channel's digest, UTC where it has none: `tomorrow` too."""


@dataclass(frozen=True)
class Option(Generic[T]):
    """One named parameter, the same on every platform. `T` is what `parse` makes of the text."""

    name: str
    summary: str
    parse: Callable[[str], T]
    """Raises UsageError, naming the text and an example."""
    default: T
    example: str = ""
    kind: Kind = Kind.TEXT
    choices: tuple[str, ...] = ()
    minimum: int | None = None
    maximum: int | None = None
    takes_word: bool = False
    """A word without a name is its value, if `parse` accepts it: `subscribe weekly`, `schedule 09:00`."""
    claims: Callable[[str], bool] | None = None
    """Words without a name that are meant for it though `parse` refuses them: `trending 5d`. Quoted ones never are."""
    takes_today: Today | None = None
    """A date for which `today` and the like may stand: `dispatch`, which has a clock, writes it out."""
    takes_text: bool = False
    """All other words without a name are its value: `search QUERY`, `paper ID`."""
    takes_signs: bool = False
    """`+word` and `-word` belong to it; they are added to its text as list items."""
    required: bool = False
    from_file: bool = False
    """At a terminal its value is the name of a file that holds the text."""
    carried: bool = False
    """Set by buttons and by programs, not offered to people: `page`, `as-of`."""


@dataclass(frozen=True, slots=True)
class Call:
    """Somebody asking for something, somewhere."""

    caller: Person
    channel: ChannelKey
    """Where it was typed."""
    values: Mapping[str, object] = field(default_factory=dict)
    zone: str | None = None
    """The caller's IANA zone, where the platform tells."""
    operator: bool = False
    """At a terminal of the machine itself: may name any channel."""
    whole: bool = False
    """A program or a terminal asks: the list of a day, a week or a month comes whole, and without buttons."""

    allowed: Callable[[ChannelKey], Awaitable[bool]] | None = field(default=None, compare=False)
    """Whether the caller may change another channel's digest, where a platform is to be asked for each."""

    raw: Mapping[str, str] = field(default_factory=dict)
    """The options' texts that `values` were parsed from."""

    @property
    def person(self) -> PersonKey:
        return PersonKey.of(self.caller, self.channel)

    def __getitem__(self, option: Option[T]) -> T:
        """The option's parsed value, or its default."""
        return cast("T", self.values.get(option.name, option.default))

    def target(self, option: Option[str | None]) -> ChannelKey | None:
        """The channel an option names, as typed, mentioned or by its key; None if it names none.

        Raises:
            UsageError: It is no channel, or one of another workspace.
        """
        text = self[option]
        return None if text is None else channel_named(text, self)


@dataclass(frozen=True, slots=True)
class Answer:
    """A view for the caller, and, after a change, one line for the channel it concerns."""

    view: View
    public: bool = False
    """Everybody may see the view."""
    announcement: Notice | None = None
    announce_in: ChannelKey | None = None
    """None: the channel the call came from."""
    elsewhere: tuple[tuple[ChannelKey, Notice], ...] = ()
    """After a change of several channels: a line for each of them."""
    relabelled: tuple[Button, ...] = ()
    """Buttons of the message that was pressed, by their commands, with their new labels."""
    asking: str = ""
    """The command whose lines these are: a way in holds them with `service.announcing` while it tells them."""


Run = Callable[[Service, Call], Awaitable[Answer]]


@dataclass(frozen=True)
class Command:
    """A verb of the tree."""

    name: str
    summary: str
    """At most 100 characters: Discord's limit for descriptions."""
    run: Run
    options: tuple[Option[Any], ...] = ()
    example: str = ""
    group: str = ""
    """`digest`, or empty for the top level."""
    order: int = 100
    """Place in help, within the group."""
    configures: bool = False
    """Changes a channel; the way in checks that the caller may, before it runs."""
    administers: bool = False
    """Concerns the whole workspace: only its admins may."""
    keeps: bool = False
    """Changes something of the caller's own, or their vote; a way in that only reads must not run it."""
    posts: bool = False
    """Posts through a platform; a process without ways out cannot run it."""
    zoned: bool = False
    """Its answer depends on the caller's time zone, which a way in asks for that does not know it."""
    searches: bool = False
    """Looks into the search index, which must have followed the store."""

    @property
    def path(self) -> str:
        """As typed: `digest topics`."""
        return f"{self.group} {self.name}".strip()

    def option(self, name: str) -> Option[Any] | None:
        return next((option for option in self.options if option.name == name), None)


def channel_named(text: str, call: Call) -> ChannelKey:
    """A channel as people name it: a mention, an id, or the whole key.

    Raises:
        UsageError: It is no channel, or one of another workspace.
    """
    here = call.channel
    mention = re.fullmatch(r"<#([A-Za-z0-9]+)(?:\|[^>]*)?>|([CGD][A-Z0-9]{6,}|\d{15,21})", text.strip())
    if mention and here.in_chat:
        return ChannelKey(here.platform, here.workspace, mention[1] or mention[2])
    try:
        key = ChannelKey.parse(text.strip())
    except ValueError:
        hint = "Pick it from the list that opens after #, or type its key: slack:TEAM:CHANNEL"
        raise UsageError("bad_channel", f"“{text[:60]}” is not a channel I can find.", hint) from None
    if call.operator or key == call.person.direct:
        return key
    if (key.platform, key.workspace) != (here.platform, here.workspace):
        raise UsageError("bad_channel", "That channel belongs to another workspace.", "Name a channel of this one.")
    if key.personal and key != here:
        raise UsageError("bad_channel", "That is somebody else's direct message.", "Name a channel of this workspace.")
    return key


@cache
def all_commands() -> tuple[Command, ...]:
    """Each module's `command`, in the order of help: by group, then `order`, then name."""
    modules = (importlib.import_module(info.name) for info in pkgutil.walk_packages(__path__, f"{__name__}."))
    commands = (getattr(module, "command", None) for module in modules)
    found = {id(command): command for command in commands if isinstance(command, Command)}  # some import another's
    return tuple(sorted(found.values(), key=lambda command: (command.group, command.order, command.name)))

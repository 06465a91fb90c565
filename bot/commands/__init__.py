"""One file, one command. Every way in (Slack, Discord, terminal, web) offers what `all_commands()` finds here.

A command declares its options and gives a `run` function; how options are typed, drawn or completed
is the way in's business.
"""

import importlib
import pkgutil
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from typing import Any, Generic, TypeVar, cast

from bot.models import ChannelKey, Person
from bot.service import Service
from bot.views import Notice, View

T = TypeVar("T")


class Kind(StrEnum):
    """What an option's value is, for platforms with typed options."""

    TEXT = "text"
    INTEGER = "integer"
    CHANNEL = "channel"


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
    takes_text: bool = False
    """The words without a name are its value: `search QUERY`, `paper ID`."""
    takes_signs: bool = False
    """`+word` and `-word` belong to it."""
    required: bool = False
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

    def __getitem__(self, option: Option[T]) -> T:
        """The option's parsed value, or its default."""
        return cast("T", self.values.get(option.name, option.default))


@dataclass(frozen=True, slots=True)
class Answer:
    """A view for the caller, and, after a change, one line for the channel it concerns."""

    view: View
    public: bool = False
    """Everybody may see the view."""
    announcement: Notice | None = None
    announce_in: ChannelKey | None = None
    """None: the channel the call came from."""


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

    @property
    def path(self) -> str:
        """As typed: `digest topics`."""
        return f"{self.group} {self.name}".strip()

    def option(self, name: str) -> Option[Any] | None:
        return next((option for option in self.options if option.name == name), None)


@cache
def all_commands() -> tuple[Command, ...]:
    """Each module's `command`, in the order of help: by group, then `order`, then name."""
    modules = (importlib.import_module(info.name) for info in pkgutil.walk_packages(__path__, f"{__name__}."))
    found = [module.command for module in modules if isinstance(getattr(module, "command", None), Command)]
    return tuple(sorted(found, key=lambda command: (command.group, command.order, command.name)))

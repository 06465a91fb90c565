"""Channels, and what they want to read when."""

from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import IntFlag, StrEnum
from typing import Self

CHATS = frozenset({"slack", "discord"})
"""Platforms on which people have accounts, direct messages, and workspaces in common."""
DIRECT = "@me"
"""In the place of a Discord server: direct messages, and people, who are the same in all servers."""


@dataclass(frozen=True, slots=True, order=True)
class ChannelKey:
    """Where a digest goes: `slack:TEAM:CHANNEL`, `discord:GUILD:CHANNEL`, `email:ADDRESS`, `terminal:NAME`.

    A direct message is `slack:TEAM:USER` or `discord:@me:USER`.
    """

    platform: str
    workspace: str
    """Slack team or Discord guild; empty where a platform has none."""
    channel: str

    @property
    def personal(self) -> bool:
        """Whether only one person reads there: Slack's ids of people begin with U or W."""
        return self.workspace == DIRECT or (self.platform == "slack" and self.channel[:1] in {"U", "W"})

    def __str__(self) -> str:
        return ":".join(part for part in (self.platform, self.workspace, self.channel) if part)

    @property
    def in_chat(self) -> bool:
        return self.platform in CHATS

    @classmethod
    def parse(cls, text: str) -> Self:
        """The key written so. ValueError if it is none."""
        platform, _, rest = text.partition(":")
        if platform in CHATS:
            workspace, _, channel = rest.partition(":")
        elif platform in {"email", "terminal"}:
            workspace, channel = "", rest.lower() if platform == "email" else rest
        else:
            raise ValueError(f"no platform {platform!r}")
        if not channel or (platform in CHATS and not workspace):
            raise ValueError(f"{text!r} is cut short")
        return cls(platform, workspace, channel)


class Period(StrEnum):
    """Of dated lists, and of digests."""

    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


class Combine(StrEnum):
    """Whether a paper must match one of the included terms or each of them."""

    ANY = "any"
    ALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Topics:
    """What a channel wants to read: words and phrases as typed. Nothing included means everything."""

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    combine: Combine = Combine.ANY

    @property
    def are_everything(self) -> bool:
        """Whether nothing is asked for, nor kept out."""
        return not self.include and not self.exclude


class Weekdays(IntFlag):
    """A weekday mask."""

    MONDAY = 1
    TUESDAY = 2
    WEDNESDAY = 4
    THURSDAY = 8
    FRIDAY = 16
    SATURDAY = 32
    SUNDAY = 64
    WORKDAYS = 31
    ALL = 127


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """Local wall time in an IANA zone.

    Weekly runs on the first day of `days`, monthly on the month's first such day.
    """

    zone: str = "UTC"
    at: time = time(9, 0)
    days: Weekdays = Weekdays.WORKDAYS
    period: Period = Period.DAILY


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who typed or set something up; `name` may be shown where they wrote."""

    id: str
    name: str
    asking: str = field(default="", compare=False, repr=False)
    """Names the command that they gave just now, as nothing else is named: whoever answers it tells the channels what
    it changed. Empty where nobody has to be told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What a paper must have beside fitting the topics; None and empty ask for nothing."""

    minimum_upvotes: int | None = None
    minimum_score: float | None = None
    sources: tuple[str, ...] = ()
    """Known from at least one of these."""
    only_with_code: bool = False
    maximum_age: int | None = None
    """Days since it was first seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """When a channel wants to be left alone, what it filters, and how its digest looks. Dates are local."""

    paused_until: date | None = None
    """Digests come again from this date on."""
    skip_slot: date | None = None
    """The one date that is left out."""
    quiet_dates: tuple[tuple[date, date], ...] = ()
    """First and last date of each span without digests, in order."""
    most_per_week: int | None = None
    """Digests from Monday to Sunday."""
    skip_when_empty: bool = True
    """Say nothing when there is nothing; else a message says why."""
    filters: Filters = field(default_factory=Filters)
    compact: bool = False
    """A title and its facts for each paper, without summaries."""
    details: bool = True
    """Abstracts in a thread, or behind a button where a platform has those instead."""
    alerts: bool = False
    """A paper of its topics that takes off between two digests is posted, at most one a day."""
    learn: bool = True
    """What is voted on here moves the papers of the digest."""
    learn_since: datetime | None = None
    """Older votes are forgotten for that; None: none are."""
    own_post: bool = False
    """Each digest begins a post with a title of its own: the channel is a forum. The way in finds that out."""
    tags: tuple[str, ...] = ()
    """Of such posts, by name."""
    publish: bool = False
    """To those who follow an announcement channel."""
    ping: str = ""
    """Whom a digest calls: nobody, `here`, or a role's id as its platform has it, a user group's on Slack."""


CHANNEL_DELETED = "its channel was deleted"
"""The reason of a digest's pause that nobody can mend."""
_ONCE_WRITTEN = ("the channel was deleted", "The channel does not exist any more")
"""How former versions began that reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """A channel's digest: what, when, by whom. `id` is 0 until the store has given it one."""

    channel: ChannelKey
    schedule: Schedule
    set_up_by: Person
    created_at: datetime
    id: int = 0
    topics: Topics = field(default_factory=Topics)
    limit: int = 5
    version: int = 1
    """Grows by one with each edit; an edit of an older version is refused."""
    next_run_at: datetime | None = None
    """None: it does not run."""
    paused_because: str | None = None
    """In words; None while it runs."""
    preferences: Preferences = field(default_factory=Preferences)

    @property
    def deleted(self) -> bool:
        """Whether its channel was."""
        return (self.paused_because or "").startswith((CHANNEL_DELETED, *_ONCE_WRITTEN))


@dataclass(frozen=True, slots=True)
class Owed:
    """That a channel is still to be told of a change."""

    asking: str
    """The command that made it: see Person."""
    since: datetime
    """Real time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One line of a channel's log."""

    channel: ChannelKey
    at: datetime
    by: Person
    what: str
    owed: Owed | None = field(default=None, compare=False)
    """None: nobody has to be told, or the log does not say."""

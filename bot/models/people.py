"""What people do with papers: votes, saved papers, suggestions, interests."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Self

from bot.models.channels import DIRECT, ChannelKey, Person


@dataclass(frozen=True, slots=True, order=True)
class PersonKey:
    """Somebody, wherever they write: in a Slack team, or anywhere on Discord, whose ids hold in every server."""

    platform: str
    home: str
    """The Slack team; `@me` on Discord; empty elsewhere."""
    id: str

    @classmethod
    def of(cls, person: Person, channel: ChannelKey) -> Self:
        """The one who writes in this channel."""
        home = DIRECT if channel.platform == "discord" else channel.workspace
        return cls(channel.platform, home, person.id)

    @property
    def direct(self) -> ChannelKey:
        """Where a direct message to them goes."""
        return ChannelKey(self.platform, self.home, self.id)


@dataclass(frozen=True, slots=True, order=True)
class Workspace:
    """Those who vote and suggest together; what they do never leaves it."""

    platform: str
    name: str

    @classmethod
    def of(cls, channel: ChannelKey) -> Self:
        """A Slack team or a Discord server; a direct message or a terminal is one of its own."""
        shared = channel.workspace not in {"", DIRECT}
        return cls(channel.platform, channel.workspace if shared else f"@{channel.channel}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Vote:
    """One person's of one paper in one workspace; the last one counts."""

    workspace: Workspace
    paper_id: str
    voter: PersonKey
    channel: ChannelKey
    """Where it was given."""
    up: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Tally:
    """Votes of a paper."""

    up: int = 0
    down: int = 0


@dataclass(frozen=True, slots=True, order=True)
class Ballots:
    """What the persons of a team say of a paper, each once, by where they voted."""

    paper_id: str
    channel: str
    """The key; empty for those who only kept it."""
    up: int = 0
    down: int = 0
    kept: int = 0
    """Who saved or suggested it without a vote."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedPaper:
    """In somebody's library."""

    paper_id: str
    at: datetime
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A paper that somebody suggested to their workspace; each once."""

    workspace: Workspace
    paper_id: str
    url: str
    """As it was typed."""
    why: str
    by: PersonKey
    name: str
    """Of the one who suggested it; empty once they deleted their data."""
    at: datetime


class Stance(StrEnum):
    """Whether somebody wants more of something, or none of it."""

    FOLLOW = "follow"
    MUTE = "mute"


class Facet(StrEnum):
    """What of a paper an interest looks at."""

    TOPIC = "topic"
    """Title, abstract, summary and keywords, or arXiv categories, as the topics of channels do."""
    AUTHOR = "author"
    ORGANIZATION = "organization"
    KEYWORD = "keyword"
    """The keywords alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interest:
    """What somebody follows or has muted. A person has one for each facet and term."""

    stance: Stance
    facet: Facet
    term: str
    at: datetime
    until: datetime | None = None
    """None: for ever."""


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How much of somebody was deleted."""

    saved: int = 0
    interests: int = 0
    votes: int = 0
    suggestions: int = 0
    """Stay for the workspace, without the name."""

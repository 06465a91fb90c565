"""One file, one source: what to ask, and what the answers mean; pure. Fetching and keeping are somebody else's."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from typing import Any, Protocol

from bot.fetch import Request
from bot.models import Batch, Paper


class SourceError(Exception):
    """An answer that cannot be used. `reason` is one sentence for people."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Reads(Enum):
    """What a body is; `documents.py` makes plain values of it."""

    JSON = "json"
    FEED = "feed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """What an answer says."""

    batch: Batch = field(default_factory=Batch)
    updates: tuple[Paper, ...] = ()
    """News of papers that are no news themselves: of use only where the paper is known."""
    moved: Mapping[str, str] = field(default_factory=dict)
    """The new `owner/name` of the repositories of papers, by id."""
    skipped: int = 0
    """Items that could not be used."""
    more: tuple["Ask", ...] = ()
    """What to ask next to have the rest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One request, and how to read its answer."""

    request: Request
    parse: Callable[[Any, datetime], Parsed]
    """Takes the document and the instant it was asked for. Raises SourceError, and nothing else."""
    reads: Reads = Reads.JSON
    about: tuple[str, ...] = ()
    """Ids or names that need not be asked about again soon, once this was answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """What is wanted now, by the product's clock; each source takes what it can answer, most important first."""

    now: datetime
    lists: bool = False
    """The lists of the last days, and what trends."""
    earlier: tuple[date, ...] = ()
    """Days whose list nobody has, from before the ones that are asked for anyway."""
    feed: bool = False
    """Whether the day's announcements are still to be read."""
    uncategorised: tuple[str, ...] = ()
    """Ids whose categories nobody has told."""
    details: tuple[str, ...] = ()
    """Ids whose linked models, datasets and spaces are wanted."""
    repositories: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """`owner/name` and the ids of the papers it belongs to."""
    discussions: bool = False
    """Where papers are talked about."""
    code: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The papers of each repository that is watched, by its lower-case `owner/name`."""
    cited: tuple[str, ...] = ()
    """Ids whose citations are wanted, and what is known of their authors."""
    requests_left: int | None = None
    """Of the quota that this source gives us, where it has told; 0 while it wants no request."""


class Source(Protocol):
    """Somewhere papers, or counts of papers, come from."""

    @property
    def name(self) -> str:
        """As in `Paper.sources`, observations and statuses; also the lane of its requests."""
        ...

    @property
    def label(self) -> str:
        """As people call it."""
        ...

    def asks(self, needs: Needs) -> list[Ask]: ...

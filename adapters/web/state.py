"""What the web pages are handed when they are made: the core, the renderers, and how the program is doing."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from aiohttp import web
from prometheus_client import CollectorRegistry

from adapters.web.conditional import Changes
from adapters.web.limits import Buckets
from adapters.web.remembering import Answers
from adapters.web.visitors import Allowance
from bot.config import Settings
from bot.mailing.limits import GUESSER
from bot.ports import Payload
from bot.service import Service
from bot.views import View


@dataclass(frozen=True, slots=True)
class DatabaseState:
    """Whether the database answers, and with the schema this program knows."""

    reachable: bool
    migrated: bool
    reason: str = ""
    """One sentence for people, without secrets; empty while all is well."""

    @property
    def ready(self) -> bool:
        return self.reachable and self.migrated


@dataclass(frozen=True, slots=True)
class AdapterState:
    """How one of the ways in is doing."""

    name: str
    state: Literal["up", "starting", "waiting", "parked"]
    """`waiting`: it failed and is tried again; `parked`: its operator must change something first."""
    reason: str = ""

    @property
    def settled(self) -> bool:
        return self.state in {"up", "parked"}


class RunState(Protocol):
    """How the whole program is doing; the composition root knows."""

    @property
    def draining(self) -> bool:
        """Being stopped: no new work is wanted."""
        ...

    async def database(self) -> DatabaseState:
        """Asks it now. An error, or no answer within two seconds, counts as not reachable."""
        ...

    def adapters(self) -> Sequence[AdapterState]: ...


Renderers = Mapping[str, Callable[[View], list[Payload]]]
"""By platform: `slack`, `discord`, and `text`, whose payloads are `{"text": …}`."""


@dataclass(frozen=True)
class Web:
    """Everything the handlers share."""

    service: Service
    renderers: Renderers
    settings: Settings
    state: RunState
    registry: CollectorRegistry
    changes: Allowance
    """What visitors may set up."""
    requests: Buckets | None = None
    """By address; None: as many as they like."""
    guesses: Buckets = field(
        default_factory=lambda: Buckets(GUESSER.most, seconds=GUESSER.span.total_seconds()), kw_only=True
    )
    """Of the admin token, by address: in this process, since figures are wanted while the database is away, too."""
    answers: Answers = field(default_factory=Answers)
    """What is the same for everybody, remembered."""
    editions: Changes = field(default_factory=Changes)
    """Since when feeds say what they say."""


WEB = web.AppKey("web", Web)

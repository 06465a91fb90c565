"""What is asked, what comes back, and what goes wrong."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A GET, or a POST of JSON where `json` is given."""

    url: str
    lane: str
    """Requests of one lane go out one after another; a wait that its server asks for holds all of them.

    Servers that have a lane whoever asks are asked in theirs, and have their waits and quotas counted there.
    """
    label: str
    """Whom we ask, as people call it; sentences about errors begin with it."""
    accept: str = "application/json"
    json: Mapping[str, Any] | None = None
    token: str | None = field(default=None, repr=False)
    """Sent as a bearer token, and never to another origin."""
    api_key: str | None = field(default=None, repr=False)
    """Sent as `x-api-key`, and never to another origin."""
    expected: frozenset[int] = frozenset({200})
    """Statuses that are an answer; any other one is an error."""

    @property
    def secrets(self) -> dict[str, str]:
        """The headers that only whom we meant to ask may see."""
        told = {"Authorization": f"Bearer {self.token}" if self.token else "", "x-api-key": self.api_key or ""}
        return {name: value for name, value in told.items() if value}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A whole answer, decompressed."""

    url: str
    """Where it came from in the end, after redirects."""
    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    """Names in lower case."""
    body: bytes = field(default=b"", repr=False)
    unchanged: bool = False
    """The server said so; `body` is what it said before."""


class FetchError(Exception):
    """No answer. `reason` is one sentence for people, without secrets."""

    def __init__(self, reason: str, *, status: int | None = None, transient: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = status
        self.transient = transient
        """Whether asking again soon may help."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one answer may cost. A daily list of 100 papers takes 1 MB, arXiv's largest feed 6 MB."""

    raw_bytes: int = 8 << 20
    decompressed_bytes: int = 16 << 20
    seconds: float = 60.0
    """For one request from connecting to the last byte."""
    silence: float = 20.0
    """Seconds without a byte."""
    tries: int = 3
    redirects: int = 4
    patience: float = 30.0
    """Seconds that a caller is made to wait where a server asks for a wait; a longer wait is an error at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RealTime:
    """Real time, whatever the product's clock shows: waits that others ask for are in real seconds."""

    monotonic: Callable[[], float] = time.monotonic
    wall: Callable[[], float] = time.time
    """Epoch seconds."""
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

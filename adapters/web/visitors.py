"""Who looks at the pages: nobody by name. A visitor who tries settings gets a channel of their own to throw away."""

import hashlib
import re
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

from aiohttp import web

from bot.models import ChannelKey, Person

COOKIE = "broadsheet_visitor"
COOKIE_SECONDS = 30 * 24 * 3600
NAME = "a visitor"
_TOKEN = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Visitor:
    """Known again by a cookie, which is set only once there is something to remember."""

    token: str
    known: bool = False
    """They were here before, and kept something."""

    @classmethod
    def of(cls, request: web.Request) -> Self:
        """The one whose cookie it is, or somebody new."""
        token = request.cookies.get(COOKIE, "")
        return cls(token, known=True) if _TOKEN.fullmatch(token) else cls(secrets.token_hex(16))

    @property
    def _shown(self) -> str:
        """Names of channels can be seen by others; they must not give the cookie away."""
        return hashlib.sha256(self.token.encode()).hexdigest()[:16]

    @property
    def person(self) -> Person:
        return Person(id=f"web-{self._shown}", name=NAME)

    @property
    def trial(self) -> ChannelKey:
        """The throw-away channel."""
        return ChannelKey("terminal", "", f"try-{self._shown}")

    @property
    def reading(self) -> ChannelKey:
        """Where plain questions come from; nothing is ever set up there."""
        return ChannelKey("terminal", "", f"web-{self._shown}")

    def remember(self, response: web.StreamResponse, *, secure: bool) -> None:
        """Set the cookie: not readable by scripts, not sent along from other sites' forms."""
        response.set_cookie(
            COOKIE, self.token, max_age=COOKIE_SECONDS, httponly=True, samesite="Lax", secure=secure, path="/"
        )


class Allowance:
    """So many changes in a while, by everybody together: a page without accounts must not fill a database."""

    def __init__(self, most: int = 120, seconds: float = 60.0, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = most
        self._rate = most / seconds
        self._clock = clock
        self._left = float(most)
        self._at = clock()

    def take(self) -> bool:
        """Whether one more is allowed; it counts if so."""
        now = self._clock()
        self._left = min(self._most, self._left + (now - self._at) * self._rate)
        self._at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True

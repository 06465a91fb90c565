"""Requests that must not go out together share a lane: serial, with a gap, shut while its server asks for a wait."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.fetch.exchange import RealTime
from bot.fetch.kept import KeptAnswers

GAPS: dict[str, float] = {"arxiv": 3.0, "semantic_scholar": 1.0}
"""Seconds between two requests. arXiv asks for 3 across its API and feeds: https://info.arxiv.org/help/api/tou.html,
Semantic Scholar gives a key one a second: https://www.semanticscholar.org/product/api."""
FIRST_UNSAID_WAIT = 60.0
"""Seconds, when a server says "too many requests" and not for how long; doubles each time. GitHub asks for a minute."""
LONGEST_UNSAID_WAIT = 3600.0


class ClosedError(Exception):
    """The lane is shut for longer than the caller would wait."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class Lane:
    """All state of one lane; times are kept so that a later process knows them too."""

    def __init__(self, name: str, real: RealTime, kept: KeptAnswers) -> None:
        self._name = name
        self._gap = GAPS.get(name, 0.0)
        self._real = real
        self._kept = kept
        self._lock = asyncio.Lock()
        self._open_at = 0.0
        self._refusals = 0

    @asynccontextmanager
    async def turn(self, patience: float) -> AsyncIterator[None]:
        """The only one in the lane, once it is open.

        Raises:
            ClosedError: It stays shut for more than `patience` seconds.
        """
        async with self._lock:
            while (wait := self.seconds_shut()) > 0:
                if wait > max(patience, self._gap):
                    raise ClosedError(wait)
                await self._real.sleep(wait)
            try:
                yield
            finally:
                if self._gap:
                    self._shut(self._gap)

    def seconds_shut(self) -> float:
        """Seconds until the lane opens, 0 when it is open."""
        elsewhere = self._kept.wait_until(self._name) - self._real.wall()
        return max(0.0, self._open_at - self._real.monotonic(), elsewhere)

    def refused(self, asked: float | None) -> None:
        """Shut it for as long as the server asks, or longer each time it does not say."""
        unsaid = min(FIRST_UNSAID_WAIT * 2**self._refusals, LONGEST_UNSAID_WAIT)
        self._refusals += asked is None
        self._shut(unsaid if asked is None else asked)

    def answered(self, asked: float | None) -> None:
        """A good answer; with it the server may still say that the quota is used up."""
        self._refusals = 0
        if asked:
            self._shut(asked)

    def _shut(self, seconds: float) -> None:
        if seconds > self.seconds_shut():
            self._open_at = self._real.monotonic() + seconds
            self._kept.keep_wait(self._name, self._real.wall() + seconds)

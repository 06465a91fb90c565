"""Requests that must not go out together share a lane: serial, with a gap, shut while its server asks for a wait."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from bot.fetch.exchange import RealTime
from bot.fetch.kept import KeptAnswers
from bot.fetch.turns import BusyError, SharedTurns
from bot.ports import LeaseStore

__all__ = ["GAPS", "BusyError", "ClosedError", "Lane", "lane_of"]

GAPS: dict[str, float] = {"arxiv": 3.0, "semantic_scholar": 1.0}
"""Seconds between two requests. arXiv asks for 3 across its API and feeds: https://info.arxiv.org/help/api/tou.html,
Semantic Scholar gives a key one a second: https://www.semanticscholar.org/product/api."""
HOSTS = {"arxiv.org": "arxiv", "api.semanticscholar.org": "semantic_scholar"}
"""Whoever leads there, a channel's own feed or a redirect, asks in the lane of that server."""
FIRST_UNSAID_WAIT = 60.0
"""Seconds, when a server says "too many requests" and not for how long; doubles each time. GitHub asks for a minute."""
LONGEST_UNSAID_WAIT = 3600.0


def lane_of(url: str) -> str | None:
    """The lane that a host has whoever asks, or None."""
    try:
        host = (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:  # whoever dials it says so in words
        return None
    return next((lane for name, lane in HOSTS.items() if host == name or host.endswith(f".{name}")), None)


class ClosedError(Exception):
    """The lane is shut for longer than the caller would wait."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class Lane:
    """All state of one lane; times are kept so that a later process knows them too."""

    def __init__(
        self, name: str, real: RealTime, kept: KeptAnswers, leases: LeaseStore | None = None, longest: float = 60.0
    ) -> None:
        """With `leases`, a lane that has a gap is every process's together; a turn takes at most `longest` seconds."""
        self.left: int | None = None
        """Requests left of its server's quota, as it told last."""
        self._name = name
        self._gap = GAPS.get(name, 0.0)
        self._real = real
        self._kept = kept
        self._shared = SharedTurns(name, leases, real, longest + self._gap) if leases and self._gap else None
        self._lock = asyncio.Lock()
        self._open_at = self._wrote = 0.0
        self._refusals = 0

    @asynccontextmanager
    async def turn(self, patience: float) -> AsyncIterator[None]:
        """The only one in the lane, once it is open.

        The gap counts from the end of an answer, which its server has begun by then. A request that was given up may
        reach its server later than that: twice the gap then.

        Raises:
            ClosedError: It stays shut for more than `patience` seconds.
            BusyError: Other processes ask there all the time.
        """
        async with self._lock:
            while (wait := self.seconds_shut()) > 0:
                if wait > max(patience, 2 * self._gap):
                    raise ClosedError(wait)
                await self._real.sleep(wait)
            ours = await self._shared_turn()
            gap = 2 * self._gap
            try:
                yield
                gap = self._gap
            finally:
                if self._gap:
                    self._shut(gap)
                if self._shared and ours:
                    await self._shared.give_back(ours, self.seconds_shut())

    async def _shared_turn(self) -> str | None:
        try:
            return await self._shared.take() if self._shared else None
        except BusyError:
            self._shut(FIRST_UNSAID_WAIT)  # those who wait behind this one need not find it out each for itself
            raise

    def seconds_shut(self) -> float:
        """Seconds until the lane opens, 0 when it is open."""
        known = self._kept.wait_until(self._name)
        elsewhere = known - self._real.wall() if known != self._wrote else 0.0  # of ours a clock tells that nobody sets
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
            self._open_at, self._wrote = self._real.monotonic() + seconds, self._real.wall() + seconds
            self._kept.keep_wait(self._name, self._wrote)

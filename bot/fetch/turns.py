"""The turns in a lane that all processes share: a lease in the database for each request and the gap after it."""

from datetime import UTC, datetime, timedelta

import structlog

from bot.fetch.exchange import RealTime
from bot.holder import new_holder
from bot.ports import LeaseStore

LOOK = 0.25
"""Seconds between two looks whether the turn of another process is over."""
PATIENCE = 90.0
"""Seconds for which others may be asking: a request takes 60 at most, and as long lasts a killed process's turn."""

log = structlog.get_logger(__name__)


class BusyError(Exception):
    """Other processes had the lane for longer than anybody would wait, or their server told them to leave it alone."""


class SharedTurns:
    """Of one lane. A turn that is not given back, since its process was killed, ends by itself.

    Processes compare their own machines' clocks: a gap is short by as much as those differ, which `doctor` looks at.
    """

    def __init__(self, lane: str, leases: LeaseStore, real: RealTime, longest: float) -> None:
        """`longest` is in seconds, of a turn with the gap after it."""
        self._name = f"source {lane}"
        self._leases = leases
        self._real = real
        self._longest = timedelta(seconds=longest)
        self._last: tuple[str, datetime, timedelta] | None = None
        """Our last turn, when it was given back, and the gap after it."""

    async def take(self) -> str:
        """A turn, to be given back. Each has a name of its own, so that the gap holds for whoever took it, too.

        Raises:
            BusyError: There was none in time.
        """
        await self._forget_another_clock()
        turn = new_holder()
        until = self._real.monotonic() + PATIENCE
        while not await self._leases.hold(self._name, turn, self._now(), self._longest):
            if self._real.monotonic() >= until:
                raise BusyError
            await self._real.sleep(LOOK)
        return turn

    async def give_back(self, turn: str, wait: float) -> None:
        """Let the next one ask once `wait` seconds are over."""
        self._last = turn, self._now(), timedelta(seconds=wait)
        try:
            await self._leases.hold(self._name, *self._last)
        except Exception as error:  # noqa: BLE001  # the answer is there, and the turn ends by itself
            log.warning("a source's turn could not be given back", lane=self._name, error=str(error) or repr(error))

    async def _forget_another_clock(self) -> None:
        """The gap after our last turn is no gap any more if the clock was set back: it would last as long again.

        What is left of it by a clock that nobody sets, the lane itself has waited for.
        """
        if self._last is not None and self._now() < self._last[1]:
            await self._leases.release(self._name, self._last[0])
            self._last = None

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self._real.wall(), UTC)

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

    async def take(self) -> str:
        """A turn, to be given back. Each has a name of its own, so that the gap holds for whoever took it, too.

        Raises:
            BusyError: There was none in time.
        """
        turn = new_holder()
        until = self._real.monotonic() + PATIENCE
        while not await self._leases.hold(self._name, turn, self._now(), self._longest):
            if self._real.monotonic() >= until:
                raise BusyError
            await self._real.sleep(LOOK)
        return turn

    async def give_back(self, turn: str, wait: float) -> None:
        """Let the next one ask once `wait` seconds are over."""
        try:
            await self._leases.hold(self._name, turn, self._now(), timedelta(seconds=wait))
        except Exception as error:  # noqa: BLE001  # the answer is there, and the turn ends by itself
            log.warning("a source's turn could not be given back", lane=self._name, error=str(error) or repr(error))

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self._real.wall(), UTC)

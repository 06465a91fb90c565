"""A clock that somebody sets back: what waits for a moment of it would wait for as long once more."""

import asyncio
import time
from collections.abc import Awaitable, Callable

import structlog

log = structlog.get_logger(__name__)

Seconds = Callable[[], float]
Pause = Callable[[float], Awaitable[None]]
LOOK = 1.0
"""Seconds between two looks."""
SLEW = 2.0
"""Seconds: time servers move a clock by less at a time, and nothing here minds."""


class Steps:
    """Compares the machine's clock with one that nobody sets."""

    def __init__(self, wall: Seconds = time.time, steady: Seconds = time.monotonic) -> None:
        self._wall = wall
        self._steady = steady
        self._apart = self._now()

    def back(self) -> float:
        """By how many seconds the clock went back since it was asked last; 0 if not, or by next to nothing."""
        before, self._apart = self._apart, self._now()
        went = before - self._apart
        return went if went > SLEW else 0.0

    def _now(self) -> float:
        return self._wall() - self._steady()


async def watch(steps: Steps, strike: Callable[[], None], pause: Pause = asyncio.sleep) -> None:
    """Strike everything anew after each step back, for ever."""
    while True:
        await pause(LOOK)
        back = steps.back()
        if back:
            log.warning("the clock was set back", seconds=round(back))
            strike()

"""Product time: schedules, freshness, "as of". Never used for signatures, tokens or waits somebody else asked for."""

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Something that knows what time it is for the product."""

    def now(self) -> datetime:
        """The product's present, in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class VirtualClock:
    """Starts at an instant and runs `speed` virtual seconds a second; at speed 0 it stands still."""

    def __init__(self, start: datetime, speed: float = 1.0) -> None:
        self._start = start
        self._speed = speed
        self._since = time.monotonic()

    def now(self) -> datetime:
        return self._start + timedelta(seconds=(time.monotonic() - self._since) * self._speed)


def moment_of(as_of: datetime | None, clock: Clock) -> datetime:
    """The moment of which somebody asks: now, unless they name one; never one to come."""
    now = clock.now()
    return min(as_of, now) if as_of else now

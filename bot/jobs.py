"""Work that is repeated while the program runs, and work that only one process does. The ticker starts it."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import structlog

from bot.clock import Clock
from bot.holder import new_holder
from bot.ports import LeaseStore
from bot.roles import Role

log = structlog.get_logger(__name__)

TICK = 1.0
"""Real seconds between two looks at what is due: a digest of 09:00 is out a second later."""
PRUNE = 3600.0
"""Real seconds between two looks for what is long over."""


@dataclass
class Job:
    """Something to do every so often, never twice at once; a failure is logged and the next time is as good."""

    name: str
    roles: frozenset[Role]
    """A process that has one of them does it."""
    seconds: float
    """Real seconds between two starts."""
    work: Callable[[], Awaitable[object]]
    _task: asyncio.Task[None] | None = field(default=None, init=False)

    async def strike(self) -> None:
        """Begin the work, unless it is still under way; what strikes the hour does not wait for it."""
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._work(), name=f"job {self.name}")

    async def end(self) -> None:
        """Break off what is under way."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _work(self) -> None:
        try:
            await self.work()
        except Exception:
            log.exception("job failed", job=self.name)


DUTY = timedelta(seconds=15)
"""How long a lease lasts. After a crash, another process finds it free at its first look after that."""
RENEWED_EVERY = timedelta(seconds=5)
"""How often its holder renews it, and the others look."""
GIVEN_BACK_WITHIN = 1.0
"""Seconds: a process that ends waits for nothing longer than it must."""


class Duty:
    """Work of which only one process may do its share: it holds a lease, and the others stand by to take over."""

    def __init__(self, name: str, leases: LeaseStore, real: Clock) -> None:
        self._name = name
        self._leases = leases
        self._real = real
        self._owner = new_holder()
        self._looks_at = self._until = datetime.min.replace(tzinfo=UTC)
        self._lock = asyncio.Lock()

    async def mine(self) -> bool:
        """Whether this process is the one. Takes a free lease and renews its own: to be asked every second."""
        async with self._lock:
            now = self._real.now()
            if now >= self._looks_at or now < self._looks_at - RENEWED_EVERY:  # or the clock was set back
                self._looks_at = now + RENEWED_EVERY
                await self._look(now)
            return now < self._until

    def shared(self, work: Callable[[], Awaitable[object]]) -> Callable[[], Awaitable[None]]:
        """The same work, which is left to the process that is on duty."""

        async def ours() -> None:
            if await self.mine():
                await work()

        return ours

    async def _look(self, now: datetime) -> None:
        had = now < self._until
        held = await self._leases.hold(self._name, self._owner, now, DUTY)
        self._until = now + DUTY if held else now
        if held != had:
            log.info("this process is on duty" if held else "another process is on duty", work=self._name)

    async def end(self) -> None:
        """Give it back, so that another process takes over within seconds; else it ends by itself."""
        if self._real.now() >= self._until:
            return
        try:
            async with asyncio.timeout(GIVEN_BACK_WITHIN):
                await self._leases.release(self._name, self._owner)
        except Exception as error:  # noqa: BLE001  # a database that is down makes nobody's end a failure
            log.warning("a duty could not be given back", work=self._name, error=str(error) or repr(error))

"""Work that is repeated while the program runs. The composition root's ticker starts it; this decides nothing else."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import structlog

from bot.roles import Role

log = structlog.get_logger(__name__)


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

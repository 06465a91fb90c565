"""Work that is repeated while the program runs. The composition root's ticker starts it; this decides nothing else."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import structlog

from bot.roles import Role

log = structlog.get_logger(__name__)


@dataclass
class Job:
    """Something to do every so often, never twice at once; a failure is logged and the next time is as good."""

    name: str
    role: Role
    """Of the processes that do it."""
    seconds: float
    """Real seconds between two starts."""
    work: Callable[[], Awaitable[object]]
    _busy: bool = field(default=False, init=False)

    async def run(self) -> None:
        if self._busy:
            return
        self._busy = True
        try:
            await self.work()
        except Exception:
            log.exception("job failed", job=self.name)
        finally:
            self._busy = False

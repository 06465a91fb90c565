"""Keeps the ways in running beside each other: one failing never takes another down."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum

import structlog

from bot.ports import Adapter, ParkedError

log = structlog.get_logger(__name__)

BASE_DELAY = 1.0
MAXIMUM_DELAY = 300.0
"""Seconds. Slack allows few connections an hour and Discord 1,000 identifies a day: a restart loop must slow down."""
HEALTHY_AFTER = 60.0
"""Seconds of running after which earlier failures no longer count."""


class State(StrEnum):
    """Of one supervised adapter."""

    STARTING = "starting"
    UP = "up"
    WAITING = "waiting"
    """It failed and is tried again."""
    PARKED = "parked"
    """It waits for its operator."""


@dataclass(slots=True)
class Supervised:
    """An adapter, how it is, and why."""

    adapter: Adapter
    state: State = State.STARTING
    reason: str | None = None

    @property
    def now(self) -> State:
        """What to report: up only while people can reach it."""
        return State.UP if self.state is State.STARTING and self.adapter.connected else self.state


def full_jitter(attempt: int, dice: Callable[[], float] = random.random) -> float:
    """Seconds to wait before restart number `attempt`, from 0.

    https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
    """
    return dice() * min(MAXIMUM_DELAY, BASE_DELAY * 2.0 ** min(attempt, 16))


async def supervise(
    supervised: Supervised,
    *,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    dice: Callable[[], float] = random.random,
) -> None:
    """Run an adapter until cancelled; restart it when it fails, park it when only its operator can help."""
    adapter, attempt = supervised.adapter, 0
    loop = asyncio.get_running_loop()
    while True:
        supervised.state = State.STARTING
        started = loop.time()
        try:
            await adapter.run()
            supervised.reason = "it ended by itself"
        except ParkedError as error:
            supervised.state, supervised.reason = State.PARKED, f"{error.reason} {error.hint}".strip()
            log.error("adapter parked", adapter=adapter.name, reason=error.reason, hint=error.hint)  # noqa: TRY400  # no traceback: the operator reads it
            return
        except Exception as error:  # noqa: BLE001  # whatever an adapter dies of, the others live on
            supervised.reason = str(error) or type(error).__name__
            log.warning("adapter failed", adapter=adapter.name, error=supervised.reason, kind=type(error).__name__)
        attempt = 0 if loop.time() - started > HEALTHY_AFTER else attempt + 1
        supervised.state = State.WAITING
        await sleep(full_jitter(attempt, dice))

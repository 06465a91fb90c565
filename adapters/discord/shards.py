"""Which of the token's shards this process serves: each has one owner, by a lease in the database."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime, timedelta

import structlog

from bot.clock import Clock, SystemClock
from bot.holder import new_holder
from bot.ports import LeaseStore

log = structlog.get_logger(__name__)

SPAN = timedelta(seconds=15)
"""How long a lease lasts. After a crash, another process finds the shards free at its first look after that."""
LOOK = 5.0
"""Seconds between two looks: own leases are renewed, and free ones taken."""
IDENTIFY_EVERY = timedelta(seconds=5)
"""https://docs.discord.com/developers/events/gateway#sharding-max-concurrency."""


class Shards:
    """The share of one process."""

    def __init__(
        self,
        leases: LeaseStore,
        clock: Clock | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """`clock` is real time."""
        self._leases = leases
        self._clock = clock or SystemClock()
        self._sleep = sleep
        self._owner = new_holder()
        self._until: dict[int, datetime] = {}

    @property
    def held(self) -> frozenset[int]:
        return frozenset(self._until)

    async def take(self, count: int) -> list[int]:
        """The ids, of `count` shards, that nobody had and that are this process's from now on."""
        wanted = [shard for shard in range(count) if shard not in self._until]
        return [shard for shard in wanted if await self._hold(shard)]

    async def take_more(self, count: int) -> list[int]:
        """The same, where what is held is worth more: none while the database cannot be asked."""
        try:
            return await self.take(count)
        except Exception as error:  # noqa: BLE001  # whatever the database says, what is held goes on
            log.warning("free shards could not be looked for", error=str(error) or repr(error))
            return []

    async def keep(self) -> None:
        """Renew what is held.

        Raises:
            ConnectionError: A shard is somebody else's now, or may be: nothing that it hears may be answered here.
        """
        for shard in sorted(self._until):
            try:
                kept = await self._hold(shard)
            except Exception as error:  # noqa: BLE001  # it is held until its time ends
                log.warning("a shard's lease could not be renewed", shard=shard, error=str(error) or repr(error))
                kept = self._clock.now() + timedelta(seconds=LOOK) < self._until[shard]
            if not kept:
                del self._until[shard]
                raise ConnectionError(f"shard {shard} is another process's now")

    async def release(self, shards: Iterable[int] | None = None) -> None:
        """Give shards back, all of them unless named, so that another process may take them at once."""
        for shard in sorted(self.held if shards is None else shards):
            self._until.pop(shard, None)
            try:
                await self._leases.release(_name(shard), self._owner)
            except Exception as error:  # noqa: BLE001  # its time ends by itself
                log.warning("a shard's lease could not be given back", shard=shard, error=str(error) or repr(error))

    async def identify(self, bucket: int) -> None:
        """Wait until no process of this token has begun a session of that bucket for five seconds."""
        turn = new_holder()
        while not await self._leases.hold(f"discord identify {bucket}", turn, self._clock.now(), IDENTIFY_EVERY):
            await self._sleep(0.5)

    async def _hold(self, shard: int) -> bool:
        real = self._clock.now()
        held = await self._leases.hold(_name(shard), self._owner, real, SPAN)
        if held:
            self._until[shard] = real + SPAN
        return held


def _name(shard: int) -> str:
    return f"discord shard {shard}"

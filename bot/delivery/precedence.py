"""People who wait for an answer come before digests that nobody sees coming."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import TracebackType

from bot.rounds import Rounds

LONGEST = 2.0
"""Seconds that digests stand back, all of them together, from the moment at which somebody began to be answered. Where
somebody always is, they go out as if nobody were after that."""
AT_ONCE = 2
"""Digests composed at a time. With one in each of 128 lanes an acknowledgement waited for a second: the event loop does
a step of each before it looks at what has come in."""


class Precedence:
    """Of one process. `with precedence:` somebody is being answered."""

    def __init__(self, longest: float = LONGEST) -> None:
        self._longest = longest
        self._answering = 0
        self._until = 0.0
        """When digests stand back no more, by the event loop's clock."""
        self._nobody = asyncio.Event()
        self._nobody.set()
        self._composing = asyncio.Semaphore(AT_ONCE)
        self._rounds = Rounds(AT_ONCE)

    def __enter__(self) -> None:
        if not self._answering:
            self._until = asyncio.get_running_loop().time() + self._longest
        self._answering += 1
        self._nobody.clear()

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._answering -= 1
        if not self._answering:
            self._nobody.set()

    async def give_way(self) -> None:
        """Wait until nobody is being answered, but not for ever."""
        if self._nobody.is_set() or asyncio.get_running_loop().time() >= self._until:
            return
        try:
            async with asyncio.timeout_at(self._until):
                await self._nobody.wait()
        except TimeoutError:
            return

    @asynccontextmanager
    async def turn(self, *, asked: bool) -> AsyncIterator[None]:
        """For what takes the processor for some milliseconds. One whom somebody asked for waits for nobody."""
        if asked:
            yield
            return
        async with self._composing:
            await self._rounds.turn()
            await self.give_way()
            yield

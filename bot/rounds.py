"""So much in one round of the event loop, which looks at what has come in between two rounds alone."""

import asyncio


class Rounds:
    """For what takes the processor for milliseconds and awaits nothing: all of it at once would hold the loop."""

    def __init__(self, at_once: int) -> None:
        """`at_once` may begin in one round."""
        self._at_once = at_once
        self._begun = 0
        self._room = asyncio.Event()

    async def turn(self) -> None:
        """Wait for a round that has room."""
        while self._begun >= self._at_once:
            await self._room.wait()
        if not self._begun:
            asyncio.get_running_loop().call_soon(self._next)
        self._begun += 1
        if self._begun == self._at_once:
            self._room.clear()

    def _next(self) -> None:
        self._begun = 0
        self._room.set()

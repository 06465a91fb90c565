"""The ways in of one process while it runs: supervised side by side, and what /readyz says of them."""

import asyncio
from collections.abc import Sequence

from bot.ports import Adapter
from bot.supervisor import Supervised, supervise


class Running:
    """Starts, watches and ends the adapters."""

    def __init__(self) -> None:
        self._supervised: list[Supervised] = []
        self._tasks: list[asyncio.Task[None]] = []
        self._draining = False

    @property
    def draining(self) -> bool:
        """Being stopped: no new work is wanted."""
        return self._draining

    @property
    def adapters(self) -> Sequence[Supervised]:
        return self._supervised

    def add(self, adapter: Adapter) -> None:
        self._supervised.append(Supervised(adapter))

    def start(self) -> None:
        self._tasks = [
            asyncio.create_task(supervise(supervised), name=f"adapter {supervised.adapter.name}")
            for supervised in self._supervised
        ]

    def drain(self) -> None:
        """Say that the end is near, so that nobody sends new work here."""
        self._draining = True

    async def end(self) -> None:
        """Cancel the adapters and wait until each has closed what it opened."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

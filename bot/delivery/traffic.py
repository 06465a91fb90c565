"""The lanes that this process works on now."""

import asyncio
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Mapping, Sequence

from bot.models import Delivery
from bot.ports import Rate

Attempt = Callable[[Delivery], Awaitable[str | None]]
"""One attempt; a reason means that its lane has to wait now."""
GiveBack = Callable[[Sequence[Delivery], str | None], Awaitable[None]]


class Traffic:
    """Deliveries under way, by lane: so many of each at once as its platform's rate says, one where it has none."""

    def __init__(self, rates: Mapping[str, Rate]) -> None:
        self._rates = rates
        self._tasks: dict[asyncio.Task[None], str] = {}
        self._open: Counter[str] = Counter()
        self._waiting: dict[str, str] = {}
        """Why a lane has to wait: whatever of it is not begun yet goes back."""
        self.closed = False

    def __len__(self) -> int:
        return len(set(self._tasks.values()))

    @property
    def tasks(self) -> set[asyncio.Task[None]]:
        return set(self._tasks)

    def busy(self) -> tuple[str, ...]:
        """Lanes that have as much under way as they may."""
        return tuple(lane for lane, number in self._open.items() if number >= self._width(lane))

    def start(self, lane: str, deliveries: Sequence[Delivery], attempt: Attempt, give_back: GiveBack) -> None:
        self._open[lane] += len(deliveries)
        work = self._work(lane, deque(deliveries), attempt, give_back)
        self._tasks[asyncio.create_task(work, name=f"lane {lane}")] = lane

    async def ends(self, within: float) -> bool:
        """Wait until something of it ends. False if nothing is under way, or nothing ends within those seconds."""
        if not self._tasks:
            return False
        await asyncio.wait(self._tasks, timeout=within, return_when=asyncio.FIRST_COMPLETED)
        ended = [task for task in self._tasks if task.done()]
        for task in ended:
            lane = self._tasks.pop(task)
            if lane not in self._tasks.values():
                self._waiting.pop(lane, None)
                del self._open[lane]
            task.result()
        return bool(ended)

    async def _work(self, lane: str, left: deque[Delivery], attempt: Attempt, give_back: GiveBack) -> None:
        async def one_after_other() -> None:
            while left and not self.closed and lane not in self._waiting:
                wait = await attempt(left.popleft())
                self._open[lane] -= 1
                if wait is not None:
                    self._waiting[lane] = wait

        try:
            await asyncio.gather(*(one_after_other() for _ in range(min(self._width(lane), len(left)))))
        finally:  # also when it is broken off
            if left:
                self._open[lane] -= len(left)
                await give_back(list(left), self._waiting.get(lane))

    def _width(self, lane: str) -> int:
        rate = self._rates.get(lane.partition(":")[0])
        return rate.at_once if rate else 1

"""The lanes of the ledger as plain dictionaries: whose turn it is, how fast each may go, and which must wait."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import datetime

from bot.delivery.pacing import BREAKS_AT, LaneState, allowed, charged, free_at
from bot.ports import Block, Rate


class MemoryLanes:
    """A LaneStore, and what its table holds for the ledger, each under its name."""

    def __init__(self) -> None:
        self._blocks: dict[str, Block] = {}
        self._served: dict[str, datetime] = {}
        self._pace: dict[str, LaneState] = {}
        self._rates: dict[str, Rate] = {}

    def meet(self, name: str, long_ago: datetime) -> None:
        """A lane that has not been served yet comes before all that have."""
        self._served.setdefault(name, long_ago)

    def serve(self, name: str, real: datetime) -> None:
        self._served[name] = real

    def in_turn(self, names: Collection[str]) -> list[str]:
        """Those first that have waited longest."""
        return sorted(names, key=lambda name: (self._served[name], name))

    def share(
        self, name: str, real: datetime, wanted: int, rates: Mapping[str, Rate], probed: Callable[[str, datetime], bool]
    ) -> int:
        """How many deliveries may go now; none while one is out to see if a lane that failed works again."""
        platform = name.partition(":")[0]
        if platform in rates:
            self._rates[name] = rates[platform]
        state = self._state(name)
        if state.failures >= BREAKS_AT and probed(name, real):
            return 0
        return allowed(state, rates.get(platform), real, wanted)

    def charge(self, name: str, messages: int, real: datetime) -> None:
        if name in self._rates and messages:
            state = self._state(name)
            self._pace[name] = replace(state, tat=charged(state.tat, self._rates[name], real, messages))

    def free(self, name: str) -> datetime | None:
        return free_at(self._state(name).tat, self._rates[name]) if name in self._rates else None

    def failures(self, name: str) -> int:
        return self._state(name).failures

    async def count_failure(self, lane: str) -> int:
        known = self._state(lane)
        self._pace[lane] = replace(known, failures=known.failures + 1)
        return known.failures + 1

    def works(self, name: str) -> None:
        self._pace[name] = replace(self._state(name), failures=0)

    async def block(self, lane: str, block: Block) -> None:
        if lane not in self._served:
            return
        known = self._blocks.get(lane, block)
        asked = max(filter(None, (known.asked_until, block.asked_until)), default=None)
        self._blocks[lane] = replace(max(block, known, key=lambda one: one.until), asked_until=asked)

    async def open(self, lane: str, real: datetime) -> None:
        self._open(lane, real)

    async def open_all(self, platforms: Collection[str], real: datetime) -> list[str]:
        of_these = (name for name in sorted(self._blocks) if name.partition(":")[0] in platforms)
        return [name for name in of_these if self._open(name, real)]

    async def last_block(self, lane: str) -> Block | None:
        return self._blocks.get(lane)

    def _open(self, lane: str, real: datetime) -> bool:
        """Whether it rested."""
        known = self._blocks.get(lane)
        if known is None or not known.until > (until := max(real, known.asked_until or real)):
            return False
        self._blocks[lane] = replace(known, until=until)
        return True

    def blocked(self, name: str, real: datetime) -> bool:
        return name in self._blocks and self._blocks[name].until > real

    def _state(self, name: str) -> LaneState:
        return self._pace.get(name, LaneState(None))

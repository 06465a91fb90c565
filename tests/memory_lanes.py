"""The lanes of the ledger as plain dictionaries: whose turn it is, how fast each may go, and which must wait."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import datetime

from bot.delivery.pacing import BREAKS_AT, LaneState, allowed, charged, free_at
from bot.ports import Block, Rate


class MemoryLanes:
    """What the store's table of lanes holds, each under its name."""

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

    def count_failure(self, name: str) -> int:
        known = self._state(name)
        self._pace[name] = replace(known, failures=known.failures + 1)
        return known.failures + 1

    def works(self, name: str) -> None:
        self._pace[name] = replace(self._state(name), failures=0)

    def block(self, name: str, until: datetime, because: str) -> None:
        known = self._blocks.get(name)
        if name in self._served and (known is None or known.until < until):
            self._blocks[name] = Block(until, because)

    def last_block(self, name: str) -> Block | None:
        return self._blocks.get(name)

    def blocked(self, name: str, real: datetime) -> bool:
        return name in self._blocks and self._blocks[name].until > real

    def _state(self, name: str) -> LaneState:
        return self._pace.get(name, LaneState(None))

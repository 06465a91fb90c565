"""The lanes of the ledger: which of them rest, and why."""

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from bot.ports.ledger import Block


class LaneStore(Protocol):
    """What is limited, refused or down together, under the names of delivery.lane_of. All times are real time."""

    async def block(self, lane: str, block: Block) -> None:
        """No claims from this lane before its end. Neither it nor the wait that was asked for becomes shorter."""
        ...

    async def open(self, lane: str, real: datetime) -> None:
        """End a rest of our own now, since its cause was mended; a wait that the platform asked for goes on."""
        ...

    async def open_all(self, platforms: Collection[str], real: datetime) -> list[str]:
        """The same for all lanes of these platforms; returns the names of those that rested."""
        ...

    async def count_failure(self, lane: str) -> int:
        """Note that a lane's platform did not answer; how often in a row it did not, whichever process asked."""
        ...

    async def last_block(self, lane: str) -> Block | None:
        """Of a lane; it may be over."""
        ...

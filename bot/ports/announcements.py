"""Lines about changes that their channels have not been told yet. The store keeps each with its change, at once."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.models import Change, ChannelKey

FIRST = timedelta(seconds=15)
"""How long whoever answers a command has, from each change on, to begin telling its channel."""


@dataclass(frozen=True, slots=True)
class Telling:
    """Somebody's right to tell one channel what one command changed there.

    At first it is that of whoever answers the command: the teller is the asking itself.
    """

    asking: str
    channel: ChannelKey
    teller: str


class AnnouncementStore(Protocol):
    """What is owed. All times are real."""

    async def hold(self, telling: Telling, until: datetime) -> bool:
        """Keep it for oneself until then. False: another tells the channel, or the channel was told.

        True also where nothing was ever owed: then nobody else will tell.
        """
        ...

    async def claim(
        self, teller: str, platforms: Collection[str], now: datetime, until: datetime, since: datetime
    ) -> list[Change]:
        """Take what nobody tells, of changes made since then: in the order they were made, each with what is owed."""
        ...

    async def settle(self, telling: Telling) -> None:
        """Note that the channel was told, or cannot be."""
        ...

    async def forget(self, before: datetime) -> int:
        """Forget what was owed of changes made before then. Returns how many were never told."""
        ...

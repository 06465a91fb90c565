"""What is owed as a plain list: what the contract means."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from bot.models import Change, ChannelKey
from bot.ports import Telling
from bot.ports.announcements import FIRST


@dataclass
class _Line:
    change: Change
    telling: Telling
    since: datetime
    due_at: datetime | None
    """None: told."""


class MemoryAnnouncements:
    """An AnnouncementStore."""

    def __init__(self) -> None:
        self._lines: list[_Line] = []

    def owe(self, change: Change) -> None:
        if change.owed is not None:
            telling = Telling(change.owed.asking, change.channel, change.owed.asking)
            self._lines.append(_Line(change, telling, change.owed.since, change.owed.since + FIRST))

    def drop(self, which: Callable[[Change], bool]) -> None:
        """Of changes that are forgotten."""
        self._lines = [line for line in self._lines if not which(line.change)]

    def held(self, channel: ChannelKey) -> datetime | None:
        """Until when a channel's first line is."""
        return next(line.due_at for line in self._lines if line.telling.channel == channel)

    def teller(self, channel: ChannelKey) -> str:
        """Who tells a channel's first line."""
        return next(line.telling.teller for line in self._lines if line.telling.channel == channel)

    async def hold(self, telling: Telling, until: datetime) -> bool:
        wanted = (telling.asking, telling.channel)
        same = [line for line in self._lines if (line.telling.asking, line.telling.channel) == wanted]
        ours = [line for line in same if line.telling.teller == telling.teller and line.due_at is not None]
        for line in ours:
            line.due_at = until
        return bool(ours) or not same

    async def claim(
        self, teller: str, platforms: Collection[str], now: datetime, until: datetime, since: datetime
    ) -> list[Change]:
        due = [
            line
            for line in self._lines
            if line.due_at is not None
            and line.due_at <= now
            and line.since >= since
            and line.telling.channel.platform in platforms
        ]
        for line in due:
            line.telling = Telling(line.telling.asking, line.telling.channel, teller)
            line.due_at = until
        return [line.change for line in due]

    async def settle(self, telling: Telling) -> None:
        for line in self._lines:
            if line.telling == telling:
                line.due_at = None

    async def forget(self, before: datetime) -> int:
        old = [line for line in self._lines if line.since < before]
        self._lines = [line for line in self._lines if line.since >= before]
        return sum(line.due_at is not None for line in old)

"""The feeds that channels read of their own."""

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from bot.models import Change, ChannelKey, Feed


class FeedStore(Protocol):
    """Which channel reads which feeds, how each answered, and what it gave."""

    async def add_feed(self, channel: ChannelKey, url: str, at: datetime, change: Change | None = None) -> bool:
        """Keep it, and the line of the channel's log. False if the channel reads it already; nothing is kept then."""
        ...

    async def remove_feed(self, channel: ChannelKey, url: str, change: Change | None = None) -> bool:
        """The same the other way round. False if the channel does not read it."""
        ...

    async def feeds_of(self, channel: ChannelKey) -> list[Feed]:
        """In the order they were added."""
        ...

    async def due(self, before: datetime, limit: int) -> list[str]:
        """Addresses that nobody has looked at since then, the longest waiting first.

        Only what a channel reads whose digest runs: one that is paused or was ended asks nobody's server.
        """
        ...

    async def note_feed(self, feed: Feed, paper_ids: Collection[str]) -> None:
        """How it answered at `feed.checked_at`, and what it gave; what it gave before stays with its time."""
        ...

    async def given(self, channel: ChannelKey, since: datetime, until: datetime) -> dict[str, str]:
        """The papers that the channel's feeds first gave in that time, each with the address of its feed."""
        ...

    async def forget_unread(self) -> int:
        """Delete feeds that nobody reads any more, and the papers that only they have shown. Returns how many feeds."""
        ...

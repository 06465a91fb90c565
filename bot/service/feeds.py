"""The feeds that a channel reads of its own: adding, removing and listing them."""

from urllib.parse import urlsplit

from bot.errors import UserError
from bot.models import ChannelKey, Feed, Person
from bot.ports import Store
from bot.service.editing import Editing
from bot.service.wishes import no_digest
from bot.sources.cleaning import link

MOST = 10
"""Feeds of one channel."""
_LONGEST = 500
_EXAMPLE = "Example: /papers digest feeds add https://example.org/feed.xml"


class Feeds:
    """The verbs of a channel's people."""

    def __init__(self, store: Store, editing: Editing) -> None:
        self._store = store
        self._editing = editing

    async def of(self, channel: ChannelKey) -> list[Feed]:
        return await self._store.feeds.feeds_of(channel)

    async def add(self, channel: ChannelKey, by: Person, url: str) -> Feed:
        """Read a feed from now on; it is looked into within a minute.

        Raises:
            UserError: `bad_feed`, `too_many`, `already_read`, `not_subscribed`.
        """
        address = checked(url)
        known = await self.of(channel)
        added = Feed(url=address)
        if len(known) >= MOST and address not in {one.url for one in known}:
            message = f"This channel reads {MOST} feeds already, which is the most."
            raise UserError("too_many", message, "Remove one: /papers digest feeds remove ADDRESS", option="url")
        await self._has_digest(channel)
        change = self._editing.change(channel, by, f"added a feed of {added.site}")
        if not await self._store.feeds.add_feed(channel, address, change.at, change):
            raise UserError("already_read", "This channel reads that feed already.", "See all: /papers digest feeds")
        return added

    async def remove(self, channel: ChannelKey, by: Person, url: str) -> Feed:
        """Read it no more; what it gave is forgotten if nobody else reads it.

        Raises:
            UserError: `not_read`.
        """
        wanted = [one for one in await self.of(channel) if url.strip() in {one.url, one.site}]
        if len(wanted) != 1:
            message = "More than one of its feeds is of that site." if wanted else "This channel reads no such feed."
            raise UserError("not_read", message, "Give its whole address; see all: /papers digest feeds", option="url")
        change = self._editing.change(channel, by, f"removed a feed of {wanted[0].site}")
        await self._store.feeds.remove_feed(channel, wanted[0].url, change)
        return wanted[0]

    async def _has_digest(self, channel: ChannelKey) -> None:
        if await self._store.channels.subscription(channel) is None:
            raise no_digest("Set one up first: /papers digest subscribe daily")


def checked(url: str) -> str:
    """The address as it is asked for.

    Raises:
        UserError: `bad_feed`. Whether it leads into our own network is found out when it is asked, and each time anew.
    """
    address = link(url.strip().strip("<>").partition("|")[0])
    parts = urlsplit(address or "")
    if address is None or len(address) > _LONGEST or "." not in (parts.hostname or "") or parts.username:
        shown = url if len(url) <= 60 else f"{url[:59]}…"
        raise UserError("bad_feed", f"“{shown}” is not the address of a feed.", _EXAMPLE, option="url")
    return address

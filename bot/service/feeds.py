"""The feeds that a channel reads of its own: adding, removing, listing, and looking into them."""

import asyncio
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import structlog

from bot.clock import Clock
from bot.errors import UserError
from bot.fetch import Fetcher, FetchError, Limits
from bot.models import ChannelKey, Feed, Person
from bot.ports import Store
from bot.service.editing import Editing
from bot.sources import SourceError, feed
from bot.sources.cleaning import link
from bot.sources.documents import read

MOST = 10
"""Feeds of one channel."""
EVERY = timedelta(hours=1)
"""Between two looks at a feed."""
AT_ONCE = 20
"""Feeds of one round; the rest is due in the next."""
FEED_LIMITS = Limits(raw_bytes=4 << 20, decompressed_bytes=8 << 20, seconds=30.0, silence=10.0, tries=1)
"""A stranger's server gets less patience than a source; it is asked again in an hour."""
_LONGEST = 500
_EXAMPLE = "Example: /papers digest feeds add https://example.org/feed.xml"

log = structlog.get_logger(__name__)


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
            hint = "Set one up first: /papers digest subscribe daily"
            raise UserError("not_subscribed", "This channel has no digest yet.", hint)


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


class FeedReading:
    """Looks into the feeds that are due; what they give is kept, and how they answered."""

    def __init__(self, store: Store, fetcher: Fetcher, clock: Clock) -> None:
        self._store = store
        self._fetcher = fetcher
        self._clock = clock

    async def round(self) -> int:
        """Look into those that are due, side by side, at most 20. Returns how many were."""
        now = self._clock.now()
        urls = await self._store.feeds.due(now - EVERY, AT_ONCE)
        await asyncio.gather(*(self._look(url, now) for url in urls))
        if urls:
            log.info("feeds of channels were looked into", feeds=len(urls))
        return len(urls)

    async def _look(self, url: str, now: datetime) -> None:
        """What fails is told to those who read it, not raised."""
        asked = feed.ask(url)
        try:
            answer = await self._fetcher.fetch(asked.request)
            document = await read(asked.reads, answer.body, asked.request.label)
            batch = asked.parse(document, now).batch
        except (FetchError, SourceError) as error:
            failed = Feed(url=url, checked_at=now, reason=error.reason)
            await self._store.feeds.note_feed(failed, [])
            return
        await self._store.papers.add(batch)
        given = [await self._store.papers.present(paper.id) for paper in batch.papers]
        await self._store.feeds.note_feed(Feed(url=url, checked_at=now), given)

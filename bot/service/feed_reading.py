"""Looking into the feeds that channels read of their own."""

import asyncio
from datetime import datetime, timedelta

import structlog

from bot.clock import Clock
from bot.fetch import Fetcher, FetchError, Limits
from bot.models import Feed
from bot.ports import Store
from bot.sources import SourceError, feed
from bot.sources.documents import read

EVERY = timedelta(hours=1)
"""Between two looks at a feed."""
AT_ONCE = 20
"""Feeds of one round; the rest is due in the next."""
FEED_LIMITS = Limits(raw_bytes=4 << 20, decompressed_bytes=8 << 20, seconds=30.0, silence=10.0, tries=1)
"""A stranger's server gets less patience than a source; it is asked again in an hour."""

log = structlog.get_logger(__name__)


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

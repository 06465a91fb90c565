"""A FeedStore of dictionaries."""

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime

from bot.models import FEED, Change, ChannelKey, Feed, Paper
from tests.memory_aliases import move
from tests.memory_channels import MemoryChannels


class MemoryFeeds:
    """`papers` and `channels` are those of the store beside it; `kept` says that somebody saved a paper."""

    def __init__(self, papers: dict[str, Paper], kept: Callable[[str], bool], channels: MemoryChannels) -> None:
        self._papers = papers
        self._kept = kept
        self._channels = channels
        self._feeds: dict[str, Feed] = {}
        self._read: dict[ChannelKey, list[str]] = {}
        self._entries: dict[str, dict[str, datetime]] = {}

    def moved(self, old: str, new: str) -> None:
        """What a feed gave under another name."""
        for entries in self._entries.values():
            move(entries, lambda at: new if at == old else at, lambda at: at, lambda said, there: said < there)

    async def add_feed(
        self,
        channel: ChannelKey,
        url: str,
        at: datetime,  # noqa: ARG002  # the order is kept
        change: Change | None = None,
    ) -> bool:
        self._feeds.setdefault(url, Feed(url=url))
        read = self._read.setdefault(channel, [])
        if url in read:
            return False
        read.append(url)
        self._channels.log_change(change)
        return True

    async def remove_feed(self, channel: ChannelKey, url: str, change: Change | None = None) -> bool:
        read = self._read.get(channel, [])
        if url not in read:
            return False
        read.remove(url)
        self._channels.log_change(change)
        return True

    async def feeds_of(self, channel: ChannelKey) -> list[Feed]:
        return [
            replace(self._feeds[url], entries=len(self._entries.get(url, {}))) for url in self._read.get(channel, [])
        ]

    async def due(self, before: datetime, limit: int) -> list[str]:
        read = {url for channel, urls in self._read.items() for url in urls if self._channels.runs(channel)}
        late = [self._feeds[url] for url in self._feeds if url in read]
        late = [feed for feed in late if feed.checked_at is None or feed.checked_at <= before]
        late.sort(key=lambda feed: (feed.checked_at is not None, feed.checked_at or before))
        return [feed.url for feed in late[:limit]]

    async def note_feed(self, feed: Feed, paper_ids: Collection[str]) -> None:
        if feed.url not in self._feeds or feed.checked_at is None:
            return
        self._feeds[feed.url] = feed
        entries = self._entries.setdefault(feed.url, {})
        for paper_id in paper_ids:
            entries.setdefault(paper_id, feed.checked_at)

    async def given(self, channel: ChannelKey, since: datetime, until: datetime) -> dict[str, str]:
        found = {
            (at, paper_id): url
            for url in self._read.get(channel, [])
            for paper_id, at in self._entries.get(url, {}).items()
            if since <= at <= until
        }
        return {paper_id: found[at, paper_id] for at, paper_id in sorted(found, reverse=True)}

    async def forget_unread(self) -> int:
        read = {url for urls in self._read.values() for url in urls}
        unread = [url for url in self._feeds if url not in read]
        for url in unread:
            del self._feeds[url]
            self._entries.pop(url, None)
        given = {paper_id for entries in self._entries.values() for paper_id in entries}
        if unread:
            for paper_id, paper in list(self._papers.items()):
                if paper.sources == (FEED,) and paper_id not in given and not self._kept(paper_id):
                    del self._papers[paper_id]
        return len(unread)

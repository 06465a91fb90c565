"""The feeds that channels read of their own, in SQL."""

import hashlib
from collections.abc import Collection
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import and_, bindparam, delete, func, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.models import FEED, Change, ChannelKey, Feed
from storage import schema_feeds as schema
from storage.changes import log_change
from storage.engine import reading
from storage.rows import AnySelect
from storage.schema import paper, subscription
from storage.schema_people import saved
from storage.types import UTCDateTime, Words
from storage.upsert import insert_into

_FEED, _READ, _ENTRY = schema.feed, schema.channel_feed, schema.feed_entry
_SUBSCRIPTION = subscription


class SqlFeeds:
    """A FeedStore on either database."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._reading = reading(engine)

    async def add_feed(self, channel: ChannelKey, url: str, at: datetime, change: Change | None = None) -> bool:
        known = {"key": key_of(url), "url": url}
        async with self._engine.begin() as connection:
            await connection.execute(insert_into(connection, _FEED).values(known).on_conflict_do_nothing())
            read = insert_into(connection, _READ).values(**_place(channel), feed=key_of(url), added_at=at)
            kept = await connection.execute(read.on_conflict_do_nothing().returning(_READ.c.feed))
            added = kept.first() is not None
            if added and change is not None:
                await log_change(connection, change)
        return added

    async def remove_feed(self, channel: ChannelKey, url: str, change: Change | None = None) -> bool:
        async with self._engine.begin() as connection:
            gone = delete(_READ).where(*_of(channel), _READ.c.feed == key_of(url))
            removed = (await connection.execute(gone)).rowcount > 0
            if removed and change is not None:
                await log_change(connection, change)
        return removed

    async def feeds_of(self, channel: ChannelKey) -> list[Feed]:
        entries = select(func.count()).where(_ENTRY.c.feed == _FEED.c.key).scalar_subquery()
        wanted = (
            select(_FEED.c.url, _FEED.c.checked_at, _FEED.c.reason, entries)
            .join(_READ, _READ.c.feed == _FEED.c.key)
            .where(*_of(channel))
            .order_by(_READ.c.added_at, _FEED.c.key)
        )
        async with self._reading.connect() as connection:
            return [
                Feed(url=row[0], checked_at=row[1], reason=row[2], entries=row[3])
                for row in await connection.execute(wanted)
            ]

    async def due(self, before: datetime, limit: int) -> list[str]:
        of_reader = (_SUBSCRIPTION.c[name] == _READ.c[name] for name in ("platform", "workspace", "channel"))
        running = (_SUBSCRIPTION.c.removed_at.is_(None), _SUBSCRIPTION.c.next_run_at.is_not(None))
        reader = select(_READ.c.feed).join(_SUBSCRIPTION, and_(*of_reader, *running))
        is_read = reader.where(_READ.c.feed == _FEED.c.key).exists()
        late = or_(_FEED.c.checked_at.is_(None), _FEED.c.checked_at <= before)
        wanted = select(_FEED.c.url).where(is_read, late)
        ordered = wanted.order_by(_FEED.c.checked_at.is_not(None), _FEED.c.checked_at, _FEED.c.key).limit(limit)
        async with self._reading.connect() as connection:
            return list((await connection.execute(ordered)).scalars())

    async def note_feed(self, feed: Feed, paper_ids: Collection[str]) -> None:
        noted = {name: getattr(feed, name) for name in ("checked_at", "reason")}
        key = key_of(feed.url)
        rows = [{"feed": key, "paper_id": one, "at": feed.checked_at} for one in sorted(set(paper_ids))]
        async with self._engine.begin() as connection:
            known = (await connection.execute(update(_FEED).where(_FEED.c.key == key).values(noted))).rowcount
            if known and rows:
                await connection.execute(insert_into(connection, _ENTRY).on_conflict_do_nothing(), rows)

    async def given(self, channel: ChannelKey, since: datetime, until: datetime) -> dict[str, str]:
        within = {"since": since, "until": until}
        async with self._reading.connect() as connection:
            return {row[0]: row[1] for row in await connection.execute(_given(), _place(channel) | within)}

    async def forget_unread(self) -> int:
        unread = _FEED.c.key.not_in(select(_READ.c.feed))
        ours = paper.c.sources == literal((FEED,), Words)
        lost = (paper.c.id.not_in(select(_ENTRY.c.paper_id)), paper.c.id.not_in(select(saved.c.paper_id)))
        async with self._engine.begin() as connection:
            forgotten = (await connection.execute(delete(_FEED).where(unread))).rowcount
            if forgotten:
                await connection.execute(delete(paper).where(ours, *lost))
            return forgotten


@cache
def _given() -> AnySelect:
    """Papers that a channel's feeds gave in a time, and the feed. Made once: every digest asks."""
    of_channel = (_READ.c[name] == bindparam(name) for name in ("platform", "workspace", "channel"))
    within = _ENTRY.c.at.between(bindparam("since", type_=UTCDateTime), bindparam("until", type_=UTCDateTime))
    return (
        select(_ENTRY.c.paper_id, _FEED.c.url)
        .join(_READ, _READ.c.feed == _ENTRY.c.feed)
        .join(_FEED, _FEED.c.key == _ENTRY.c.feed)
        .where(*of_channel, within)
        .order_by(_ENTRY.c.at.desc(), _ENTRY.c.paper_id, _FEED.c.key.desc())
    )


def key_of(url: str) -> str:
    """Of an address: 16 hex digits."""
    return hashlib.sha256(url.encode()).hexdigest()[:16]


def _place(channel: ChannelKey) -> dict[str, str]:
    return {"platform": channel.platform, "workspace": channel.workspace, "channel": channel.channel}


def _of(channel: ChannelKey) -> tuple[Any, ...]:
    return tuple(_READ.c[name] == value for name, value in _place(channel).items())

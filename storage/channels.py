"""Who reads what, when, in SQL."""

import json
from datetime import UTC, datetime, time
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import Table, Text, bindparam, delete, func, insert, or_, select, type_coerce, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.models import (
    Change,
    ChannelKey,
    Combine,
    Period,
    Person,
    Preferences,
    Schedule,
    Subscription,
    Topics,
    Weekdays,
)
from bot.models.preferences import preferences_as_json, preferences_from
from bot.ports import AlreadySubscribedError, EditedMeanwhileError
from bot.schedule import own_moment
from storage import schema, schema_deliveries, schema_feeds
from storage.changes import log_change
from storage.engine import reading
from storage.rows import AnyRow, AnySelect
from storage.upsert import insert_into

_SUBSCRIPTION = schema.subscription
_CHANGE = schema.change
_COMMAND = schema.remembered_command
_DELIVERY = schema_deliveries.delivery
_FEED = schema_feeds.channel_feed
_NOT_REMOVED = _SUBSCRIPTION.c.removed_at.is_(None)


class SqlChannels:
    """A ChannelStore on either database."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._reading = reading(engine)

    async def subscription(self, channel: ChannelKey) -> Subscription | None:
        async with self._reading.connect() as connection:
            row = (await connection.execute(_of_a_channel(), _named(channel))).first()
        return subscription_from(row) if row else None

    async def create(self, subscription: Subscription, change: Change) -> Subscription:
        async with self._engine.begin() as connection:
            made = insert(_SUBSCRIPTION).values(values_of(subscription)).returning(*_SUBSCRIPTION.c)
            try:
                row = (await connection.execute(made)).one()
            except IntegrityError:
                raise AlreadySubscribedError(str(subscription.channel)) from None
            await log_change(connection, change)
        return subscription_from(row)

    async def update(self, subscription: Subscription, change: Change) -> Subscription:
        same = (_SUBSCRIPTION.c.id == subscription.id, _SUBSCRIPTION.c.version == subscription.version, _NOT_REMOVED)
        values = values_of(subscription) | {"version": subscription.version + 1}
        async with self._engine.begin() as connection:
            changed = update(_SUBSCRIPTION).where(*same).values(values).returning(*_SUBSCRIPTION.c)
            row = (await connection.execute(changed)).first()
            if row is None:
                raise EditedMeanwhileError(str(subscription.channel))
            await log_change(connection, change)
        return subscription_from(row)

    async def remove(self, channel: ChannelKey, change: Change) -> bool:
        ended = update(_SUBSCRIPTION).where(_NOT_REMOVED, *_of(channel)).values(removed_at=change.at, next_run_at=None)
        async with self._engine.begin() as connection:
            if not (await connection.execute(ended)).rowcount:
                return False
            await log_change(connection, change)
        return True

    async def erase(self, channel: ChannelKey) -> bool:
        theirs = select(_SUBSCRIPTION.c.id).where(*_of(channel)).scalar_subquery()
        sent = delete(_DELIVERY).where(
            or_(_DELIVERY.c.subscription_id.in_(theirs), _DELIVERY.c.channel == str(channel))
        )
        async with self._engine.begin() as connection:
            await connection.execute(sent)  # their parts go with them
            await connection.execute(delete(_FEED).where(*_at(_FEED, channel)))
            ended = await connection.execute(delete(_SUBSCRIPTION).where(*_of(channel)))
            logged = await connection.execute(delete(_CHANGE).where(*_at(_CHANGE, channel)))
        return ended.rowcount + logged.rowcount > 0

    async def with_alerts(self) -> list[Subscription]:
        """Reads every subscription's preferences: rare, since somebody asks only when a paper takes off."""
        wants = type_coerce(_SUBSCRIPTION.c.preferences, Text).like('%"alerts":true%')
        running = (_SUBSCRIPTION.c.next_run_at.is_not(None), _NOT_REMOVED, wants)
        async with self._reading.connect() as connection:
            rows = await connection.execute(_select().where(*running).order_by(_SUBSCRIPTION.c.id))
            return [subscription_from(row) for row in rows]

    async def subscriptions(self, platform: str, workspace: str) -> list[Subscription]:
        here = (_SUBSCRIPTION.c.platform == platform, _SUBSCRIPTION.c.workspace == workspace, _NOT_REMOVED)
        async with self._reading.connect() as connection:
            rows = await connection.execute(_select().where(*here).order_by(_SUBSCRIPTION.c.channel))
            return [subscription_from(row) for row in rows]

    async def of_platform(self, platform: str, limit: int) -> list[Subscription]:
        there = _select().where(_SUBSCRIPTION.c.platform == platform, _NOT_REMOVED)
        ordered = there.order_by(_SUBSCRIPTION.c.workspace, _SUBSCRIPTION.c.channel).limit(limit)
        async with self._reading.connect() as connection:
            return [subscription_from(row) for row in await connection.execute(ordered)]

    async def total(self) -> int:
        async with self._reading.connect() as connection:
            counted = select(func.count()).select_from(_SUBSCRIPTION).where(_NOT_REMOVED)
            return int((await connection.execute(counted)).scalar_one())

    async def log(self, channel: ChannelKey, limit: int) -> list[Change]:
        lines = (
            select(_CHANGE.c.at, _CHANGE.c.by_id, _CHANGE.c.by_name, _CHANGE.c.what)
            .where(*_at(_CHANGE, channel))
            .order_by(_CHANGE.c.id.desc())
            .limit(limit)
        )
        async with self._reading.connect() as connection:
            rows = await connection.execute(lines)
            return [
                Change(channel=channel, at=row.at, by=Person(id=row.by_id, name=row.by_name), what=row.what)
                for row in rows
            ]

    async def remember_command(self, key: str, command: str) -> None:
        async with self._engine.begin() as connection:
            used = {"used_at": datetime.now(UTC)}
            kept = insert_into(connection, _COMMAND).values(key=key, command=command, **used)
            await connection.execute(kept.on_conflict_do_update(index_elements=["key"], set_=used))

    async def first_to_keep(self, key: str, command: str) -> bool:
        async with self._engine.begin() as connection:
            kept = insert_into(connection, _COMMAND).values(key=key, command=command, used_at=datetime.now(UTC))
            fresh = kept.on_conflict_do_nothing(index_elements=["key"]).returning(_COMMAND.c.key)
            return (await connection.execute(fresh)).first() is not None

    async def recall_command(self, key: str) -> str | None:
        wanted = select(_COMMAND.c.command).where(_COMMAND.c.key == key)
        async with self._reading.connect() as connection:
            return await connection.scalar(wanted)

    async def forget_changes(self, before: datetime) -> int:
        async with self._engine.begin() as connection:
            gone = await connection.execute(delete(_CHANGE).where(_CHANGE.c.at < before))
            return int(gone.rowcount)

    async def forget_commands(self, before: datetime) -> int:
        async with self._engine.begin() as connection:
            gone = await connection.execute(delete(_COMMAND).where(_COMMAND.c.used_at < before))
            return int(gone.rowcount)


def due_subscriptions(now: datetime, limit: int) -> AnySelect:
    """Those whose next run has come, the longest waiting first; rows for `subscription_from`."""
    return (
        _select()
        .where(_SUBSCRIPTION.c.next_run_at <= now)
        .order_by(_SUBSCRIPTION.c.next_run_at, _SUBSCRIPTION.c.id)
        .limit(limit)
    )


@cache
def _of_a_channel() -> AnySelect:
    """Made once: half of all answers ask for it."""
    names = ("platform", "workspace", "channel")
    return _select().where(_NOT_REMOVED, *(_SUBSCRIPTION.c[name] == bindparam(name) for name in names))


def _named(channel: ChannelKey) -> dict[str, str]:
    return {"platform": channel.platform, "workspace": channel.workspace, "channel": channel.channel}


def subscription_from(row: AnyRow) -> Subscription:
    """From a row that has all columns of the table, by name."""
    return Subscription(
        id=row.id,
        channel=ChannelKey(row.platform, row.workspace, row.channel),
        schedule=_schedule(row.zone, row.minute, row.days, row.period),
        topics=_topics(row.topics),
        limit=row.limit,
        set_up_by=Person(id=row.set_up_by_id, name=row.set_up_by_name),
        created_at=row.created_at,
        version=row.version,
        next_run_at=row.next_run_at,
        paused_because=row.paused_because,
        preferences=_preferences(row.preferences),
    )


@lru_cache(maxsize=4096)  # of a hundred thousand channels, most share one of a few hundred
def _schedule(zone: str, minute: int, days: int, period: str) -> Schedule:
    return Schedule(zone=zone, at=time(*divmod(minute, 60)), days=Weekdays(days), period=Period(period))


@lru_cache(maxsize=4096)
def _topics(document: str) -> Topics:
    told = json.loads(document)
    include, exclude = tuple(told["include"]), tuple(told["exclude"])
    return Topics(include=include, exclude=exclude, combine=Combine(told["combine"]))


@lru_cache(maxsize=4096)
def _preferences(document: str | None) -> Preferences:
    return preferences_from(json.loads(document)) if document else Preferences()


def _select() -> AnySelect:
    return select(*_SUBSCRIPTION.c)


def _of(channel: ChannelKey) -> tuple[Any, ...]:
    return _at(_SUBSCRIPTION, channel)


def _at(table: Table, channel: ChannelKey) -> tuple[Any, ...]:
    return (
        table.c.platform == channel.platform,
        table.c.workspace == channel.workspace,
        table.c.channel == channel.channel,
    )


def values_of(one: Subscription) -> dict[str, Any]:
    """The columns of the table for a subscription, all but `id`, which the database gives."""
    return {
        "platform": one.channel.platform,
        "workspace": one.channel.workspace,
        "channel": one.channel.channel,
        "zone": one.schedule.zone,
        "minute": one.schedule.at.hour * 60 + one.schedule.at.minute,
        "days": int(one.schedule.days),
        "period": str(one.schedule.period),
        "topics": {
            "include": one.topics.include,
            "exclude": one.topics.exclude,
            "combine": str(one.topics.combine),
        },
        "limit": one.limit,
        "set_up_by_id": one.set_up_by.id,
        "set_up_by_name": one.set_up_by.name,
        "created_at": one.created_at,
        "version": one.version,
        "next_run_at": one.next_run_at,
        "spread": int(own_moment(one.channel).total_seconds()),
        "paused_because": one.paused_because,
        "preferences": preferences_as_json(one.preferences) or None,
    }

"""What channels are still to be told, in SQL."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.models import Change, ChannelKey, Owed, Person
from bot.ports import Telling
from storage import schema
from storage.engine import reading
from storage.schema_announcements import announcement

_CHANGE = schema.change
_OPEN = announcement.c.due_at.is_not(None)


class SqlAnnouncements:
    """An AnnouncementStore on either database."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._reading = reading(engine)

    async def hold(self, telling: Telling, until: datetime) -> bool:
        ours = update(announcement).where(*_same(telling), announcement.c.teller == telling.teller, _OPEN)
        anybodys = select(announcement.c.change_id).where(*_same(telling)).limit(1)
        async with self._engine.begin() as connection:
            if (await connection.execute(ours.values(due_at=until))).rowcount:
                return True
            return (await connection.execute(anybodys)).first() is None

    async def claim(
        self, teller: str, platforms: Collection[str], now: datetime, until: datetime, since: datetime
    ) -> list[Change]:
        """Looks first, as any reader does: nearly always there is nothing, and a writer would wait for the others."""
        of_platform = announcement.c.platform.in_(sorted(platforms))
        due = (announcement.c.due_at <= now, announcement.c.since >= since, of_platform)
        free = select(announcement.c.change_id).where(*due)
        async with self._reading.connect() as connection:
            if (await connection.execute(free.limit(1))).first() is None:
                return []
        locked = free.order_by(announcement.c.change_id).with_for_update(skip_locked=True)
        taken = update(announcement).where(announcement.c.change_id.in_(locked)).values(teller=teller, due_at=until)
        async with self._engine.begin() as connection:
            await connection.execute(taken)
            return await _taken(connection, teller)

    async def settle(self, telling: Telling) -> None:
        told = update(announcement).where(*_same(telling), announcement.c.teller == telling.teller)
        async with self._engine.begin() as connection:
            await connection.execute(told.values(due_at=None))

    async def forget(self, before: datetime) -> int:
        old = delete(announcement).where(announcement.c.since < before).returning(announcement.c.due_at)
        async with self._engine.begin() as connection:
            return sum(due_at is not None for due_at in (await connection.execute(old)).scalars())


async def _taken(connection: AsyncConnection, teller: str) -> list[Change]:
    owed = (announcement.c.asking, announcement.c.since)
    logged = (_CHANGE.c.at, _CHANGE.c.by_id, _CHANGE.c.by_name, _CHANGE.c.what)
    place = (_CHANGE.c.platform, _CHANGE.c.workspace, _CHANGE.c.channel)
    wanted = select(*place, *logged, *owed).join(announcement, announcement.c.change_id == _CHANGE.c.id)
    rows = await connection.execute(wanted.where(announcement.c.teller == teller, _OPEN).order_by(_CHANGE.c.id))
    return [
        Change(
            channel=ChannelKey(row.platform, row.workspace, row.channel),
            at=row.at,
            by=Person(id=row.by_id, name=row.by_name),
            what=row.what,
            owed=Owed(row.asking, row.since),
        )
        for row in rows
    ]


def _same(telling: Telling) -> tuple[Any, ...]:
    """What one command changed in one channel."""
    place = {name: getattr(telling.channel, name) for name in ("platform", "workspace", "channel")}
    return (announcement.c.asking == telling.asking, *(announcement.c[name] == place[name] for name in place))

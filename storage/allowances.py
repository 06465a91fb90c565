"""How often something may be asked for, in SQL: the generic cell rate algorithm, one number for each key."""

from datetime import datetime, timedelta

from sqlalchemy import case, delete, select
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.ports import Allowance
from storage.schema_allowances import allowance as table
from storage.types import microseconds
from storage.upsert import insert_into

_MICROSECOND = timedelta(microseconds=1)


class SqlAllowances:
    """An AllowanceStore on either database."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def take(self, key: str, allowance: Allowance, real: datetime) -> bool:
        """One statement, so that processes that ask at once take one after the other."""
        now, interval = microseconds(real), allowance.interval // _MICROSECOND
        later = case((table.c.full_at < now, now + interval), else_=table.c.full_at + interval)
        async with self._engine.begin() as connection:
            fresh = insert_into(connection, table).values(key=key, full_at=now + interval)
            taken = fresh.on_conflict_do_update(
                index_elements=[table.c.key], set_={"full_at": later}, where=table.c.full_at <= _last(allowance, real)
            )
            return (await connection.execute(taken.returning(table.c.key))).first() is not None

    async def spent(self, key: str, allowance: Allowance, real: datetime) -> bool:
        wanted = select(table.c.key).where(table.c.key == key, table.c.full_at > _last(allowance, real))
        async with self._engine.connect() as connection:
            return (await connection.execute(wanted)).first() is not None

    async def forget(self, real: datetime) -> int:
        async with self._engine.begin() as connection:
            return (await connection.execute(delete(table).where(table.c.full_at <= microseconds(real)))).rowcount


def _last(allowance: Allowance, real: datetime) -> int:
    """The largest `full_at` with which one more is left."""
    return microseconds(real + allowance.span) - allowance.interval // _MICROSECOND

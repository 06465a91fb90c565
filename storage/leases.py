"""Who does what only one process may do, in SQL."""

from datetime import datetime, timedelta

from sqlalchemy import delete, or_, update
from sqlalchemy.ext.asyncio import AsyncEngine

from storage.schema_leases import lease
from storage.upsert import insert_into


class SqlLeases:
    """A LeaseStore on either database."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def hold(self, name: str, owner: str, real: datetime, span: timedelta) -> bool:
        free = or_(lease.c.owner == owner, lease.c.until <= real)
        values = {"owner": owner, "until": real + span}
        async with self._engine.begin() as connection:
            renewed = await connection.execute(update(lease).where(lease.c.name == name, free).values(values))
            if renewed.rowcount:
                return True
            fresh = insert_into(connection, lease).values(name=name, **values).on_conflict_do_nothing()
            return (await connection.execute(fresh.returning(lease.c.name))).first() is not None

    async def release(self, name: str, owner: str) -> None:
        async with self._engine.begin() as connection:
            await connection.execute(delete(lease).where(lease.c.name == name, lease.c.owner == owner))

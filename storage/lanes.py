"""Which lanes rest, and why, in SQL; how they are served is in delivery_lanes."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Update, and_, case, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.sql.dml import ReturningUpdate

from bot.ports import Block
from storage import schema_deliveries
from storage.engine import reading
from storage.rows import AnyRow
from storage.types import UTCDateTime

_LANE = schema_deliveries.lane


class SqlLanes:
    """A LaneStore on either database."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._reading = reading(engine)

    async def block(self, lane: str, block: Block) -> None:
        async with self._engine.begin() as connection:
            await connection.execute(blocked(lane, block))

    async def open(self, lane: str, real: datetime) -> None:
        async with self._engine.begin() as connection:
            await open_lanes(connection, named(lane), real)

    async def open_all(self, platforms: Collection[str], real: datetime) -> list[str]:
        async with self._engine.begin() as connection:
            return await open_lanes(connection, _LANE.c.platform.in_(platforms), real)

    async def count_failure(self, lane: str) -> int:
        async with self._engine.begin() as connection:
            return await connection.scalar(failed_again(lane)) or 0

    async def last_block(self, lane: str) -> Block | None:
        async with self._reading.connect() as connection:
            row = (await connection.execute(select(*BLOCK_COLUMNS).where(named(lane)))).first()
        return block_from(row) if row else None


BLOCK_COLUMNS = (_LANE.c.blocked_until, _LANE.c.blocked_because, _LANE.c.asked_until)


def block_from(row: AnyRow) -> Block | None:
    """From a row with BLOCK_COLUMNS."""
    if row.blocked_until is None:
        return None
    return Block(row.blocked_until, row.blocked_because, row.asked_until)


def named(name: str) -> ColumnElement[bool]:
    return _LANE.c.name == name


def blocked(name: str, block: Block) -> Update:
    """A block that ends earlier than the one there is leaves that one's end and reason."""
    longer = _before(_LANE.c.blocked_until, block.until)
    changed = {
        "blocked_until": _put(block.until, longer, _LANE.c.blocked_until),
        "blocked_because": _put(block.because, longer, _LANE.c.blocked_because),
    }
    if block.asked_until is not None:
        later = _before(_LANE.c.asked_until, block.asked_until)
        changed["asked_until"] = _put(block.asked_until, later, _LANE.c.asked_until)
    return update(_LANE).where(named(name)).values(changed)


def _before(column: Column[Any], moment: datetime) -> ColumnElement[bool]:
    return or_(column.is_(None), column < moment)


def _put(value: object, where: ColumnElement[bool], column: Column[Any]) -> ColumnElement[Any]:
    return case((where, literal(value, column.type)), else_=column)


async def open_lanes(connection: AsyncConnection, which: ColumnElement[bool], real: datetime) -> list[str]:
    """End the rests of our own of these lanes, locked in the order of their names as everywhere; returns which rested.

    The reason stays: it tells what held up those whose time is over.
    """
    asked = and_(_LANE.c.asked_until.is_not(None), _LANE.c.asked_until > real)
    until = case((asked, _LANE.c.asked_until), else_=literal(real, UTCDateTime))
    resting = select(_LANE.c.name).where(which, _LANE.c.blocked_until > until).order_by(_LANE.c.name).with_for_update()
    names = list(await connection.scalars(resting))
    if names:
        await connection.execute(update(_LANE).where(_LANE.c.name.in_(names)).values(blocked_until=until))
    return names


def failed_again(name: str) -> ReturningUpdate[tuple[int]]:
    """Count a failure of this lane; gives how many it has in a row."""
    counted = update(_LANE).where(named(name)).values(fail_streak=_LANE.c.fail_streak + 1)
    return counted.returning(_LANE.c.fail_streak)

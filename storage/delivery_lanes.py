"""Lanes: which are served, how much of each may go, and what is noted of them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Integer,
    Select,
    Text,
    Update,
    bindparam,
    case,
    func,
    literal,
    or_,
    select,
    true,
    union_all,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.delivery.pacing import BREAKS_AT, LaneState, allowed, booked, charged, free_at
from bot.models import DeliveryState
from bot.ports import Lease, Rate
from storage.bulk import Rows
from storage.delivery_rows import AS_DELIVERY
from storage.rows import AnyRow, AnySelect
from storage.schema_deliveries import delivery, lane
from storage.types import EPOCH, UTCDateTime

_MICROSECOND = timedelta(microseconds=1)
_SHARES = Rows({"name": Text(), "most": Integer()})
_SERVED = Rows(
    {"name": Text(), "tat": UTCDateTime(), "floor": UTCDateTime(), "interval": BigInteger(), "burst": Integer()}
)
_ONE = delivery.alias("one")
_DUE = bindparam("due", type_=UTCDateTime)
_WAKE = (
    update(lane)
    .where(lane.c.name == bindparam("of_name"))
    .values(next_attempt_at=case((lane.c.next_attempt_at <= _DUE, lane.c.next_attempt_at), else_=_DUE))
)
_CHARGE = update(lane).where(lane.c.name == bindparam("of_name")).values(tat=bindparam("to", type_=UTCDateTime))


def lanes_to_serve(
    lease: Lease, limit: int, platforms: Collection[str], busy: Collection[str], *, overdue: bool
) -> AnySelect:
    """Unblocked lanes that have something due, waiting longest first, locked against other claims.

    A lane that was served and has more to do waits from then on: that makes it round-robin, and no other lane is read.
    """
    of_platform = lane.c.platform.not_in(platforms) if overdue else lane.c.platform.in_(platforms)
    unblocked = or_(lane.c.blocked_until.is_(None), lane.c.blocked_until <= lease.real)
    return (
        select(lane.c.name, lane.c.platform, lane.c.tat, lane.c.fail_streak)
        .where(lane.c.next_attempt_at <= lease.real, of_platform, unblocked, lane.c.name.not_in(busy))
        .order_by(lane.c.next_attempt_at, lane.c.served_at, lane.c.name)
        .limit(limit)
        .with_for_update(skip_locked=True, of=lane)
    )


def shares(lanes: Sequence[AnyRow], rates: Mapping[str, Rate], real: datetime, per_lane: int) -> dict[str, int]:
    """How many deliveries may be taken of each lane."""
    return {
        row.name: allowed(LaneState(row.tat, row.fail_streak), rates.get(row.platform), real, per_lane) for row in lanes
    }


async def take(
    connection: AsyncConnection, shares: Mapping[str, int], lease: Lease, per_lane: int, *, overdue: bool
) -> Sequence[AnyRow]:
    """Rows of the deliveries that now are the lease's: the oldest due ones of each lane."""
    claimed = claim_of_lanes(connection.dialect.name, lease, per_lane, overdue=overdue)
    return (await connection.execute(claimed, _SHARES.parameters(connection.dialect, shares.items()))).all()


def claim_of_lanes(dialect: str, lease: Lease, per_lane: int, *, overdue: bool) -> Update:
    """Take what `_SHARES` allows of each lane: first what was begun before, then what waited longest.

    A common table expression, since PostgreSQL may run a subquery of `IN` more than once, and then lock more rows than
    the limit.
    """
    given = _SHARES.of(dialect)
    if dialect == "sqlite":
        due = _one_by_one(given, lease, per_lane, overdue=overdue).cte("due")
    else:
        due = _lateral(given, lease, overdue=overdue).cte("due")
    cut_off = case((delivery.c.state == DeliveryState.SENDING, 1), else_=0)
    return (
        update(delivery)
        .where(delivery.c.id.in_(select(due.c.id)))
        .values(
            state=DeliveryState.SENDING,
            owner=lease.owner,
            next_attempt_at=lease.until,
            attempts=delivery.c.attempts + cut_off,
            fresh=0,
        )
        .returning(*AS_DELIVERY, delivery.c.lane)
    )


def _lateral(given: FromClause, lease: Lease, *, overdue: bool) -> Select[tuple[int]]:
    """Ids of each lane's oldest due deliveries, locked against other claims."""
    one = _ONE
    due = _due(given.c.name, lease, overdue=overdue).order_by(one.c.fresh, one.c.next_attempt_at, one.c.id)
    each = due.limit(given.c.most).with_for_update(skip_locked=True).lateral("each_lane")
    return select(each.c.id).select_from(given.join(each, true()))


def _one_by_one(given: FromClause, lease: Lease, per_lane: int, *, overdue: bool) -> Select[tuple[int]]:
    """The same for SQLite, which has no LATERAL, takes no column as a LIMIT, and has final rows in the index too."""
    one = _ONE
    of_lane = _due(given.c.name, lease, overdue=overdue).order_by(one.c.next_attempt_at, one.c.id).limit(per_lane)
    kinds = [of_lane.where(one.c.fresh == fresh).correlate(given).subquery() for fresh in (0, 1)]
    oldest = union_all(*(select(*kind.c) for kind in kinds)).subquery("oldest")
    order = (oldest.c.fresh, oldest.c.next_attempt_at, oldest.c.id)
    place = func.row_number().over(order_by=order).label("place")
    placed = select(oldest.c.id, place).subquery("placed")
    allowed_ids = select(placed.c.id).where(placed.c.place <= given.c.most).correlate(given)
    return select(delivery.c.id).select_from(given.join(delivery, delivery.c.id.in_(allowed_ids)))


def _due(name: ColumnElement[str], lease: Lease, *, overdue: bool) -> Select[Any]:
    late = _ONE.c.expires_at < lease.real if overdue else true()
    due = (_ONE.c.lane == name, _ONE.c.next_attempt_at <= lease.real, late)
    return select(_ONE.c.id, _ONE.c.fresh, _ONE.c.next_attempt_at).where(*due)


async def serve(
    connection: AsyncConnection,
    lanes: Sequence[AnyRow],
    taken: Mapping[str, int],
    rates: Mapping[str, Rate],
    lease: Lease,
) -> None:
    """Note how much of each lane went, and when it may be served again; one that is probed waits for its answer."""
    rows = []
    for row in lanes:
        rate, tat, floor = rates.get(row.platform), booked(row.tat, lease.real), lease.real
        if rate is not None:
            tat = charged(tat, rate, lease.real, taken[row.name]) if row.name in taken else tat
            floor = max(floor, free_at(tat, rate) or floor)
        if row.fail_streak >= BREAKS_AT and row.name in taken:
            floor = lease.until
        rows.append((row.name, tat, floor, rate and rate.interval // _MICROSECOND, rate and rate.burst))
    await connection.execute(served(connection.dialect.name, lease), _SERVED.parameters(connection.dialect, rows))


def served(dialect: str, lease: Lease) -> Update:
    """When a lane has something due again: at once if more was due, else when it is or its lease ends.

    Not before the `floor` that it is given.
    """
    given = _SERVED.of(dialect)
    one = _ONE
    of_lane = (one.c.lane == lane.c.name, one.c.next_attempt_at.is_not(None))
    soonest_due = select(func.min(one.c.next_attempt_at).label("at")).where(*of_lane).correlate(lane)
    kinds = union_all(*(soonest_due.where(one.c.fresh == fresh) for fresh in (0, 1))).subquery("kinds")
    due = func.min(kinds.c.at)
    next_of_lane = select(case((due < given.c.floor, given.c.floor), else_=due)).correlate(given, lane)
    return (
        update(lane)
        .where(lane.c.name == given.c.name)
        .values(
            served_at=lease.real,
            tat=given.c.tat,
            interval=given.c.interval,
            burst=given.c.burst,
            next_attempt_at=next_of_lane.scalar_subquery(),
        )
    )


async def charge(connection: AsyncConnection, messages: Mapping[str, int], real: datetime) -> None:
    """Count messages beyond the one of each claim. In the order of the lanes, as all do that lock several."""
    counted = {name: number for name, number in sorted(messages.items()) if number > 0}
    if not counted:
        return
    paced = (lane.c.name.in_(counted), lane.c.interval.is_not(None))
    wanted = select(lane.c.name, lane.c.tat, lane.c.interval).where(*paced).order_by(lane.c.name).with_for_update()
    rows = (await connection.execute(wanted)).all()
    moved = [
        {"of_name": row.name, "to": charged(row.tat, Rate(row.interval * _MICROSECOND), real, counted[row.name])}
        for row in rows
    ]
    if moved:
        await connection.execute(_CHARGE, moved)


async def wake_lanes(connection: AsyncConnection, due: Collection[tuple[str, datetime]]) -> None:
    """Have something due in these lanes at these real times."""
    if due:
        rows = [{"of_name": name, "due": at} for name, at in sorted(due)]
        await connection.execute(_WAKE, rows)


async def clear_failures(connection: AsyncConnection, names: Collection[str]) -> None:
    """These lanes work; one that was probed goes on at once."""
    for name in sorted(names):
        again = case((lane.c.next_attempt_at.is_not(None), literal(EPOCH, UTCDateTime)), else_=None)
        failing = (lane.c.name == name, lane.c.fail_streak > 0)
        await connection.execute(update(lane).where(*failing).values(fail_streak=0, next_attempt_at=again))


def soonest(real: datetime, within: timedelta, platforms: Collection[str]) -> AnySelect:
    """Lanes that have their next turn within that time, the first ones."""
    soon = (lane.c.next_attempt_at > real, lane.c.next_attempt_at <= real + within)
    return (
        select(lane.c.next_attempt_at, lane.c.tat, lane.c.interval, lane.c.burst)
        .where(*soon, lane.c.platform.in_(platforms), lane.c.interval.is_not(None))
        .order_by(lane.c.next_attempt_at)
        .limit(100)
    )


def held_by_pace(row: AnyRow) -> bool:
    """Whether it is the pace, and nothing else, that a lane of `soonest` waits for."""
    turn: datetime = row.next_attempt_at
    return free_at(row.tat, Rate(row.interval * _MICROSECOND, row.burst)) == turn

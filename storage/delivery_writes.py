"""The writes of attempts, any number in one transaction, each under its own fence."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from operator import itemgetter
from typing import Any

from sqlalchemy import FromClause, Insert, Integer, Text, Update, case, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.dml import ReturningUpdate
from sqlalchemy.types import TypeEngine

from bot.delivery.keys import lane_of
from bot.models import Delivery, PartState
from bot.ports import Lease, PartEnd, Payload, Record
from storage.bulk import Rows
from storage.delivery_lanes import charge, clear_failures, wake_lanes
from storage.delivery_rows import PART_COLUMNS, part_rows
from storage.delivery_steps import pause_subscription
from storage.schema_deliveries import delivery, part
from storage.types import BigKey, CleanText, JsonText, UTCDateTime, Words


@dataclass(frozen=True, slots=True)
class Freeze:
    """What will be sent, the first part marked as being sent."""

    delivery: Delivery
    lease: Lease
    selection: Sequence[str]
    payloads: Sequence[Payload]
    plain: Payload

    @property
    def owner(self) -> str:
        return self.lease.owner


@dataclass(frozen=True, slots=True)
class Begin:
    """A part's request is about to go out."""

    delivery: Delivery
    lease: Lease
    number: int

    @property
    def owner(self) -> str:
        return self.lease.owner


@dataclass(frozen=True, slots=True)
class Finish:
    """A part ended while others are left."""

    delivery: Delivery
    lease: Lease
    end: PartEnd

    @property
    def owner(self) -> str:
        return self.lease.owner


@dataclass(frozen=True, slots=True)
class End:
    """The attempt ended."""

    delivery: Delivery
    owner: str
    record: Record


Write = Freeze | Begin | Finish | End

_HELD: dict[str, TypeEngine[Any]] = {"of_id": BigKey, "of_owner": Text()}
"""Which delivery, and who must hold it."""
_FREEZE = Rows(
    _HELD | {"until": UTCDateTime(), "enough": UTCDateTime(), "selection": Words(), "plain": JsonText()},
)
_RENEW = Rows(_HELD | {"until": UTCDateTime(), "url": CleanText()})
_END = Rows(
    _HELD
    | {
        "state": Text(),
        "outcome": Text(),
        "reason": CleanText(),
        "until": UTCDateTime(),
        "sent_at": UTCDateTime(),
        "counted": Integer(),
        "url": CleanText(),
    }
)
_NEW_PARTS = Rows({name: part.c[name].type for name in PART_COLUMNS})
_MARK = Rows({"of_id": BigKey, "number": Integer(), "marked_at": UTCDateTime()})
_PART_END = Rows({"of_id": BigKey, "number": Integer(), "state": Text(), "remote_id": CleanText()})


async def write_all(connection: AsyncConnection, writes: Sequence[Write]) -> list[bool]:
    """Whether each still held its delivery, and so was written."""
    if len({one.delivery.id for one in writes}) < len(writes):  # somebody lost a lease, and does not know it yet
        return [(await write_all(connection, [one]))[0] for one in writes]
    held: set[int] = set()
    held |= await _freeze(connection, [one for one in writes if isinstance(one, Freeze)])
    held |= await _begin(connection, [one for one in writes if isinstance(one, Begin)])
    held |= await _finish(connection, [one for one in writes if isinstance(one, Finish)])
    held |= await _end(connection, [one for one in writes if isinstance(one, End)])
    return [one.delivery.id in held for one in writes]


async def _freeze(connection: AsyncConnection, writes: Sequence[Freeze]) -> set[int]:
    """The fence is part of the statement; the messages are only those of deliveries that were held."""
    if not writes:
        return set()
    rows = [_frozen_of(one) for one in writes]
    held = await _under_fences(connection, freezing(connection.dialect.name), _FREEZE, rows)
    kept = [one for one in writes if one.delivery.id in held]
    parts = [row for one in kept for row in part_rows(one.delivery.id, 0, one.payloads, begun_at=one.lease.real)]
    await charge(connection, further_messages(kept), max(one.lease.real for one in writes))
    made = adding_parts(connection.dialect.name)
    await connection.execute(made, _NEW_PARTS.parameters(connection.dialect, parts))
    return held


def further_messages(writes: Sequence[Freeze]) -> Counter[str]:
    """By lane, those beyond the first of each digest."""
    counted: Counter[str] = Counter()
    for one in writes:
        counted[lane_of(one.delivery.channel)] += len(one.payloads) - 1
    return counted


async def _begin(connection: AsyncConnection, writes: Sequence[Begin]) -> set[int]:
    if not writes:
        return set()
    held = await _renew(connection, [(one.delivery.id, one.owner, one.lease.until, None) for one in writes])
    rows = [(one.delivery.id, one.number, one.lease.real) for one in writes if one.delivery.id in held]
    await connection.execute(marking(connection.dialect.name), _MARK.parameters(connection.dialect, rows))
    return held


async def _finish(connection: AsyncConnection, writes: Sequence[Finish]) -> set[int]:
    if not writes:
        return set()
    held = await _renew(connection, [(one.delivery.id, one.owner, one.lease.until, one.end.url) for one in writes])
    await _end_parts(connection, [(one.delivery, one.end) for one in writes if one.delivery.id in held])
    return held


async def _end(connection: AsyncConnection, writes: Sequence[End]) -> set[int]:
    if not writes:
        return set()
    rows = [_end_of(one.delivery, one.owner, one.record) for one in writes]
    held = await _under_fences(connection, ending(connection.dialect.name), _END, rows)
    kept = [one for one in writes if one.delivery.id in held]
    await _end_parts(connection, [(one.delivery, one.record.part) for one in kept if one.record.part is not None])
    for one in kept:
        if one.record.pause_because is not None:
            await pause_subscription(connection, one.delivery.subscription_id, one.record.pause_because)
    await clear_failures(connection, {lane_of(one.delivery.channel) for one in kept if one.record.lane_works})
    again = [(lane_of(one.delivery.channel), one.record.next_attempt_at) for one in kept if one.record.next_attempt_at]
    await wake_lanes(connection, again)
    return held


async def _renew(connection: AsyncConnection, rows: Sequence[tuple[int, str, datetime, str | None]]) -> set[int]:
    return await _under_fences(connection, renewing(connection.dialect.name), _RENEW, rows)


async def _end_parts(connection: AsyncConnection, ends: Sequence[tuple[Delivery, PartEnd]]) -> None:
    if not ends:
        return
    rows = [(of.id, end.number, end.state, end.remote_id) for of, end in ends]
    await connection.execute(ending_parts(connection.dialect.name), _PART_END.parameters(connection.dialect, rows))


async def _under_fences(
    connection: AsyncConnection, statement: ReturningUpdate[tuple[int]], given: Rows, rows: Sequence[tuple[Any, ...]]
) -> set[int]:
    """Ids of the deliveries that were still held, and so were written.

    In the order of their ids. Should two processes write overlapping groups in different orders all the same, one of
    which lost its leases, the database breaks one of them off, and its members are written one by one.
    """
    parameters = given.parameters(connection.dialect, sorted(rows, key=itemgetter(0)))
    return set(await connection.scalars(statement, parameters))


@cache
def freezing(dialect: str) -> ReturningUpdate[tuple[int]]:
    """A lease that is nearly fresh stays as it is: then no index changes, and PostgreSQL writes none.

    See https://www.postgresql.org/docs/current/storage-hot.html .
    """
    given = _FREEZE.of(dialect)
    until = case((delivery.c.next_attempt_at >= given.c.enough, delivery.c.next_attempt_at), else_=given.c.until)
    return _fenced(given, next_attempt_at=until, selection=given.c.selection, plain=given.c.plain)


@cache
def adding_parts(dialect: str) -> Insert:
    return insert(part).from_select(PART_COLUMNS, select(_NEW_PARTS.of(dialect)))


@cache
def renewing(dialect: str) -> ReturningUpdate[tuple[int]]:
    given = _RENEW.of(dialect)
    return _fenced(given, next_attempt_at=given.c.until, url=func.coalesce(delivery.c.url, given.c.url))


@cache
def marking(dialect: str) -> Update:
    given = _MARK.of(dialect)
    unmarked = _part_of(given).where(part.c.state != PartState.SENDING)
    return unmarked.values(state=PartState.SENDING, marked_at=given.c.marked_at)


@cache
def ending(dialect: str) -> ReturningUpdate[tuple[int]]:
    given = _END.of(dialect)
    return _fenced(
        given,
        state=given.c.state,
        outcome=given.c.outcome,
        reason=given.c.reason,
        next_attempt_at=given.c.until,
        sent_at=given.c.sent_at,
        owner=None,
        attempts=delivery.c.attempts + given.c.counted,
        url=func.coalesce(delivery.c.url, given.c.url),
    )


@cache
def ending_parts(dialect: str) -> Update:
    given = _PART_END.of(dialect)
    return _part_of(given).values(state=given.c.state, remote_id=given.c.remote_id)


def _fenced(given: FromClause, **values: Any) -> ReturningUpdate[tuple[int]]:
    held = (delivery.c.id == given.c.of_id, delivery.c.owner == given.c.of_owner)
    return update(delivery).where(*held).values(values).returning(delivery.c.id)


def _part_of(given: FromClause) -> Update:
    return update(part).where(part.c.delivery_id == given.c.of_id, part.c.number == given.c.number)


def _frozen_of(one: Freeze) -> tuple[Any, ...]:
    """In the order of the columns of `_FREEZE`."""
    lease = one.lease
    return (one.delivery.id, lease.owner, lease.until, lease.until - lease.span / 8, one.selection, one.plain)


def _end_of(of: Delivery, owner: str, record: Record) -> tuple[Any, ...]:
    """In the order of the columns of `_END`."""
    return (
        of.id,
        owner,
        record.state,
        record.outcome,
        record.reason,
        record.next_attempt_at,
        record.sent_at,
        int(record.counts_as_attempt),
        record.part.url if record.part else None,
    )

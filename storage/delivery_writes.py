"""The writes of attempts, any number in one transaction, each under its own fence."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import FromClause, Integer, Text, Update, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

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

_FENCES = Rows({"of_id": BigKey})
_FREEZE = Rows({"of_id": BigKey, "until": UTCDateTime(), "selection": Words(), "plain": JsonText()})
_RENEW = Rows({"of_id": BigKey, "until": UTCDateTime(), "url": CleanText()})
_END = Rows(
    {
        "of_id": BigKey,
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
    owners = await _owners(connection, writes)
    held = [owners.get(one.delivery.id) == one.owner for one in writes]
    kept = [one for one, holds in zip(writes, held, strict=True) if holds]
    await _freeze(connection, [one for one in kept if isinstance(one, Freeze)])
    await _begin(connection, [one for one in kept if isinstance(one, Begin)])
    await _finish(connection, [one for one in kept if isinstance(one, Finish)])
    await _end(connection, [one for one in kept if isinstance(one, End)])
    return held


async def _owners(connection: AsyncConnection, writes: Sequence[Write]) -> dict[int, str | None]:
    """Of the deliveries, locked in the order of their ids, so that two groups never wait for each other."""
    given = _FENCES.of(connection.dialect.name)
    wanted = select(delivery.c.id, delivery.c.owner).join_from(given, delivery, delivery.c.id == given.c.of_id)
    locked = wanted.order_by(delivery.c.id).with_for_update(of=delivery)
    ids = [(one,) for one in {one.delivery.id for one in writes}]
    rows = await connection.execute(locked, _FENCES.parameters(connection.dialect, ids))
    return {row.id: row.owner for row in rows}


async def _freeze(connection: AsyncConnection, writes: Sequence[Freeze]) -> None:
    if not writes:
        return
    given = _FREEZE.of(connection.dialect.name)
    frozen = _delivery_of(given).values(next_attempt_at=given.c.until, selection=given.c.selection, plain=given.c.plain)
    rows = [(one.delivery.id, one.lease.until, one.selection, one.plain) for one in writes]
    await connection.execute(frozen, _FREEZE.parameters(connection.dialect, rows))
    parts = [row for one in writes for row in part_rows(one.delivery.id, 0, one.payloads, begun_at=one.lease.real)]
    await charge(connection, further_messages(writes), max(one.lease.real for one in writes))
    made = insert(part).from_select(PART_COLUMNS, select(_NEW_PARTS.of(connection.dialect.name)))
    await connection.execute(made, _NEW_PARTS.parameters(connection.dialect, parts))


def further_messages(writes: Sequence[Freeze]) -> Counter[str]:
    """By lane, those beyond the first of each digest."""
    counted: Counter[str] = Counter()
    for one in writes:
        counted[lane_of(one.delivery.channel)] += len(one.payloads) - 1
    return counted


async def _begin(connection: AsyncConnection, writes: Sequence[Begin]) -> None:
    if not writes:
        return
    await _renew(connection, [(one.delivery.id, one.lease.until, None) for one in writes])
    given = _MARK.of(connection.dialect.name)
    unmarked = _part_of(given).where(part.c.state != PartState.SENDING)
    marked = unmarked.values(state=PartState.SENDING, marked_at=given.c.marked_at)
    rows = [(one.delivery.id, one.number, one.lease.real) for one in writes]
    await connection.execute(marked, _MARK.parameters(connection.dialect, rows))


async def _finish(connection: AsyncConnection, writes: Sequence[Finish]) -> None:
    if not writes:
        return
    await _renew(connection, [(one.delivery.id, one.lease.until, one.end.url) for one in writes])
    await _end_parts(connection, [(one.delivery, one.end) for one in writes])


async def _end(connection: AsyncConnection, writes: Sequence[End]) -> None:
    if not writes:
        return
    given = _END.of(connection.dialect.name)
    ended = _delivery_of(given).values(
        state=given.c.state,
        outcome=given.c.outcome,
        reason=given.c.reason,
        next_attempt_at=given.c.until,
        sent_at=given.c.sent_at,
        owner=None,
        attempts=delivery.c.attempts + given.c.counted,
        url=func.coalesce(delivery.c.url, given.c.url),
    )
    rows = [_end_of(one.delivery, one.record) for one in writes]
    await connection.execute(ended, _END.parameters(connection.dialect, rows))
    await _end_parts(connection, [(one.delivery, one.record.part) for one in writes if one.record.part is not None])
    for one in writes:
        if one.record.pause_because is not None:
            await pause_subscription(connection, one.delivery.subscription_id, one.record.pause_because)
    await clear_failures(connection, {lane_of(one.delivery.channel) for one in writes if one.record.lane_works})
    again = [(lane_of(one.delivery.channel), one.record.next_attempt_at) for one in writes]
    await wake_lanes(connection, [(lane, at) for lane, at in again if at is not None])


async def _renew(connection: AsyncConnection, rows: Sequence[tuple[int, datetime, str | None]]) -> None:
    given = _RENEW.of(connection.dialect.name)
    renewed = _delivery_of(given).values(next_attempt_at=given.c.until, url=func.coalesce(delivery.c.url, given.c.url))
    await connection.execute(renewed, _RENEW.parameters(connection.dialect, rows))


async def _end_parts(connection: AsyncConnection, ends: Sequence[tuple[Delivery, PartEnd]]) -> None:
    if not ends:
        return
    given = _PART_END.of(connection.dialect.name)
    ended = _part_of(given).values(state=given.c.state, remote_id=given.c.remote_id)
    rows = [(of.id, end.number, end.state, end.remote_id) for of, end in ends]
    await connection.execute(ended, _PART_END.parameters(connection.dialect, rows))


def _delivery_of(given: FromClause) -> Update:
    return update(delivery).where(delivery.c.id == given.c.of_id)


def _part_of(given: FromClause) -> Update:
    return update(part).where(part.c.delivery_id == given.c.of_id, part.c.number == given.c.number)


def _end_of(of: Delivery, record: Record) -> tuple[Any, ...]:
    """In the order of the columns of `_END`."""
    return (
        of.id,
        record.state,
        record.outcome,
        record.reason,
        record.next_attempt_at,
        record.sent_at,
        int(record.counts_as_attempt),
        record.part.url if record.part else None,
    )

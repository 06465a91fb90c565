"""The writes of attempts, any number in one transaction, each under its own fence."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.delivery.keys import lane_of
from bot.models import Delivery, PartState
from bot.ports import Lease, PartEnd, Payload, Record
from storage.delivery_rows import part_rows
from storage.delivery_steps import pause_subscription, wake_lanes
from storage.schema_deliveries import delivery, part
from storage.types import CleanText


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

_ONE = update(delivery).where(delivery.c.id == bindparam("of_id"))
_FREEZE = _ONE.values(next_attempt_at=bindparam("until"), selection=bindparam("chosen"), plain=bindparam("refused"))
_RENEW = _ONE.values(
    next_attempt_at=bindparam("until"), url=func.coalesce(delivery.c.url, bindparam("new_url", type_=CleanText))
)
_END = _ONE.values(
    state=bindparam("new_state"),
    outcome=bindparam("new_outcome"),
    reason=bindparam("because"),
    next_attempt_at=bindparam("until"),
    sent_at=bindparam("at"),
    owner=None,
    attempts=delivery.c.attempts + bindparam("counted"),
    url=func.coalesce(delivery.c.url, bindparam("new_url", type_=CleanText)),
)
_OF_PART = update(part).where(part.c.delivery_id == bindparam("of_id"), part.c.number == bindparam("of_number"))
_MARK = _OF_PART.where(part.c.state != PartState.SENDING).values(state=PartState.SENDING, marked_at=bindparam("marked"))
_END_PART = _OF_PART.values(state=bindparam("new_state"), remote_id=bindparam("new_remote_id"))


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
    ids = {one.delivery.id for one in writes}
    wanted = select(delivery.c.id, delivery.c.owner).where(delivery.c.id.in_(ids)).order_by(delivery.c.id)
    return {row.id: row.owner for row in await connection.execute(wanted.with_for_update())}


async def _freeze(connection: AsyncConnection, writes: Sequence[Freeze]) -> None:
    if not writes:
        return
    frozen = [
        {"of_id": one.delivery.id, "until": one.lease.until, "chosen": tuple(one.selection), "refused": one.plain}
        for one in writes
    ]
    await connection.execute(_FREEZE, frozen)
    rows = [row for one in writes for row in part_rows(one.delivery.id, 0, one.payloads, begun_at=one.lease.real)]
    await connection.execute(insert(part), rows)


async def _begin(connection: AsyncConnection, writes: Sequence[Begin]) -> None:
    if not writes:
        return
    await connection.execute(_RENEW, [_renewal(one.delivery, one.lease.until) for one in writes])
    marks = [{"of_id": one.delivery.id, "of_number": one.number, "marked": one.lease.real} for one in writes]
    await connection.execute(_MARK, marks)


async def _finish(connection: AsyncConnection, writes: Sequence[Finish]) -> None:
    if not writes:
        return
    await connection.execute(_RENEW, [_renewal(one.delivery, one.lease.until, one.end.url) for one in writes])
    await connection.execute(_END_PART, [_end_of_part(one.delivery, one.end) for one in writes])


async def _end(connection: AsyncConnection, writes: Sequence[End]) -> None:
    if not writes:
        return
    await connection.execute(_END, [_end_of(one.delivery, one.record) for one in writes])
    parts = [_end_of_part(one.delivery, one.record.part) for one in writes if one.record.part is not None]
    if parts:
        await connection.execute(_END_PART, parts)
    for one in writes:
        if one.record.pause_because is not None:
            await pause_subscription(connection, one.delivery.subscription_id, one.record.pause_because)
    again = [(lane_of(one.delivery.channel), one.record.next_attempt_at) for one in writes]
    await wake_lanes(connection, [(lane, at) for lane, at in again if at is not None])


def _renewal(of: Delivery, until: datetime, url: str | None = None) -> dict[str, Any]:
    return {"of_id": of.id, "until": until, "new_url": url}


def _end_of(of: Delivery, record: Record) -> dict[str, Any]:
    return {
        "of_id": of.id,
        "new_state": record.state,
        "new_outcome": record.outcome,
        "because": record.reason,
        "until": record.next_attempt_at,
        "at": record.sent_at,
        "counted": int(record.counts_as_attempt),
        "new_url": record.part.url if record.part else None,
    }


def _end_of_part(of: Delivery, end: PartEnd) -> dict[str, Any]:
    return {"of_id": of.id, "of_number": end.number, "new_state": end.state, "new_remote_id": end.remote_id}

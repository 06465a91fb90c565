"""Single steps inside a transaction of the ledger."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Update, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.delivery.opening import Opening, opening
from bot.models import ChannelKey, Delivery, MessagePart, PartState
from bot.ports import Lease, PartEnd, Payload
from storage import schema, schema_deliveries
from storage.delivery_rows import OUT, delivery_from, held, new_lane, part_from
from storage.upsert import insert_into

_SUBSCRIPTION = schema.subscription
_DELIVERY = schema_deliveries.delivery
_PART = schema_deliveries.part
_LANE = schema_deliveries.lane


async def reopen(
    connection: AsyncConnection,
    subscription_id: int,
    slot: date,
    now: datetime,
    lease: Lease,
    taken: dict[str, Any],
    *,
    again: bool,
) -> Delivery | None:
    """Claim a slot that is in the ledger, if it may be; `taken` are the columns of a claim."""
    of_slot = (_DELIVERY.c.subscription_id == subscription_id, _DELIVERY.c.slot == slot)
    row = await connection.execute(select(*_DELIVERY.c).where(*of_slot).with_for_update())
    known = delivery_from(row.one())
    parts = await parts_of(connection, known.id)
    way = opening(known, parts, again=again, real=lease.real)
    if way is None:
        return None
    if way is Opening.RESTART:
        taken = taken | _anew(known, parts, now)
        await connection.execute(delete(_PART).where(_PART.c.delivery_id == known.id))
    changed = update(_DELIVERY).where(_DELIVERY.c.id == known.id).values(taken)
    return delivery_from((await connection.execute(changed.returning(*_DELIVERY.c))).one())


def _anew(known: Delivery, parts: Sequence[MessagePart], now: datetime) -> dict[str, Any]:
    """The next generation. Papers that people saw stay known as such until it has its own."""
    seen = known.state in OUT or any(part.state is PartState.SENT for part in parts)
    return {
        "generation": known.generation + 1,
        "due_at": now,
        "selection": known.selection if seen else (),
        "outcome": None,
        "reason": None,
        "plain": None,
        "sent_at": None,
        "url": None,
    }


async def add_lanes(connection: AsyncConnection, channels: Collection[ChannelKey]) -> None:
    rows = {row["name"]: row for row in map(new_lane, channels)}
    if rows:
        unless_there = insert_into(connection, _LANE).on_conflict_do_nothing()
        await connection.execute(unless_there, [rows[name] for name in sorted(rows)])


async def parts_of(connection: AsyncConnection, delivery_id: int) -> list[MessagePart]:
    of_delivery = _PART.c.delivery_id == delivery_id
    rows = await connection.execute(select(*_PART.c).where(of_delivery).order_by(_PART.c.number))
    return [part_from(row) for row in rows]


async def add_parts(
    connection: AsyncConnection,
    delivery_id: int,
    first: int,
    payloads: Sequence[Payload],
    begun_at: datetime | None = None,
) -> None:
    """Parts numbered from `first`; that one is marked as being sent if `begun_at` says when."""
    rows: list[dict[str, Any]] = [
        {"delivery_id": delivery_id, "number": number, "payload": payload, "state": PartState.READY, "marked_at": None}
        for number, payload in enumerate(payloads, first)
    ]
    if begun_at is not None:
        rows[0] |= {"state": PartState.SENDING, "marked_at": begun_at}
    await connection.execute(insert(_PART), rows)


async def end_part(connection: AsyncConnection, delivery: Delivery, end: PartEnd) -> None:
    ended = update(_PART).where(*of_part(delivery, end.number))
    await connection.execute(ended.values(state=end.state, remote_id=end.remote_id))


async def pause_subscription(connection: AsyncConnection, subscription_id: int, because: str) -> None:
    """An edit that read the subscription before is refused: its version is over."""
    running = (
        _SUBSCRIPTION.c.id == subscription_id,
        _SUBSCRIPTION.c.removed_at.is_(None),
        _SUBSCRIPTION.c.paused_because.is_(None),
    )
    stopped = {"paused_because": because, "next_run_at": None, "version": _SUBSCRIPTION.c.version + 1}
    await connection.execute(update(_SUBSCRIPTION).where(*running).values(stopped))


def of_part(delivery: Delivery, number: int) -> tuple[ColumnElement[bool], ...]:
    return _PART.c.delivery_id == delivery.id, _PART.c.number == number


def renewed(delivery: Delivery, lease: Lease) -> Update:
    return held(delivery, lease.owner).values(next_attempt_at=lease.until)

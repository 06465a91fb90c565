"""Single steps inside a transaction of the ledger."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Update, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.delivery.opening import Opening, opening
from bot.models import Delivery, DeliveryKind, MessagePart, PartState
from bot.ports import Lease
from storage import schema, schema_deliveries
from storage.delivery_rows import AS_DELIVERY, OUT, delivery_from, digest_of, held, part_from

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
    kind: DeliveryKind,
) -> Delivery | None:
    """Claim a slot that is in the ledger, if it may be; `taken` are the columns of a claim."""
    of_slot = digest_of(subscription_id, slot, kind)
    row = await connection.execute(select(*AS_DELIVERY).where(*of_slot).with_for_update())
    known = delivery_from(row.one())
    parts = await parts_of(connection, known.id)
    way = opening(known, parts, again=again, real=lease.real)
    if way is None:
        return None
    if way is Opening.RESTART:
        taken = taken | _anew(known, parts, now)
        await connection.execute(delete(_PART).where(_PART.c.delivery_id == known.id))
    changed = update(_DELIVERY).where(_DELIVERY.c.id == known.id).values(taken)
    return delivery_from((await connection.execute(changed.returning(*AS_DELIVERY))).one())


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


async def parts_of(connection: AsyncConnection, delivery_id: int) -> list[MessagePart]:
    of_delivery = _PART.c.delivery_id == delivery_id
    rows = await connection.execute(select(*_PART.c).where(of_delivery).order_by(_PART.c.number))
    return [part_from(row) for row in rows]


async def parts_of_all(connection: AsyncConnection, delivery_ids: Collection[int]) -> dict[int, list[MessagePart]]:
    """By delivery, each by number; those without are left out."""
    of_these = select(*_PART.c).where(_PART.c.delivery_id.in_(delivery_ids))
    found: dict[int, list[MessagePart]] = {}
    for row in await connection.execute(of_these.order_by(_PART.c.delivery_id, _PART.c.number)):
        found.setdefault(row.delivery_id, []).append(part_from(row))
    return found


async def pause_subscription(connection: AsyncConnection, subscription_id: int, because: str) -> None:
    """An edit that read the subscription before is refused: its version is over."""
    running = (
        _SUBSCRIPTION.c.id == subscription_id,
        _SUBSCRIPTION.c.removed_at.is_(None),
        _SUBSCRIPTION.c.paused_because.is_(None),
    )
    stopped = {"paused_because": because, "next_run_at": None, "version": _SUBSCRIPTION.c.version + 1}
    await connection.execute(update(_SUBSCRIPTION).where(*running).values(stopped))


def renewed(delivery: Delivery, lease: Lease) -> Update:
    return held(delivery, lease.owner).values(next_attempt_at=lease.until)

"""Statements and rows of the ledger: what the two databases are asked, without asking."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Update, and_, case, exists, func, or_, select, update

from bot.delivery.keys import lane_of
from bot.models import ChannelKey, Delivery, DeliveryState, MessagePart, Outcome, PartState, Subscription
from bot.ports import Lease, SlotPlan
from storage.rows import AnyRow, AnySelect
from storage.schema import subscription
from storage.schema_deliveries import delivery, lane, part
from storage.types import EPOCH

OUT = (DeliveryState.SENT, DeliveryState.UNKNOWN)


def delivery_from(row: AnyRow) -> Delivery:
    """From a row that has all columns of the table, by name."""
    return Delivery(
        id=row.id,
        subscription_id=row.subscription_id,
        channel=ChannelKey.parse(row.channel),
        slot=row.slot,
        state=DeliveryState(row.state),
        due_at=row.due_at,
        next_attempt_at=row.next_attempt_at,
        expires_at=row.expires_at,
        generation=row.generation,
        attempts=row.attempts,
        outcome=Outcome(row.outcome) if row.outcome else None,
        reason=row.reason,
        selection=row.selection,
        sent_at=row.sent_at,
        url=row.url,
    )


def part_from(row: AnyRow) -> MessagePart:
    return MessagePart(
        number=row.number,
        payload=row.payload,
        state=PartState(row.state),
        remote_id=row.remote_id,
        marked_at=row.marked_at,
    )


def new_delivery(of: Subscription, **values: Any) -> dict[str, Any]:
    """All columns of a row for the slot; `values` are those that differ from a fresh, pending one."""
    fresh: dict[str, Any] = {
        "subscription_id": of.id,
        "channel": str(of.channel),
        "lane": lane_of(of.channel),
        "state": DeliveryState.PENDING,
        "next_attempt_at": None,
        "expires_at": None,
        "owner": None,
        "generation": 0,
        "attempts": 0,
        "reason": None,
        "selection": (),
    }
    return fresh | values


def planned(of: Subscription, plan: SlotPlan, real: datetime, expires_at: datetime) -> dict[str, Any]:
    """The row of a planned slot: due now, or skipped with its reason."""
    if plan.skip_because is None:
        return new_delivery(of, slot=plan.slot, due_at=plan.due_at, next_attempt_at=real, expires_at=expires_at)
    skipped = {"state": DeliveryState.SKIPPED, "reason": plan.skip_because}
    return new_delivery(of, slot=plan.slot, due_at=plan.due_at, **skipped)


def new_lane(channel: ChannelKey) -> dict[str, Any]:
    return {"name": lane_of(channel), "platform": channel.platform, "served_at": EPOCH}


def lanes_to_serve(
    lease: Lease, limit: int, platforms: Collection[str], busy: Collection[str], *, overdue: bool
) -> AnySelect:
    """Names of unblocked lanes that have something due, served longest ago first, locked against other claims."""
    due = exists().where(delivery.c.lane == lane.c.name, *_due(lease, overdue=overdue))
    of_platform = lane.c.platform.not_in(platforms) if overdue else lane.c.platform.in_(platforms)
    unblocked = or_(lane.c.blocked_until.is_(None), lane.c.blocked_until <= lease.real)
    return (
        select(lane.c.name)
        .where(of_platform, unblocked, lane.c.name.not_in(busy), due)
        .order_by(lane.c.served_at, lane.c.name)
        .limit(limit)
        .with_for_update(skip_locked=True, of=lane)
    )


def due_of_lane(name: str, lease: Lease, limit: int, *, overdue: bool) -> AnySelect:
    """Ids of a lane's oldest due deliveries, locked against other claims."""
    return (
        select(delivery.c.id)
        .where(delivery.c.lane == name, *_due(lease, overdue=overdue))
        .order_by(delivery.c.next_attempt_at, delivery.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )


def claim_of_lane(name: str, lease: Lease, limit: int, *, overdue: bool) -> Update:
    """Take the oldest due deliveries of a lane.

    A common table expression, since PostgreSQL may run a subquery of `IN` more than once, and then lock more rows than
    the limit.
    """
    due = due_of_lane(name, lease, limit, overdue=overdue).cte("due")
    cut_off = case((delivery.c.state == DeliveryState.SENDING, 1), else_=0)
    return (
        update(delivery)
        .where(delivery.c.id.in_(select(due.c.id)))
        .values(
            state=DeliveryState.SENDING,
            owner=lease.owner,
            next_attempt_at=lease.until,
            attempts=delivery.c.attempts + cut_off,
        )
        .returning(*delivery.c)
    )


def around(one: Delivery) -> AnySelect:
    """One row: the subscription's columns (NULL once it was removed), its newest slot, and the lane's last block."""
    others = delivery.alias("others")
    newest = select(func.max(others.c.slot)).where(others.c.subscription_id == one.subscription_id)
    running = and_(subscription.c.id == delivery.c.subscription_id, subscription.c.removed_at.is_(None))
    joined = delivery.outerjoin(subscription, running).outerjoin(lane, lane.c.name == delivery.c.lane)
    columns = (*subscription.c, lane.c.blocked_until, lane.c.blocked_because)
    return (
        select(*columns, newest.scalar_subquery().label("newest_slot"))
        .select_from(joined)
        .where(delivery.c.id == one.id)
    )


def held(one: Delivery, owner: str) -> Update:
    """An update of the delivery that touches no row once somebody else has claimed it."""
    return update(delivery).where(delivery.c.id == one.id, delivery.c.owner == owner)


def first_url(url: str | None) -> ColumnElement[Any]:
    return func.coalesce(delivery.c.url, url)


def shown(channel: ChannelKey, since: datetime) -> AnySelect:
    """Selections of the channel's digests that came, or may have come, to be seen."""
    begun = exists().where(part.c.delivery_id == delivery.c.id, part.c.state != PartState.READY)
    seen = or_(delivery.c.state.in_(OUT), delivery.c.generation > 0, begun)
    of_channel = and_(delivery.c.channel == str(channel), delivery.c.due_at >= since)
    return select(delivery.c.selection).where(of_channel, seen)


def _due(lease: Lease, *, overdue: bool) -> tuple[ColumnElement[bool], ...]:
    due = delivery.c.next_attempt_at <= lease.real
    return (due, delivery.c.expires_at < lease.real) if overdue else (due,)

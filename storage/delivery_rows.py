"""Statements and rows of the ledger: what the two databases are asked, without asking."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Update, and_, case, exists, func, literal, or_, select, union_all, update

from bot.delivery.keys import lane_of
from bot.models import ChannelKey, Delivery, DeliveryState, MessagePart, Outcome, PartState, Subscription
from bot.ports import Block, Lease, Payload, Standing
from storage.channels import subscription_from
from storage.rows import AnyRow, AnySelect
from storage.schema import subscription
from storage.schema_deliveries import delivery, lane, part
from storage.types import UTCDateTime

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


def standing_from(row: AnyRow, parts: Sequence[MessagePart]) -> Standing:
    """From a row of `around`."""
    return Standing(
        parts=tuple(parts),
        subscription=subscription_from(row) if row.id is not None else None,
        newest_slot=row.newest_slot,
        block=Block(row.blocked_until, row.blocked_because) if row.blocked_until else None,
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


def earlier(new: Any) -> ColumnElement[Any]:
    """A lane's next time, or that of the row that was to be inserted."""
    return case((lane.c.next_attempt_at <= new.next_attempt_at, lane.c.next_attempt_at), else_=new.next_attempt_at)


PART_COLUMNS = ("delivery_id", "number", "payload", "state", "marked_at")


def part_rows(
    delivery_id: int, first: int, payloads: Sequence[Payload], begun_at: datetime | None = None
) -> list[tuple[Any, ...]]:
    """Values of PART_COLUMNS, numbered from `first`; that part is marked as being sent if `begun_at` says when."""
    rows: list[tuple[Any, ...]] = [
        (delivery_id, number, payload, PartState.READY, None) for number, payload in enumerate(payloads, first)
    ]
    if begun_at is not None:
        rows[0] = (*rows[0][:3], PartState.SENDING, begun_at)
    return rows


def lanes_to_serve(
    lease: Lease, limit: int, platforms: Collection[str], busy: Collection[str], *, overdue: bool
) -> AnySelect:
    """Names of unblocked lanes that have something due, waiting longest first, locked against other claims.

    A lane that was served and has more to do waits from then on: that makes it round-robin, and no other lane is read.
    """
    of_platform = lane.c.platform.not_in(platforms) if overdue else lane.c.platform.in_(platforms)
    unblocked = or_(lane.c.blocked_until.is_(None), lane.c.blocked_until <= lease.real)
    return (
        select(lane.c.name)
        .where(lane.c.next_attempt_at <= lease.real, of_platform, unblocked, lane.c.name.not_in(busy))
        .order_by(lane.c.next_attempt_at, lane.c.served_at, lane.c.name)
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


def claim_of_lanes(names: Collection[str], lease: Lease, limit: int, *, overdue: bool) -> Update:
    """Take the oldest due deliveries of each of these lanes.

    A common table expression, since PostgreSQL may run a subquery of `IN` more than once, and then lock more rows than
    the limit.
    """
    each = [due_of_lane(name, lease, limit, overdue=overdue).subquery() for name in names]
    due = union_all(*(select(one.c.id) for one in each)).cte("due")
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


def served(names: Collection[str], lease: Lease) -> Update:
    """Note when these lanes have something due again: at once if more was due, else when it is, or its lease ends."""
    next_of_lane = select(func.min(delivery.c.next_attempt_at)).where(delivery.c.lane == lane.c.name).scalar_subquery()
    now = literal(lease.real, UTCDateTime)
    return (
        update(lane)
        .where(lane.c.name.in_(names))
        .values(served_at=lease.real, next_attempt_at=case((next_of_lane < now, now), else_=next_of_lane))
    )


def around(ids: Collection[int]) -> AnySelect:
    """A row for each delivery, known by `of_id`: its subscription, that one's newest slot, and its lane's last block.

    The subscription's columns are NULL once it was removed.
    """
    others = delivery.alias("others")
    newest = select(func.max(others.c.slot)).where(others.c.subscription_id == delivery.c.subscription_id)
    running = and_(subscription.c.id == delivery.c.subscription_id, subscription.c.removed_at.is_(None))
    joined = delivery.outerjoin(subscription, running).outerjoin(lane, lane.c.name == delivery.c.lane)
    columns = (*subscription.c, lane.c.blocked_until, lane.c.blocked_because)
    return (
        select(delivery.c.id.label("of_id"), *columns, newest.scalar_subquery().label("newest_slot"))
        .select_from(joined)
        .where(delivery.c.id.in_(ids))
    )


def held(one: Delivery, owner: str) -> Update:
    """An update of the delivery that touches no row once somebody else has claimed it."""
    return update(delivery).where(delivery.c.id == one.id, delivery.c.owner == owner)


def shown(channel: ChannelKey, since: datetime) -> AnySelect:
    """Selections of the channel's digests that came, or may have come, to be seen."""
    begun = exists().where(part.c.delivery_id == delivery.c.id, part.c.state != PartState.READY)
    seen = or_(delivery.c.state.in_(OUT), delivery.c.generation > 0, begun)
    of_channel = and_(delivery.c.channel == str(channel), delivery.c.due_at >= since)
    return select(delivery.c.selection).where(of_channel, seen)


def outlived(before: datetime, limit: int) -> AnySelect:
    """Ids of final deliveries due before then, oldest in the ledger first; the newest of each subscription stays."""
    others = delivery.alias("others")
    overtaken = exists().where(others.c.subscription_id == delivery.c.subscription_id, others.c.slot > delivery.c.slot)
    final = delivery.c.next_attempt_at.is_(None)
    return (
        select(delivery.c.id).where(delivery.c.due_at < before, final, overtaken).order_by(delivery.c.id).limit(limit)
    )


def _due(lease: Lease, *, overdue: bool) -> tuple[ColumnElement[bool], ...]:
    due = delivery.c.next_attempt_at <= lease.real
    return (due, delivery.c.expires_at < lease.real) if overdue else (due,)

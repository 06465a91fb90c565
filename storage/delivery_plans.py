"""Putting slots that are due into the ledger, a batch in one transaction."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Text, literal, select, true, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.delivery.keys import lane_of
from bot.models import ChannelKey, DeliveryKind, DeliveryState, Subscription
from bot.ports import Move, SlotPlan
from storage.bulk import Rows
from storage.channels import subscription_from
from storage.delivery_rows import ONCE, earlier
from storage.schema import subscription
from storage.schema_deliveries import delivery, lane
from storage.types import EPOCH, BigKey, UTCDateTime
from storage.upsert import insert_into

Planned = tuple[Subscription, SlotPlan]

_SLOT = ("subscription_id", "channel", "slot", "lane", "state", "due_at", "next_attempt_at", "expires_at", "reason")
_SAME: dict[str, Any] = {"kind": DeliveryKind.DIGEST.value, "generation": 0, "attempts": 0, "selection": ()}
"""The other columns of a fresh row that must not be NULL."""
_SLOTS = Rows({name: delivery.c[name].type for name in _SLOT})
_NEXT_RUNS = Rows({"due_id": BigKey, "following": UTCDateTime()})
_LANES = Rows({"name": Text(), "platform": Text(), "next_attempt_at": UTCDateTime()})


async def keep_slots(
    connection: AsyncConnection, plans: Sequence[Planned], now: datetime, real: datetime, grace: timedelta
) -> None:
    """New rows, due at once or skipped with their reason. A slot that is in the ledger stays as it is."""
    given = _SLOTS.of(connection.dialect.name)
    same = (literal(value, delivery.c[name].type).label(name) for name, value in _SAME.items())
    rows = select(*given.c, *same).where(true())  # without it SQLite takes ON CONFLICT for a join's ON
    made = insert_into(connection, delivery).from_select([*_SLOT, *_SAME], rows)
    once = made.on_conflict_do_nothing(index_elements=ONCE)
    slots = [
        _slot(one, plan.slot, plan, real, grace - (now - plan.due_at)) for one, plan in plans if plan.slot is not None
    ]
    await connection.execute(once, _SLOTS.parameters(connection.dialect, slots))


async def keep_next_runs(connection: AsyncConnection, plans: Sequence[Planned]) -> None:
    given = _NEXT_RUNS.of(connection.dialect.name)
    moved = update(subscription).where(subscription.c.id == given.c.due_id).values(next_run_at=given.c.following)
    rows = [(one.id, plan.next_run_at) for one, plan in plans]
    await connection.execute(moved, _NEXT_RUNS.parameters(connection.dialect, rows))


async def move_next_runs(connection: AsyncConnection, after: int, move: Move, limit: int) -> tuple[int | None, int]:
    """Of the subscriptions beyond this id: the last id looked at, None once there are no more; and how many moved."""
    running = (subscription.c.id > after, subscription.c.next_run_at.is_not(None))
    wanted = select(*subscription.c).where(*running).order_by(subscription.c.id).limit(limit).with_for_update()
    found = [subscription_from(row) for row in await connection.execute(wanted)]
    moves = [(one.id, move(one)) for one in found]
    changed = [(one, at) for (one, at), known in zip(moves, found, strict=True) if at != known.next_run_at]
    given = _NEXT_RUNS.of(connection.dialect.name)
    moved = update(subscription).where(subscription.c.id == given.c.due_id).values(next_run_at=given.c.following)
    await connection.execute(moved, _NEXT_RUNS.parameters(connection.dialect, changed))
    return found[-1].id if len(found) == limit else None, len(changed)


async def add_lanes(connection: AsyncConnection, channels: Collection[ChannelKey], due_at: datetime) -> None:
    """Have something due in the lanes of these channels at that real time, making them if need be.

    In the order of their names, so that two planners never wait for each other.
    """
    rows = {lane_of(channel): (lane_of(channel), channel.platform, due_at) for channel in channels}
    if not rows:
        return
    given = _LANES.of(connection.dialect.name)
    never = literal(EPOCH, UTCDateTime).label("served_at")
    ordered = select(*given.c, never).where(true()).order_by(given.c.name)
    made = insert_into(connection, lane).from_select(["name", "platform", "next_attempt_at", "served_at"], ordered)
    woken = made.on_conflict_do_update(index_elements=["name"], set_={"next_attempt_at": earlier(made.excluded)})
    await connection.execute(woken, _LANES.parameters(connection.dialect, rows.values()))


def _slot(of: Subscription, slot: date, plan: SlotPlan, real: datetime, left: timedelta) -> tuple[Any, ...]:
    """Values of _SLOT. `left`: until it is too late."""
    place = (of.id, str(of.channel), slot, lane_of(of.channel))
    if plan.skip_because is not None:
        return (*place, DeliveryState.SKIPPED, plan.due_at, None, None, plan.skip_because)
    return (*place, DeliveryState.PENDING, plan.due_at, real, real + left, None)

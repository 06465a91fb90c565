"""Putting slots that are due into the ledger, a batch in one transaction.

Subscriptions that are alike are decided once, and their rows are written by the database: none of them is read, but one
of each kind.
"""

import asyncio
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Insert,
    Select,
    Text,
    Update,
    case,
    cast,
    func,
    literal,
    select,
    text,
    true,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.delivery.keys import lane_of
from bot.models import ChannelKey, DeliveryKind, DeliveryState
from bot.ports import Decide, Move, SlotPlan
from storage.bulk import Rows, elements
from storage.channels import due_subscriptions, subscription_from
from storage.delivery_rows import ONCE, earlier
from storage.rows import AnySelect
from storage.schema import subscription
from storage.schema_deliveries import delivery, lane
from storage.types import EPOCH, BigKey, CleanText, UTCDateTime
from storage.upsert import insert_into, insert_on

_ALIKE = ("zone", "minute", "days", "period", "preferences", "next_run_at", "spread", "paused_because")
"""All that a decision depends on; see ports.Decide."""
_SAME: dict[str, Any] = {"kind": DeliveryKind.DIGEST.value, "generation": 0, "attempts": 0, "selection": ()}
"""The columns of a fresh row that must not be NULL, besides those of its plan."""
_OF_PLAN = ("slot", "state", "due_at", "next_attempt_at", "expires_at", "reason")
_PLANS = Rows(
    {"ids": Text(), **{name: delivery.c[name].type for name in _OF_PLAN}}
    | {"following": UTCDateTime(), "pause_because": CleanText()}
)
_NEXT_RUNS = Rows({"due_id": BigKey, "following": UTCDateTime()})
_LANES = Rows({"name": Text(), "platform": Text(), "next_attempt_at": UTCDateTime()})
LOOKING_UP = text("SELECT set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true)")
"""For this transaction: PostgreSQL takes the lists for a hundred times as many ids, and would read the whole table."""
_BETWEEN = 100
"""Decisions in a row, before others have their turn: some milliseconds."""


async def plan_batch(
    connection: AsyncConnection, now: datetime, real: datetime, limit: int, decide: Decide, grace: timedelta
) -> int:
    """Slots and next runs of due subscriptions; returns how many of those there were.

    Lanes come last: whoever else plans for the same ones waits for them until the end of the transaction.
    """
    dialect = connection.dialect
    kinds = (await connection.execute(due_kinds(dialect.name, now, limit))).all()
    plans = []
    for number, row in enumerate(kinds, 1):
        plan = decide(subscription_from(row), now)
        plans.append((row.ids, *_row_of(plan, real, grace - (now - plan.due_at))))
        if number % _BETWEEN == 0:
            await asyncio.sleep(0)
    if plans:
        given = _PLANS.parameters(dialect, plans)
        if dialect.name == "postgresql":
            await connection.execute(LOOKING_UP)
        for statement in (keep_slots(dialect.name), keep_next_runs(dialect.name), wake_planned(dialect.name, real)):
            await connection.execute(statement, given)
    return sum(row.number for row in kinds)


def due_kinds(dialect: str, now: datetime, limit: int) -> AnySelect:
    """One of each kind of due subscriptions, with `ids` of all that are alike, a JSON list, and their `number`.

    All of them are locked, skipping locked ones.
    """
    due = due_subscriptions(now, limit).with_for_update(skip_locked=True).cte("due")
    listed = func.json_group_array(due.c.id) if dialect == "sqlite" else cast(func.json_agg(due.c.id), Text)
    alike = (
        select(func.min(due.c.id).label("first"), listed.label("ids"), func.count().label("number"))
        .group_by(*(due.c[name] for name in _ALIKE))
        .subquery("alike")
    )
    of_each = select(*due.c, alike.c.ids, alike.c.number)
    return of_each.select_from(alike.join(due, due.c.id == alike.c.first))


def keep_slots(dialect: str) -> Insert:
    """New rows of the given plans, due at once or skipped with their reason. What is in the ledger stays as it is."""
    given = _PLANS.of(dialect)
    columns = {
        "subscription_id": subscription.c.id,
        "channel": channel_text(),
        "lane": lane_text(),
        **{name: given.c[name] for name in _OF_PLAN},
        **{name: literal(value, delivery.c[name].type) for name, value in _SAME.items()},
    }
    made = insert_on(dialect, delivery).from_select([*columns], _planned(dialect, given, columns))
    once: Insert = made.on_conflict_do_nothing(index_elements=ONCE)
    return once


def wake_planned(dialect: str, real: datetime) -> Insert:
    """Have something due in the lanes of the given plans at that real time, making them if need be."""
    given = _PLANS.of(dialect)
    columns = {
        "name": lane_text(),
        "platform": subscription.c.platform,
        "next_attempt_at": literal(real, UTCDateTime),
        "served_at": literal(EPOCH, UTCDateTime),
    }
    wanted = _planned(dialect, given, columns).distinct().order_by("name")
    return _woken(insert_on(dialect, lane).from_select([*columns], wanted))


def keep_next_runs(dialect: str) -> Update:
    """What the given plans say of their subscriptions. A pause is an edit: one that read it before is refused."""
    given = _PLANS.of(dialect)
    one, one_id = elements(dialect, given.c.ids)
    of_each = select(one_id.label("due_id"), given.c.following, given.c.pause_because)
    moved = of_each.select_from(given.join(one, true())).subquery("moved")
    paused = moved.c.pause_because
    return (
        update(subscription)
        .where(subscription.c.id == moved.c.due_id)
        .values(
            next_run_at=moved.c.following,
            paused_because=func.coalesce(subscription.c.paused_because, paused),
            version=subscription.c.version + case((paused.is_not(None), 1), else_=0),
        )
    )


def channel_text() -> ColumnElement[str]:
    """A subscription's channel, as `str` of its key writes it."""
    place = subscription.c.platform + ":"
    return case(
        (subscription.c.workspace == "", place + subscription.c.channel),
        else_=place + subscription.c.workspace + ":" + subscription.c.channel,
    )


def lane_text() -> ColumnElement[str]:
    """The lane of a subscription's channel, as `lane_of` names it."""
    of_workspace = "slack:" + subscription.c.workspace
    return case((subscription.c.platform == "slack", of_workspace), else_=subscription.c.platform)


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
    await connection.execute(_woken(made), _LANES.parameters(connection.dialect, rows.values()))


def _woken(made: Any) -> Insert:
    """A lane that is there has its row locked, and changed only if it was to wait longer."""
    later = lane.c.next_attempt_at.is_(None) | (lane.c.next_attempt_at > made.excluded.next_attempt_at)
    woken: Insert = made.on_conflict_do_update(
        index_elements=["name"], set_={"next_attempt_at": earlier(made.excluded)}, where=later
    )
    return woken


def _planned(dialect: str, given: FromClause, columns: Mapping[str, ColumnElement[Any]]) -> Select[Any]:
    """A row for each subscription of the given plans that have a slot."""
    one, one_id = elements(dialect, given.c.ids)
    of_each = given.join(one, true()).join(subscription, subscription.c.id == one_id)
    wanted = select(*(value.label(name) for name, value in columns.items())).select_from(of_each)
    return wanted.where(given.c.slot.is_not(None))  # without a WHERE, SQLite takes ON CONFLICT for a join's ON


def _row_of(plan: SlotPlan, real: datetime, left: timedelta) -> tuple[Any, ...]:
    """The columns of _PLANS after `ids`. `left`: until it is too late."""
    after = (plan.next_run_at, plan.pause_because)
    if plan.skip_because is not None:
        return (plan.slot, DeliveryState.SKIPPED, plan.due_at, None, None, plan.skip_because, *after)
    return (plan.slot, DeliveryState.PENDING, plan.due_at, real, real + left, None, *after)

"""The statements that run every second read an index, never the whole ledger."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import BindParameter, ClauseElement, Insert, TextClause, Update, insert, select, text
from sqlalchemy.sql.visitors import cloned_traverse

from bot.ports import Lease
from storage.channels import due_subscriptions
from storage.delivery_lanes import claim_of_lanes, lanes_to_serve, served, soonest
from storage.delivery_plans import LOOKING_UP, due_kinds, keep_next_runs, keep_slots
from storage.delivery_rows import around, shown
from storage.schema import subscription
from storage.schema_deliveries import delivery
from storage.store import SqlStore, open_store
from tests.builders import CHANNEL, NOON, days, hours, make_change, make_subscription

LEASE = Lease("ann", NOON, timedelta(minutes=1))
ROWS = 2000


async def fill(store: SqlStore) -> None:
    """Subscriptions that are not due, each with a delivery that is final; one of each that is due."""
    await store.channels.create(make_subscription(), make_change())
    async with store.engine.begin() as connection:
        row = dict((await connection.execute(select(subscription))).mappings().one())
        later = [
            row | {"id": row["id"] + n, "channel": f"C{n:05}", "next_run_at": NOON + days(n)} for n in range(1, ROWS)
        ]
        await connection.execute(insert(subscription), later)
        final: dict[str, Any] = {"slot": NOON.date(), "lane": "slack:T0001", "state": "sent", "due_at": NOON}
        final |= {"generation": 0, "attempts": 1, "selection": ("2603.00001",), "next_attempt_at": None}
        ledger = [final | {"subscription_id": one["id"], "channel": f"slack:T0001:{one['channel']}"} for one in later]
        due = ledger[0] | {"slot": NOON.date() + days(1), "state": "pending", "next_attempt_at": NOON - hours(1)}
        await connection.execute(insert(delivery), [*ledger, due])
        await connection.execute(text("ANALYZE"))


FEW_ROWS = text("SET LOCAL enable_seqscan = off")
"""It would rather read them all."""


async def plan_of(store: SqlStore, statement: ClauseElement, setting: TextClause = FEW_ROWS) -> str:
    dialect = store.engine.dialect
    options = {"literal_binds": True, "render_postcompile": True}
    written = str(statement.compile(dialect=dialect, compile_kwargs=options)).replace("%", "%%")
    async with store.engine.begin() as connection:
        if dialect.name == "postgresql":
            await connection.execute(setting)
        explain = "EXPLAIN QUERY PLAN" if dialect.name == "sqlite" else "EXPLAIN"
        rows = await connection.exec_driver_sql(f"{explain} {written}")
        return "\n".join(" ".join(map(str, row)) for row in rows)


SHARES = '[["slack:T0001", 4], ["slack:T0002", 4]]'
SERVED = '[["slack:T0001", null, 0, null, null], ["slack:T0002", null, 0, null, null]]'
PLANNED = '[["[2, 3]", "2026-03-11", "pending", null, null, null, null, null, null]]'
"""Values of the one parameter, as storage.bulk writes them."""


@pytest.mark.parametrize(
    ("statement", "index"),
    [
        (due_subscriptions(NOON, 100).with_for_update(skip_locked=True), "ix_subscription_next_run_at"),
        (lanes_to_serve(LEASE, 16, ["slack"], ["discord"], overdue=False), "ix_lane_next_attempt_at_served_at_name"),
        (lanes_to_serve(LEASE, 16, ["discord"], [], overdue=True), "ix_lane_next_attempt_at_served_at_name"),
        (soonest(NOON, timedelta(seconds=1), ["slack"]), "ix_lane_next_attempt_at_served_at_name"),
        (around([1, 2]), "subscription_id"),
        (
            shown().params(channel=str(CHANNEL), since=NOON - days(30)).with_only_columns(delivery.c.id),
            "ix_delivery_channel_slot",
        ),
    ],
    ids=["due", "lanes", "overdue", "soonest", "around", "shown"],
)
async def test_reads_its_index(sql_store: SqlStore, statement: ClauseElement, index: str) -> None:
    await check(sql_store, statement, index)


async def test_planning_reads_the_due_subscriptions_and_one_of_each_kind(sql_store: SqlStore) -> None:
    await check(sql_store, due_kinds(sql_store.engine.dialect.name, NOON, 100), "ix_subscription_next_run_at")


@pytest.mark.parametrize("write", [keep_slots, keep_next_runs])
async def test_what_is_planned_is_written_by_the_keys_of_its_subscriptions(
    sql_store: SqlStore, write: Callable[[str], Insert | Update]
) -> None:
    key = "INTEGER PRIMARY KEY" if sql_store.engine.dialect.name == "sqlite" else "pk_subscription"
    await check(sql_store, given(write(sql_store.engine.dialect.name), PLANNED), key)


@pytest.mark.parametrize("overdue", [False, True])
async def test_a_claim_reads_the_due_deliveries_of_its_lanes(sql_store: SqlStore, overdue: bool) -> None:
    claim = claim_of_lanes(sql_store.engine.dialect.name, LEASE, 4, overdue=overdue)
    await check(sql_store, given(claim, SHARES), "ix_delivery_lane_fresh_next_attempt_at")


async def test_noting_what_a_lane_has_left_reads_its_first_delivery(sql_store: SqlStore) -> None:
    note = served(sql_store.engine.dialect.name, LEASE)
    await check(sql_store, given(note, SERVED), "ix_delivery_lane_fresh_next_attempt_at")


def given(statement: Insert | Update, rows: str) -> ClauseElement:
    """The statement with the value of its one parameter in it."""

    def fill_in(parameter: BindParameter[str]) -> None:
        if parameter.required:
            parameter.value, parameter.required = rows, False

    return cloned_traverse(statement, {}, {"bindparam": fill_in})


async def check(sql_store: SqlStore, statement: ClauseElement, index: str) -> None:
    await fill(sql_store)

    plan = await plan_of(sql_store, statement)

    assert index in plan
    scans = [line for line in plan.splitlines() if line.split()[-1] in {"delivery", "subscription"} and "SCAN" in line]
    assert not scans, plan


@pytest.mark.parametrize("write", [keep_slots, keep_next_runs])
async def test_planning_looks_its_subscriptions_up_one_by_one(
    postgresql_url: str, write: Callable[[str], Insert | Update]
) -> None:
    """By itself PostgreSQL would guess a hundred times as many ids as there are, and read the whole table for them."""
    store = open_store(postgresql_url)
    await fill(store)

    by_itself = await plan_of(store, given(write("postgresql"), PLANNED), text("SELECT 1"))
    plan = await plan_of(store, given(write("postgresql"), PLANNED), LOOKING_UP)

    await store.close()
    assert "Seq Scan on subscription" in by_itself, "then it needs no telling any more"
    assert "Seq Scan on subscription" not in plan

"""Who asks for a digest while it is being planned waits for the planner, which waits for nobody: no circle."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.models import Subscription
from storage.delivery_plans import add_lanes
from storage.schema import subscription
from storage.store import SqlStore, open_store
from tests.builders import CHANNEL, NOON
from tests.storage.ledger import GRACE, REAL, SLOT, lease, subscribe

Ask = Callable[[SqlStore, Subscription], Coroutine[Any, Any, object]]


async def asks_for_it(store: SqlStore, of: Subscription) -> object:
    return await store.deliveries.open_slot(
        of, SLOT, now=NOON, expires_at=REAL + GRACE, lease=lease("asked"), again=False
    )


async def adds_an_alert(store: SqlStore, of: Subscription) -> object:
    return await store.deliveries.add_alert(of, SLOT, "2603.00001", now=NOON, real=REAL, grace=GRACE)


@pytest.mark.parametrize("ask", [asks_for_it, adds_an_alert])
async def test_a_planner_need_not_wait_for_whoever_waits_for_it(postgresql_url: str, ask: Ask) -> None:
    store = open_store(postgresql_url)
    subscribed = await subscribe(store)

    async with store.engine.begin() as planner:
        await planner.execute(select(subscription.c.id).with_for_update())
        asking = asyncio.create_task(ask(store, subscribed))
        await somebody_waits(store, planner)
        await add_lanes(planner, {CHANNEL}, REAL)

    assert await asking
    await store.close()


async def somebody_waits(store: SqlStore, planner: AsyncConnection) -> None:
    """Until a transaction waits for this one's locks; https://www.postgresql.org/docs/current/functions-info.html ."""
    own = await planner.scalar(text("SELECT pg_backend_pid()"))
    blocked = text("SELECT count(*) FROM pg_stat_activity WHERE :own = ANY(pg_blocking_pids(pid))")
    async with store.engine.connect() as connection, asyncio.timeout(30):
        while not await connection.scalar(blocked, {"own": own}):
            await connection.rollback()

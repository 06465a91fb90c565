"""Writes of many attempts in one transaction: each under its own fence, and none more than it must be."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import text

from bot.models import ChannelKey, DeliveryState, Outcome, PartState
from bot.ports import PartEnd, Record
from storage.schema import metadata
from storage.store import SqlStore, open_store
from tests.conftest import AnyStore
from tests.storage.ledger import MINUTE, PAYLOADS, PLAIN, REAL, claim, claimed, known, lease, plan, states, subscribe

SENT = Record(
    state=DeliveryState.SENT, outcome=Outcome.SENT, part=PartEnd(number=0, state=PartState.SENT, remote_id="m1")
)


async def test_who_holds_a_delivery_and_who_lost_it_may_write_at_the_same_time(store: AnyStore) -> None:
    late = await claimed(store)
    (held,) = await claim(store, "ben", REAL + MINUTE)

    written = await asyncio.gather(
        store.deliveries.freeze(late, lease("ann", REAL + MINUTE), ["late"], PAYLOADS, PLAIN),
        store.deliveries.freeze(held, lease("ben", REAL + MINUTE), ["2603.00001"], PAYLOADS, PLAIN),
        store.deliveries.record(late, "ann", SENT),
    )

    assert list(written) == [False, True, False]
    kept = await known(store, held)
    assert (kept.state, kept.selection) == (DeliveryState.SENDING, ("2603.00001",))
    assert await states(store, held) == [PartState.SENDING, PartState.READY]


async def test_of_many_that_write_at_once_only_those_without_a_lease_are_refused(store: AnyStore) -> None:
    for number in range(6):
        await subscribe(store, ChannelKey("slack", f"T{number % 2}", f"C{number}"))
    await plan(store)
    mine = await claim(store)
    for one in mine:
        assert await store.deliveries.freeze(one, lease(), [], PAYLOADS[:1], PLAIN)

    owners = ["ann", "ben", "ann", "ben", "ann", "ann"]
    given = zip(mine, owners, strict=True)
    written = await asyncio.gather(*(store.deliveries.record(one, owner, SENT) for one, owner in given))

    assert written == [owner == "ann" for owner in owners]
    after = [(await known(store, one)).state is DeliveryState.SENT for one in mine]
    assert after == written
    assert [await states(store, one) == [PartState.SENT] for one in mine] == written


@pytest.mark.parametrize(("over", "until"), [(7, MINUTE), (8, MINUTE + timedelta(seconds=8))])
async def test_a_lease_is_renewed_by_freezing_once_an_eighth_of_it_is_over(
    store: AnyStore, over: int, until: timedelta
) -> None:
    only = await claimed(store)

    later = lease(real=REAL + timedelta(seconds=over))
    assert await store.deliveries.freeze(only, later, ["2603.00001"], PAYLOADS, PLAIN)

    assert (await known(store, only)).next_attempt_at == REAL + until


async def test_freezing_and_recording_messages_write_no_index_on_postgresql(postgresql_url: str) -> None:
    store = open_store(postgresql_url)
    only = await claimed(store)
    before = await updates_in_place(store)

    assert await store.deliveries.freeze(only, lease(), ["2603.00001"], PAYLOADS[:1], PLAIN)
    assert await store.deliveries.record(only, "ann", SENT)

    after = await updates_in_place(store)
    await store.close()
    assert after["delivery"] == before["delivery"] + 1, "by freezing; what is final leaves the index of what is open"
    assert after["part"] == before["part"] + 1


async def updates_in_place(store: SqlStore) -> dict[str, int]:
    """By table; https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-ALL-TABLES-VIEW ."""
    counted = "SELECT relname, n_tup_hot_upd FROM pg_stat_user_tables WHERE relname IN ('delivery', 'part')"
    async with store.engine.begin() as connection:  # the one that there is: nothing here is asked at once
        await connection.execute(text("SELECT pg_stat_force_next_flush()"))
    async with store.engine.connect() as connection:
        return {row.relname: row.n_tup_hot_upd for row in await connection.execute(text(counted))}


async def test_pages_have_the_room_that_the_tables_module_says(postgresql_url: str) -> None:
    store = open_store(postgresql_url)
    async with store.engine.connect() as connection:
        rows = await connection.execute(text("SELECT relname, reloptions FROM pg_class WHERE reloptions IS NOT NULL"))
        found = {row.relname: row.reloptions for row in rows if row.relname in metadata.tables}
    await store.close()

    said = {name: table.dialect_options["postgresql"]["with"] for name, table in metadata.tables.items()}
    assert found == {name: [f"{key}={value}" for key, value in given.items()] for name, given in said.items() if given}
    assert found.keys() >= {"delivery", "part"}

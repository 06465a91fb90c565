"""What only databases have to prove: indexes, concurrent writers, values that one of the two would not take."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import StatementError

from bot.delivery.keys import lane_of
from bot.models import ChannelKey, DeliveryState, Period, Preferences, Subscription, Weekdays
from bot.ports import SlotPlan
from bot.schedule import own_moment
from storage.channels import due_subscriptions
from storage.known_counts import latest_counts
from storage.papers import observations_of
from storage.schema import paper, remembered_command
from storage.schema_deliveries import delivery, lane
from storage.store import SqlStore, open_store
from tests.builders import (
    NOON,
    days,
    make_batch,
    make_change,
    make_listing,
    make_observation,
    make_paper,
    make_papers,
    make_schedule,
    make_subscription,
)
from tests.conftest import close_without_leak
from tests.storage.explaining import explain
from tests.storage.ledger import tomorrow


@pytest.fixture
async def second_store(database_url: str) -> AsyncIterator[SqlStore]:
    """As another process has it: on the database of `sql_store`, with connections of its own."""
    second = open_store(database_url)
    yield second
    await close_without_leak(second)


async def test_due_subscriptions_are_found_by_their_index(sql_store: SqlStore) -> None:
    plan = await explain(sql_store, due_subscriptions(NOON, 10))

    assert "ix_subscription_next_run_at" in plan
    assert "SCAN subscription" not in plan
    assert "TEMP B-TREE" not in plan


async def test_due_subscriptions_come_longest_waiting_first_and_no_others(sql_store: SqlStore) -> None:
    for number, (next_run_at, paused) in enumerate(
        [(NOON, None), (NOON - days(1), None), (NOON + days(1), None), (None, "paused")]
    ):
        subscription = make_subscription(next_run_at=next_run_at, paused_because=paused)
        channel = type(subscription.channel)("slack", "T0001", f"C{number}")
        await sql_store.channels.create(
            make_subscription(channel, next_run_at=next_run_at, paused_because=paused), make_change(channel=channel)
        )

    async with sql_store.engine.connect() as connection:
        due = (await connection.execute(due_subscriptions(NOON, 10))).all()

    assert [row.channel for row in due] == ["C1", "C0"]


async def test_subscriptions_that_are_alike_are_decided_once(sql_store: SqlStore) -> None:
    channels = [ChannelKey("slack", "T0001", f"C{number}") for number in range(200)]
    for channel in channels:
        await sql_store.channels.create(make_subscription(channel, next_run_at=NOON), make_change(channel=channel))
    asked: list[ChannelKey] = []

    def decide(one: Subscription, now: datetime) -> SlotPlan:
        asked.append(one.channel)
        return SlotPlan(slot=NOON.date(), due_at=now, skip_because=None, next_run_at=now + days(1))

    assert await sql_store.deliveries.plan(NOON, NOON, 1000, decide, timedelta(hours=3)) == 200

    assert len(asked) == len({own_moment(channel) for channel in channels})
    assert await sql_store.deliveries.totals() == {DeliveryState.PENDING: 200}


async def test_what_differs_in_anything_that_a_decision_looks_at_is_decided_by_itself(sql_store: SqlStore) -> None:
    numbered = (ChannelKey("slack", "T0001", f"C{number:05}") for number in range(9999))
    same_moment = (one for one in numbered if own_moment(one) == timedelta(seconds=7))
    usual = make_schedule("Europe/Berlin", time(9))
    kinds: list[dict[str, Any]] = [
        {},
        {"schedule": replace(usual, zone="Europe/Paris")},
        {"schedule": replace(usual, at=time(9, 30))},
        {"schedule": replace(usual, days=Weekdays.MONDAY)},
        {"schedule": replace(usual, period=Period.WEEKLY)},
        {"preferences": Preferences(skip_slot=NOON.date())},
        {"preferences": Preferences(paused_until=NOON.date())},
        {"next_run_at": NOON - days(1)},
        {"paused_because": "asked"},
    ]
    other_moment = ChannelKey("slack", "T0001", "C1")
    assert own_moment(other_moment) != timedelta(seconds=7)
    alike = [(channel, kind) for kind in kinds for channel in (next(same_moment), next(same_moment))]
    for channel, kind in [*alike, (other_moment, {})]:
        of_kind = {"schedule": usual, "next_run_at": NOON} | kind
        await sql_store.channels.create(make_subscription(channel, **of_kind), make_change(channel=channel))
    asked: list[ChannelKey] = []

    def decide(one: Subscription, now: datetime) -> SlotPlan:
        asked.append(one.channel)
        return tomorrow(one, now)

    assert await sql_store.deliveries.plan(NOON, NOON, 100, decide, timedelta(hours=3)) == len(alike) + 1

    assert set(asked) == {alike[place][0] for place in range(0, len(alike), 2)} | {other_moment}


async def test_a_planned_delivery_names_its_channel_and_its_lane_as_the_core_does(sql_store: SqlStore) -> None:
    keys = ("slack:T0001:C1", "discord:G1:C2", "discord:@me:U3", "email:ada@example.org", "terminal:desk:top")
    channels = [ChannelKey.parse(key) for key in keys]
    for channel in channels:
        await sql_store.channels.create(make_subscription(channel, next_run_at=NOON), make_change(channel=channel))

    await sql_store.deliveries.plan(NOON, NOON, 10, tomorrow, timedelta(hours=3))

    async with sql_store.engine.connect() as connection:
        written = await connection.execute(select(delivery.c.channel, delivery.c.lane))
        served = await connection.scalars(select(lane.c.name))
        assert {tuple(row) for row in written} == {(str(one), lane_of(one)) for one in channels}
        assert set(served) == {lane_of(one) for one in channels}


async def test_observations_are_looked_up_by_their_key(sql_store: SqlStore) -> None:
    plans = [
        await explain(sql_store, latest_counts().params(ids=["2603.00001", "2603.00002"], as_of=NOON)),
        await explain(sql_store, observations_of().params(paper_id="2603.00001", as_of=NOON)),
    ]

    for plan in plans:
        if sql_store.engine.dialect.name == "sqlite":
            assert "SEARCH observation USING PRIMARY KEY (paper_key=? AND observed_at<?)" in plan
            assert "SCAN" not in plan
            assert "TEMP B-TREE" not in plan
        else:
            assert "pk_observation" in plan
            assert "uq_paper_id" in plan
            assert "Seq Scan" not in plan


async def test_the_ranking_columns_are_read_without_the_papers_texts(sql_store: SqlStore) -> None:
    wanted = select(paper.c.key, paper.c.id, paper.c.first_seen_at, paper.c.published_at)
    plan = await explain(sql_store, wanted.where(paper.c.first_seen_at.between(NOON - days(1), NOON)))

    assert "ix_paper_first_seen_at" in plan
    if sql_store.engine.dialect.name == "sqlite":
        assert "COVERING INDEX" in plan


async def test_two_processes_add_at_the_same_time_and_nothing_is_lost_or_doubled(
    sql_store: SqlStore, second_store: SqlStore
) -> None:
    papers = make_papers(40)
    batches = [make_batch(one, make_observation(one.id), make_listing(one.id)) for one in papers]

    added = await asyncio.gather(
        *(store.papers.add(batch) for batch in batches for store in (sql_store, second_store, sql_store))
    )

    assert await second_store.papers.totals() == (40, 40)
    assert sum(one.papers for one in added) == sum(one.observations for one in added) == 40
    assert await sql_store.papers.generation() == await second_store.papers.generation() == 40


async def test_two_processes_merge_into_one_paper(sql_store: SqlStore, second_store: SqlStore) -> None:
    sources = ("arxiv", "github", "hugging_face", "semantic_scholar")

    await asyncio.gather(
        *(
            store.papers.add(make_batch(make_paper(sources=(source,))))
            for source, store in zip(sources, (sql_store, second_store) * 2, strict=True)
        )
    )

    merged = await sql_store.papers.get("2603.00001")
    assert merged is not None
    assert merged.sources == sources


async def test_a_reader_does_not_wait_for_a_writer(sql_store: SqlStore, second_store: SqlStore) -> None:
    await sql_store.papers.add(make_batch(make_paper(), make_observation()))

    async with second_store.engine.begin() as connection:
        await connection.execute(text("UPDATE paper SET title = 'unfinished'"))
        seen = await sql_store.papers.get("2603.00001")
        evidence = await sql_store.papers.evidence(NOON - days(9), NOON)
        generation = await sql_store.papers.generation()

    assert seen == make_paper()
    assert (len(evidence.paper_index), generation) == (1, 1)


async def test_a_second_edit_of_one_version_is_refused_whoever_makes_it(
    sql_store: SqlStore, second_store: SqlStore
) -> None:
    created = await sql_store.channels.create(make_subscription(), make_change())

    ended = await asyncio.gather(
        *(store.channels.update(created, make_change("edit")) for store in (sql_store, second_store) * 3),
        return_exceptions=True,
    )

    assert sum(isinstance(one, Exception) for one in ended) == 5
    assert len(await sql_store.channels.log(created.channel, 99)) == 2


async def test_a_batch_that_fails_leaves_nothing(sql_store: SqlStore) -> None:
    naive = make_observation(at=datetime(2026, 3, 10, 12))  # noqa: DTZ001 - what the type is to refuse

    with pytest.raises(StatementError, match="no time zone"):
        await sql_store.papers.add(make_batch(make_paper(), naive))

    assert await sql_store.papers.totals() == (0, 0)
    assert await sql_store.papers.generation() == 0


async def test_the_generation_survives_a_restart(sql_store: SqlStore, database_url: str) -> None:
    await sql_store.papers.add(make_batch(make_paper()))
    first = await sql_store.papers.generation()

    again = open_store(database_url)
    assert await again.papers.generation() == first
    await again.papers.add(make_batch(make_observation()))
    assert await again.papers.generation() > first
    await close_without_leak(again)


async def test_a_remembered_command_is_one_row_however_often_it_is_remembered(
    sql_store: SqlStore, second_store: SqlStore
) -> None:
    await asyncio.gather(*(store.channels.remember_command("k", "trending") for store in (sql_store, second_store) * 4))

    async with sql_store.engine.connect() as connection:
        assert await connection.scalar(select(func.count()).select_from(remembered_command)) == 1

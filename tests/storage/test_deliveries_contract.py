"""What every DeliveryStore does with slots, claims and lanes: in memory, on SQLite and on PostgreSQL."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.models import ChannelKey, Delivery, DeliveryState, Outcome, Subscription
from bot.ports import Record, SlotPlan
from tests.builders import CHANNEL, NOON, days, hours, make_change
from tests.conftest import AnyStore
from tests.storage.ledger import (
    GRACE,
    MINUTE,
    REAL,
    SLOT,
    claim,
    claimed,
    frozen,
    known,
    nothing,
    plan,
    skipping,
    subscribe,
    tomorrow,
)


async def test_a_planned_slot_is_due_at_once_until_the_grace_since_its_time_is_over(store: AnyStore) -> None:
    subscription = await subscribe(store)

    assert await plan(store) == 1

    planned = await store.deliveries.delivery(subscription.id, SLOT)
    assert planned == Delivery(
        id=planned.id if planned else 0,
        subscription_id=subscription.id,
        channel=CHANNEL,
        slot=SLOT,
        state=DeliveryState.PENDING,
        due_at=NOON - hours(1),
        next_attempt_at=REAL,
        expires_at=REAL + hours(2),
    )
    after = await store.channels.subscription(CHANNEL)
    assert after == replace(subscription, next_run_at=NOON + days(1))


async def test_a_skipped_slot_keeps_its_reason_and_is_never_claimed(store: AnyStore) -> None:
    subscription = await subscribe(store)

    assert await store.deliveries.plan(NOON, REAL, 100, skipping, GRACE) == 1

    skipped = await store.deliveries.delivery(subscription.id, SLOT)
    assert skipped is not None
    assert (skipped.state, skipped.reason, skipped.next_attempt_at) == (DeliveryState.SKIPPED, "too late", None)
    assert await claim(store, real=REAL + days(9)) == []


async def test_a_plan_without_a_slot_only_moves_the_next_run(store: AnyStore) -> None:
    await subscribe(store)

    assert await store.deliveries.plan(NOON, REAL, 100, nothing, GRACE) == 1

    assert await store.deliveries.totals() == {}
    after = await store.channels.subscription(CHANNEL)
    assert after is not None
    assert after.next_run_at == NOON + days(1)


async def test_only_due_and_running_subscriptions_are_planned(store: AnyStore) -> None:
    await subscribe(store, next_run_at=NOON + timedelta(microseconds=1))
    await subscribe(store, ChannelKey("slack", "T0001", "C0002"), next_run_at=None, paused_because="asked")
    gone = ChannelKey("slack", "T0001", "C0003")
    await subscribe(store, gone)
    await store.channels.remove(gone, make_change("ended", gone))

    assert await plan(store) == 0
    assert await store.deliveries.totals() == {}


async def test_planning_goes_batch_by_batch_from_the_longest_waiting(store: AnyStore) -> None:
    for number in range(5):
        await subscribe(store, ChannelKey("slack", "T0001", f"C{number}"), next_run_at=NOON - hours(number))

    assert await store.deliveries.plan(NOON, REAL, 3, tomorrow, GRACE) == 3
    assert [len(await store.deliveries.history(ChannelKey("slack", "T0001", f"C{n}"), 9)) for n in range(5)] == [
        0,
        0,
        1,
        1,
        1,
    ]
    assert await store.deliveries.plan(NOON, REAL, 3, tomorrow, GRACE) == 2
    assert await store.deliveries.plan(NOON, REAL, 3, tomorrow, GRACE) == 0


async def test_planners_side_by_side_plan_each_subscription_once(store: AnyStore) -> None:
    for number in range(24):
        await subscribe(store, ChannelKey("slack", f"T{number % 3}", f"C{number}"))

    async def planner() -> int:
        total = 0
        while handled := await store.deliveries.plan(NOON, REAL, 2, tomorrow, GRACE):
            total += handled
        return total

    assert sum(await asyncio.gather(*(planner() for _ in range(4)))) == 24

    assert await store.deliveries.totals() == {DeliveryState.PENDING: 24}
    assert await plan(store) == 0
    assert len(await claim(store, lanes=3, per_lane=8)) == 24


async def test_a_slot_that_is_in_the_ledger_is_not_planned_again(store: AnyStore) -> None:
    only = await frozen(store)
    await store.deliveries.record(only, "ann", Record(state=DeliveryState.SENT, outcome=Outcome.SENT, sent_at=NOON))
    subscription = await store.channels.subscription(CHANNEL)
    assert subscription is not None
    await store.channels.update(replace(subscription, next_run_at=NOON), make_change("an earlier time"))

    assert await plan(store) == 1

    assert (await known(store, only)).state is DeliveryState.SENT
    assert await claim(store) == []


async def test_a_decider_that_fails_leaves_everything_as_it_was(store: AnyStore) -> None:
    await subscribe(store)

    def broken(_subscription: Subscription, _now: datetime) -> SlotPlan:
        raise ValueError("no such zone")

    with pytest.raises(ValueError, match="no such zone"):
        await store.deliveries.plan(NOON, REAL, 100, broken, GRACE)

    assert await plan(store) == 1


async def test_a_plan_that_pauses_stops_all_that_are_alike_as_an_edit_does(store: AnyStore) -> None:
    channels = [ChannelKey("slack", "T0001", f"C{number}") for number in range(3)]
    before = [await subscribe(store, channel) for channel in channels]

    def pausing(_subscription: Subscription, now: datetime) -> SlotPlan:
        return SlotPlan(slot=None, due_at=now, skip_because=None, next_run_at=None, pause_because="no such zone")

    assert await store.deliveries.plan(NOON, REAL, 100, pausing, GRACE) == 3

    assert [await store.channels.subscription(channel) for channel in channels] == [
        replace(one, next_run_at=None, paused_because="no such zone", version=one.version + 1) for one in before
    ]
    assert await store.deliveries.totals() == {}


async def test_each_of_many_that_are_alike_or_not_gets_its_own_slot_in_its_own_lane(store: AnyStore) -> None:
    channels = [
        *(ChannelKey("slack", f"T{number % 3}", f"C{number}") for number in range(40)),
        *(ChannelKey("discord", "G1", f"C{number}") for number in range(40)),
        *(ChannelKey("email", "", f"ada{number}@example.org") for number in range(40)),
        ChannelKey("terminal", "", "desk"),
    ]
    for number, channel in enumerate(channels):
        await subscribe(store, channel, next_run_at=NOON - hours(number % 2))

    def by_next_run(one: Subscription, now: datetime) -> SlotPlan:
        skip = "later" if one.next_run_at == NOON else None
        return SlotPlan(slot=SLOT, due_at=now, skip_because=skip, next_run_at=now + days(1))

    assert await store.deliveries.plan(NOON, REAL, 1000, by_next_run, GRACE) == len(channels)

    told = [await store.deliveries.history(channel, 9) for channel in channels]
    assert [[one.reason for one in of_one] for of_one in told] == [
        [None if number % 2 else "later"] for number in range(len(channels))
    ]
    due = {channel for number, channel in enumerate(channels) if number % 2}
    taken = await claim(store, lanes=99, per_lane=99, platforms=("slack", "discord", "email", "terminal"))
    assert {one.channel for one in taken} == due


async def test_a_claim_takes_what_is_due_for_one_lease(store: AnyStore) -> None:
    only = await claimed(store)

    assert (only.state, only.next_attempt_at, only.attempts) == (DeliveryState.SENDING, REAL + MINUTE, 0)
    assert await claim(store, "ben") == []
    assert await claim(store, "ben", REAL + MINUTE - timedelta(seconds=1)) == []


async def test_what_is_not_due_yet_is_not_claimed(store: AnyStore) -> None:
    only = await claimed(store)
    later = Record(state=DeliveryState.PENDING, outcome=Outcome.NOT_SENT, next_attempt_at=REAL + hours(1))
    await store.deliveries.record(only, "ann", later)

    assert await claim(store, real=REAL + hours(1) - timedelta(seconds=1)) == []
    assert len(await claim(store, real=REAL + hours(1))) == 1


async def test_lanes_take_turns_and_each_gives_a_few(store: AnyStore) -> None:
    for team, channels in (("T1", 5), ("T2", 1), ("T3", 2)):
        for number in range(channels):
            await subscribe(store, ChannelKey("slack", team, f"C{number}"))
    await plan(store)

    taken = [
        [one.channel.workspace for one in await claim(store, real=REAL + timedelta(seconds=turn), lanes=2, per_lane=2)]
        for turn in range(4)
    ]

    assert [sorted(turn) for turn in taken] == [["T1", "T1", "T2"], ["T1", "T1", "T3", "T3"], ["T1"], []]


async def test_busy_lanes_and_other_platforms_are_left_out(store: AnyStore) -> None:
    await subscribe(store)
    await subscribe(store, ChannelKey("discord", "G1", "1"))
    await plan(store)

    assert await claim(store, platforms=["email"]) == []
    assert [one.channel.platform for one in await claim(store, busy=["slack:T0001"])] == ["discord"]
    assert await claim(store, platforms=[]) == []


async def test_what_no_platform_here_can_send_is_taken_once_its_time_is_over(store: AnyStore) -> None:
    await subscribe(store)
    await plan(store)
    expired = REAL + hours(2) + timedelta(seconds=1)

    assert await claim(store, real=expired, platforms=["slack"], overdue=True) == []
    assert await claim(store, real=REAL + hours(2), platforms=["discord"], overdue=True) == []
    assert len(await claim(store, real=expired, platforms=["discord"], overdue=True)) == 1


async def test_next_runs_follow_another_edition_of_the_zones_rules_once(store: AnyStore) -> None:
    for number in range(5):
        await subscribe(store, ChannelKey("slack", "T0001", f"C{number}"), next_run_at=NOON + days(number % 2))
    await subscribe(store, ChannelKey("slack", "T0001", "C9"), next_run_at=None)

    def an_hour_earlier(subscription: Subscription) -> datetime | None:
        runs = subscription.next_run_at
        return runs if runs is None or runs == NOON else runs - hours(1)

    assert await store.deliveries.renew_next_runs("2026a", an_hour_earlier, 2) == 2
    assert await store.deliveries.renew_next_runs("2026a", an_hour_earlier, 2) == 0, "known already"
    runs = [one.next_run_at for one in await store.channels.subscriptions("slack", "T0001")]
    assert runs == [NOON, NOON + hours(23), NOON, NOON + hours(23), NOON, None]

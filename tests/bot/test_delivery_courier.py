"""When digests are sent, what holds them up, and whom that does not concern."""

import asyncio
from datetime import datetime, timedelta

import pytest
from structlog.testing import capture_logs

from bot.delivery import Courier, Pace
from bot.models import ChannelKey, Delivery, DeliveryState, Outcome, Subscription
from bot.ports import SlotPlan
from bot.views import DigestPost
from tests.builders import CHANNEL, hours
from tests.delivery_scene import NINE, SLOT, FakePlatform, Scene, failing

DISCORD = ChannelKey("discord", "G1", "100")
NEIGHBOUR = ChannelKey("slack", "T0001", "C0002")
ELSEWHERE = ChannelKey("slack", "T0002", "C0001")


async def test_a_digest_is_sent_at_its_minute_and_not_before() -> None:
    slack = FakePlatform()
    scene = Scene(slack)
    await scene.subscribe()
    scene.wait(seconds=-1)

    await scene.tick()
    assert slack.requests == []
    await scene.tick(seconds=1)
    assert len(slack.arrived) == 1
    await scene.tick(seconds=1)
    assert len(slack.arrived) == 1


async def test_a_week_of_ticks_sends_one_digest_each_workday() -> None:
    slack = FakePlatform()
    scene = Scene(slack)
    await scene.subscribe()

    for _ in range(7 * 24 + 1):
        await scene.tick(hours=1)

    sent = await scene.store.deliveries.history(CHANNEL, 99)
    assert [one.slot.isoformat()[-2:] for one in reversed(sent)] == ["10", "11", "12", "13", "16", "17"]
    assert {one.state for one in sent} == {DeliveryState.SENT}
    assert len(slack.arrived) == 6


@pytest.mark.parametrize(
    ("late", "state"),
    [
        (timedelta(hours=3), DeliveryState.SENT),
        (timedelta(hours=3, seconds=1), DeliveryState.SKIPPED),
        (timedelta(days=3, hours=1), DeliveryState.SENT),
    ],
)
async def test_after_downtime_only_the_latest_slot_counts_and_only_if_it_is_not_too_late(
    late: timedelta, state: DeliveryState
) -> None:
    slack = FakePlatform()
    scene = Scene(slack)
    await scene.subscribe()

    await scene.tick(seconds=late.total_seconds())

    history = await scene.store.deliveries.history(CHANNEL, 99)
    assert [one.state for one in history] == [state]
    assert len(slack.arrived) == (state is DeliveryState.SENT)
    assert state is DeliveryState.SENT or "not running at 09:00" in (history[0].reason or "")


async def test_a_restart_in_the_middle_goes_on_once_the_lease_is_over() -> None:
    slack = FakePlatform()
    scene = Scene(slack)
    await scene.subscribe()
    await scene.courier.plan_due()
    await scene.store.deliveries.claim(
        scene.courier._lease(), lanes=1, per_lane=9, platforms=["slack"]
    )  # and then the process was killed

    scene.courier = scene.new_courier()
    await scene.tick(seconds=59)
    assert slack.requests == []
    await scene.tick(seconds=1)
    assert (await scene.last()).state is DeliveryState.SENT


async def test_what_was_planned_before_a_long_downtime_is_skipped_even_if_the_product_clock_was_set_anew() -> None:
    slack = FakePlatform(answers=[failing(Outcome.NOT_SENT)])
    scene = Scene(slack)
    await scene.subscribe()
    await scene.subscribe(NEIGHBOUR)
    await scene.courier.plan_due()

    scene.clock.moment += hours(5)
    scene.courier = scene.new_courier()
    await scene.tick(seconds=1)

    assert slack.requests == []
    assert {(await scene.last(one)).state for one in (CHANNEL, NEIGHBOUR)} == {DeliveryState.SKIPPED}


async def test_at_an_hour_a_second_a_retry_is_still_in_time() -> None:
    slack = FakePlatform(answers=[failing(Outcome.NOT_SENT)] * 3)
    scene = Scene(slack)
    await scene.subscribe()

    for _ in range(10):
        scene.clock.moment += hours(1)
        scene.real.moment += timedelta(seconds=1)
        await scene.courier.tick()

    assert (await scene.last()).state is DeliveryState.SENT


async def test_an_older_day_that_still_waits_gives_way_to_the_new_one() -> None:
    slack = FakePlatform(answers=[failing(Outcome.LIMITED, retry_after=100.0)])
    scene = Scene(slack)
    await scene.subscribe()
    await scene.tick()

    scene.clock.moment += hours(25)
    scene.real.moment += timedelta(seconds=150)
    await scene.courier.tick()

    newer, older = await scene.store.deliveries.history(CHANNEL, 9)
    assert (newer.state, older.state) == (DeliveryState.SENT, DeliveryState.SKIPPED)
    assert older.reason == f"the digest of {newer.slot} took its place"


async def test_a_digest_that_cannot_be_made_is_tried_again_and_the_others_come() -> None:
    slack = FakePlatform()
    scene = Scene(slack)
    await scene.subscribe()
    await scene.subscribe(NEIGHBOUR)
    compose, failures = scene.compose, [ValueError("no such column")]

    async def sometimes(delivery: Delivery) -> DigestPost | None:
        if delivery.channel == CHANNEL and failures:
            raise failures.pop()
        return await compose(delivery)

    scene.courier = Courier(
        scene.store, scene.platforms, sometimes, clock=scene.clock, real=scene.real, jitter=lambda top: top
    )
    with capture_logs() as logs:
        await scene.tick()
    waiting = await scene.last()
    assert (waiting.state, waiting.outcome) == (DeliveryState.PENDING, Outcome.NOT_SENT)
    assert (await scene.last(NEIGHBOUR)).state is DeliveryState.SENT
    assert [line["event"] for line in logs if line["log_level"] == "error"] == ["the digest could not be chosen"]

    await scene.tick(minutes=1)
    assert (await scene.last()).state is DeliveryState.SENT


@pytest.mark.parametrize("next_run", [None, NINE])
async def test_a_schedule_that_cannot_be_planned_is_paused_and_holds_up_nobody(next_run: datetime | None) -> None:
    slack = FakePlatform()
    scene = Scene(slack)
    await scene.subscribe()
    await scene.subscribe(NEIGHBOUR)

    def decide(subscription: Subscription, now: datetime) -> SlotPlan:
        if subscription.channel == CHANNEL and next_run is None:
            raise KeyError("Europe/Atlantis")
        due_again = next_run if subscription.channel == CHANNEL else now + hours(24)
        return SlotPlan(slot=SLOT, due_at=now, skip_because=None, next_run_at=due_again)

    scene.courier = Courier(
        scene.store, scene.platforms, scene.compose, clock=scene.clock, real=scene.real, decide=decide
    )
    with capture_logs() as logs:
        await scene.tick()

    paused = await scene.store.channels.subscription(CHANNEL)
    assert paused is not None
    assert paused.paused_because == "its schedule cannot be read any more; set the time and the zone again"
    assert [channel for channel, _ in slack.arrived] == [NEIGHBOUR]
    assert any(line["event"] == "a schedule cannot be planned" for line in logs)


async def test_planning_takes_as_many_batches_as_are_due() -> None:
    scene = Scene(FakePlatform(), pace=Pace(plan_batch=2))
    for number in range(5):
        await scene.subscribe(ChannelKey("slack", "T0001", f"C{number}"))

    assert await scene.courier.plan_due() == 5
    assert await scene.courier.plan_due() == 0


class Planned:
    """Batches that a ledger of two planners is asked for: each waits until it is let go on, and then has so many."""

    planners = 2

    def __init__(self) -> None:
        self.asked: asyncio.Queue[asyncio.Future[int]] = asyncio.Queue()

    async def plan(self, *_given: object) -> int:
        batch: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self.asked.put_nowait(batch)
        return await batch

    async def next(self) -> asyncio.Future[int]:
        return await asyncio.wait_for(self.asked.get(), 30)


def planning_side_by_side() -> tuple[Planned, Courier]:
    planned, scene = Planned(), Scene(FakePlatform(), pace=Pace(plan_batch=2))
    scene.store.deliveries = planned  # type: ignore[assignment]  # of a ledger it has what planning needs
    return planned, scene.new_courier()


async def test_what_is_due_beyond_one_batch_is_planned_side_by_side() -> None:
    planned, courier = planning_side_by_side()
    task = asyncio.create_task(courier.plan_due())

    (await planned.next()).set_result(2)
    one, other = await planned.next(), await planned.next()
    other.set_result(2)
    next_of_other = await planned.next()
    one.set_result(1)
    next_of_other.set_result(0)

    assert await task == 5
    assert planned.asked.empty()


async def test_one_batch_that_is_not_full_is_all_that_is_asked_for() -> None:
    planned, courier = planning_side_by_side()
    task = asyncio.create_task(courier.plan_due())

    (await planned.next()).set_result(1)

    assert await task == 1
    assert planned.asked.empty()


async def test_a_planner_that_fails_is_told_of_once_the_other_has_ended() -> None:
    planned, courier = planning_side_by_side()
    task = asyncio.create_task(courier.plan_due())

    (await planned.next()).set_result(2)
    one, other = await planned.next(), await planned.next()
    one.set_exception(OSError("the database went away"))
    other.set_result(2)
    (await planned.next()).set_result(0)

    with pytest.raises(OSError, match="went away"):
        await task


async def test_whoever_stops_takes_no_further_batch() -> None:
    planned, courier = planning_side_by_side()
    task = asyncio.create_task(courier.plan_due())

    (await planned.next()).set_result(2)
    one, other = await planned.next(), await planned.next()
    assert await courier.drain(0)
    one.set_result(2)
    other.set_result(2)

    assert await task == 6
    assert planned.asked.empty()


async def test_what_no_connected_platform_can_send_says_so_once_its_time_is_over() -> None:
    slack = FakePlatform()
    scene = Scene(slack)
    await scene.subscribe(DISCORD)

    await scene.tick(hours=1)
    assert (await scene.last(DISCORD)).state is DeliveryState.PENDING
    await scene.tick(hours=2, seconds=1)

    late = await scene.last(DISCORD)
    assert late.state is DeliveryState.SKIPPED
    assert late.reason == "it could not be sent within 3 h of its time: no connection to Discord is set up"

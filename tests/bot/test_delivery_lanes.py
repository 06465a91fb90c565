"""Lanes side by side, a few messages at a time in each; draining; a store that fails."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from bot.delivery import Pace
from bot.models import ChannelKey, Delivery, DeliveryState
from bot.ports import Lease, Payload, Rate
from tests.builders import CHANNEL
from tests.delivery_scene import FakePlatform, Scene
from tests.memory_deliveries import MemoryDeliveries

DISCORD = ChannelKey("discord", "G1", "100")
NEIGHBOUR = ChannelKey("slack", "T0001", "C0002")
ELSEWHERE = ChannelKey("slack", "T0002", "C0001")


async def test_a_platform_that_does_not_answer_holds_up_its_own_lane_only() -> None:
    hangs = asyncio.Event()
    slack = FakePlatform()
    scene = Scene(slack, pace=Pace(patience=timedelta(0), rates={}))
    for channel in (CHANNEL, NEIGHBOUR, ELSEWHERE):
        await scene.subscribe(channel)

    async def hanging(channel: ChannelKey) -> None:
        if channel == CHANNEL:
            await hangs.wait()

    slack.before = hanging
    await scene.tick()
    for _ in range(50):
        await scene.courier.deliver_due()
        await asyncio.sleep(0)

    assert (await scene.last(ELSEWHERE)).state is DeliveryState.SENT
    assert {(await scene.last(one)).state for one in (CHANNEL, NEIGHBOUR)} == {DeliveryState.SENDING}

    hangs.set()
    assert await scene.courier.drain(1.0)


@pytest.mark.parametrize("width", [1, 2])
async def test_one_lane_has_so_many_messages_under_way_and_lanes_work_side_by_side(width: int) -> None:
    at_work: list[str] = []
    most: dict[str, int] = {}
    slack = FakePlatform()
    scene = Scene(slack, pace=Pace(rates={"slack": Rate(timedelta(0, 1), burst=9, at_once=width)}))
    for team in range(3):
        for number in range(6):
            await scene.subscribe(ChannelKey("slack", f"T{team}", f"C{number}"))

    async def counting(channel: ChannelKey) -> None:
        at_work.append(channel.workspace)
        for lane in ("all", channel.workspace):
            busy = len(at_work) if lane == "all" else at_work.count(lane)
            most[lane] = max(most.get(lane, 0), busy)
        for _ in range(12):  # long enough for all to be composed, few in each round of the loop
            await asyncio.sleep(0)
        at_work.remove(channel.workspace)

    slack.before = counting
    await scene.tick()

    assert len(slack.arrived) == 18
    assert most == {"all": 3 * width, "T0": width, "T1": width, "T2": width}


async def held() -> tuple[Scene, FakePlatform, asyncio.Event, asyncio.Task[None]]:
    """A lane whose first message is on its way until the event is set, the others claimed behind it."""
    started, goes_on = asyncio.Event(), asyncio.Event()
    slack = FakePlatform()
    scene = Scene(slack, pace=Pace(rates={}))
    for number in range(3):
        await scene.subscribe(ChannelKey("slack", "T0001", f"C{number}"))

    async def slow(_channel: ChannelKey) -> None:
        started.set()
        await goes_on.wait()

    slack.before = slow
    ticking = asyncio.create_task(scene.courier.tick())
    await started.wait()
    return scene, slack, goes_on, ticking


async def test_draining_finishes_what_is_being_sent_and_gives_the_rest_back() -> None:
    scene, slack, goes_on, ticking = await held()
    draining = asyncio.create_task(scene.courier.drain(30.0))
    await asyncio.sleep(0)
    goes_on.set()
    assert await draining
    await ticking

    assert await scene.store.deliveries.totals() == {DeliveryState.SENT: 1, DeliveryState.PENDING: 2}
    await scene.tick()
    assert len(slack.arrived) == 1, "a drained courier claims nothing"
    scene.courier = scene.new_courier()
    await scene.tick()
    assert len(slack.arrived) == 3, "another one takes over at once"


async def test_what_does_not_arrive_in_time_is_broken_off_and_the_rest_given_back() -> None:
    scene, slack, goes_on, ticking = await held()

    assert not await scene.courier.drain(0.0)
    await asyncio.gather(ticking, return_exceptions=True)
    assert await scene.store.deliveries.totals() == {DeliveryState.SENDING: 1, DeliveryState.PENDING: 2}

    goes_on.set()
    scene.courier = scene.new_courier()
    await scene.tick()
    assert len(slack.arrived) == 2, "what was not begun comes at once"
    await scene.tick(minutes=1)
    totals = await scene.store.deliveries.totals()
    assert totals == {DeliveryState.SENT: 2, DeliveryState.UNKNOWN: 1}, "the broken one may have arrived"


class Interrupted(MemoryDeliveries):
    """A ledger whose connection breaks once, in the middle of an attempt."""

    broken = False

    async def freeze(
        self, delivery: Delivery, lease: Lease, selection: Sequence[str], payloads: Sequence[Payload], plain: Payload
    ) -> bool:
        if not self.broken:
            self.broken = True
            raise ConnectionError("the database went away")
        return await super().freeze(delivery, lease, selection, payloads, plain)


async def test_a_store_that_fails_in_an_attempt_leaves_the_delivery_to_the_lease() -> None:
    scene = Scene(FakePlatform())
    scene.store.deliveries = Interrupted(scene.store.channels.subscribed)
    scene.courier = scene.new_courier()
    await scene.subscribe()

    with capture_logs() as logs:
        await scene.tick()
    assert [line["event"] for line in logs if line["log_level"] == "error"] == ["an attempt broke off"]
    assert (await scene.last()).state is DeliveryState.SENDING

    await scene.tick(minutes=1)
    assert (await scene.last()).state is DeliveryState.SENT

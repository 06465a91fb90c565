"""Requests that may have arrived or not: without a key never again, with one for as long as it is known."""

import asyncio
from datetime import timedelta

from structlog.testing import capture_logs

from bot.delivery import Pace
from bot.models import ChannelKey, Delivery, DeliveryState, Outcome, PartState
from bot.ports import Lease
from tests.delivery_scene import FakePlatform, LostAcknowledgementError, Scene, failing, ticked
from tests.memory_deliveries import MemoryDeliveries

DISCORD = ChannelKey("discord", "G1", "100")


async def test_unknown_without_a_key_is_final_and_never_sent_again() -> None:
    slack = FakePlatform(answers=[LostAcknowledgementError()])
    scene = await ticked(slack)

    for _ in range(3):
        await scene.tick(hours=1)

    unknown = await scene.last()
    assert (unknown.state, unknown.outcome) == (DeliveryState.UNKNOWN, Outcome.UNKNOWN)
    assert unknown.reason is not None
    assert "the connection broke" in unknown.reason
    assert "look in the channel" in unknown.reason
    assert len(slack.arrived) == len(slack.requests) == 1
    (part,) = await scene.store.deliveries.parts(unknown.id)
    assert part.state is PartState.UNKNOWN


async def test_unknown_in_the_middle_keeps_back_the_messages_after_it() -> None:
    slack = FakePlatform(messages=3, answers=[None, LostAcknowledgementError()])

    scene = await ticked(slack)
    await scene.tick(minutes=10)

    assert (await scene.last()).state is DeliveryState.UNKNOWN
    assert len(slack.requests) == 2


async def test_unknown_with_a_key_is_sent_again_with_the_same_key_and_arrives_once() -> None:
    discord = FakePlatform("discord", idempotent=True, answers=[LostAcknowledgementError()] * 2)
    scene = await ticked(discord, DISCORD)

    for _ in range(3):
        await scene.tick(seconds=10)

    assert (await scene.last(DISCORD)).state is DeliveryState.SENT
    assert len(discord.requests) == 3
    assert len({key for _, _, key in discord.requests}) == 1
    assert len(discord.arrived) == 1


async def test_a_message_in_doubt_is_settled_by_its_key_though_its_lane_is_busy_for_longer() -> None:
    """It goes before what waits for its first turn, after a lost answer as after a crash."""
    discord = FakePlatform("discord", idempotent=True, answers=[LostAcknowledgementError()])
    scene = Scene(discord, pace=Pace(rates={}))
    channels = [ChannelKey("discord", "G1", str(number)) for number in range(200)]
    for channel in channels:
        await scene.subscribe(channel)
    crashed = asyncio.Event()

    async def taking_a_second(_channel: ChannelKey) -> None:
        scene.wait(seconds=1)
        if len(discord.requests) == 20:
            crashed.set()
            await asyncio.Event().wait()

    discord.before = taking_a_second
    killed = asyncio.create_task(scene.courier.tick())
    await crashed.wait()
    for task in (killed, *scene.courier._traffic.tasks):
        task.cancel()
    scene.courier = scene.new_courier()
    for _ in range(90):  # until the lease is over, and a little longer
        await scene.tick(seconds=1)

    assert {(await scene.last(channel)).state for channel in channels} == {DeliveryState.SENT}
    assert len(discord.arrived) == len(channels)


async def test_unknown_with_a_key_ends_when_the_key_may_be_forgotten() -> None:
    discord = FakePlatform("discord", idempotent=True, answers=[LostAcknowledgementError()] * 99)
    scene = await ticked(discord, DISCORD)

    for _ in range(60):
        await scene.tick(seconds=5)

    assert (await scene.last(DISCORD)).state is DeliveryState.UNKNOWN
    assert len(discord.arrived) == 1
    assert 2 <= len(discord.requests) <= 12


async def test_a_clean_failure_after_an_ambiguous_one_stays_ambiguous() -> None:
    later_refused = [failing(Outcome.NOT_SENT)] * 99
    discord = FakePlatform("discord", idempotent=True, answers=[LostAcknowledgementError(), *later_refused])
    scene = await ticked(discord, DISCORD)

    for _ in range(20):
        await scene.tick(seconds=10)

    assert (await scene.last(DISCORD)).state is DeliveryState.UNKNOWN


async def test_an_exception_that_is_no_outcome_is_a_bug_of_ours_and_ambiguous() -> None:
    slack = FakePlatform(answers=[KeyError("ts")])

    with capture_logs() as logs:
        scene = await ticked(slack)

    unknown = await scene.last()
    assert unknown.state is DeliveryState.UNKNOWN
    (error,) = [line for line in logs if line["log_level"] == "error"]
    assert isinstance(error["exc_info"], KeyError)
    assert f"(ref {error['reference']})" in (unknown.reason or "")


async def test_an_exception_with_a_key_is_tried_again_with_the_same_key() -> None:
    discord = FakePlatform("discord", idempotent=True, answers=[KeyError("id")])
    scene = await ticked(discord, DISCORD)

    await scene.tick(seconds=10)

    assert (await scene.last(DISCORD)).state is DeliveryState.SENT
    assert len({key for _, _, key in discord.requests}) == 1


async def test_a_message_that_may_be_there_is_not_followed_by_a_plain_one() -> None:
    discord = FakePlatform(
        "discord", idempotent=True, answers=[LostAcknowledgementError(), failing(Outcome.CONTENT_BUG)]
    )
    scene = await ticked(discord, DISCORD)

    await scene.tick(seconds=10)

    assert (await scene.last(DISCORD)).state is DeliveryState.UNKNOWN
    assert len(discord.arrived) == 1


async def test_a_dead_channel_after_an_ambiguous_request_pauses_and_stays_ambiguous() -> None:
    discord = FakePlatform(
        "discord", idempotent=True, answers=[LostAcknowledgementError(), failing(Outcome.DEAD_CHANNEL, "gone")]
    )
    scene = await ticked(discord, DISCORD)

    await scene.tick(seconds=10)

    assert (await scene.last(DISCORD)).state is DeliveryState.UNKNOWN
    subscription = await scene.store.channels.subscription(DISCORD)
    assert subscription is not None
    assert subscription.paused_because == "gone"


class Asleep(MemoryDeliveries):
    """A ledger on a machine that is shut for ten minutes before it repeats a request."""

    scene: Scene
    requests = 0

    async def begin_part(self, delivery: Delivery, lease: Lease, number: int) -> bool:
        self.requests += 1
        if self.requests == 1:
            self.scene.wait(minutes=10)
        return await super().begin_part(delivery, lease, number)


async def test_a_key_that_was_forgotten_while_the_machine_slept_is_not_used() -> None:
    discord = FakePlatform("discord", idempotent=True, answers=[LostAcknowledgementError()])
    scene = Scene(discord)
    scene.store.deliveries = Asleep(scene.store.channels.subscribed)
    scene.store.deliveries.scene = scene
    scene.courier = scene.new_courier()
    await scene.subscribe(DISCORD)
    await scene.tick()

    await scene.tick(seconds=10)

    assert (await scene.last(DISCORD)).state is DeliveryState.UNKNOWN
    assert len(discord.requests) == 1


async def test_a_request_without_an_answer_in_time_is_ambiguous() -> None:
    slack = FakePlatform()
    scene = Scene(slack, pace=Pace(answer_within=timedelta(0)))

    async def hang(_channel: ChannelKey) -> None:
        await asyncio.Event().wait()

    slack.before = hang
    await scene.subscribe()
    await scene.tick()

    unknown = await scene.last()
    assert unknown.state is DeliveryState.UNKNOWN
    assert "no answer within 0 s" in (unknown.reason or "")


async def test_what_is_cut_off_again_and_again_is_given_up() -> None:
    scene = Scene(FakePlatform(), pace=Pace(attempts=3))
    await scene.subscribe()
    await scene.courier.plan_due()
    for _ in range(4):
        lease = Lease("a process that dies", scene.real.now(), timedelta(minutes=1))
        await scene.store.deliveries.claim(lease, lanes=1, per_lane=1, platforms=["slack"])
        scene.wait(minutes=1)

    await scene.tick()

    failed = await scene.last()
    assert (failed.state, failed.reason) == (DeliveryState.FAILED, "it was cut off 4 times; see the log")

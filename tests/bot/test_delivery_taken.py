"""An attempt whose lease somebody else has taken, and what else cuts one short."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from bot.delivery import Courier, Pace
from bot.models import ChannelKey, Delivery, DeliveryState, Outcome, PartState
from bot.ports import Lease, Payload, Standing
from bot.views import DigestPost, View
from tests.builders import CHANNEL
from tests.delivery_scene import FakePlatform, Scene, failing, ticked
from tests.memory_deliveries import MemoryDeliveries


async def take_over(scene: Scene) -> None:
    """Another worker claims the delivery: its lease ran out while its owner was slow."""
    scene.wait(minutes=1)
    lease = Lease("another worker", scene.real.now(), scene.pace.lease)
    assert await scene.store.deliveries.claim(lease, lanes=1, per_lane=1, platforms=["slack"])


def taken_over_after(scene: Scene, requests: int, slack: FakePlatform) -> Callable[[ChannelKey], Awaitable[None]]:
    async def before(_channel: ChannelKey) -> None:
        if len(slack.requests) == requests:
            await take_over(scene)

    return before


async def test_whoever_is_late_to_freeze_sends_nothing() -> None:
    slack = FakePlatform()
    scene = Scene(slack)
    await scene.subscribe()
    compose = scene.compose

    async def slow(delivery: Delivery) -> DigestPost | None:
        await take_over(scene)
        return await compose(delivery)

    scene.courier = Courier(scene.store, scene.platforms, slow, clock=scene.clock, real=scene.real)
    await scene.courier.tick()

    assert slack.requests == []
    assert (await scene.last()).state is DeliveryState.SENDING


@pytest.mark.parametrize(("messages", "requests"), [(1, 1), (3, 1)])
async def test_whoever_is_late_to_note_a_message_stops_there(messages: int, requests: int) -> None:
    slack = FakePlatform(messages=messages)
    scene = Scene(slack)
    await scene.subscribe()
    slack.before = taken_over_after(scene, requests, slack)

    with capture_logs() as logs:
        await scene.courier.tick()

    assert len(slack.requests) == requests
    (part, *_) = await scene.store.deliveries.parts((await scene.last()).id)
    assert part.state is PartState.SENDING, "the other worker finds it in doubt"
    taken = [line for line in logs if line["event"] == "delivery taken over by another worker"]
    assert len(taken) == (messages == 1)


async def test_whoever_is_late_tells_nobody_that_the_channel_is_dead() -> None:
    slack = FakePlatform(answers=[failing(Outcome.DEAD_CHANNEL)])
    scene = Scene(slack)
    await scene.subscribe()
    slack.before = taken_over_after(scene, 1, slack)

    await scene.courier.tick()

    assert len(slack.requests) == 1
    subscription = await scene.store.channels.subscription(CHANNEL)
    assert subscription is not None
    assert subscription.paused_because is None


class Slow(MemoryDeliveries):
    """A ledger that answers when it is too late."""

    scene: Scene

    async def standing(self, delivery: Delivery) -> Standing:
        found = await super().standing(delivery)
        await take_over(self.scene)
        return found


async def test_a_retry_that_is_taken_over_before_its_request_makes_none() -> None:
    slack = FakePlatform(messages=2, answers=[None, failing(Outcome.NOT_SENT)])
    scene = await ticked(slack)
    ledger = Slow(scene.store.channels.subscribed)
    ledger.__dict__ |= scene.store.deliveries.__dict__
    scene.store.deliveries, ledger.scene = ledger, scene
    scene.courier = scene.new_courier()
    await scene.tick(minutes=1)

    assert len(slack.requests) == 2


async def test_a_digest_that_vanished_while_it_was_chosen_is_skipped() -> None:
    slack = FakePlatform()
    scene = Scene(slack)
    await scene.subscribe()

    async def gone(_delivery: Delivery) -> DigestPost | None:
        return None

    scene.courier = Courier(scene.store, scene.platforms, gone, clock=scene.clock, real=scene.real)
    await scene.tick()

    skipped = await scene.last()
    assert (skipped.state, skipped.reason) == (DeliveryState.SKIPPED, "the digest was ended before it went out")


async def test_a_digest_that_cannot_be_drawn_is_a_bug_of_ours_and_tried_again() -> None:
    class Clumsy(FakePlatform):
        """Cannot draw."""

        def render(self, view: View) -> list[Payload]:
            raise IndexError(view)

    with capture_logs() as logs:
        scene = await ticked(Clumsy())

    waiting = await scene.last()
    assert (waiting.state, waiting.outcome) == (DeliveryState.PENDING, Outcome.NOT_SENT)
    assert [line["event"] for line in logs if line["log_level"] == "error"] == ["the digest could not be drawn"]


async def test_no_more_lanes_than_allowed_work_side_by_side() -> None:
    slack = FakePlatform()
    scene = Scene(slack, pace=Pace(parallel_lanes=1, patience=timedelta(seconds=5)))
    for team in range(3):
        await scene.subscribe(ChannelKey("slack", f"T{team}", "C1"))

    await scene.tick()

    assert len(slack.arrived) == 3


@pytest.mark.parametrize(
    ("channel", "way_back"),
    [("slack:T0001:C0001", "SLACK_BOT_TOKEN"), ("discord:1:2", "DISCORD_BOT_TOKEN"), ("email:a@b.c", "SMTP_URL")],
)
async def test_the_alert_of_a_refused_token_names_the_way_back(channel: str, way_back: str) -> None:
    key = ChannelKey.parse(channel)

    with capture_logs() as logs:
        await ticked(FakePlatform(key.platform, answers=[failing(Outcome.DEAD_LANE)]), key)

    (alert,) = [line for line in logs if line["log_level"] == "error"]
    assert way_back in alert["hint"]

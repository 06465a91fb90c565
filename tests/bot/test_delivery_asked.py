"""Digests that somebody asks for."""

import pytest

from bot.errors import UserError
from bot.models import ChannelKey, DeliveryState, Outcome, Person
from tests.builders import hours
from tests.delivery_scene import NINE, SLOT, FakePlatform, Scene, failing, planned

DISCORD = ChannelKey("discord", "G1", "100")
NEIGHBOUR = ChannelKey("slack", "T0001", "C0002")
ELSEWHERE = ChannelKey("slack", "T0002", "C0001")


async def test_somebody_may_have_the_digest_now_and_then_it_does_not_come_again() -> None:
    slack = FakePlatform()
    scene = Scene(slack)
    subscription = await scene.subscribe()
    scene.wait(hours=-1)

    sent = await scene.courier.send_now(subscription, SLOT)
    await scene.tick(hours=1)

    assert (sent.state, sent.due_at) == (DeliveryState.SENT, NINE - hours(1))
    assert len(slack.arrived) == 1


async def test_what_is_out_is_refused_unless_asked_for_again_and_then_has_another_key() -> None:
    slack = FakePlatform(idempotent=True)
    scene = Scene(slack)
    subscription = await scene.subscribe()
    await scene.tick()

    with pytest.raises(UserError) as refused:
        await scene.courier.send_now(subscription, SLOT)
    assert refused.value.code == "already_sent"
    assert refused.value.hint == "To send it once more: /papers digest send again:yes"

    sent = await scene.courier.send_now(subscription, SLOT, again=True)
    assert (sent.state, sent.generation) == (DeliveryState.SENT, 1)
    assert len(slack.arrived) == 2
    assert len({key for _, _, key in slack.requests}) == 2
    assert scene.composed[-1].selection == sent.selection, "what was shown is known when it is chosen again"


async def test_what_is_being_sent_is_refused() -> None:
    scene, subscription = await planned(FakePlatform())
    await scene.store.deliveries.claim(scene.courier._lease(), lanes=1, per_lane=1, platforms=["slack"])

    with pytest.raises(UserError) as refused:
        await scene.courier.send_now(subscription, SLOT, again=True)

    assert refused.value.code == "on_its_way"


async def test_a_doubtful_digest_is_refused_with_its_reason_and_sent_if_asked_again() -> None:
    slack = FakePlatform(answers=[failing(Outcome.UNKNOWN, "the connection broke")])
    scene = Scene(slack)
    subscription = await scene.subscribe()
    await scene.tick()

    with pytest.raises(UserError, match="the connection broke"):
        await scene.courier.send_now(subscription, SLOT)

    assert (await scene.courier.send_now(subscription, SLOT, again=True)).state is DeliveryState.SENT


async def test_somebody_may_try_a_paused_digest_whose_channel_was_mended() -> None:
    slack = FakePlatform(answers=[failing(Outcome.DEAD_CHANNEL), None])
    scene = Scene(slack)
    subscription = await scene.subscribe(by=Person(id="", name="Ada"))
    await scene.tick()

    assert (await scene.courier.send_now(subscription, SLOT)).state is DeliveryState.SENT


async def test_a_platform_that_is_not_connected_is_named() -> None:
    scene = Scene(FakePlatform())
    subscription = await scene.subscribe(DISCORD)

    with pytest.raises(UserError, match="No connection to Discord") as refused:
        await scene.courier.send_now(subscription, SLOT)

    assert refused.value.code == "not_connected"
    assert await scene.store.deliveries.totals() == {}


async def test_a_lane_that_has_to_wait_is_not_asked_by_people_either() -> None:
    slack = FakePlatform(answers=[failing(Outcome.LIMITED, "Slack asks to wait", 60.0)])
    scene = Scene(slack)
    subscription = await scene.subscribe()
    await scene.tick()

    with pytest.raises(UserError, match="Slack asks to wait") as refused:
        await scene.courier.send_now(subscription, SLOT)

    assert refused.value.code == "lane_waits"
    scene.wait(seconds=90)
    assert (await scene.courier.send_now(subscription, SLOT)).state is DeliveryState.SENT


async def test_a_courier_that_is_about_to_stop_takes_no_wishes() -> None:
    scene = Scene(FakePlatform())
    subscription = await scene.subscribe()
    assert await scene.courier.drain(1.0)

    with pytest.raises(UserError) as refused:
        await scene.courier.send_now(subscription, SLOT)

    assert refused.value.code == "stopping"

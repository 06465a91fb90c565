"""Digests that somebody asks for."""

import asyncio
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from bot.delivery import Pace
from bot.delivery.pacing import BREAKS_AT
from bot.errors import UserError
from bot.models import ChannelKey, DeliveryState, Outcome, Person, Subscription
from bot.ports import Block, Rate
from tests.builders import CHANNEL, hours
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


async def refused(*answers: Exception | None) -> tuple[Scene, FakePlatform, Subscription]:
    """Two digests of a workspace whose token was refused a moment ago; what is asked next is answered so."""
    slack = FakePlatform(answers=[failing(Outcome.DEAD_LANE, "Slack refuses the token"), *answers])
    scene = Scene(slack)
    subscription = await scene.subscribe()
    await scene.subscribe(NEIGHBOUR)
    with capture_logs():
        await scene.tick()
    return scene, slack, subscription


async def test_whoever_asks_after_the_token_was_mended_opens_the_lane_for_all_its_digests() -> None:
    scene, slack, subscription = await refused()
    await scene.tick(seconds=1)
    assert len(slack.requests) == 1

    sent = await scene.courier.send_now(subscription, SLOT)
    await scene.tick(seconds=1)

    assert sent.state is DeliveryState.SENT
    assert (await scene.last(NEIGHBOUR)).state is DeliveryState.SENT


@pytest.mark.parametrize(("outcome", "requests"), [(Outcome.DEAD_CHANNEL, 1), (Outcome.CONTENT_BUG, 2)])
async def test_a_token_that_is_taken_opens_the_lane_though_the_message_is_not(outcome: Outcome, requests: int) -> None:
    scene, _, subscription = await refused(*[failing(outcome)] * requests)

    with capture_logs():
        asked = await scene.courier.send_now(subscription, SLOT)
        await scene.tick(seconds=1)

    assert asked.state is DeliveryState.FAILED
    assert (await scene.last(NEIGHBOUR)).state is DeliveryState.SENT


async def test_asking_while_the_token_is_still_refused_makes_one_request_and_the_rest_longer() -> None:
    scene, slack, subscription = await refused(failing(Outcome.DEAD_LANE, "Slack refuses the token"))
    scene.wait(minutes=10)

    asked = await scene.courier.send_now(subscription, SLOT)

    assert (asked.state, asked.reason) == (DeliveryState.PENDING, "Slack refuses the token")
    await scene.tick(minutes=14)
    assert len(slack.requests) == 2
    await scene.tick(minutes=1)
    assert len(slack.arrived) == 2


async def test_a_rest_after_an_outage_ends_for_one_who_asks_and_is_answered() -> None:
    down = failing(Outcome.NOT_SENT, "connection refused")
    slack = FakePlatform(answers=[down] * BREAKS_AT)
    scene = Scene(slack, pace=Pace(rates={"slack": Rate(timedelta(milliseconds=1), burst=50)}))
    subscription = await scene.subscribe()
    for number in range(2, 9):
        await scene.subscribe(ChannelKey("slack", "T0001", f"C000{number}"))
    await scene.tick()
    block = await scene.store.lanes.last_block("slack:T0001")
    assert block is not None
    assert block.rests(scene.real.now())

    assert (await scene.courier.send_now(subscription, SLOT)).state is DeliveryState.SENT
    await scene.tick(seconds=5)
    assert len(slack.arrived) == 8


async def test_a_wait_that_slack_asked_for_beside_a_refused_token_is_not_ended_by_asking() -> None:
    scene, _, subscription = await refused()
    until = scene.real.now() + timedelta(minutes=1)
    await scene.store.lanes.block("slack:T0001", Block(until, "Slack asks to wait", until))

    with pytest.raises(UserError) as wait:
        await scene.courier.send_now(subscription, SLOT)

    assert wait.value.code == "lane_waits"
    scene.wait(minutes=1)
    assert (await scene.courier.send_now(subscription, SLOT)).state is DeliveryState.SENT


async def test_a_process_that_starts_tries_what_rested_since_its_token_may_be_a_new_one() -> None:
    scene, slack, _ = await refused()
    await scene.tick(minutes=1)
    assert slack.arrived == []

    scene.courier = scene.new_courier()
    with capture_logs() as logs:
        await scene.tick(seconds=1)

    assert len(slack.arrived) == 2
    (told,) = [line for line in logs if "lanes" in line]
    assert told["lanes"] == ["slack:T0001"]


async def test_a_process_that_starts_keeps_to_a_wait_that_the_platform_asked_for() -> None:
    slack = FakePlatform(answers=[failing(Outcome.LIMITED, "Slack asks to wait", 60.0)])
    scene = Scene(slack)
    await scene.subscribe()
    await scene.tick()

    scene.courier = scene.new_courier()
    await scene.tick(seconds=30)
    assert len(slack.requests) == 1

    await scene.tick(seconds=40)
    assert len(slack.arrived) == 1


async def test_a_token_mended_too_late_for_a_digest_leaves_its_reason() -> None:
    scene, _, _ = await refused()
    with capture_logs():
        scene.wait(hours=3, minutes=1)
        scene.courier = scene.new_courier()
        await scene.tick()

    for channel in (CHANNEL, NEIGHBOUR):
        last = await scene.last(channel)
        assert last.state is DeliveryState.SKIPPED
        assert last.reason == "it could not be sent within 3 h of its time: Slack refuses the token"


async def test_whoever_waits_while_the_process_ends_hears_that_nobody_knows() -> None:
    slack, hangs = FakePlatform(), asyncio.Event()
    scene = Scene(slack)
    subscription = await scene.subscribe()

    async def hanging(_channel: ChannelKey) -> None:
        hangs.set()
        await asyncio.Event().wait()

    slack.before = hanging
    asking = asyncio.create_task(scene.courier.send_now(subscription, SLOT))
    await hangs.wait()
    assert not await scene.courier.drain(0.0)

    with pytest.raises(UserError, match="may have arrived or not") as told:
        await asking
    assert told.value.code == "stopping"


async def test_one_who_asked_and_left_does_not_end_what_was_asked_for() -> None:
    slack, begun, goes_on = FakePlatform(), asyncio.Event(), asyncio.Event()
    scene = Scene(slack)
    subscription = await scene.subscribe()

    async def slow(_channel: ChannelKey) -> None:
        begun.set()
        await goes_on.wait()

    slack.before = slow
    asking = asyncio.create_task(scene.courier.send_now(subscription, SLOT))
    await begun.wait()
    asking.cancel()
    goes_on.set()
    assert await scene.courier.drain(5.0)
    assert (await scene.last()).state is DeliveryState.SENT


async def test_a_courier_that_is_about_to_stop_takes_no_wishes() -> None:
    scene = Scene(FakePlatform())
    subscription = await scene.subscribe()
    assert await scene.courier.drain(1.0)

    with pytest.raises(UserError) as refused:
        await scene.courier.send_now(subscription, SLOT)

    assert refused.value.code == "stopping"

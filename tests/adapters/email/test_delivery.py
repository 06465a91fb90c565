"""A digest's whole way: the same planner, ledger and outcomes as in chat, and a real mail server at the end."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from bot.mailing.wish import mailbox
from bot.models import Delivery, DeliveryState, Outcome
from tests.adapters.email.stage import Script, mail_server, make_platform
from tests.delivery_scene import Scene

ADA, BEN = mailbox("ada@example.org"), mailbox("ben@example.org")


@dataclass
class Stage:
    scene: Scene
    script: Script

    async def tick(self, **later: float) -> Delivery:
        await self.scene.tick(**later)
        return await self.scene.last(ADA)


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    script = Script()
    async with mail_server(script) as port:
        platform = make_platform(f"smtp://127.0.0.1:{port}")
        scene = Scene()
        scene.platforms["email"] = platform
        scene.courier = scene.new_courier()
        await scene.subscribe(ADA)
        yield Stage(scene, script)
        await platform.close()


async def test_a_digest_comes_once(stage: Stage) -> None:
    sent = await stage.tick()
    assert (sent.state, sent.outcome) == (DeliveryState.SENT, Outcome.SENT)
    await stage.tick(hours=1)
    assert len(stage.script.arrived) == 1


async def test_a_greylisting_server_gets_it_again_with_the_same_message_id(stage: Stage) -> None:
    stage.script.data = ["451 4.7.1 greylisted", "451 4.7.1 greylisted"]
    waiting = await stage.tick()
    assert (waiting.state, waiting.outcome) == (DeliveryState.PENDING, Outcome.NOT_SENT)
    for _ in range(8):
        sent = await stage.tick(minutes=5)
    assert sent.state is DeliveryState.SENT
    assert len(stage.script.arrived) == 1
    assert len(stage.script.attempts) == 3


async def test_a_dead_address_is_paused_at_once_and_no_other_is(stage: Stage) -> None:
    await stage.scene.subscribe(BEN)
    stage.script.recipient = ["550 5.1.1 no such user"]
    failed = await stage.tick()
    assert (failed.state, failed.outcome) == (DeliveryState.FAILED, Outcome.DEAD_CHANNEL)
    paused = await stage.scene.store.channels.subscription(ADA)
    assert paused is not None
    assert paused.paused_because is not None
    assert (await stage.scene.last(BEN)).state is DeliveryState.SENT
    await stage.tick(hours=2)
    assert stage.script.attempts == ["ada@example.org", "ben@example.org"]


async def test_what_may_have_arrived_is_never_sent_blindly_again(stage: Stage) -> None:
    stage.script.cut = "end"
    unknown = await stage.tick()
    assert (unknown.state, unknown.outcome) == (DeliveryState.UNKNOWN, Outcome.UNKNOWN)
    stage.script.cut = ""
    for _ in range(4):
        await stage.tick(minutes=20)
    assert len(stage.script.arrived) == 1


async def test_what_surely_did_not_arrive_is_sent_again(stage: Stage) -> None:
    stage.script.cut = "command"
    assert (await stage.tick()).state is DeliveryState.PENDING
    stage.script.cut = ""
    for _ in range(4):
        sent = await stage.tick(minutes=20)
    assert sent.state is DeliveryState.SENT
    assert len(stage.script.arrived) == 1


async def test_a_message_that_looks_like_spam_is_tried_once_as_text(stage: Stage) -> None:
    stage.script.data = ["554 5.7.1 looks like spam"]
    assert (await stage.tick()).state is DeliveryState.SENT
    assert stage.script.arrived[0].message.get_content_type() == "text/plain"


async def test_a_server_that_refuses_us_stops_all_mail_for_a_while_and_blames_nobody(stage: Stage) -> None:
    stage.script.sender = ["553 5.7.1 sender not yours"] * 2
    await stage.scene.subscribe(BEN)
    waiting = await stage.tick()
    assert (waiting.state, waiting.outcome) == (DeliveryState.PENDING, Outcome.DEAD_LANE)
    assert len(stage.script.sender) == 1
    subscription = await stage.scene.store.channels.subscription(ADA)
    assert subscription is not None
    assert subscription.paused_because is None
    stage.script.sender = []
    assert (await stage.tick(minutes=20)).state is DeliveryState.SENT


async def test_the_ledger_holds_no_address_beside_its_channel(stage: Stage) -> None:
    stage.script.recipient = ["550 5.1.1 <ada@example.org> does not exist"]
    failed = await stage.tick()
    assert "ada@" not in (failed.reason or "")

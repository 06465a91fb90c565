"""Each way in which Discord can fail, through a digest: its outcome, what the status says of it, and the way on."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from structlog.testing import capture_logs

from adapters.discord.outcomes import CODES
from adapters.discord.platform import UNKNOWN_CHANNEL, DiscordPlatform
from adapters.discord.render import render
from adapters.discord.rest import Rest
from bot.commands import Call
from bot.commands.dispatch import answer_text
from bot.delivery import Courier
from bot.models import ChannelKey, Delivery, DeliveryState, Outcome, Person
from bot.service import Service
from bot.views import Status, View
from tests.adapters.discord.fake_discord import FakeClock
from tests.adapters.discord.service import make_service
from tests.delivery_scene import START, Hands
from tests.end_to_end.discord_stage import discord_marks, shown, simulator

pytestmark = discord_marks
POSTING = "POST /channels/{channel_id}/messages"


@dataclass
class Stage:
    """A server, a digest that is due in #random, set up by Alice, and clocks that stand until moved."""

    sim: Any
    service: Service
    real: Hands
    waits: FakeClock

    @property
    def channel(self) -> ChannelKey:
        return ChannelKey("discord", self.sim.default_guild.id, self.sim.channel("random").id)

    async def ask(self, text: str) -> View:
        caller = Person(id=self.sim.alice.id, name="Alice")
        return (await answer_text(self.service, text, Call(caller, self.channel))).view

    async def read(self, text: str) -> str:
        return "\n".join(shown(payload) for payload in render(await self.ask(text)))

    async def button(self, label: str) -> str:
        """What a button of the status types."""
        status = await self.ask("digest status")
        assert isinstance(status, Status)
        (pressed,) = [button for button in status.buttons if button.label == label]
        return pressed.command

    async def press(self, label: str) -> str:
        return await self.read(await self.button(label))

    async def labels(self) -> set[str]:
        status = await self.ask("digest status")
        assert isinstance(status, Status)
        return {button.label for button in status.buttons}

    async def send(self) -> Delivery:
        await self.read("digest send")
        return await self.last()

    async def last(self) -> Delivery:
        return (await self.service.store.deliveries.history(self.channel, 1))[0]

    async def later(self, seconds: float) -> Delivery:
        self.real.moment += timedelta(seconds=seconds)
        self.waits.now += seconds
        await self.service.courier.tick()
        return await self.last()

    def fail(self, times: int = 1, **fault: Any) -> None:
        where = {"channel_id": self.channel.channel}
        self.sim.faults.add(POSTING, fault.pop("kind", "error"), times, where=where, **fault)

    def digests(self) -> int:
        """How often today's digest is in the channel, in either form."""
        return sum("Tuesday 10 March" in shown(message) for message in self.sim.messages("random"))


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with simulator(spec=False) as sim:
        waits, real = FakeClock(), Hands(START)
        timeout = aiohttp.ClientTimeout(total=0.4)
        platform = DiscordPlatform(Rest(sim.bot_token, sim.api_url, timeout=timeout, clock=waits, sleep=waits.sleep))
        service = await make_service({"discord": platform})
        ways_out = {"discord": platform}
        courier = Courier(
            service.store,
            ways_out,
            service.digests.compose,
            clock=service.clock,
            real=real,
            jitter=lambda top: top / 2,
        )
        made = Stage(sim, replace(service, courier=courier), real, waits)
        await made.read("digest subscribe")
        await made.read("digest format papers:3")
        yield made
        await platform.close()
        sim.assert_clean()


def of(outcome: Outcome) -> list[int]:
    return [code for code, (known, _) in CODES.items() if known is outcome]


IN_DOUBT: dict[str, dict[str, Any]] = {
    "server error": {"kind": "http", "status": 500},
    "bad gateway": {"kind": "http", "status": 502},
    "unavailable": {"kind": "http", "status": 503},
    "gateway timeout": {"kind": "http", "status": 504},
    "reset": {"kind": "reset"},
    "reset after": {"kind": "reset_after"},
    "timeout": {"kind": "timeout", "seconds": 0.6},
    "slow": {"kind": "slow", "seconds": 0.6},
    "garbage": {"kind": "garbage"},
    "a code of its own": {"status": 500, "code": 999_999},
    **{str(code): {"status": 404, "code": code} for code in of(Outcome.UNKNOWN)},
}
LIMITS: dict[str, dict[str, Any]] = {
    "user": {"kind": "ratelimited", "retry_after": 40, "scope": "user"},
    "shared": {"kind": "ratelimited", "retry_after": 40, "scope": "shared"},
    "global": {"kind": "ratelimited", "retry_after": 40, "scope": "global"},
    "the network before Discord": {"kind": "http", "status": 429},
    **{str(code): {"status": 429, "code": code} for code in of(Outcome.LIMITED)},
}


@pytest.mark.parametrize("name", IN_DOUBT)
async def test_what_got_no_clear_answer_comes_once_by_itself(stage: Stage, name: str) -> None:
    stage.fail(**IN_DOUBT[name])
    waiting = await stage.send()
    assert (waiting.state, waiting.outcome) == (DeliveryState.PENDING, Outcome.UNKNOWN)
    assert str(waiting.reason)[:15] in (await stage.read("digest status")).replace("\\", "")
    if name == "slow":
        await asyncio.sleep(0.4)
    assert (await stage.later(20)).state is DeliveryState.SENT
    assert stage.digests() == 1


async def test_what_stays_without_an_answer_is_left_to_a_person(stage: Stage) -> None:
    stage.fail(99, kind="reset")
    await stage.send()
    for _ in range(20):
        await stage.later(10)
    unknown = await stage.last()
    assert (unknown.state, unknown.outcome) == (DeliveryState.UNKNOWN, Outcome.UNKNOWN)
    assert "may have arrived or not" in await stage.read("digest status")
    stage.sim.faults.clear()
    again = await stage.button("Send again")
    assert "is sent" in await stage.read(again)
    assert "out already" in await stage.read(again), "pressed a second time"
    assert stage.digests() == 1


@pytest.mark.parametrize("name", LIMITS)
async def test_a_limit_is_waited_for_and_is_told(stage: Stage, name: str) -> None:
    stage.fail(**LIMITS[name])
    waiting = await stage.send()
    assert (waiting.state, waiting.outcome, waiting.attempts) == (DeliveryState.PENDING, Outcome.LIMITED, 0)
    assert waiting.reason
    status = await stage.read("digest status")
    assert waiting.reason[:20] in status.replace("\\", "")
    assert "I try again at" in await stage.read("digest send")
    assert (await stage.later(700)).state is DeliveryState.SENT
    assert stage.digests() == 1


@pytest.mark.parametrize("code", of(Outcome.NOT_SENT))
async def test_what_was_surely_not_sent_is_tried_again(stage: Stage, code: int) -> None:
    stage.fail(status=400, code=code)
    waiting = await stage.send()
    assert (waiting.state, waiting.outcome) == (DeliveryState.PENDING, Outcome.NOT_SENT)
    assert str(waiting.reason)[:20] in await stage.read("digest status")
    assert (await stage.later(5)).state is DeliveryState.SENT
    assert stage.digests() == 1


@pytest.mark.parametrize("code", [code for code in of(Outcome.DEAD_CHANNEL) if code != UNKNOWN_CHANNEL])
async def test_a_channel_that_cannot_be_posted_to_is_paused_and_who_asked_can_retry(stage: Stage, code: int) -> None:
    stage.fail(status=403, code=code)
    failed = await stage.send()
    assert (failed.state, failed.outcome) == (DeliveryState.FAILED, Outcome.DEAD_CHANNEL)
    status = await stage.read("digest status")
    assert "Paused:" in status
    assert str(failed.reason)[:15] in status.replace("\\", "")
    await stage.later(86_400)
    assert len(stage.sim.calls("POST", POSTING.removeprefix("POST "))) == 1, "the refused one; who asked has the answer"
    assert "is sent" in await stage.press("Retry")
    assert stage.digests() == 1


async def test_a_deleted_channel_is_told_as_one_and_its_digest_can_be_ended(stage: Stage) -> None:
    stage.fail(status=404, code=UNKNOWN_CHANNEL)
    failed = await stage.send()
    assert (failed.state, failed.outcome) == (DeliveryState.FAILED, Outcome.DEAD_CHANNEL)
    status = await stage.read("digest status")
    assert "Stopped: its channel was deleted" in status
    assert "Retry" not in await stage.labels(), "nothing brings a channel back"
    await stage.press("End it")
    assert "End it" not in await stage.labels()
    assert await stage.service.store.channels.subscription(stage.channel) is None


@pytest.mark.parametrize("code", [0, *of(Outcome.DEAD_LANE)])
async def test_a_refused_token_rests_alerts_once_and_goes_on_when_it_is_mended(stage: Stage, code: int) -> None:
    stage.fail(status=401, code=code)
    with capture_logs() as logs:
        waiting = await stage.send()
    assert (waiting.state, waiting.outcome) == (DeliveryState.PENDING, Outcome.DEAD_LANE)
    (alert,) = [line for line in logs if line["event"] == "a platform refuses our token"]
    assert "DISCORD_BOT_TOKEN" in alert["hint"]
    assert str(waiting.reason)[:15] in (await stage.read("digest status")).replace("\\", "")
    assert (await stage.later(16 * 60)).state is DeliveryState.SENT
    assert stage.digests() == 1


@pytest.mark.parametrize("code", of(Outcome.CONTENT_BUG))
async def test_a_refused_form_comes_once_as_plain_text_with_an_alert(stage: Stage, code: int) -> None:
    stage.fail(status=400, code=code)
    with capture_logs() as logs:
        assert (await stage.send()).state is DeliveryState.SENT
    assert [line["log_level"] for line in logs if line["event"] == "a message was refused"] == ["error"]
    assert "as plain text: " in await stage.read("digest status")
    (message,) = [one for one in stage.sim.messages("random") if "Tuesday 10 March" in shown(one)]
    assert message["content"]


async def test_a_plain_text_that_is_refused_too_waits_for_a_person(stage: Stage) -> None:
    stage.fail(2, status=400, code=50035)
    failed = await stage.send()
    assert (failed.state, failed.outcome) == (DeliveryState.FAILED, Outcome.CONTENT_BUG)
    assert "did not accept the form" in await stage.read("digest status")
    assert (await stage.service.channels.get(stage.channel)).paused_because is None
    assert "is sent" in await stage.press("Send again")
    assert stage.digests() == 1

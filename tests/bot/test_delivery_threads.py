"""Messages that belong under the first one of their delivery."""

import asyncio
import contextlib
from dataclasses import dataclass

from structlog.testing import capture_logs

from bot.models import ChannelKey, DeliveryState, Outcome
from bot.ports import ONCE, PLAIN, REPLY_TO, Payload
from bot.views import DigestPost, View
from tests.delivery_scene import FakePlatform, LostAcknowledgementError, Scene, failing, ticked

DISCORD = ChannelKey("discord", "G1", "100")


@dataclass
class Threaded(FakePlatform):
    """Puts everything after the first message under it."""

    def render(self, view: View) -> list[Payload]:
        first, *rest = super().render(view)
        return [first, *({**payload, REPLY_TO: 0} for payload in rest)] if isinstance(view, DigestPost) else [first]


async def test_a_message_under_another_gets_its_remote_id() -> None:
    slack = Threaded(messages=3)
    await ticked(slack)
    assert [payload.get(REPLY_TO) for _, payload in slack.arrived] == [None, "m1", "m1"]


async def test_after_a_restart_it_still_knows_where_it_belongs() -> None:
    slack = Threaded(messages=2, answers=[None, failing(Outcome.NOT_SENT)])
    scene = await ticked(slack)
    scene.courier = scene.new_courier()
    await scene.tick(seconds=30)
    assert (await scene.last()).state is DeliveryState.SENT
    assert [payload.get(REPLY_TO) for _, payload in slack.arrived] == [None, "m1"]


async def test_plain_text_in_place_of_the_first_message_has_nothing_under_it() -> None:
    slack = Threaded(messages=2, answers=[failing(Outcome.CONTENT_BUG)])
    scene = await ticked(slack)
    last = await scene.last()
    assert [payload for _, payload in slack.arrived] == [{"plain": f"{last.channel} {last.slot}"}]


@dataclass
class Worded(FakePlatform):
    """Everything after the first message has words of its own, and lies under the first."""

    def render(self, view: View) -> list[Payload]:
        first, *rest = super().render(view)
        return [first, *({**one, REPLY_TO: 0, PLAIN: {"words": one["part"]}} for one in rest)]


async def test_a_refused_message_under_another_is_said_in_its_own_words_and_nothing_is_said_twice() -> None:
    slack = Worded(messages=3, answers=[None, failing(Outcome.CONTENT_BUG, "invalid_blocks")])
    with capture_logs() as logs:
        scene = await ticked(slack)
    first, second, third = (payload for _, payload in slack.arrived)
    assert first["part"] == 0
    assert second == {"words": 1, REPLY_TO: "m1"}
    assert (third["part"], third[REPLY_TO], PLAIN in third) == (2, "m1", False)
    last = await scene.last()
    assert (last.state, last.reason) == (DeliveryState.SENT, "as plain text: invalid_blocks")
    assert [line["event"] for line in logs if line["log_level"] == "error"] == ["a message was refused"]


async def test_a_digest_is_out_even_if_a_message_under_it_is_refused_in_every_form() -> None:
    slack = Worded(messages=3, answers=[None, *[failing(Outcome.CONTENT_BUG, "Slack does not accept it.")] * 9])
    scene = await ticked(slack)
    await scene.tick(hours=1)
    last = await scene.last()
    assert (last.state, last.outcome) == (DeliveryState.SENT, Outcome.SENT)
    assert last.reason == "without its last messages, which were refused: Slack does not accept it"
    assert len(slack.requests) == 3, "once, and once in plain words"


async def test_other_failures_of_the_plain_words_are_what_they_are() -> None:
    slack = Worded(messages=2, answers=[None, failing(Outcome.CONTENT_BUG), failing(Outcome.UNKNOWN, "it broke")])
    last = await (await ticked(slack)).last()
    assert last.state is DeliveryState.UNKNOWN


@dataclass
class Forum(Threaded):
    """Knows keys again, but not that of what begins a post."""

    name: str = "discord"
    idempotent: bool = True

    def render(self, view: View) -> list[Payload]:
        return [payload | {ONCE: True} for payload in super().render(view)]


async def test_what_begins_a_post_is_never_sent_again_after_a_lost_answer() -> None:
    discord = Forum(messages=2, answers=[LostAcknowledgementError()])
    scene = await ticked(discord, DISCORD)
    await scene.tick(seconds=30)
    unknown = await scene.last(DISCORD)
    assert unknown.state is DeliveryState.UNKNOWN
    assert "may have arrived" in str(unknown.reason)
    assert len(discord.requests) == 1


async def test_what_lies_in_a_post_is_sent_again_with_its_key() -> None:
    discord = Forum(messages=2, answers=[None, LostAcknowledgementError()])
    scene = await ticked(discord, DISCORD)
    await scene.tick(seconds=30)
    assert (await scene.last(DISCORD)).state is DeliveryState.SENT
    assert len(discord.arrived) == 2


async def test_a_post_that_a_crash_left_in_doubt_is_not_begun_again() -> None:
    discord = Forum(messages=2)
    scene = Scene(discord)
    await scene.subscribe(DISCORD)
    await scene.courier.plan_due()

    async def killed(_channel: ChannelKey) -> None:
        raise asyncio.CancelledError

    discord.before = killed
    with contextlib.suppress(asyncio.CancelledError):
        await scene.courier.deliver_due()
    discord.before = None
    scene.courier = scene.new_courier()
    await scene.tick(seconds=61)
    assert (await scene.last(DISCORD)).state is DeliveryState.UNKNOWN
    assert not discord.arrived

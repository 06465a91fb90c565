"""Posting in Slack, against a strict stand-in for Slack: one outcome for each failure."""

import contextlib
import importlib
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from hypothesis import HealthCheck, given, settings

from adapters.slack.client import open_session
from adapters.slack.manifest import manifest
from adapters.slack.platform import SlackPlatform
from adapters.slack.render import render
from bot.models import Batch, ChannelKey, Outcome, Preferences, Topics
from bot.ports import SendError
from bot.views import View
from tests.adapters.anything import ANY_VIEW
from tests.adapters.examples import EXAMPLES
from tests.adapters.slack.commands import COMMANDS
from tests.builders import NOON, make_change, make_paper, make_subscription
from tests.end_to_end.slack_stage import (
    GENERAL,
    TEAM,
    marks,
    settings_for,
    simulator,
    stand_in,
)
from tests.memory_store import MemoryStore
from tests.service import make_desk

pytestmark = marks


@pytest.fixture
async def slack() -> AsyncIterator[Any]:
    async with stand_in() as sim:
        yield sim


@contextlib.asynccontextmanager
async def platform(slack: Any) -> AsyncIterator[SlackPlatform]:
    async with open_session() as session:
        yield SlackPlatform(settings_for(slack), session, pause=at_once)


async def at_once(_: float) -> None:
    """Nobody waits where the stand-in counts no seconds, or one message is posted."""


async def test_a_digest_is_posted_once_with_its_permalink(slack: Any) -> None:
    async with platform(slack) as out:
        payloads = out.render(EXAMPLES["digest"])
        sent = await out.send(GENERAL, payloads[0], "key")
    (message,) = slack.messages("general")
    assert sent.remote_id == f"C0GENERAL:{message.ts}"
    assert sent.url == f"https://sim-team.slack.com/archives/C0GENERAL/p{message.ts.replace('.', '')}"
    assert len(slack.calls("chat.postMessage")) == 1


async def test_a_second_channels_digest_links_to_the_first_ones_message(slack: Any) -> None:
    store = MemoryStore()
    await store.papers.add(Batch(papers=(make_paper("2603.00001"),)))
    async with platform(slack) as out:
        desk = make_desk(store=store, platforms={"slack": out})
        for channel in (GENERAL, ChannelKey("slack", TEAM, slack.channel("random").id)):
            wanted = make_subscription(channel, topics=Topics(), preferences=Preferences(details=False))
            subscription = await store.channels.create(wanted, make_change(channel=channel))
            await desk.service.courier.send_now(subscription, NOON.date())
    (first, *_), (second, *_) = slack.messages("general"), slack.messages("random")
    address = f"https://sim-team.slack.com/archives/C0GENERAL/p{first.ts.replace('.', '')}"
    assert f"<{address}|In another channel on 10 Mar>" in str(second.blocks)
    assert "another channel" not in str(first.blocks)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(ANY_VIEW)
def test_whatever_a_view_holds_slack_finds_no_fault_with_its_blocks(view: View) -> None:
    simulator()
    validate = importlib.import_module("chatsim.slack_validate")
    for payload in render(view):
        assert validate.validate_blocks(payload["blocks"]) == []


async def test_every_view_is_accepted_by_slack_without_a_warning(slack: Any) -> None:
    slack.rate_limits = False
    async with platform(slack) as out:
        for view in EXAMPLES.values():
            for payload in [*out.render(view), out.fallback(view)]:
                await out.send(GENERAL, payload, "key")


POST_FAULTS: list[tuple[str, dict[str, Any], Outcome]] = [
    ("http", {"status": 500}, Outcome.UNKNOWN),
    ("http", {"status": 503}, Outcome.UNKNOWN),
    ("http", {"status": 502, "body": {"ok": False}}, Outcome.UNKNOWN),
    ("reset", {}, Outcome.UNKNOWN),
    ("reset_after", {}, Outcome.UNKNOWN),
    ("garbage", {}, Outcome.UNKNOWN),
    ("ratelimited", {"retry_after": 7}, Outcome.LIMITED),
    ("error", {"error": "fatal_error"}, Outcome.UNKNOWN),
    ("error", {"error": "channel_not_found"}, Outcome.DEAD_CHANNEL),
    ("error", {"error": "restricted_action_read_only_channel"}, Outcome.DEAD_CHANNEL),
    ("error", {"error": "token_revoked"}, Outcome.DEAD_LANE),
    ("error", {"error": "msg_blocks_too_long"}, Outcome.CONTENT_BUG),
    ("error", {"error": "something_new"}, Outcome.NOT_SENT),
]


@pytest.mark.parametrize(("kind", "parameters", "outcome"), POST_FAULTS)
async def test_every_failure_of_a_post_has_one_outcome_and_is_not_tried_again(
    slack: Any, kind: str, parameters: dict[str, Any], outcome: Outcome
) -> None:
    async with platform(slack) as out:
        slack.faults.add("chat.postMessage", kind, **parameters)
        with pytest.raises(SendError) as failed:
            await out.send(GENERAL, {"text": "hello"}, "key")
    assert failed.value.outcome is outcome
    assert slack.bot_token not in failed.value.reason
    assert failed.value.retry_after == (7.0 if kind == "ratelimited" else None)
    assert len(slack.calls("chat.postMessage")) == 1


async def test_no_answer_in_time_leaves_it_unknown_whether_a_message_was_posted(slack: Any) -> None:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=0.3)) as session:
        slack.faults.add("chat.postMessage", "timeout", seconds=1)
        with pytest.raises(SendError) as failed:
            await SlackPlatform(settings_for(slack), session).send(GENERAL, {"text": "hello"}, "key")
    assert failed.value.outcome is Outcome.UNKNOWN
    assert len(slack.calls("chat.postMessage")) == 1


async def test_a_slow_answer_is_waited_for(slack: Any) -> None:
    async with platform(slack) as out:
        slack.faults.add("chat.postMessage", "slow", seconds=0.2)
        assert (await out.send(GENERAL, {"text": "hello"}, "key")).url


async def test_a_channel_without_us_and_an_archived_one_are_dead(slack: Any) -> None:
    slack.load_manifest(manifest(settings_for(slack), tuple(COMMANDS.values())))
    slack.channel("general").is_archived = True
    async with platform(slack) as out:
        for channel in (ChannelKey("slack", TEAM, "C0SECRET"), GENERAL):
            with pytest.raises(SendError) as failed:
                await out.send(channel, {"text": "hello"}, "key")
            assert failed.value.outcome is Outcome.DEAD_CHANNEL


async def test_an_unreachable_slack_has_surely_posted_nothing(slack: Any) -> None:
    configured = settings_for(slack, slack_api_url="http://127.0.0.1:9/api")
    async with open_session() as session:
        with pytest.raises(SendError) as failed:
            await SlackPlatform(configured, session).send(GENERAL, {"text": "hello"}, "key")
    assert failed.value.outcome is Outcome.NOT_SENT

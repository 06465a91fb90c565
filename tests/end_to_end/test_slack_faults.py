"""When Slack misbehaves: each fault ends in its outcome, is told in words by `digest status`, and has a way on."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest
from structlog.testing import capture_logs

from adapters.slack.client import TIMEOUT, open_session
from adapters.slack.platform import SlackPlatform
from bot.models import Batch, Delivery, DeliveryState, Outcome
from tests.builders import make_paper
from tests.end_to_end.slack_stage import GENERAL, marks, running, settings_for, stand_in
from tests.memory_store import MemoryStore
from tests.service import Desk, make_desk

pytestmark = marks


async def at_once(_: float) -> None:
    """The stand-in counts no seconds here, so nobody has to wait for them."""


@pytest.fixture
async def slack() -> AsyncIterator[Any]:
    async with stand_in() as sim:
        sim.rate_limits = False
        yield sim


@dataclass
class Stage:
    """#general with a digest of two papers, their abstracts in its thread; bob types and presses."""

    slack: Any
    desk: Desk

    async def typed(self, text: str, says: str) -> Any:
        """The message that answers."""
        since = len(self.slack.log)
        assert (await self.slack.slash("/papers", text, user="bob")).ok
        return await self.slack.wait_message("general", says, since=since)

    async def pressed(self, message: Any, label: str, says: str) -> Any:
        since = len(self.slack.log)
        assert (await self.slack.click(message, text=label, user="bob")).ok
        return await self.slack.wait_message("general", says, since=since)

    async def last(self) -> Delivery:
        return (await self.desk.store.deliveries.history(GENERAL, 1))[0]

    def posts(self) -> list[Any]:
        """All that was posted for everybody beside the lines about changes."""
        return [one for one in self.slack.messages("general", ephemeral=False) if "Trending papers" in str(one)]


@contextlib.asynccontextmanager
async def staged(slack: Any, patience: aiohttp.ClientTimeout = TIMEOUT) -> AsyncIterator[Stage]:
    """Posts wait for Slack that long."""
    store = MemoryStore()
    papers = tuple(make_paper(f"2603.0000{number}", title=f"Robots that learn {number}") for number in (1, 2))
    await store.papers.add(Batch(papers=papers))
    async with contextlib.AsyncExitStack() as stack:
        session = await stack.enter_async_context(open_session(patience))
        platform = SlackPlatform(settings_for(slack), session, pause=at_once)
        desk = make_desk(store=store, platforms={"slack": platform})
        await stack.enter_async_context(running(slack, desk.service))
        stage = Stage(slack, desk)
        await stage.typed("digest subscribe", "now gets a digest")
        yield stage


@pytest.fixture
async def stage(slack: Any) -> AsyncIterator[Stage]:
    async with staged(slack) as stage:
        yield stage


def labels(message: Any) -> set[str]:
    rows = [block for block in message["blocks"] if block["type"] == "actions"]
    return {one["text"]["text"] for row in rows for one in row["elements"]}


UNSURE: list[tuple[str, dict[str, Any]]] = [
    ("http", {"status": 500}),
    ("http", {"status": 503}),
    ("reset", {}),
    ("reset_after", {}),
    ("garbage", {}),
    ("error", {"error": "fatal_error"}),
    ("error", {"error": "internal_error"}),
    ("error", {"error": "service_unavailable"}),
]


@pytest.mark.parametrize(("kind", "how"), UNSURE)
async def test_what_may_have_arrived_is_never_sent_again_but_by_a_person(
    stage: Stage, kind: str, how: dict[str, Any]
) -> None:
    stage.slack.faults.add("chat.postMessage", kind, **how)
    await stage.typed("digest send", "perhaps sent")
    await stage.desk.service.courier.tick()
    assert len(stage.slack.calls("chat.postMessage")) == 1
    status = await stage.typed("digest status", "did not confirm the message")
    assert (await stage.last()).state is DeliveryState.UNKNOWN
    await stage.pressed(status, "Send again", "is sent")
    assert (await stage.last()).state is DeliveryState.SENT


async def test_a_post_that_slack_leaves_without_an_answer_is_told_and_never_sent_again(slack: Any) -> None:
    async with staged(slack, aiohttp.ClientTimeout(total=1)) as stage:
        slack.faults.add("chat.postMessage", "timeout")
        await stage.typed("digest send", "perhaps sent")
        await stage.desk.service.courier.tick()
        status = await stage.typed("digest status", "did not confirm the message")
        assert "Send again" in labels(status)
        assert len(slack.calls("chat.postMessage")) == 1
        assert (await stage.last()).outcome is Outcome.UNKNOWN


DEAD_CHANNEL = [
    ("not_in_channel", "/invite @Broadsheet"),
    ("channel_not_found", "/invite @Broadsheet"),
    ("is_archived", "archived"),
    ("restricted_action", "rules"),
    ("restricted_action_read_only_channel", "rules"),
    ("no_permission", "rules"),
    ("ekm_access_denied", "rules"),
    ("access_denied", "rules"),
    ("message_limit_exceeded", "limit of messages"),
    ("messages_tab_disabled", "messages tab"),
]


@pytest.mark.parametrize(("error", "says"), DEAD_CHANNEL)
async def test_a_channel_that_takes_nothing_is_paused_says_why_and_retry_mends_it(
    stage: Stage, error: str, says: str
) -> None:
    stage.slack.faults.add("chat.postMessage", "error", error=error)
    await stage.typed("digest send", "not sent")
    assert (await stage.last()).outcome is Outcome.DEAD_CHANNEL
    status = await stage.typed("digest status", says)
    assert labels(status) & {"Retry", "Send again"} == {"Retry"}
    await stage.pressed(status, "Retry", "is sent")
    assert (await stage.last()).state is DeliveryState.SENT
    known = await stage.desk.store.channels.subscription(GENERAL)
    assert known is not None
    assert known.paused_because is None


WAITING: list[tuple[str, dict[str, Any], Outcome, str]] = [
    ("ratelimited", {"retry_after": 7}, Outcome.LIMITED, "slow down"),
    ("error", {"error": "ratelimited"}, Outcome.LIMITED, "slow down"),
    ("error", {"error": "rate_limited"}, Outcome.LIMITED, "slow down"),
    ("error", {"error": "account_inactive"}, Outcome.DEAD_LANE, "Install me again"),
    ("error", {"error": "token_revoked"}, Outcome.DEAD_LANE, "Install me again"),
    ("error", {"error": "invalid_auth"}, Outcome.DEAD_LANE, "Install me again"),
    ("error", {"error": "not_authed"}, Outcome.DEAD_LANE, "Install me again"),
    ("error", {"error": "token_expired"}, Outcome.DEAD_LANE, "Install me again"),
    ("error", {"error": "missing_scope"}, Outcome.DEAD_LANE, "slack manifest"),
    ("error", {"error": "org_login_required"}, Outcome.DEAD_LANE, "another organization"),
    ("error", {"error": "team_added_to_org"}, Outcome.NOT_SENT, "another organization"),
    ("error", {"error": "a_name_of_next_year"}, Outcome.NOT_SENT, "a_name_of_next_year"),
]


@pytest.mark.parametrize(("kind", "how", "outcome", "says"), WAITING)
async def test_what_posted_nothing_waits_and_the_status_says_for_what_and_until_when(
    stage: Stage, kind: str, how: dict[str, Any], outcome: Outcome, says: str
) -> None:
    stage.slack.faults.add("chat.postMessage", kind, **how)
    await stage.typed("digest send", "on its way")
    waiting = await stage.last()
    assert (waiting.state, waiting.outcome) == (DeliveryState.PENDING, outcome)
    status = await stage.typed("digest status", says)
    assert "I try again at" in str(status)
    assert len(stage.slack.calls("chat.postMessage")) == 1


REFUSED = ["invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long", "no_text"]


@pytest.mark.parametrize("error", [*REFUSED, "metadata_too_large"])
async def test_a_digest_whose_form_is_refused_is_said_in_plain_words_once_and_somebody_is_told(
    stage: Stage, error: str
) -> None:
    stage.slack.faults.add("chat.postMessage", "error", error=error)
    with capture_logs() as logs:
        await stage.typed("digest send", "is sent")
    (post,) = stage.posts()
    assert "blocks" not in post
    assert {"https://arxiv.org/abs/2603.00001", "https://arxiv.org/abs/2603.00002"} <= set(post["text"].split())
    assert [line["event"] for line in logs if line["log_level"] == "error"] == ["a message was refused"]
    await stage.typed("digest status", "as plain text")


async def test_a_refused_thread_repeats_nothing_in_the_channel(stage: Stage) -> None:
    stage.slack.faults.add("chat.postMessage", "slow", seconds=0.0)
    stage.slack.faults.add("chat.postMessage", "error", error="invalid_blocks")
    await stage.typed("digest send", "is sent")
    (parent,) = stage.posts()
    (reply,) = [one for one in stage.slack.messages("general", ephemeral=False) if one.get("thread_ts") == parent["ts"]]
    assert "blocks" in parent
    assert "blocks" not in reply
    assert make_paper().abstract in reply["text"]
    await stage.typed("digest status", "as plain text")


async def test_a_slow_answer_is_waited_for_and_is_no_fault(stage: Stage) -> None:
    stage.slack.faults.add("chat.postMessage", "slow", seconds=0.2)
    await stage.typed("digest send", "is sent")
    assert (await stage.last()).outcome is Outcome.SENT


async def test_a_home_whose_blocks_are_refused_is_shown_in_plain_words_once(stage: Stage) -> None:
    stage.slack.faults.add("views.publish", "error", error="invalid_blocks")
    with capture_logs() as logs:
        assert (await stage.slack.open_home(user="alice")).ok
        await stage.slack.log.wait("view", op="publish")
    home = stage.slack.home("alice").blocks
    assert {block["type"] for block in home} == {"section", "actions"}
    assert "My library" in str(home)
    assert [line["view"] for line in logs if line["log_level"] == "error"] == ["home"]
    assert len(stage.slack.calls("views.publish")) == 2


async def test_a_form_that_is_refused_is_told_in_words_and_does_not_load_for_ever(stage: Stage) -> None:
    stage.slack.faults.add("views.update", "error", error="invalid_blocks")
    with capture_logs() as logs:
        await stage.typed("digest settings", "Change any of them")
    assert "what to type" in str(stage.slack.open_view("bob").blocks)
    assert [line["view"] for line in logs if line["log_level"] == "error"] == ["modal"]


async def test_a_preview_that_is_refused_is_read_in_plain_words(stage: Stage) -> None:
    assert (await stage.slack.slash("/papers", "digest settings", user="bob")).ok
    await stage.slack.log.wait("view", op="update")
    stage.slack.faults.add("views.update", "error", error="invalid_blocks")
    assert (await stage.slack.act(stage.slack.open_view("bob"), "preview:v1", user="bob")).ok
    await stage.slack.log.wait("view", op="update", count=2)
    blocks = stage.slack.open_view("bob").blocks
    assert {block["type"] for block in blocks} == {"section"}
    assert "Robots that learn 1" in str(blocks)

"""The Slack adapter, with the real slack_bolt, against a strict stand-in for Slack in the same process."""

import asyncio
import contextlib
import importlib
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from hypothesis import HealthCheck, given, settings

from adapters.slack.app import SlackAdapter
from adapters.slack.client import open_session
from adapters.slack.manifest import manifest
from adapters.slack.platform import SlackPlatform
from adapters.slack.render import render
from bot.models import ChannelKey, Outcome
from bot.ports import ParkedError, SendError
from bot.views import View
from tests.adapters.examples import EXAMPLES
from tests.adapters.slack.anything import ANY_VIEW
from tests.adapters.slack.commands import COMMANDS, NO_SERVICE, parse
from tests.end_to_end.slack_stage import (
    GENERAL,
    TEAM,
    marks,
    running,
    settings_for,
    simulator,
    stand_in,
    until_connected,
)

pytestmark = marks


@pytest.fixture
async def slack() -> AsyncIterator[Any]:
    async with stand_in() as sim:
        yield sim


async def test_a_command_is_acknowledged_and_then_answered_to_its_caller_alone(slack: Any) -> None:
    async with running(slack):
        delivery = await slack.slash("/papers", "trending", user="bob")
        message = await slack.wait_message("general", "2603.00001")
    assert delivery.ok
    assert delivery.latency < 1
    assert message["_ephemeral_to"] == slack.user("bob").id
    assert len(slack.messages("general")) == 1


async def test_share_publishes_a_copy_with_the_name_of_the_one_who_shared_it(slack: Any) -> None:
    async with running(slack):
        await slack.slash("/papers", "trending", user="bob")
        private = await slack.wait_message("general", "2603.00001")
        assert (await slack.click(private, text="Share", user="bob")).ok
        public = await slack.wait_message("general", "Shared by @bob")
    assert "_ephemeral_to" not in public
    assert private in slack.messages("general", ephemeral=True)
    assert not any(block["type"] == "actions" for block in public["blocks"])


async def test_paging_replaces_the_message_that_held_the_button(slack: Any) -> None:
    async with running(slack):
        await slack.slash("/papers", "trending", user="bob")
        message = await slack.wait_message("general", "2603.00001")
        assert (await slack.click(message, text="Next ▶", user="bob")).ok
        await slack.log.wait("update", ts=message.ts)
    assert len(slack.messages("general")) == 1


async def test_a_vote_is_counted_in_the_label_of_the_message_that_everybody_sees(slack: Any) -> None:
    async with running(slack):
        await slack.slash("/papers", "card", user="bob")
        public = await slack.wait_message("general", "▲")
        assert (await slack.click(public, text="👍", user="alice")).ok
        await slack.log.wait("update", ts=public.ts)
        assert (await slack.click(public, text="👎", user="alice")).ok
        failed = await slack.wait_message("general", "nothing was changed")
    assert [
        one["text"]["text"] for block in public.blocks if block["type"] == "actions" for one in block["elements"]
    ] == [
        "👍 2",
        "👎",
    ]
    assert failed["_ephemeral_to"] == slack.user("alice").id
    assert len(slack.messages("general", ephemeral=False)) == 1


async def test_a_public_answer_and_an_unknown_word_reach_the_right_people(slack: Any) -> None:
    async with running(slack):
        await slack.slash("/papers", "agenda", user="bob")
        public = await slack.wait_message("general", "Agenda for bob")
        await slack.slash("/papers", "agnda", user="bob")
        private = await slack.wait_message("general", "agnda")
    assert "_ephemeral_to" not in public
    assert private["_ephemeral_to"] == slack.user("bob").id


async def test_a_member_sets_a_digest_up_and_the_channel_reads_who_did(slack: Any) -> None:
    async with running(slack):
        await slack.slash("/papers", "digest subscribe", user="bob")
        answer = await slack.wait_message("general", "America/New_York")
        line = await slack.wait_message("general", "set up by bob")
    assert answer["_ephemeral_to"] == slack.user("bob").id
    assert "_ephemeral_to" not in line


async def test_the_line_for_another_channel_is_posted_there(slack: Any) -> None:
    slack.channel("random").members.append(slack.install_of().bot_user_id)
    async with running(slack):
        await slack.slash("/papers", "digest subscribe channel:C0RANDOM", user="bob")
        await slack.wait_message("random", "set up by bob")
    assert len(slack.messages("general")) == 1


@pytest.mark.parametrize("who", ["guest", "stranger"])
async def test_guests_and_strangers_are_told_who_may_configure(slack: Any, who: str) -> None:
    (slack.add_guest if who == "guest" else slack.add_stranger)(who)
    async with running(slack):
        await slack.slash("/papers", "digest subscribe", user=who, **({"force": True} if who == "stranger" else {}))
        message = await slack.wait_message("general", "full members")
    assert message["_ephemeral_to"] == slack.user(who).id
    assert len(slack.messages("general")) == 1


async def test_only_admins_configure_where_the_operator_says_so(slack: Any) -> None:
    async with running(slack, who_configures="admins"):
        await slack.slash("/papers", "digest subscribe", user="bob")
        await slack.wait_message("general", "Only admins")
        await slack.slash("/papers", "digest subscribe", user="alice")
        await slack.wait_message("general", "set up by alice")


async def test_nothing_is_changed_while_slack_does_not_tell_who_somebody_is(slack: Any) -> None:
    async with running(slack):
        slack.faults.add("users.info", "http", status=500)
        await slack.slash("/papers", "digest subscribe", user="bob")
        message = await slack.wait_message("general", "I changed nothing")
    assert message["_ephemeral_to"] == slack.user("bob").id


async def test_an_acknowledgement_waits_for_nothing_that_slack_is_slow_at(slack: Any) -> None:
    async with running(slack):
        slack.faults.add("users.info", "slow", seconds=0.5)
        delivery = await slack.slash("/papers", "digest subscribe", user="bob")
        await slack.wait_message("general", "set up by bob")
    assert delivery.latency < 0.4


async def test_many_commands_at_once_are_each_answered_once(slack: Any) -> None:
    async with running(slack):
        deliveries = await asyncio.gather(*(slack.slash("/papers", f"echo no-{n}-", user="bob") for n in range(50)))
        for number in range(50):
            await slack.wait_message("general", f"no-{number}-")
    assert all(delivery.ok for delivery in deliveries)
    assert len(slack.messages("general")) == 50


async def test_commands_typed_while_the_connection_is_replaced_are_answered_once(slack: Any) -> None:
    async with running(slack):
        slack.faults.add("response_url", "slow", times=3, seconds=0.3)
        await asyncio.gather(*(slack.slash("/papers", f"echo no-{n}-", user="bob") for n in range(3)))
        await slack.refresh_sockets()
        slack.drop_sockets()
        for number in range(3):
            await slack.wait_message("general", f"no-{number}-")
        await slack.wait_socket(1)
    assert len(slack.messages("general")) == 3


async def test_a_failing_command_answers_with_a_reference_and_without_its_error(slack: Any) -> None:
    async with running(slack):
        assert (await slack.slash("/papers", "broken", user="bob")).ok
        message = await slack.wait_message("general", "Reference")
    assert "secret detail" not in str(message)


async def test_a_direct_message_is_the_callers_own_channel_and_gets_no_announcement(slack: Any) -> None:
    slack.add_channel("D0BOBALICE", "dm", members=["U0ALICE", "U0BOB"], kind="im")
    async with running(slack):
        await slack.slash("/papers", "echo hello", user="bob", channel="dm")
        await slack.wait_message("dm", f"slack:{TEAM}:U0BOB said hello")
        await slack.slash("/papers", "digest subscribe", user="bob", channel="dm")
        await slack.wait_message("dm", "Daily at 09:00")
    assert len(slack.messages("dm")) == 2


async def test_a_button_of_another_version_says_so(slack: Any) -> None:
    async with running(slack):
        await slack.slash("/papers", "trending", user="bob")
        message = await slack.wait_message("general", "2603.00001")
        message["blocks"][-1]["elements"][0]["action_id"] = "turn:v0:0"
        assert (await slack.click(message, action_id="turn:v0:0", user="bob")).ok
        await slack.wait_message("general", "another version")


async def test_http_answers_signed_requests_and_refuses_all_others_without_a_word_of_them(
    slack: Any, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    slack.delivery = "http"
    async with running(slack, slack_app_token=None) as bot:
        assert (await slack.url_verification()).ok
        assert (await slack.slash("/papers", "trending", user="bob")).ok
        message = await slack.wait_message("general", "2603.00001")
        assert (await slack.click(message, text="Share", user="bob")).ok
        await slack.wait_message("general", "Shared by @bob")
        statuses = [
            (await slack.slash("/papers", "echo confidential", user="bob", sign=sign)).status
            for sign in ("bad", "stale", "missing")
        ]
        odd = {"X-Slack-Request-Timestamp": "soon"}
        statuses.append((await slack.slash("/papers", "echo confidential", user="bob", http_headers=odd)).status)
        assert bot.adapter.connected
    assert statuses == [401, 401, 401, 401]
    assert len(slack.messages("general")) == 2
    written = caplog.text + "".join(capsys.readouterr())
    assert "confidential" not in written
    assert "v0=" not in written


async def test_credentials_in_the_environment_do_not_change_how_bolt_works(
    slack: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACK_CLIENT_ID", "111.222")
    monkeypatch.setenv("SLACK_CLIENT_SECRET", "not-ours")
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-not-ours")
    async with running(slack):
        assert (await slack.slash("/papers", "digest subscribe", user="bob")).ok
        await slack.wait_message("general", "set up by bob")
    assert {call["token"] for call in slack.calls("users.info")} == {slack.bot_token}


@pytest.mark.parametrize("reason", ["refresh_requested", "warning"])
async def test_a_refreshed_connection_loses_no_command_and_answers_none_twice(slack: Any, reason: str) -> None:
    async with running(slack):
        await slack.slash("/papers", "echo before", user="bob")
        await slack.refresh_sockets(reason)
        await slack.wait_socket(1)
        for number in range(5):
            assert (await slack.slash("/papers", f"echo after {number}", user="bob")).ok
        for number in range(5):
            await slack.wait_message("general", f"said after {number}")
    assert len(slack.messages("general")) == 6


async def test_a_dropped_connection_is_replaced_at_once(slack: Any) -> None:
    async with running(slack) as bot:
        slack.drop_sockets()
        await slack.wait_socket(1, timeout=2)
        await until_connected(bot.adapter)
        assert (await slack.slash("/papers", "echo again", user="bob")).ok
        await slack.wait_message("general", "said again")
    assert len(slack.messages("general")) == 1


async def test_a_connection_address_is_never_used_twice(slack: Any) -> None:
    async with running(slack):
        slack.faults.add("apps.connections.open", "http", times=1, status=503)
        slack.drop_sockets()
        await slack.wait_socket(1, timeout=5)
        assert (await slack.slash("/papers", "echo again", user="bob")).ok
        await slack.wait_message("general", "said again")


async def test_commands_under_way_are_answered_before_the_end(slack: Any) -> None:
    async with running(slack):
        slack.faults.add("response_url", "slow", seconds=0.3)
        assert (await slack.slash("/papers", "echo late", user="bob")).ok
    assert "said late" in str(slack.messages("general"))


@pytest.mark.parametrize("revoked", ["bot", "app"])
async def test_a_dead_token_parks_the_adapter_with_the_way_back(slack: Any, revoked: str) -> None:
    changes: dict[str, Any] = (
        {"slack_app_token": "xapp-other"} if revoked == "app" else {"slack_bot_token": "xoxb-other"}
    )
    async with open_session() as session:
        adapter = SlackAdapter(settings_for(slack, **changes), NO_SERVICE, session, parse=parse)
        with pytest.raises(ParkedError) as parked:
            await adapter.run()
    assert ("SLACK_APP_TOKEN" if revoked == "app" else "SLACK_BOT_TOKEN") in parked.value.hint
    assert "xoxb-other" not in f"{parked.value} {parked.value.hint}"


async def test_the_manifest_is_enough_for_everything_the_adapter_does(slack: Any) -> None:
    configured = settings_for(slack)
    slack.load_manifest(manifest(configured, tuple(COMMANDS.values())))
    async with running(slack):
        await slack.slash("/papers", "digest subscribe", user="bob")
        await slack.wait_message("general", "set up by bob")
    async with open_session() as session:
        await SlackPlatform(configured, session).send(GENERAL, {"text": "hello"}, "key")


async def test_blocks_that_slack_refuses_are_said_in_plain_text_once(slack: Any) -> None:
    async with running(slack):
        slack.faults.add("response_url", "error", error="invalid_blocks", status=400)
        await slack.slash("/papers", "trending", user="bob")
        message = await slack.wait_message("general", "2603.00001")
    assert "blocks" not in message
    assert len(slack.log.find("response_url")) == 2


RESPONSE_FAULTS: list[tuple[str, dict[str, Any], int]] = [
    ("http", {"status": 500}, 1),
    ("http", {"status": 503}, 1),
    ("ratelimited", {"retry_after": 1}, 1),
    ("slow", {"seconds": 0.1}, 1),
    ("reset", {}, 0),
    ("reset_after", {}, 1),
]


@pytest.mark.parametrize(("kind", "parameters", "arrived"), RESPONSE_FAULTS)
async def test_an_answer_is_never_said_twice(slack: Any, kind: str, parameters: dict[str, Any], arrived: int) -> None:
    async with running(slack):
        slack.faults.add("response_url", kind, **parameters)
        await slack.slash("/papers", "echo once", user="bob")
        await slack.log.wait("response_url", count=1)
        await slack.slash("/papers", "echo another", user="bob")
        await slack.wait_message("general", "said another")
    assert str([message["text"] for message in slack.messages("general")]).count("once") == arrived


# --- posting ---------------------------------------------------------------------------------------------------------


@contextlib.asynccontextmanager
async def platform(slack: Any) -> AsyncIterator[SlackPlatform]:
    async with open_session() as session:
        yield SlackPlatform(settings_for(slack), session)


async def test_a_digest_is_posted_once_with_its_permalink(slack: Any) -> None:
    async with platform(slack) as out:
        payloads = out.render(EXAMPLES["digest"])
        sent = await out.send(GENERAL, payloads[0], "key")
    (message,) = slack.messages("general")
    assert sent.remote_id == f"C0GENERAL:{message.ts}"
    assert sent.url == f"https://sim-team.slack.com/archives/C0GENERAL/p{message.ts.replace('.', '')}"
    assert len(slack.calls("chat.postMessage")) == 1


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

"""The Slack adapter, with the real slack_bolt, against a strict stand-in for Slack in the same process."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from adapters.slack.client import open_session
from adapters.slack.manifest import manifest
from adapters.slack.platform import SlackPlatform
from tests.adapters.slack.commands import COMMANDS
from tests.end_to_end.slack_stage import (
    GENERAL,
    TEAM,
    marks,
    running,
    settings_for,
    stand_in,
)

pytestmark = marks


@pytest.fixture(params=["socket", "http"])
async def slack(request: pytest.FixtureRequest) -> AsyncIterator[Any]:
    async with stand_in(delivery=request.param) as sim:
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


@pytest.mark.parametrize(("kind", "parameters"), [("http", {"status": 500}), ("reset", {}), ("http", {"status": 404})])
async def test_who_changed_something_hears_where_the_channel_may_not_have(
    slack: Any, kind: str, parameters: dict[str, Any]
) -> None:
    slack.faults.add("response_url", kind, where={"response_type": "in_channel"}, **parameters)
    async with running(slack):
        await slack.slash("/papers", "digest subscribe", user="bob")
        told = await slack.wait_message("general", "not sure that the channel was told")
    assert told["_ephemeral_to"] == slack.user("bob").id
    assert "digest log" in str(told["text"])


async def test_who_changed_another_channels_digest_hears_where_that_cannot_be_told(slack: Any) -> None:
    slack.faults.add("chat.postMessage", "error", error="not_in_channel")
    async with running(slack):
        await slack.slash("/papers", "digest subscribe channel:C0RANDOM", user="bob")
        await slack.wait_message("general", "not sure that the channel was told")


async def test_who_shared_a_list_hears_where_the_channel_may_not_have_it(slack: Any) -> None:
    slack.faults.add("response_url", "http", where={"response_type": "in_channel"}, status=500)
    async with running(slack):
        await slack.slash("/papers", "trending", user="bob")
        await slack.act(await slack.wait_message("general", "Share"), text="Share", user="bob")
        await slack.wait_message("general", "not sure that the channel got it")


async def test_whoever_is_not_in_a_channel_learns_and_changes_nothing_of_it(slack: Any) -> None:
    slack.channel("secret").members.remove("U0BOB")
    slack.channel("secret").members.append(slack.install_of().bot_user_id)
    async with running(slack):
        for channel in ("C0SECRET", "C0NOSUCH"):
            await slack.slash("/papers", f"digest subscribe channel:{channel}", user="bob")
        told = await slack.wait_message("general", "in which you are", count=2)
        await slack.slash("/papers", "digest subscribe channel:C0SECRET", user="alice")
        await slack.wait_message("secret", "set up by alice")
    assert "secret" not in str(told["text"]).lower()
    assert len(slack.messages("secret")) == 1


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


async def test_commands_under_way_are_answered_before_the_end(slack: Any) -> None:
    async with running(slack):
        slack.faults.add("response_url", "slow", seconds=0.3)
        assert (await slack.slash("/papers", "echo late", user="bob")).ok
    assert "said late" in str(slack.messages("general"))


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

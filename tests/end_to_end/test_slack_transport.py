"""What one of the two ways from Slack to us has and the other has not; against a strict stand-in for Slack."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from adapters.slack.app import SlackAdapter
from adapters.slack.client import open_session
from bot.ports import ParkedError
from tests.adapters.slack.commands import NO_SERVICE, parse
from tests.end_to_end.slack_stage import (
    marks,
    running,
    settings_for,
    stand_in,
    until_connected,
)

pytestmark = marks


@pytest.fixture
async def slack() -> AsyncIterator[Any]:
    async with stand_in() as sim:
        yield sim


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

"""Requests over HTTP: signed ones are acknowledged and answered, all others refused without a word of them."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from pydantic import SecretStr

from adapters.slack.app import SlackAdapter
from adapters.slack.client import open_session
from bot.config import Settings
from bot.ports import ParkedError
from tests.adapters.slack.commands import NO_SERVICE, parse
from tests.adapters.slack.wire import SECRET, FakeApi, fake_api, signed

Client = TestClient[web.Request, web.Application]


@asynccontextmanager
async def served(api: FakeApi) -> AsyncIterator[tuple[Client, SlackAdapter, asyncio.Task[None]]]:
    """The adapter behind a web server; what is under way is finished at the end."""
    settings = Settings(
        _env_file=None,
        slack_api_url=f"{api.address}/api",
        slack_bot_token=SecretStr("xoxb-1"),
        slack_signing_secret=SecretStr(SECRET),
    )  # type: ignore[call-arg]  # pydantic-settings' own option
    async with open_session() as session:
        adapter = SlackAdapter(settings, NO_SERVICE, session, parse=parse)
        app = web.Application()
        app.add_routes(adapter.routes())
        task = asyncio.create_task(adapter.run())
        async with TestClient(TestServer(app)) as client:
            yield client, adapter, task
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError, ParkedError):
                await task


def command(api: FakeApi, text: str) -> dict[str, str]:
    return {
        "command": "/papers",
        "text": text,
        "team_id": "T1",
        "channel_id": "C1",
        "user_id": "U1",
        "user_name": "ada",
        "response_url": f"{api.address}/hook",
        "trigger_id": "1",
    }


async def post(client: Client, body: bytes, headers: dict[str, str]) -> int:
    async with client.post("/slack/events", data=body, headers=headers) as response:
        return response.status


async def test_a_signed_command_is_acknowledged_and_answered() -> None:
    async with fake_api() as api:
        async with served(api) as (client, _, _):
            assert await post(client, *signed(command(api, "echo hello"))) == 200
        (said,) = api.said
    assert "said hello" in str(said["text"])


@pytest.mark.parametrize(("action_id", "answer"), [("answer:v1:0", "said again"), ("answer:v0:0", "another version")])
async def test_a_button_is_acknowledged_and_answered_even_an_old_one(action_id: str, answer: str) -> None:
    async with fake_api() as api:
        pressed = {
            "type": "block_actions",
            "team": {"id": "T1"},
            "user": {"id": "U1", "username": "ada", "team_id": "T1"},
            "container": {"type": "message", "channel_id": "C1", "is_ephemeral": True},
            "channel": {"id": "C1"},
            "actions": [{"type": "button", "action_id": action_id, "block_id": "b", "value": "echo again"}],
            "response_url": f"{api.address}/hook",
        }
        async with served(api) as (client, _, _):
            assert await post(client, *signed({"payload": json.dumps(pressed)})) == 200
        (said,) = api.said
    assert answer in str(said["text"])


async def test_what_slack_did_not_sign_just_now_is_refused_and_not_logged(
    capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    async with fake_api() as api:
        async with served(api) as (client, _, _):
            form = command(api, "echo confidential")
            body, headers = signed(form)
            forged = [
                signed(form, secret="other"),
                signed(form, age=301),
                signed(form, age=-301),
                (body, {}),
                (body, headers | {"X-Slack-Request-Timestamp": "soon"}),
                (body, headers | {"X-Slack-Signature": "v0=ä"}),
                (body + b"&more=1", headers),
                (b"\xff\xfe", headers),
            ]
            statuses = [await post(client, *request) for request in forged]
        assert statuses == [401] * len(forged)
        assert api.said == []
    written = caplog.text + "".join(capsys.readouterr())
    assert "confidential" not in written
    assert "v0=" not in written
    assert "refused" in written


async def test_the_environment_does_not_change_whose_token_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"CLIENT_ID": "1.2", "CLIENT_SECRET": "x", "BOT_TOKEN": "xoxb-2", "SIGNING_SECRET": "y"}.items():
        monkeypatch.setenv(f"SLACK_{name}", value)
    answer: dict[str, Any] = {"ok": True, "user": {"id": "U1", "team_id": "T1", "tz": "Europe/Berlin"}}
    async with fake_api(users_info=answer) as api:
        async with served(api) as (client, _, _):
            assert await post(client, *signed(command(api, "digest subscribe"))) == 200
        assert [said["response_type"] for said in api.said] == ["ephemeral", "in_channel"]
        assert ("users.info", "Bearer xoxb-1") in api.asked


async def test_a_refused_token_parks_and_an_unreachable_slack_does_not() -> None:
    refused: dict[str, object] = {"ok": False, "error": "account_inactive"}
    async with fake_api(auth_test=refused) as api, served(api) as (_, adapter, task):
        with pytest.raises(ParkedError) as parked:
            await task
        assert "SLACK_BOT_TOKEN" in parked.value.hint
        assert not adapter.connected
    async with fake_api(auth_test=(503, "")) as api, served(api) as (_, adapter, _):
        async with asyncio.timeout(5):
            while not adapter.connected:  # noqa: ASYNC110  # what the adapter shows others is what is waited for
                await asyncio.sleep(0.001)

"""Socket Mode: the next connection before the end of the old one, no address twice, a dead token parks."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from types import SimpleNamespace
from typing import Any, cast

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.socket_mode import LONGEST_WAIT, SocketMode, wait_before
from adapters.slack.work import Work
from bot.ports import ParkedError


class FakeSocket:
    """A WebSocket that hands out what a test puts in, until it is closed."""

    def __init__(self) -> None:
        self.inbox: asyncio.Queue[str | None] = asyncio.Queue()
        self.sent: list[dict[str, Any]] = []
        self.closed = False
        self.broken = False

    def put(self, **message: object) -> None:
        self.inbox.put_nowait(json.dumps(message))

    async def __aiter__(self) -> AsyncIterator[SimpleNamespace]:
        while (text := await self.inbox.get()) is not None:
            yield SimpleNamespace(type=aiohttp.WSMsgType.TEXT, data=text)

    async def send_str(self, text: str) -> None:
        if self.closed or self.broken:
            raise ConnectionResetError
        self.sent.append(json.loads(text))

    async def close(self) -> None:
        self.closed = True
        self.inbox.put_nowait(None)


class FakeSlack:
    """Gives addresses, and a socket for each; or fails as told."""

    def __init__(self, *failures: str | Exception) -> None:
        self.failures = list(failures)
        self.sockets: list[FakeSocket] = []
        self.dialled: list[str] = []
        self.paused: list[float] = []
        self.addresses = 0

    async def apps_connections_open(self, *, app_token: str) -> dict[str, str]:
        assert app_token == "xapp-1"
        self.addresses += 1
        failure = self.failures.pop(0) if self.failures else None
        if isinstance(failure, str):
            response = SimpleNamespace(status_code=200, data={"ok": False, "error": failure}, headers={})
            raise cast("type[Any]", SlackApiError)(failure, response)
        if failure is not None:
            raise failure
        return {"url": f"wss://slack.example/{self.addresses}"}

    async def ws_connect(self, address: str, *, heartbeat: float) -> FakeSocket:
        assert heartbeat > 0
        self.dialled.append(address)
        self.sockets.append(FakeSocket())
        return self.sockets[-1]

    async def pause(self, seconds: float) -> None:
        self.paused.append(seconds)


class Scene:
    """A running client over a fake Slack; `handled` are the envelopes it was given."""

    def __init__(self, *failures: str | Exception) -> None:
        self.slack = FakeSlack(*failures)
        self.work = Work()
        self.handled: list[str] = []
        self.release = asyncio.Event()
        self.release.set()
        self.client = SocketMode(
            cast("aiohttp.ClientSession", self.slack),
            cast("AsyncWebClient", self.slack),
            "xapp-1",
            self._handle,
            self.work,
            self.slack.pause,
        )
        self.task = asyncio.create_task(self.client.run())

    async def _handle(self, request: SocketModeRequest) -> dict[str, object] | None:
        self.handled.append(request.envelope_id)
        await self.release.wait()
        return None if request.payload.get("fail") else {}

    async def until(self, true: Callable[[], object]) -> None:
        """Let the loop turn, a bounded number of times."""
        for _ in range(200):
            if true():
                return
            await asyncio.sleep(0)
        pytest.fail("it did not come true")

    async def socket(self, number: int) -> FakeSocket:
        await self.until(lambda: len(self.slack.sockets) > number)
        self.slack.sockets[number].put(type="hello")
        return self.slack.sockets[number]

    async def end(self) -> None:
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)
        await self.work.drain(1)
        await self.client.close()


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    made = Scene()
    yield made
    await made.end()


def envelope(number: int = 1, **payload: object) -> dict[str, object]:
    return {"type": "slash_commands", "envelope_id": f"e{number}", "payload": payload}


async def test_it_counts_as_connected_from_the_hello_on(scene: Scene) -> None:
    await scene.until(lambda: scene.slack.sockets)
    assert not scene.client.connected
    await scene.socket(0)
    await scene.until(lambda: scene.client.connected)


async def test_an_envelope_is_acknowledged_where_it_came_from(scene: Scene) -> None:
    socket = await scene.socket(0)
    socket.put(**envelope())
    await scene.until(lambda: socket.sent)
    assert socket.sent == [{"envelope_id": "e1"}]


async def test_an_envelope_that_failed_is_not_acknowledged(scene: Scene) -> None:
    socket = await scene.socket(0)
    socket.put(**envelope(1, fail=True))
    socket.put(**envelope(2))
    await scene.until(lambda: socket.sent)
    assert socket.sent == [{"envelope_id": "e2"}]


async def test_the_old_connection_is_read_on_while_the_next_one_is_opened(scene: Scene) -> None:
    old = await scene.socket(0)
    old.put(type="disconnect", reason="warning")
    new = await scene.socket(1)
    old.put(**envelope(1))
    new.put(**envelope(2))
    await scene.until(lambda: old.sent and new.sent)
    assert not old.closed


async def test_an_acknowledgement_takes_the_new_connection_when_the_old_one_is_gone(scene: Scene) -> None:
    scene.release.clear()
    old = await scene.socket(0)
    old.put(**envelope())
    await scene.until(lambda: scene.handled)
    await old.close()
    new = await scene.socket(1)
    scene.release.set()
    await scene.until(lambda: new.sent)
    assert new.sent == [{"envelope_id": "e1"}]


async def test_a_closed_connection_is_replaced_with_a_new_address(scene: Scene) -> None:
    await (await scene.socket(0)).close()
    await scene.socket(1)
    await scene.until(lambda: scene.client.connected)
    assert scene.slack.dialled == ["wss://slack.example/1", "wss://slack.example/2"]
    assert scene.slack.paused == []


async def test_what_is_no_json_is_passed_over(scene: Scene) -> None:
    socket = await scene.socket(0)
    socket.inbox.put_nowait("not json")
    socket.inbox.put_nowait("[1]")
    socket.put(**envelope())
    await scene.until(lambda: socket.sent)


async def test_failures_are_waited_out_with_jitter() -> None:
    scene = Scene("internal_error", aiohttp.ServerDisconnectedError(), TimeoutError())
    await scene.socket(0)
    await scene.until(lambda: scene.client.connected)
    assert scene.slack.addresses == 4
    assert len(scene.slack.paused) == 2
    await scene.end()


@pytest.mark.parametrize("error", ["invalid_auth", "token_revoked", "account_inactive", "not_allowed_token_type"])
async def test_a_token_that_slack_refuses_parks_it(error: str) -> None:
    scene = Scene(error)
    with pytest.raises(ParkedError) as parked:
        await scene.task
    assert "SLACK_APP_TOKEN" in parked.value.hint
    await scene.end()


async def test_at_the_end_every_connection_is_closed(scene: Scene) -> None:
    old = await scene.socket(0)
    old.put(type="disconnect", reason="refresh_requested")
    new = await scene.socket(1)
    await scene.until(lambda: scene.client.connected)
    await scene.end()
    assert old.closed
    assert new.closed
    assert not scene.client.connected


@given(st.integers(0, 200), st.floats(0, 1))
def test_the_first_reconnection_is_immediate_and_no_wait_is_longer_than_half_a_minute(
    attempt: int, chance: float
) -> None:
    assert 0 <= wait_before(attempt, chance) <= LONGEST_WAIT
    assert wait_before(1, chance) == 0

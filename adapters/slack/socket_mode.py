"""Socket Mode: envelopes come over a WebSocket that Slack replaces every few hours.

slack_sdk's own client is not used. It closes the old connection before it opens the next one, so a command typed in
between is lost; it dials a single-use address again after a failure; and it asks for ever with a revoked token.
https://docs.slack.dev/apis/events-api/using-socket-mode/
"""

import asyncio
import json
import random
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import structlog
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.errors import BROKEN, classify
from adapters.slack.work import Pause, Work
from bot.models import Outcome
from bot.ports import ParkedError, SendError

log = structlog.get_logger(__name__)

HEARTBEAT = 10.0
"""Seconds between two pings; a connection that answers none of them is given up."""
RETIRING = 30.0
"""Seconds that a connection is still read after Slack has announced its end."""
STEADY = 60.0
"""Seconds after which a connection counts as a good one, and the next is opened at once."""
LONGEST_WAIT = 30.0
ACK_PATIENCE = 2.0
"""Seconds an acknowledgement waits for a new connection, of the three that Slack gives it."""
HINT = "Make an app-level token with connections:write, set SLACK_APP_TOKEN, and start again."

Handle = Callable[[SocketModeRequest], Awaitable[dict[str, object] | None]]
"""What to acknowledge an envelope with, which may be empty; None: do not acknowledge it."""


def wait_before(attempt: int, chance: float) -> float:
    """Seconds before the n-th connection in quick succession: none, none, then full jitter that doubles."""
    return chance * float(min(LONGEST_WAIT, 2 ** (attempt - 2))) if attempt >= 2 else 0.0


class SocketMode:
    """Keeps a connection up; the next one is opened while the old one is still read."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        client: AsyncWebClient,
        app_token: str,
        handle: Handle,
        work: Work,
        pause: Pause = asyncio.sleep,
    ) -> None:
        self._session = session
        self._client = client
        self._app_token = app_token
        self._handle = handle
        self._work = work
        self._pause = pause
        self._attempt = 0
        self._sockets: set[aiohttp.ClientWebSocketResponse] = set()
        self._live: dict[aiohttp.ClientWebSocketResponse, None] = {}
        self._hello = asyncio.Event()

    @property
    def connected(self) -> bool:
        return bool(self._live)

    async def run(self) -> None:
        """Receive until cancelled; work begun is not waited for, and connections stay open for its acknowledgements.

        Raises:
            ParkedError: Slack does not accept the token.
        """
        readers: set[asyncio.Task[None]] = set()
        try:
            while True:
                replace = asyncio.Event()
                opened = asyncio.get_running_loop().time()
                reader = asyncio.create_task(self._read(await self._open(), replace))
                readers.add(reader)
                reader.add_done_callback(readers.discard)
                await replace.wait()
                if asyncio.get_running_loop().time() - opened >= STEADY:
                    self._attempt = 0
        finally:
            for reader in readers:
                reader.cancel()
            await asyncio.gather(*readers, return_exceptions=True)

    async def close(self) -> None:
        """Close all connections."""
        for socket in list(self._sockets):
            await socket.close()
            self._gone(socket)

    async def _open(self) -> aiohttp.ClientWebSocketResponse:
        """A connection, however long it takes; each attempt asks for an address of its own."""
        while True:
            wait = wait_before(self._attempt, random.random())  # noqa: S311  # jitter
            if wait:
                await self._pause(wait)
            self._attempt += 1
            try:
                address = (await self._client.apps_connections_open(app_token=self._app_token))["url"]
                socket = await self._session.ws_connect(address, heartbeat=HEARTBEAT)
            except (*BROKEN, KeyError) as error:
                await self._failed(classify(error))
            else:
                self._sockets.add(socket)
                return socket

    async def _failed(self, error: SendError) -> None:
        if error.outcome is Outcome.DEAD_LANE:
            raise ParkedError(error.reason, HINT)
        log.warning("no connection to Slack", outcome=error.outcome, retry_after=error.retry_after)
        if error.retry_after:
            await self._pause(error.retry_after)

    async def _read(self, socket: aiohttp.ClientWebSocketResponse, replace: asyncio.Event) -> None:
        """Take what comes until the end; `replace` is set as soon as the next connection is wanted."""
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(None) as limit:
                async for message in socket:
                    if message.type is aiohttp.WSMsgType.TEXT and self._received(message.data, socket):
                        replace.set()
                        limit.reschedule(loop.time() + RETIRING)
        except TimeoutError:
            pass
        finally:
            self._gone(socket, still_open=True)
            replace.set()
        await socket.close()
        self._gone(socket)

    def _received(self, text: str, socket: aiohttp.ClientWebSocketResponse) -> bool:
        """Whether Slack announces the end of the connection."""
        message = _read_message(text)
        request = SocketModeRequest.from_dict(message)
        match message.get("type"):
            case "hello":
                self._live[socket] = None
                self._hello.set()
                log.info("connected to Slack")
            case "disconnect":
                log.info("Slack replaces the connection", reason=message.get("reason"))
                return True
            case _ if request is not None:
                self._work.start(self._serve(request, socket))
        return False

    def _gone(self, socket: aiohttp.ClientWebSocketResponse, *, still_open: bool = False) -> None:
        """Count a connection no longer as one that brings envelopes, nor, at its end, as one to close."""
        self._live.pop(socket, None)
        if not self._live:
            self._hello.clear()
        if not still_open:
            self._sockets.discard(socket)

    async def _serve(self, request: SocketModeRequest, socket: aiohttp.ClientWebSocketResponse) -> None:
        payload = await self._handle(request)
        if payload is None:
            return
        envelope: dict[str, object] = {"envelope_id": request.envelope_id}
        text = json.dumps(envelope | ({"payload": payload} if payload else {}))
        try:
            await socket.send_str(text)
        except (ConnectionError, RuntimeError):
            await self._acknowledge_elsewhere(text)

    async def _acknowledge_elsewhere(self, text: str) -> None:
        """Slack takes an acknowledgement over any connection of the app."""
        try:
            async with asyncio.timeout(ACK_PATIENCE):
                await self._hello.wait()
                await next(reversed(self._live)).send_str(text)
        except (TimeoutError, ConnectionError, RuntimeError, StopIteration):
            log.warning("an acknowledgement was lost with its connection")


def _read_message(text: str) -> dict[str, Any]:
    """Empty for what is no JSON object."""
    try:
        message = json.loads(text)
    except ValueError:
        message = None
    if isinstance(message, dict):
        return message
    log.warning("unreadable message from Slack", characters=len(text))
    return {}

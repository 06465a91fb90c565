"""Discord's REST API for what the gateway client does not do: posting, answering, registering. One attempt a call.

discord.py's own client would repeat a call for up to a minute; here each failure is told at once and exactly,
because the ledger decides what may be tried again.
"""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Mapping
from importlib.metadata import version
from typing import Any
from urllib.parse import quote

import aiohttp

from adapters.discord.pace import Bucket, Pace, Refusals

API = "https://discord.com/api/v10"
PATIENCE = 10.0
"""Seconds a call waits for its turn; a longer wait is told to the caller instead."""
BLOCKED = 600.0
"""Seconds to keep away where the network in front of Discord refuses us and names no time."""
MAJOR = ("channel_id", "guild_id", "webhook_id", "webhook_token", "interaction_token")
"""Parameters whose calls are counted apart: https://docs.discord.com/developers/topics/rate-limits."""
CONNECTIONS = 100
KEPT_OPEN = 60.0
"""Seconds: somebody waits three seconds at most for an acknowledgement, and a new connection takes a part of them."""
TIMEOUT = aiohttp.ClientTimeout(total=20, connect=10, sock_connect=5)


class CallError(Exception):
    """A call that did not surely succeed; its text holds no secret."""


class NotReachedError(CallError):
    """The call did not leave: no connection, no address."""


class NoAnswerError(CallError):
    """The call left and nobody can tell whether it was carried out."""


class HeldError(CallError):
    """The call did not leave, because its turn would come too late."""

    def __init__(self, retry_after: float) -> None:
        super().__init__(f"the rate limit asks for {retry_after:.1f} s")
        self.retry_after = retry_after


class RefusedError(CallError):
    """Discord's own answer. https://docs.discord.com/developers/topics/opcodes-and-status-codes#json."""

    def __init__(self, status: int, code: int, text: str, retry_after: float | None = None) -> None:
        super().__init__(f"{text} (HTTP {status}, code {code})")
        self.status = status
        self.code = code
        """0 where the answer has none."""
        self.text = text
        self.retry_after = retry_after


class Rest:
    """One token's calls, each in its turn."""

    def __init__(
        self,
        token: str,
        api: str | None = None,
        contact: str | None = None,
        *,
        pace: Pace | None = None,
        refusals: Refusals | None = None,
        timeout: aiohttp.ClientTimeout = TIMEOUT,
        patience: float = PATIENCE,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._api = (api or API).rstrip("/")
        # https://docs.discord.com/developers/reference#user-agent
        agent = f"DiscordBot ({contact or 'https://example.org/broadsheet'}, {version('broadsheet')})"
        self._headers = {"Authorization": f"Bot {token}", "User-Agent": agent, "Content-Type": "application/json"}
        self._pace = pace or Pace()
        self._refusals = refusals or Refusals()
        self._timeout = timeout
        self._patience = patience
        self._clock = clock
        self._sleep = sleep
        self._session: aiohttp.ClientSession | None = None

    async def call(
        self, method: str, route: str, parameters: Mapping[str, str], body: object = None, *, counted: bool = True
    ) -> Any:
        """The answer's JSON; None if it has no body.

        `route` is the documented path, such as `/channels/{channel_id}/messages`. Answers to interactions are not
        `counted` by the token's pace.

        Raises:
            CallError: One of its kinds.
        """
        name = f"{method} {route}"
        major = ":".join(parameters.get(key, "") for key in MAJOR)
        path = route.format_map({key: quote(value, safe="@") for key, value in parameters.items()})
        bucket = self._pace.bucket(name, major, self._clock())
        async with bucket.turn:
            await self._wait(bucket, counted=counted)
            status, headers, raw = await self._exchange(method, path, body)
            now = self._clock()
            if status in {401, 403} or (status == 429 and headers.get("X-RateLimit-Scope") != "shared"):
                self._refusals.note(now)
            self._pace.learn(name, major, bucket, headers, now)
            return self._read(status, headers, raw, bucket)

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _wait(self, bucket: Bucket, *, counted: bool) -> None:
        now = self._clock()
        wait = max(bucket.wait(now), self._pace.held(now) if counted else 0.0, self._refusals.wait(now))
        if wait > self._patience:
            raise HeldError(wait)
        if wait > 0:
            await self._sleep(wait)
        if counted:
            await self._take_turn()

    async def _take_turn(self) -> None:
        """One call at a time looks at the clock, so that a loop that stood still sends no bunch of them."""
        async with self._pace.turn:
            wait = self._pace.wait(self._clock())
            if wait > 0:
                await self._sleep(wait)
            self._pace.went(self._clock())

    async def _exchange(self, method: str, path: str, body: object) -> tuple[int, Mapping[str, str], bytes]:
        data = None if body is None else json.dumps(body).encode()
        try:
            async with self._open().request(
                method, self._api + path, data=data, headers=self._headers, allow_redirects=False
            ) as response:
                return response.status, response.headers, await response.read()
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL) as error:
            raise NotReachedError(f"Discord could not be reached ({type(error).__name__})") from None
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise NoAnswerError(f"Discord did not answer ({type(error).__name__})") from None

    def _read(self, status: int, headers: Mapping[str, str], raw: bytes, bucket: Bucket) -> Any:
        answer = _json(raw)
        if status == 204 or (status < 300 and answer is not None):
            return answer
        if status < 300:
            raise NoAnswerError("Discord's answer could not be read")
        told = answer if isinstance(answer, dict) else {}
        refusal = RefusedError(
            status, int(told.get("code") or 0), _text(told, status), _retry_after(told, headers, status)
        )
        if status == 429:
            wait = BLOCKED if refusal.retry_after is None else refusal.retry_after
            self._slow_down(bucket, wait, everywhere=bool(told.get("global")) or not told)
        raise refusal

    def _slow_down(self, bucket: Bucket, retry_after: float, *, everywhere: bool) -> None:
        if everywhere:
            self._pace.hold(retry_after, self._clock())
        else:
            bucket.refused(retry_after, self._clock())

    def _open(self) -> aiohttp.ClientSession:
        """One session with its connections for all calls, made on the loop that uses it."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=CONNECTIONS, keepalive_timeout=KEPT_OPEN),
                timeout=self._timeout,
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return self._session


def _json(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except ValueError:
        return None


def _text(told: Mapping[str, Any], status: int) -> str:
    """Discord's message, with the first thing it objects to in a form."""
    first = _first_error(told.get("errors"), "")
    words = str(told.get("message") or f"HTTP {status}")
    return f"{words}: {first}" if first else words


def _first_error(tree: object, path: str) -> str:
    """`components.0.content: Must be 4000 or fewer in length.`."""
    if not isinstance(tree, dict):
        return ""
    found = tree.get("_errors")
    if isinstance(found, list) and found and isinstance(found[0], dict):
        return f"{path.strip('.')}: {found[0].get('message')}".strip(": ")
    inner = (_first_error(value, f"{path}.{key}") for key, value in tree.items())
    return next((words for words in inner if words), "")


def _retry_after(told: Mapping[str, Any], headers: Mapping[str, str], status: int) -> float | None:
    """Seconds, from the body (exact) or the header (rounded up)."""
    for value in (told.get("retry_after"), headers.get("Retry-After")):
        try:
            if value is not None:
                return float(value)
        except (TypeError, ValueError):
            continue
    return BLOCKED if status in {403, 429} and not told else None

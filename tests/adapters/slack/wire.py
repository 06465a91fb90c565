"""A few of Slack's answers on loopback, as a test sets them; and requests signed as Slack signs them."""

import hashlib
import hmac
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import urlencode

from aiohttp import web
from aiohttp.test_utils import TestServer

SECRET = "hush"


@dataclass
class FakeApi:
    """Each method's answer: a JSON object, or a status with a text. Everything asked for is kept."""

    answers: dict[str, dict[str, object] | tuple[int, str]] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    """Method and authorization, in order."""
    said: list[dict[str, object]] = field(default_factory=list)
    address: str = ""

    async def method(self, request: web.Request) -> web.Response:
        name = request.match_info["method"]
        self.asked.append((name, request.headers.get("Authorization", "")))
        answer = self.answers.get(name, {"ok": True})
        if isinstance(answer, dict):
            return web.json_response(answer)
        status, text = answer
        return web.Response(status=status, text=text, content_type="text/html", headers={"Retry-After": "7"})

    async def hook(self, request: web.Request) -> web.Response:
        self.said.append(await request.json())
        return web.Response(text="ok")


@asynccontextmanager
async def fake_api(**answers: dict[str, object] | tuple[int, str]) -> AsyncIterator[FakeApi]:
    """`chat_postMessage={…}` sets the answer of chat.postMessage."""
    api = FakeApi({name.replace("_", "."): answer for name, answer in answers.items()})
    app = web.Application()
    app.add_routes([web.route("*", "/api/{method}", api.method), web.post("/hook", api.hook)])
    async with TestServer(app) as server:
        api.address = str(server.make_url("")).rstrip("/")
        yield api


def signed(body: dict[str, str], *, age: float = 0, secret: str = SECRET) -> tuple[bytes, dict[str, str]]:
    """A form and its headers: https://docs.slack.dev/authentication/verifying-requests-from-slack/ ."""
    text, timestamp = urlencode(body), str(int(time.time() - age))
    digest = hmac.new(secret.encode(), f"v0:{timestamp}:{text}".encode(), hashlib.sha256).hexdigest()
    return text.encode(), {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Slack-Request-Timestamp": timestamp,
        "X-Slack-Signature": f"v0={digest}",
    }

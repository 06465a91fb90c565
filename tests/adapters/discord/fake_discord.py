"""A few lines that answer like Discord's REST API, on loopback, as a test says."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web


@dataclass
class Script:
    """Answers, one for each call, the last one for all that follow; and the calls that came."""

    answers: list[tuple[int, object, Mapping[str, str]]] = field(default_factory=list)
    calls: list[tuple[str, str, Any]] = field(default_factory=list)
    agents: set[str] = field(default_factory=set)
    url: str = ""
    cut: bool = False
    """End the connection instead of answering."""
    silent: bool = False
    """Never answer."""

    def then(self, status: int, body: object = None, **headers: str) -> "Script":
        self.answers.append((status, body, {name.replace("_", "-"): value for name, value in headers.items()}))
        return self

    async def answer(self, request: web.Request) -> web.Response:
        raw = await request.text()
        self.calls.append((request.method, request.path, json.loads(raw) if raw else None))
        self.agents.add(request.headers.get("User-Agent", ""))
        if self.silent:
            await asyncio.Event().wait()
        if self.cut and request.transport is not None:
            request.transport.abort()
        status, body, headers = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        text = body if isinstance(body, str) else json.dumps(body)
        kind = "text/html" if isinstance(body, str) else "application/json"
        written = text.encode() if body is not None else None  # bytes, so that no charset is added to the type
        return web.Response(status=status, body=written, headers=headers, content_type=kind)


@asynccontextmanager
async def fake_discord() -> AsyncIterator[Script]:
    script = Script()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", script.answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    script.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield script
    finally:
        await runner.cleanup()


class FakeClock:
    """Time that only passes while somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds, 3))
        self.now += seconds
        await asyncio.sleep(0)

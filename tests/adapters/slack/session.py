"""A session that answers posts as a test tells it."""

from collections.abc import Iterator
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any, cast

import aiohttp

from adapters.slack.response_url import ResponseUrl


class FakeSession:
    """Answers in turn: a status with a body, or an exception; keeps what was posted."""

    def __init__(self, *answers: tuple[int, str] | Exception) -> None:
        self._answers: Iterator[tuple[int, str] | Exception] = iter(answers)
        self.posted: list[dict[str, Any]] = []
        self.paused: list[float] = []

    @asynccontextmanager
    async def post(self, _: str, *, json: dict[str, Any]) -> Any:
        self.posted.append(json)
        answer = next(self._answers)
        if isinstance(answer, Exception):
            raise answer
        status, body = answer

        async def text(errors: str) -> str:
            del errors
            return body

        yield SimpleNamespace(status=status, text=text, headers={"Retry-After": "3"} if status == 429 else {})

    async def pause(self, seconds: float) -> None:
        self.paused.append(seconds)

    def url(self) -> ResponseUrl:
        return ResponseUrl("https://hooks.slack.com/secret", cast("aiohttp.ClientSession", self), self.pause)

"""A scripted network and a clock that only sleeping moves."""

import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx

from bot.fetch import Fetcher, KeptAnswers, Limits, RealTime, Request

PUBLIC = "93.184.215.14"
Reply = httpx.Response | Exception
HUB = Request(url="https://hub.example/api", lane="hub", label="The hub")


def hub(path: str = "/api", **changes: object) -> Request:
    return Request(**{"url": f"https://hub.example{path}", "lane": "hub", "label": "The hub", **changes})  # type: ignore[arg-type]


class Pieces(httpx.AsyncByteStream):
    """A body that arrives in pieces; an exception among them is raised."""

    def __init__(self, pieces: list[bytes | Exception]) -> None:
        self._pieces = pieces

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self._pieces:
            if isinstance(piece, Exception):
                raise piece
            yield piece


def reply(status: int = 200, body: bytes | list[bytes | Exception] | object = b"", **headers: str) -> httpx.Response:
    """An answer; a body that is neither bytes nor pieces is sent as JSON; `retry_after=…` is Retry-After."""
    if isinstance(body, bytes):
        pieces: list[bytes | Exception] = [body]
    elif isinstance(body, list) and body and all(isinstance(piece, bytes | Exception) for piece in body):
        pieces = body
    else:
        pieces = [json.dumps(body).encode()]
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.Response(status, headers=named, stream=Pieces(pieces))


class FakeTime:
    """Real time for the fetcher, moved by its own sleeps."""

    def __init__(self) -> None:
        self.now = 1_770_000_000.0
        self.lag = 1_000_000.0
        """How much later it is than the clock that nobody sets tells; less where a test sets it back."""
        self.slept: list[float] = []

    def monotonic(self) -> float:
        return self.now - self.lag

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    @property
    def real(self) -> RealTime:
        return RealTime(monotonic=self.monotonic, wall=lambda: self.now, sleep=self.sleep)


class Wire:
    """Answers requests from a function, and remembers them with the time they came."""

    def __init__(self, answer: Callable[[httpx.Request], Reply]) -> None:
        self._answer = answer
        self.time = FakeTime()
        self.requests: list[httpx.Request] = []
        self.times: list[float] = []
        self.dialled: list[str] = []

    @classmethod
    def of(cls, *replies: Reply) -> "Wire":
        """Gives these replies in turn."""
        rest = iter(replies)
        return cls(lambda _: next(rest))

    def _handle(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        self.times.append(self.time.now)
        self.dialled.append(request.url.host)
        answer = self._answer(request)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def fetcher(
        self,
        *,
        addresses: dict[str, list[str]] | None = None,
        kept: KeptAnswers | None = None,
        limits: Limits | None = None,
        **options: Any,
    ) -> Fetcher:
        async def look_up(host: str, _port: int) -> list[str]:
            if addresses is not None and host not in addresses:
                raise OSError("no such host")
            return addresses[host] if addresses else [PUBLIC]

        return Fetcher(
            transport=httpx.MockTransport(self._handle), look_up=look_up, real=self.time.real, kept=kept, limits=limits,
            dice=lambda: 1.0, **options,
        )  # fmt: skip

    @property
    def asked(self) -> list[str]:
        """What was asked: the host as it was named, and the path."""
        return [f"{request.headers['host']}{request.url.raw_path.decode()}" for request in self.requests]

"""Answers that are the same for everybody, made once for as long as nothing new is known.

An answer costs 10 to 100 ms of the processor and is asked for again within the minute by feed readers, dashboards and
everybody who follows a link; one that is remembered costs one. What is asked of a channel is never remembered.
"""

import asyncio
import gzip
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http import HTTPStatus

import structlog
from aiohttp import web

from adapters.web.coding import acceptable
from adapters.web.conditional import conditional, etag_of

log = structlog.get_logger(__name__)

KEPT = 200
LARGEST = 128 * 1024
"""Bytes of a body that is kept; all of them together stay below 25 MiB and their packed copies."""
SMALLEST_PACKED = 1024
"""Bytes that are worth packing."""
MINUTE = timedelta(minutes=1)
"""As long as a ranking is of now."""
SEARCH_SECONDS = 2.0
"""How old a search may be: its index follows the store a moment later."""
PULSE_SECONDS = 0.2
"""How seldom the store is asked, at most, whether it knows something new."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """An answer, before anybody in particular asked for it."""

    body: bytes
    content_type: str
    status: int = HTTPStatus.OK
    headers: Mapping[str, str] = field(default_factory=dict)
    meaning: bytes | None = None
    """What the entity tag is of, where that is not the body."""
    etag: str = ""
    packed: bytes | None = None

    @property
    def kept(self) -> bool:
        return self.status == HTTPStatus.OK and len(self.body) <= LARGEST


def finished(made: Made) -> Made:
    """With its entity tag, and packed where that is worth it."""
    etag = etag_of(made.body if made.meaning is None else made.meaning)
    packed = _packed(made.body) if len(made.body) >= SMALLEST_PACKED else None
    return Made(
        body=made.body,
        content_type=made.content_type,
        status=made.status,
        headers=made.headers,
        etag=etag,
        packed=packed,
    )


def response_of(request: web.Request, made: Made, changed: datetime | None = None) -> web.Response:
    """The answer for this request: packed if that is wanted, 304 if it is known already.

    Raises:
        web.HTTPNotAcceptable: It may be sent neither packed nor as it is.
    """
    lines = request.headers.getall("Accept-Encoding", None)
    codings = acceptable(None if lines is None else ",".join(lines))
    if not codings:
        raise web.HTTPNotAcceptable
    packs = codings[0] == "gzip" and (made.packed is not None or "identity" not in codings)
    body = (made.packed or _packed(made.body)) if packs else made.body
    response = web.Response(body=body, status=made.status, content_type=made.content_type, charset="utf-8")
    response.headers.update(made.headers)
    response.headers["Vary"] = "Accept-Encoding"
    if packs:
        response.headers["Content-Encoding"] = "gzip"
    if made.status != HTTPStatus.OK:
        return response
    return conditional(request, response, made.etag, weak=True, changed=changed)


def _packed(body: bytes) -> bytes:
    return gzip.compress(body, 6, mtime=0)


@dataclass(slots=True)
class _Entry:
    generation: int
    minute: datetime
    real: float
    making: "asyncio.Task[Made]"
    before: Made | None = None
    """Of the minute before: given out while the new one is being made."""


class Answers:
    """By what was asked. Several who ask for the same at once wait for one answer."""

    def __init__(self, pulse: float = PULSE_SECONDS, clock: Callable[[], float] = time.monotonic) -> None:
        self._pulse = pulse
        self._clock = clock
        self._entries: OrderedDict[str, _Entry] = OrderedDict()
        self._generation, self._asked_at = 0, float("-inf")

    async def generation(self, ask: Callable[[], Awaitable[int]]) -> int:
        """Of the store, as it was a moment ago at most."""
        if self._clock() - self._asked_at >= self._pulse:
            self._generation = await ask()
            self._asked_at = self._clock()
        return self._generation

    async def get(
        self,
        key: str,
        generation: int,
        now: datetime,
        make: Callable[[], Awaitable[Made]],
        *,
        seconds: float = 60.0,
    ) -> Made:
        """The one that is remembered for this state of the store and this minute, else a new one."""
        minute, entry = now.replace(second=0, microsecond=0), self._entries.get(key)
        if entry is None or entry.generation != generation:
            entry = self._begin(key, generation, minute, make)
        elif (entry.minute != minute or self._clock() - entry.real > seconds) and entry.making.done():
            young = minute - entry.minute <= MINUTE and self._clock() - entry.real <= 2 * seconds
            before = entry.making.result() if young and _is_well(entry) else None
            entry = self._begin(key, generation, minute, make, before)
        self._entries.move_to_end(key)
        if entry.before is not None and not entry.making.done():
            return entry.before
        return await asyncio.shield(entry.making)

    async def close(self) -> None:
        """Nothing is made any more."""
        making = [entry.making for entry in self._entries.values()]
        for task in making:
            task.cancel()
        await asyncio.gather(*making, return_exceptions=True)

    def _begin(
        self,
        key: str,
        generation: int,
        minute: datetime,
        make: Callable[[], Awaitable[Made]],
        before: Made | None = None,
    ) -> _Entry:
        making = asyncio.create_task(_making(make))
        entry = self._entries[key] = _Entry(generation, minute, self._clock(), making, before)
        making.add_done_callback(lambda _: self._drop_unkept(key, entry))
        while len(self._entries) > KEPT:
            self._entries.popitem(last=False)
        return entry

    def _drop_unkept(self, key: str, entry: _Entry) -> None:
        if not _is_well(entry) and self._entries.get(key) is entry:
            del self._entries[key]
        if not entry.making.cancelled() and entry.making.exception() and entry.before is not None:
            log.warning("an answer could not be made again", kind=type(entry.making.exception()).__name__)


async def _making(make: Callable[[], Awaitable[Made]]) -> Made:
    return await asyncio.to_thread(finished, await make())


def _is_well(entry: _Entry) -> bool:
    making = entry.making
    return making.done() and not making.cancelled() and making.exception() is None and making.result().kept

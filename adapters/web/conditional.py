"""Answers that are not sent again to somebody who has them: https://www.rfc-editor.org/rfc/rfc9110#section-13 ."""

import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import format_datetime
from http import HTTPStatus

from aiohttp import ETag, web

KEPT = 500
"""Documents whose last change is remembered."""


def etag_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:24]


class Changes:
    """Since when each document says what it says, as far as this process has seen."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._seen: OrderedDict[str, tuple[str, int]] = OrderedDict()

    def since(self, name: str, etag: str) -> datetime | None:
        """The first whole second after it changed; None while that has not come.

        So no two states of a document ever go out under the same second.
        """
        now = self._clock()
        known, at = self._seen.pop(name, ("", 0))
        if known != etag:
            at = int(now) + 1
        self._seen[name] = (etag, at)
        if len(self._seen) > KEPT:
            self._seen.popitem(last=False)
        return datetime.fromtimestamp(at, UTC) if at <= now else None


def conditional(
    request: web.Request, response: web.Response, etag: str, *, weak: bool = False, changed: datetime | None = None
) -> web.Response:
    """The response with its validators, or 304 without its body where the caller has it already.

    `weak`: the same meaning, though not the same bytes. An entity tag overrules a date.
    """
    not_modified = _has(request, etag, changed) and request.method in {"GET", "HEAD"}
    answer = web.Response(status=HTTPStatus.NOT_MODIFIED) if not_modified else response
    answer.headers["ETag"] = f'{"W/" if weak else ""}"{etag}"'
    if changed is not None:
        answer.headers["Last-Modified"] = format_datetime(changed, usegmt=True)
    for name in ("Cache-Control", "Link", "Vary"):
        if name in response.headers:
            answer.headers[name] = response.headers[name]
    return answer


def _has(request: web.Request, etag: str, changed: datetime | None) -> bool:
    if "If-None-Match" in request.headers:
        return any(tag.value in {etag, "*"} for tag in _tags(request))
    since = request.if_modified_since
    return since is not None and changed is not None and changed <= since


def _tags(request: web.Request) -> tuple[ETag, ...]:
    try:
        return tuple(request.if_none_match or ())
    except ValueError:
        return ()

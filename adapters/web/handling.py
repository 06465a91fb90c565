"""Handlers of what is public: they make an answer, which is remembered and sent to whoever asks for the same."""

from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus

import aiohttp_jinja2
import structlog
from aiohttp import web

from adapters.web.remembering import Made, finished, response_of
from adapters.web.site import origin
from adapters.web.state import WEB

log = structlog.get_logger(__name__)

Make = Callable[[web.Request], Awaitable[Made]]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def remembered(make: Make, *, seconds: float = 60.0) -> Handler:
    """A handler; its answers are at most that old, and never of an older state of the store."""

    async def handle(request: web.Request) -> web.Response:
        return response_of(request, await recalled(request, make, seconds=seconds))

    return handle


async def recalled(request: web.Request, make: Make, *, seconds: float = 60.0) -> Made:
    """The answer to what this address asks. One about a channel is made for this request alone."""
    shared = request.app[WEB]
    if "channel" in request.query:
        return finished(await make(request))
    try:
        generation = await shared.answers.generation(shared.service.store.papers.generation)
    except Exception as error:  # noqa: BLE001  # whatever it is, the answer itself will tell it with a reference
        log.warning("the store does not say how new it is", kind=type(error).__name__)
        return finished(await make(request))
    key = f"{origin(request)} {request.raw_path}"
    return await shared.answers.get(key, generation, shared.service.clock.now(), lambda: make(request), seconds=seconds)


def rendered(
    request: web.Request, template: str, context: Mapping[str, object], *, status: int = HTTPStatus.OK
) -> Made:
    """A page."""
    text = aiohttp_jinja2.render_string(template, request, dict(context))
    return Made(body=text.encode(), content_type="text/html", status=int(status))

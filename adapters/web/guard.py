"""What holds for every request: headers, limits of size and time, and errors that people and programs can read."""

import asyncio
from collections.abc import Awaitable, Callable

import aiohttp_jinja2
import structlog
from aiohttp import web

from adapters.web.answering import json_answer
from adapters.web.limits import Taken, client_key, is_limited
from adapters.web.operators import SHOWN, Shown, look_at_token
from adapters.web.state import WEB, DatabaseState, RunState, Web
from bot.answers import error_json
from bot.errors import new_reference

log = structlog.get_logger(__name__)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

BODY_BYTES = 16 * 1024
"""The largest body that one of our own pages takes; other adapters' routes have their own limits."""
HANDLER_SECONDS = 20.0
BODY_SECONDS = 10.0
DATABASE_SECONDS = 2.0

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
"""Nothing inline, nothing from elsewhere: https://www.w3.org/TR/CSP3/"""
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
EXPLANATIONS = {
    400: ("bad_request", "That request could not be understood.", "Check the address and try again."),
    403: ("forbidden", "That is not open to you.", "Go back to the front page."),
    404: ("not_found", "There is no such page.", "The front page is at /."),
    405: ("method_not_allowed", "That address does not take this kind of request.", "The front page is at /."),
    406: ("not_acceptable", "Nothing that you accept can be sent.", "Accept gzip, or leave identity acceptable."),
    413: ("too_large", "That is more than this address takes.", "Send less."),
    415: ("unsupported_type", "That kind of content is not read here.", "Use the form of the page."),
    429: ("slow_down", "Too many requests came from your address.", "Wait as long as Retry-After says."),
    500: ("internal", "Something went wrong on our side; nothing was changed.", "Try again in a minute."),
    503: ("unavailable", "The answer does not come in time just now.", "Try again in a minute."),
}


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """A signal for when a response is about to go out."""
    response.headers["Server"] = "broadsheet"
    if is_foreign(request):
        return
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if is_secure(request.app[WEB]):
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    versioned = request.path.startswith("/static/") and "v" in request.query
    response.headers.setdefault("Cache-Control", "public, max-age=31536000, immutable" if versioned else "no-cache")


@web.middleware
async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Our own routes end in time, and in an answer; another adapter's routes are its own business."""
    if is_foreign(request):
        return await handler(request)
    request[SHOWN] = look_at_token(request)
    taken = _take(request)
    if taken is not None and not taken.allowed:
        return refusal(request, 429, headers={"Retry-After": str(taken.wait), **_counted(request, taken)})
    response = await _answered(request, handler)
    if taken is not None:
        response.headers.update(_counted(request, taken))
    return response


async def _answered(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        async with asyncio.timeout(HANDLER_SECONDS):
            return await handler(request)
    except web.HTTPException as error:
        if error.status < 400:
            raise
        if error.status == 405 and request.method == "OPTIONS":
            return web.Response(status=204, headers={"Allow": _allowed(error)})
        return refusal(request, error.status, headers=_kept(error))
    except TimeoutError:
        log.warning("request took too long", path=place(request))
        return refusal(request, 503)
    except Exception:
        reference = new_reference()
        log.exception("request failed", path=place(request), reference=reference)
        database = await ask_database(request.app[WEB].state)
        return refusal(request, 500 if database.ready else 503, reference=reference, message=database.reason)


def place(request: web.Request) -> str:
    """What was asked for, as a log may tell it: paths of links from mail hold what nobody else may have."""
    resource = request.match_info.route.resource
    return resource.canonical if resource is not None else "nowhere"


def _kept(error: web.HTTPException) -> dict[str, str]:
    """What else an error has to say."""
    kept = {"Retry-After": error.headers["Retry-After"]} if "Retry-After" in error.headers else {}
    return {**kept, "Allow": _allowed(error)} if "Allow" in error.headers else kept


def _allowed(error: web.HTTPException) -> str:
    """OPTIONS is answered everywhere."""
    return ",".join(sorted({*error.headers["Allow"].split(","), "OPTIONS"}))


def _take(request: web.Request) -> Taken | None:
    """One request of its address; None where nobody counts, and for whoever shows the admin token."""
    shared = request.app[WEB]
    if shared.requests is None or not is_limited(request.path) or request[SHOWN] is Shown.RIGHT:
        return None
    return shared.requests.take(client_key(request, shared.settings))


def _counted(request: web.Request, taken: Taken) -> dict[str, str]:
    """How many are left, and in how many seconds there will be all of them."""
    buckets = request.app[WEB].requests
    return {
        "X-RateLimit-Limit": str(buckets.most if buckets else 0),
        "X-RateLimit-Remaining": str(taken.left),
        "X-RateLimit-Reset": str(taken.full_in),
    }


def refusal(
    request: web.Request, status: int, *, reference: str = "", message: str = "", headers: dict[str, str] | None = None
) -> web.Response:
    """An error as a page for people, as an object for programs."""
    code, told, hint = EXPLANATIONS.get(status, EXPLANATIONS[400 if status < 500 else 500])
    if request.path.startswith(("/api/", "/healthz", "/readyz", "/metrics")):
        body = error_json(code, message or told, hint, reference)
        return json_answer(body, status=status, headers=headers)
    context = {"status": status, "message": message or told, "hint": hint, "reference": reference}
    response = aiohttp_jinja2.render_template("error.html", request, context, status=status)
    response.headers.update(headers or {})
    return response


def is_secure(shared: Web) -> bool:
    """Whether people come by HTTPS."""
    return (shared.settings.public_url or "").startswith("https://")


def is_foreign(request: web.Request) -> bool:
    """Whether another adapter answers here: it reads its own bodies and sets its own headers."""
    return request.path.startswith("/slack/")


async def read_body(request: web.Request, limit: int = BODY_BYTES) -> bytes | None:
    """The body, or None if it is larger than `limit`."""
    if (request.content_length or 0) > limit:
        return None
    body = bytearray()
    async with asyncio.timeout(BODY_SECONDS):
        async for chunk in request.content.iter_chunked(4096):
            body += chunk
            if len(body) > limit:
                return None
    return bytes(body)


async def ask_database(state: RunState) -> DatabaseState:
    """How it is doing; one that does not say so in time does not answer."""
    try:
        async with asyncio.timeout(DATABASE_SECONDS):
            return await state.database()
    except Exception as error:  # noqa: BLE001  # whatever it is, the answer is that the database gave none
        log.warning("database did not say how it is", kind=type(error).__name__)
        return DatabaseState(reachable=False, migrated=False, reason="The database does not answer.")

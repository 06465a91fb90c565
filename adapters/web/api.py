"""JSON for programs: `/api/v1/…`. The same commands, options and objects as the command line's `--json`."""

import asyncio
import json
from collections.abc import Iterable
from http import HTTPStatus

from aiohttp import web
from multidict import MultiMapping

from adapters.web.answering import dumps, json_answer
from adapters.web.asking import ask, ask_options
from adapters.web.guard import Handler, ask_database, is_operator, is_secure, read_body
from adapters.web.state import WEB, Web
from adapters.web.visitors import Visitor
from bot.answers import as_json, error_json
from bot.commands import Command, all_commands
from bot.views import Notice, Tone, View

OFFERED = ("trending", "daily", "weekly", "monthly", "search", "paper", "similar", "why")
"""Of these, the ones that exist."""
STATUSES = {
    "unknown_paper": HTTPStatus.NOT_FOUND,
    "not_subscribed": HTTPStatus.NOT_FOUND,
    "unavailable": HTTPStatus.SERVICE_UNAVAILABLE,
    "slow_down": HTTPStatus.TOO_MANY_REQUESTS,
    "internal": HTTPStatus.INTERNAL_SERVER_ERROR,
}
"""Of errors by their code; every other one is the caller's: 400."""


def api_routes() -> Iterable[web.RouteDef]:
    """One route for each reading command, and the trial."""
    for command in offered():
        named = next((option.name for option in command.options if option.name == "paper" and option.required), None)
        path = f"/api/v1/{command.name}" + (f"/{{{named}:.+}}" if named else "")
        yield web.get(path, _reading(command))
    yield web.post("/api/v1/try", try_text)


def offered() -> list[Command]:
    commands = {command.path: command for command in all_commands()}
    return [commands[name] for name in OFFERED if name in commands]


def _reading(command: Command) -> Handler:
    async def handle(request: web.Request) -> web.Response:
        shared = request.app[WEB]
        raw = {**options(request.query), **request.match_info}
        operator = is_operator(request, shared.settings)
        view = await ask_options(shared, command, raw, Visitor.of(request), operator=operator)
        return await answered(shared, view)

    return handle


def options(query: MultiMapping[str]) -> dict[str, str]:
    """Options' texts: one given several times is a list; an underscore is as good as a hyphen."""
    found: dict[str, str] = {}
    for name, value in query.items():
        option = name.replace("_", "-")
        found[option] = f"{found[option]}, {value}" if option in found else value
    return found


async def answered(shared: Web, view: View) -> web.Response:
    """The view's object with the status it deserves."""
    status = status_of(view)
    if status is HTTPStatus.INTERNAL_SERVER_ERROR:
        database = await ask_database(shared.state)
        if not database.ready:
            body = error_json("unavailable", database.reason or "The database does not answer.", "Try again soon.")
            return json_answer(body, status=503, headers={"Retry-After": "5"})
    written = await asyncio.to_thread(_written, view)
    return web.Response(text=written, status=status, content_type="application/json")


def _written(view: View) -> str:
    """A month of papers takes a moment, in which others shall not wait."""
    return dumps(as_json(view))


def status_of(view: View) -> HTTPStatus:
    if not isinstance(view, Notice) or view.tone is not Tone.ERROR:
        return HTTPStatus.OK
    return HTTPStatus.BAD_REQUEST if view.usage else STATUSES.get(view.code, HTTPStatus.BAD_REQUEST)


async def try_text(request: web.Request) -> web.Response:
    """What a platform would be sent for a text, as `{"slack": […]}`, `{"discord": […]}` or `{"text": "…"}`."""
    shared = request.app[WEB]
    body = await read_body(request)
    asked = _try_request(shared, body)
    if isinstance(asked, str):
        hint = 'Example: {"text": "/papers trending", "platform": "slack"}'
        return json_answer(error_json("bad_request", asked, hint), status=400)
    text, platform = asked
    visitor = Visitor.of(request)
    result = await ask(shared, text, visitor, may_change=True)
    assert result.answer is not None  # noqa: S101  # it may change something, so it is always answered
    payloads = shared.renderers[platform](result.answer.view)
    drawn: object = "\n".join(str(payload["text"]) for payload in payloads) if platform == "text" else payloads
    response = json_answer({platform: drawn})
    if result.configures:
        visitor.remember(response, secure=is_secure(shared))
    return response


def _try_request(shared: Web, body: bytes | None) -> tuple[str, str] | str:
    """Text and platform, or what is wrong with the request."""
    if body is None:
        return "The body is larger than 16 KB."
    try:
        given = json.loads(body)
    except (ValueError, RecursionError):
        return "The body is not JSON."
    if not isinstance(given, dict) or not isinstance(given.get("text"), str):
        return "The body is to be an object with a `text`, which is a string."
    platform = given.get("platform")
    if not isinstance(platform, str) or platform not in shared.renderers:
        return f"`platform` is to be one of {', '.join(sorted(shared.renderers))}."
    return given["text"], platform

"""JSON for programs: `/api/v1/…`. The same commands, options and objects as the command line's `--json`."""

import asyncio
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from http import HTTPStatus
from urllib.parse import urlencode

from aiohttp import web
from multidict import MultiMapping

from adapters.web.answering import dumps, json_answer
from adapters.web.asking import ask, ask_options
from adapters.web.guard import ask_database, is_secure, read_body
from adapters.web.handling import Handler, remembered
from adapters.web.offered import named_paper, offered, path_of
from adapters.web.openapi import document
from adapters.web.operators import is_operator
from adapters.web.remembering import SEARCH_SECONDS, Made
from adapters.web.state import WEB, Web
from adapters.web.visitors import Visitor
from bot.answers import as_json, error_json
from bot.commands import Command
from bot.models import PaperList
from bot.views import CardList, Notice, Tone, View

JSON = "application/json"
STATUSES = {
    "unknown_paper": HTTPStatus.NOT_FOUND,
    "not_subscribed": HTTPStatus.NOT_FOUND,
    "future_date": HTTPStatus.NOT_FOUND,
    "topic": HTTPStatus.NOT_FOUND,
    "category": HTTPStatus.NOT_FOUND,
    "unavailable": HTTPStatus.SERVICE_UNAVAILABLE,
    "slow_down": HTTPStatus.TOO_MANY_REQUESTS,
    "internal": HTTPStatus.INTERNAL_SERVER_ERROR,
}
"""Of errors by their code; every other one is the caller's: 400."""


def api_routes() -> Iterable[web.RouteDef]:
    """One route for each reading command, the trial, and the description of them all."""
    yield web.get("/api/v1/openapi.json", remembered(describe))
    for command in offered():
        yield web.get(path_of(command, pattern=":.+"), _reading(command))
    yield web.post("/api/v1/try", try_text)


async def describe(_request: web.Request) -> Made:
    """The OpenAPI document, made from the table of commands that the routes are made from."""
    return Made(body=dumps(document()).encode(), content_type=JSON)


def _reading(command: Command) -> Handler:
    named = named_paper(command)

    async def make(request: web.Request) -> Made:
        raw = options(request.query)
        if named is not None and named in raw:
            message = f"`{named}` is a part of the path here."
            wrong = error_json("bad_request", message, f"Example: {path_of(command)}")
            return Made(body=dumps(wrong).encode(), content_type=JSON, status=400)
        shared = request.app[WEB]
        operator = "channel" in raw and is_operator(request)
        asked = {**_given(raw, command), **request.match_info}
        view = await ask_options(shared, command, asked, Visitor.of(request), operator=operator)
        made = await answered(shared, view)
        if made.status == HTTPStatus.OK and isinstance(view, CardList) and view.papers.pages > 1:
            return replace(made, headers={"Link": links(request.path, raw, command, view.papers)})
        return made

    return remembered(make, seconds=SEARCH_SECONDS if command.searches else 60.0)


def options(query: MultiMapping[str]) -> dict[str, str]:
    """Options' texts: one given several times is a list; an underscore is as good as a hyphen."""
    found: dict[str, str] = {}
    for name, value in query.items():
        option = name.replace("_", "-")
        found[option] = f"{found[option]}, {value}" if option in found else value
    return found


def _given(raw: Mapping[str, str], command: Command) -> dict[str, str]:
    """What must be there is not there when it is empty."""
    required = {option.name for option in command.options if option.required}
    return {name: text for name, text in raw.items() if text or name not in required}


_AS_OF = re.compile(rb'"as_of": "[^"]*"')


def links(path: str, raw: Mapping[str, str], command: Command, papers: PaperList) -> str:
    """The other pages of a list, as of the moment of this one, so that none is missed and none comes twice.

    https://www.rfc-editor.org/rfc/rfc8288
    """
    pinned = {**raw, "limit": str(papers.page_size)}
    if command.option("as-of"):
        pinned["as-of"] = f"{papers.as_of:%Y-%m-%dT%H:%M:%S.%f}Z"
    turns = {"first": 1, "prev": papers.page - 1, "next": papers.page + 1, "last": papers.pages}
    return ", ".join(
        f'<{path}?{urlencode({**pinned, "page": str(page)})}>; rel="{name}"'
        for name, page in turns.items()
        if 1 <= page <= papers.pages
    )


async def answered(shared: Web, view: View) -> Made:
    """The view's object with the status it deserves."""
    status = status_of(view)
    if status is HTTPStatus.INTERNAL_SERVER_ERROR:
        database = await ask_database(shared.state)
        if not database.ready:
            told = error_json("unavailable", database.reason or "The database does not answer.", "Try again soon.")
            return Made(body=dumps(told).encode(), content_type=JSON, status=503, headers={"Retry-After": "5"})
    written = await asyncio.to_thread(_written, view)
    meaning = _AS_OF.sub(b"", written, count=1)
    return Made(body=written, content_type=JSON, status=status, meaning=meaning)


def _written(view: View) -> bytes:
    """A month of papers takes a moment, in which others shall not wait."""
    return dumps(as_json(view)).encode()


def status_of(view: View) -> HTTPStatus:
    if not isinstance(view, Notice) or view.tone is not Tone.ERROR:
        return HTTPStatus.OK
    return STATUSES.get(view.code, HTTPStatus.BAD_REQUEST)


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

"""The API's description, made from the table of commands that its routes are made from.

https://spec.openapis.org/oas/v3.1.0
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

from adapters.web.offered import named_paper, offered, path_of
from adapters.web.schemas import SCHEMAS
from bot.commands import Command, Kind, Option

TEXTS: Mapping[str, Mapping[str, Any]] = {
    "date": {"type": "string", "format": "date", "pattern": r"^20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])$"},
    "week": {"type": "string", "pattern": r"^20[0-9]{2}-W(0[1-9]|[1-4][0-9]|5[0-2])$"},
    "month": {"type": "string", "pattern": r"^20[0-9]{2}-(0[1-9]|1[0-2])$"},
    "since": {"type": "string", "pattern": r"^([0-9]{1,3}[dw]|20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8]))$"},
    "as-of": {
        "type": "string",
        "pattern": r"^20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z$",
    },
    "query": {"type": "string", "minLength": 1},
    "code": {"type": "string", "enum": ["yes", "no"]},
    "paper": {"type": "string", "minLength": 1},
}
"""How options are best written; the commands understand more spellings than a pattern tells."""
MOST = 1_000_000
TRY = {
    "type": "object",
    "properties": {
        "text": {"type": "string", "examples": ["/papers trending"]},
        "platform": {"enum": ["slack", "discord", "text"]},
    },
    "required": ["text", "platform"],
}
TRIED = {
    "type": "object",
    "properties": {
        "slack": {"type": "array", "items": {"type": "object"}},
        "discord": {"type": "array", "items": {"type": "object"}},
        "text": {"type": "string"},
    },
    "minProperties": 1,
    "maxProperties": 1,
}
HEADERS = {
    "ETag": {"description": "Of what the answer says, whenever it was given", "schema": {"type": "string"}},
    "Link": {"description": "The other pages, as of the moment of this one (RFC 8288)", "schema": {"type": "string"}},
    "X-RateLimit-Limit": {"description": "Requests in a minute", "schema": {"type": "integer"}},
    "X-RateLimit-Remaining": {"description": "Requests left now", "schema": {"type": "integer"}},
    "X-RateLimit-Reset": {"description": "Seconds until all are there again", "schema": {"type": "integer"}},
}


@cache
def document() -> Mapping[str, Any]:
    """The OpenAPI 3.1 document, as an object."""
    paths: dict[str, Any] = {path_of(command): {"get": _operation(command)} for command in offered()}
    paths["/api/v1/try"] = {"post": _trial()}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Broadsheet",
            "version": "1",
            "description": "Trending research papers. Unknown fields are null, times are RFC 3339 in UTC, and "
            "`sum(part)` of a paper is its `score`. Answers carry an ETag: ask with If-None-Match.",
        },
        "paths": paths,
        "components": {"schemas": SCHEMAS},
    }


def _operation(command: Command) -> dict[str, Any]:
    named = named_paper(command)
    result = "Paper" if command.name in {"paper", "why"} else "PaperList"
    return {
        "operationId": command.name,
        "summary": command.summary,
        "parameters": [_parameter(option, in_path=option.name == named) for option in described(command)],
        "responses": {
            "200": _answer("What was asked for", result, headers=True),
            "304": {"description": "Nothing has changed since the answer of If-None-Match"},
            "400": _answer("A parameter is wrong; the hint says how to write it", "Error"),
            "404": _answer("There is no paper, topic or category of that name, or no list of that date", "Error"),
            **_ours(),
        },
    }


def described(command: Command) -> list[Option[Any]]:
    """Without the channel, which only operators may name."""
    return [option for option in command.options if option.name != "channel"]


def _parameter(option: Option[Any], *, in_path: bool) -> dict[str, Any]:
    return {
        "name": option.name,
        "in": "path" if in_path else "query",
        "required": in_path or option.required,
        "description": option.summary,
        "schema": _schema(option),
        **({"example": option.example.strip('"')} if option.example and _is_plain(option) else {}),
    }


def _is_plain(option: Option[Any]) -> bool:
    return option.kind is not Kind.INTEGER and option.name != "topic"


def _schema(option: Option[Any]) -> dict[str, Any]:
    if option.kind is Kind.INTEGER:
        return {"type": "integer", "minimum": option.minimum or 1, "maximum": _largest(option)}
    if option.choices:
        return {"type": "string", "enum": [str(choice) for choice in option.choices]}
    if isinstance(option.default, bool):
        return {"type": "string", "enum": ["yes", "no"]}
    return dict(TEXTS.get(option.name, {"type": "string"}))


def _largest(option: Option[Any]) -> int:
    """The largest number that it takes: the one before the first that is refused."""
    low, high = option.minimum or 1, MOST
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if _takes(option, str(middle)) else (low, middle - 1)
    return low


def _takes(option: Option[Any], text: str) -> bool:
    try:
        option.parse(text)
    except Exception:  # noqa: BLE001  # whatever it says: no
        return False
    return True


def _trial() -> dict[str, Any]:
    return {
        "operationId": "try",
        "summary": "What a platform would be sent for a text typed in chat",
        "description": "What would change something works on a throw-away channel of the visitor.",
        "requestBody": {"required": True, "content": {"application/json": {"schema": TRY}}},
        "responses": {
            "200": {"description": "The messages", "content": {"application/json": {"schema": TRIED}}},
            "400": _answer("The body is wrong", "Error"),
            **_ours(),
        },
    }


def _ours() -> dict[str, Any]:
    return {
        "406": _answer("Accept-Encoding allows neither gzip nor an answer as it is", "Error"),
        "429": _answer("Too many requests; Retry-After says how long to wait", "Error"),
        "500": _answer("Our failure; nothing was changed", "Error"),
        "503": _answer("The database does not answer, or not in time", "Error"),
    }


def _answer(description: str, schema: str, *, headers: bool = False) -> dict[str, Any]:
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
    return {"description": description, "content": content, **({"headers": HEADERS} if headers else {})}

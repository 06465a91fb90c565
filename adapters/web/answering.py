"""JSON on the wire."""

import json
from collections.abc import Mapping
from functools import partial

from aiohttp import web

dumps = partial(json.dumps, ensure_ascii=False, allow_nan=False)


def json_answer(
    body: Mapping[str, object], *, status: int = 200, headers: Mapping[str, str] | None = None
) -> web.Response:
    """An object, in UTF-8."""
    return web.json_response(body, status=status, headers=headers, dumps=dumps)

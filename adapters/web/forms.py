"""Small forms that this very site sent."""

from urllib.parse import parse_qsl

from aiohttp import web

from adapters.web.guard import BODY_BYTES, read_body


async def read_form(request: web.Request) -> dict[str, str]:
    """The fields of a small form that this very site sent."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        raise web.HTTPForbidden
    if request.content_type != "application/x-www-form-urlencoded":
        raise web.HTTPUnsupportedMediaType
    body = await read_body(request)
    if body is None:
        raise web.HTTPRequestEntityTooLarge(BODY_BYTES, request.content_length or 0)
    try:
        return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=20))
    except ValueError:
        raise web.HTTPBadRequest from None

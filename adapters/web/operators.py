"""Who may do as the operator: asked once for each request, with guesses of the admin token counted."""

from enum import Enum, auto
from hmac import compare_digest
from ipaddress import ip_address

from aiohttp import web

from adapters.web.limits import client_key
from adapters.web.state import WEB

FORWARDING = (
    "Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP", "CF-Connecting-IP",
    "True-Client-IP",
)  # fmt: skip


class Shown(Enum):
    """What a request shows as the admin token."""

    NOTHING = auto()
    RIGHT = auto()
    WRONG = auto()
    UNREAD = auto()
    """Its address has guessed too often: it is not looked at, so that the right one is no better than the others."""


SHOWN = web.RequestKey("shown", Shown)


def look_at_token(request: web.Request) -> Shown:
    """Compared in constant time; a wrong one is a guess of its address."""
    shared = request.app[WEB]
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if shared.settings.admin_token is None or scheme.lower() != "bearer":
        return Shown.NOTHING
    address = client_key(request, shared.settings)
    if shared.guesses.wait(address):
        return Shown.UNREAD
    wanted = shared.settings.admin_token.get_secret_value().encode()
    if compare_digest(token.strip().encode("utf-8", "surrogateescape"), wanted):
        return Shown.RIGHT
    shared.guesses.take(address)
    return Shown.WRONG


def is_operator(request: web.Request) -> bool:
    """Whoever holds the admin token; without one, somebody at this machine, reached through no proxy.

    Raises:
        web.HTTPTooManyRequests: Its address has guessed too often.
    """
    shared = request.app[WEB]
    if shared.settings.admin_token is None:
        return is_direct_loopback(request)
    if request[SHOWN] is Shown.UNREAD:
        wait = shared.guesses.wait(client_key(request, shared.settings))
        raise web.HTTPTooManyRequests(headers={"Retry-After": str(wait)})
    return request[SHOWN] is Shown.RIGHT


def is_direct_loopback(request: web.Request) -> bool:
    """From this machine, without a proxy between, and asked for by a name of this machine.

    The name matters: a page of another site can make its own name mean 127.0.0.1 for a browser that runs here.
    """
    peer = request.transport.get_extra_info("peername") if request.transport else None
    if not isinstance(peer, tuple) or any(name in request.headers for name in FORWARDING):
        return False
    return _is_loopback(str(peer[0])) and _is_loopback(request.url.host or "")


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return False

"""How many requests an address may make, and how many guesses: a bucket for each, filled again as time passes."""

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from aiohttp import web

from bot.config import Settings

LIMITED = ("/api/", "/feeds/", "/p/", "/d/", "/topics", "/cite/", "/subscribe", "/preferences", "/confirm/")
"""Beginnings of the paths that are counted: what is looked up for whoever asks, but the front page by itself too."""
ADDRESSES = 10_000
"""Buckets that are kept; the one used longest ago goes first, which by then is mostly full again."""

Address = IPv4Address | IPv6Address


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one request."""

    allowed: bool
    left: int
    wait: int
    """Whole seconds until one more is allowed; 0 while some are left."""
    full_in: int
    """Whole seconds until all are allowed again."""


class Buckets:
    """`most` at once, and as many again in each `seconds` after that, for each key."""

    def __init__(self, most: int, clock: Callable[[], float] = time.monotonic, *, seconds: float = 60.0) -> None:
        self.most = most
        self._rate = most / seconds
        self._clock = clock
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, key: str) -> Taken:
        """One request of `key`; a refused one costs nothing."""
        now = self._clock()
        level = self._level(key, now)
        allowed = level >= 1
        level -= allowed
        self._levels[key] = (level, now)
        self._levels.move_to_end(key)
        if len(self._levels) > ADDRESSES:
            self._levels.popitem(last=False)
        return Taken(allowed, int(level), self._wait(level), math.ceil((self.most - level) / self._rate))

    def wait(self, key: str) -> int:
        """Whole seconds until one is allowed, 0 if one is now; counts nothing."""
        return self._wait(self._level(key, self._clock()))

    def _level(self, key: str, now: float) -> float:
        level, at = self._levels.get(key, (float(self.most), now))
        return min(self.most, level + (now - at) * self._rate)

    def _wait(self, level: float) -> int:
        return 0 if level >= 1 else math.ceil((1 - level) / self._rate)


def is_limited(path: str) -> bool:
    """Whether requests for it are counted."""
    return path == "/" or path.startswith(LIMITED)


def client_key(request: web.Request, settings: Settings) -> str:
    """Whose bucket: an IPv4 address, or the /64 of an IPv6 address, which one customer has for himself."""
    address = client_address(request, settings)
    if isinstance(address, IPv6Address):
        return str(IPv6Network((address, 64), strict=False))
    return str(address or "nobody")


def client_address(request: web.Request, settings: Settings) -> Address | None:
    """Who asks: the other end, or whom the trusted proxies in front say they ask for. None: that cannot be told.

    Each proxy appends who asked it to `X-Forwarded-For`, so that the last address that is no proxy of ours is the
    client; whatever is written before it anybody could have written.
    """
    peer = request.transport.get_extra_info("peername") if request.transport else None
    address = _address(str(peer[0])) if isinstance(peer, tuple) else None
    told = [part for line in request.headers.getall("X-Forwarded-For", ()) for part in line.split(",")]
    while told and address is not None and _is_trusted(address, settings.trusted_proxies):
        before = _address(told.pop())
        if before is None:
            break
        address = before
    return address


def _is_trusted(address: Address, proxies: tuple[str, ...]) -> bool:
    return any(address in network for network in _networks(proxies))


@cache
def _networks(proxies: tuple[str, ...]) -> tuple[IPv4Network | IPv6Network, ...]:
    return tuple(ip_network(proxy, strict=False) for proxy in proxies)


def _address(text: str) -> Address | None:
    """As proxies write them: with a port, in brackets, or an IPv4 address within an IPv6 one."""
    text = text.strip().partition("%")[0]
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address

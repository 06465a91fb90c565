"""The only place that speaks HTTP to the sources."""

import asyncio
import random
from collections.abc import Callable, Collection
from importlib.metadata import version
from urllib.parse import urljoin, urlsplit
from urllib.request import getproxies

import httpx

from bot.fetch.addresses import origin, resolve
from bot.fetch.body import BadBodyError, Body, TooLargeError
from bot.fetch.exchange import Answer, FetchError, Limits, RealTime, Request
from bot.fetch.kept import Kept, KeptAnswers, KeptInMemory
from bot.fetch.lanes import BusyError, ClosedError, Lane, lane_of
from bot.fetch.transport import CheckedTransport, ForbiddenAddressError, Resolve
from bot.fetch.waits import REFUSALS, asked_wait, quota_left
from bot.ports import LeaseStore

CONNECTIONS = 20
REDIRECTS = frozenset({301, 302, 303, 307, 308})
LONGEST_BACKOFF = 8.0


class Fetcher:
    """Asks politely, and gives whole, bounded answers or one error in words."""

    def __init__(
        self,
        *,
        trusted: Collection[str] = (),
        contact: str | None = None,
        kept: KeptAnswers | None = None,
        leases: LeaseStore | None = None,
        limits: Limits | None = None,
        real: RealTime | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        look_up: Resolve = resolve,
        dice: Callable[[], float] = random.random,
    ) -> None:
        """`trusted` are the base addresses of the settings: they may lie in our own network, what they lead to may not.

        `contact` is an address where people can learn who asks. With `leases` the gap between two requests to a server
        that wants one is kept by all processes together; without, by this fetcher alone.
        """
        self._kept = kept or KeptInMemory()
        self._leases = leases
        self._limits = limits or Limits()
        self._real = real or RealTime()
        self._dice = dice
        self._lanes: dict[str, Lane] = {}
        agent = f"broadsheet/{version('broadsheet')} (paper digests{f'; +{contact}' if contact else ''})"
        self._client = self._open_client({origin(url) for url in trusted}, agent, transport, look_up)

    def _open_client(
        self,
        trusted: set[tuple[str, str, int]],
        agent: str,
        transport: httpx.AsyncBaseTransport | None,
        look_up: Resolve,
    ) -> httpx.AsyncClient:
        """Through the environment's proxy where there is one: then the proxy resolves names, and its rules hold."""
        limits = httpx.Limits(max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS)
        direct = transport or httpx.AsyncHTTPTransport(limits=limits)
        proxied = transport is None and any(name in getproxies() for name in ("http", "https", "all"))
        return httpx.AsyncClient(
            transport=None if proxied else CheckedTransport(direct, trusted, look_up),
            mounts={f"{scheme}://{host}:{port}": direct for scheme, host, port in trusted} if proxied else None,
            limits=limits,
            headers={"User-Agent": agent, "Accept-Encoding": "gzip"},
            timeout=httpx.Timeout(self._limits.silence, connect=min(10.0, self._limits.silence)),
            follow_redirects=False,
        )

    async def fetch(self, request: Request) -> Answer:
        """The answer, after a few tries if they may help; an unchanged one has the body it had before.

        Raises:
            FetchError: There is none.
        """
        tried = 0
        while True:
            try:
                return await self._follow(request)
            except FetchError as error:
                tried += 1
                if not error.transient or tried >= self._limits.tries:
                    raise
            await self._real.sleep(self._dice() * min(2.0**tried, LONGEST_BACKOFF))

    def forget(self, answer: Answer) -> None:
        """The answer was of no use: do not let the server confirm it."""
        self._kept.forget(answer.url)

    def allowance(self, lane: str) -> int | None:
        """Requests left of the quota of a lane's server, where it tells; 0 while the lane is shut."""
        asked = self._lane(lane)
        if asked.seconds_shut() > self._limits.patience:
            return 0
        return asked.left or None  # a used-up quota shuts the lane; once open again, nothing is known

    async def close(self) -> None:
        await self._client.aclose()

    def _lane(self, name: str) -> Lane:
        if name not in self._lanes:
            self._lanes[name] = Lane(name, self._real, self._kept, self._leases, self._limits.seconds)
        return self._lanes[name]

    async def _follow(self, request: Request) -> Answer:
        """Ask, and go where redirects lead as long as that is safe."""
        url, seen = request.url, {request.url}
        for _ in range(self._limits.redirects + 1):
            lane = self._lane(lane_of(url) or request.lane)  # whose server answers may change on the way
            answer = await self._in_turn(lane, request, url)
            if answer.status not in REDIRECTS or answer.status in request.expected:
                return self._judged(lane, request, answer)
            url = _safe_target(request, url, answer)
            if url in seen:
                break
            seen.add(url)
        raise FetchError(f"{request.label} sends us in circles.")

    async def _in_turn(self, lane: Lane, request: Request, url: str) -> Answer:
        try:
            async with lane.turn(self._limits.patience):
                answer = await self._exchange(request, url)
                self._note_limits(lane, answer)
                return answer
        except ClosedError as error:
            raise FetchError(f"{request.label} asks us to wait {_duration(error.seconds)}.", status=429) from None
        except BusyError:
            reason = f"Another process asks {request.label}, or was asked to wait by it; I try again later."
            raise FetchError(reason, status=429) from None

    def _note_limits(self, lane: Lane, answer: Answer) -> None:
        left = quota_left(answer.headers)
        if left is not None:
            lane.left = left
        asked = asked_wait(answer.status, answer.headers, self._real.wall())
        if answer.status == 429 or (answer.status in REFUSALS and asked is not None):
            lane.refused(asked)
        else:
            lane.answered(asked)

    async def _exchange(self, request: Request, url: str) -> Answer:
        """One request, one answer, within the limits; what goes wrong becomes words."""
        try:
            async with asyncio.timeout(self._limits.seconds):
                return await self._send(request, url)
        except TimeoutError:
            raise FetchError(f"{request.label} took longer than {self._limits.seconds:g} s.") from None
        except ForbiddenAddressError:
            raise FetchError(f"{request.label} leads into our own network; that way is closed.") from None
        except TooLargeError as error:
            raise FetchError(f"{request.label} sent {error}.") from None
        except BadBodyError as error:
            raise FetchError(f"{request.label} sent {error}.", transient=True) from None
        except (httpx.TransportError, httpx.InvalidURL) as error:
            reason = f"{request.label} {_trouble(error)}."
            raise FetchError(reason, transient=not isinstance(error, httpx.InvalidURL)) from None
        except ValueError:  # a port, a bracket or a label that no parser takes
            raise FetchError(f"{request.label} has an address that cannot be used.") from None

    async def _send(self, request: Request, url: str) -> Answer:
        kept = None if request.json is not None else self._kept.get(url)
        headers = {"Accept": request.accept, **(kept.condition if kept else {})}
        if origin(url) == origin(request.url):
            headers |= request.secrets
        method = "GET" if request.json is None else "POST"
        built = self._client.build_request(method, url, headers=headers, json=request.json)
        response = await self._client.send(built, stream=True)
        try:
            body = Body(response.headers.get("content-encoding", "").strip().lower(), self._limits)
            async for piece in response.aiter_raw():
                body.feed(piece)
            return _answer(url, response, body.whole(), kept)
        finally:
            await response.aclose()

    def _judged(self, lane: Lane, request: Request, answer: Answer) -> Answer:
        """The answer if it is one, kept if the server can confirm it later."""
        if answer.unchanged:
            return answer
        if answer.status in request.expected:
            self._keep(request, answer)
            return answer
        meaning = _MEANINGS.get(answer.status, "an answer we cannot use")
        transient = answer.status in {429, 500, 502, 503, 504} or (answer.status == 403 and lane.seconds_shut() > 0)
        raise FetchError(
            f"{request.label} answered {answer.status} ({meaning}).", status=answer.status, transient=transient
        )

    def _keep(self, request: Request, answer: Answer) -> None:
        etag, last_modified = answer.headers.get("etag", ""), answer.headers.get("last-modified", "")
        if request.json is None and answer.status == 200 and (etag or last_modified):
            self._kept.put(answer.url, Kept(etag, last_modified, answer.body))


_MEANINGS = {
    400: "it did not understand the request",
    401: "it refused the token",
    403: "it refused the request",
    404: "not found",
    410: "gone",
    429: "too many requests",
    500: "its own error",
    502: "its gateway is down",
    503: "unavailable",
    504: "its gateway timed out",
}


def _answer(url: str, response: httpx.Response, body: bytes, kept: Kept | None) -> Answer:
    headers = {name.lower(): value for name, value in response.headers.items()}
    if response.status_code == 304 and kept:
        return Answer(url=url, status=200, headers=headers, body=kept.body, unchanged=True)
    return Answer(url=url, status=response.status_code, headers=headers, body=body)


def _safe_target(request: Request, url: str, answer: Answer) -> str:
    """Where a redirect leads: the same host, or https elsewhere. FetchError for any other way."""
    target = urljoin(url, answer.headers.get("location", "").strip())
    try:
        scheme, host, _ = origin(target)
    except ValueError:
        raise FetchError(f"{request.label} sends us to something that is no web address.") from None
    if urlsplit(target).username is not None:
        raise FetchError(f"{request.label} sends us to an address with a password in it.")
    if request.json is not None:
        raise FetchError(f"{request.label} wants a POST to go elsewhere.", status=answer.status)
    if scheme != "https" and (host != origin(url)[1] or url.startswith("https:")):
        raise FetchError(f"{request.label} sends us to another, unencrypted place.")
    return target.partition("#")[0]


_TROUBLES: tuple[tuple[type[Exception], str], ...] = (
    (httpx.ConnectTimeout, "cannot be reached (no connection in time)"),
    (httpx.TimeoutException, "is not answering"),
    (httpx.ProxyError, "cannot be reached through the proxy"),
    (httpx.ConnectError, "cannot be reached"),
    (httpx.InvalidURL, "has an address that cannot be used"),
)


def _trouble(error: Exception) -> str:
    """What went wrong with a connection; the library's own words may hold addresses and stay out."""
    if "certificate" in str(error).lower():
        return "shows a certificate we cannot verify"
    return next((words for kind, words in _TROUBLES if isinstance(error, kind)), "broke off the connection")


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"

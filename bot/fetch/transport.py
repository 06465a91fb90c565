"""Where a request really goes: names that lead into our own network are not dialled."""

from collections.abc import Awaitable, Callable, Collection

import httpx

from bot.fetch.addresses import is_public, origin

Resolve = Callable[[str, int], Awaitable[list[str]]]


class ForbiddenAddressError(Exception):
    """A name that leads into our own network."""


class CheckedTransport(httpx.AsyncBaseTransport):
    """Resolves a host once, checks every address and dials one that was checked; trusted origins go as they are."""

    def __init__(
        self, inner: httpx.AsyncBaseTransport, trusted: Collection[tuple[str, str, int]], look_up: Resolve
    ) -> None:
        self._inner = inner
        self._trusted = trusted
        self._look_up = look_up

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        scheme, host, port = place = origin(str(request.url))
        if place in self._trusted:
            return await self._inner.handle_async_request(request)
        try:
            addresses = await self._look_up(host, port)
        except OSError as error:
            raise httpx.ConnectError("no address") from error
        if not addresses or not all(map(is_public, addresses)):
            raise ForbiddenAddressError
        if scheme == "https":
            request.extensions = {**request.extensions, "sni_hostname": host}
        return await self._dial(request, addresses[:3])

    async def _dial(self, request: httpx.Request, addresses: list[str]) -> httpx.Response:
        """The first address that takes the connection."""
        url = request.url
        for address in addresses[:-1]:
            try:
                request.url = url.copy_with(host=address)
                return await self._inner.handle_async_request(request)
            except (httpx.ConnectError, httpx.ConnectTimeout):
                continue
        request.url = url.copy_with(host=addresses[-1])
        return await self._inner.handle_async_request(request)

    async def aclose(self) -> None:
        await self._inner.aclose()

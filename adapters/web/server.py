"""The web application on a port, as one of the program's ways in."""

import asyncio
import errno
import socket

import structlog
from aiohttp import web

from bot.errors import UserError

log = structlog.get_logger(__name__)

DRAIN_SECONDS = 10.0
"""How long open requests may go on once the program is being stopped."""


def serve(app: web.Application, host: str, port: int, name: str = "web") -> "WebServer":
    """The adapter; `run()` serves. Port 0 takes any free one."""
    return WebServer(app, host, port, name)


class WebServer:
    """An Adapter. `open()` may be called before `run()`, to learn early that the port is taken."""

    def __init__(self, app: web.Application, host: str, port: int, name: str = "web") -> None:
        self.name = name
        self._app = app
        self._host = host
        self._port = port
        self._runner: web.AppRunner | None = None

    @property
    def connected(self) -> bool:
        return self._runner is not None

    @property
    def url(self) -> str:
        """Where it can be reached from this machine; the port is the real one once it is open."""
        host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(self._host, self._host)  # noqa: S104  # read, not bound
        return f"http://{host}:{self.port}"

    @property
    def port(self) -> int:
        addresses = self._runner.addresses if self._runner else []
        return int(addresses[0][1]) if addresses else self._port

    async def open(self) -> None:
        """Take the port.

        Raises:
            UserError: `port_taken`, or `address_refused` where the machine does not let us listen there.
        """
        if self._runner is not None:
            return
        runner = web.AppRunner(self._app, access_log=None, shutdown_timeout=DRAIN_SECONDS)
        await runner.setup()
        try:
            await web.TCPSite(runner, self._host, self._port).start()
        except OSError as error:
            await runner.cleanup()
            raise refusal(error, self._host, self._port) from None
        self._runner = runner
        log.info(f"{self.name} is open", url=self.url)  # noqa: G004  # a sentence for people

    async def open_somewhere(self) -> None:
        """Take the port, or any free one where it is taken: for what is at no address that people know.

        Raises:
            UserError: `address_refused`.
        """
        try:
            await self.open()
        except UserError as error:
            if error.code != "port_taken":
                raise
            log.warning("the port is taken, so another one is used", port=self._port)
            self._port = 0
            await self.open()

    async def run(self) -> None:
        """Serve until cancelled; then finish open requests and close."""
        await self.open()
        try:
            await asyncio.Event().wait()
        finally:
            await self.close()

    async def close(self) -> None:
        runner, self._runner = self._runner, None
        if runner is not None:
            await runner.cleanup()


def refusal(error: OSError, host: str, port: int) -> UserError:
    """What stands in the way, and the next step."""
    where = f"{host}:{port}"
    if error.errno == errno.EADDRINUSE:
        hint = f"Stop that program, or choose another port: PORT={port + 1 if port < 65535 else 8081}"
        return UserError("port_taken", f"{where} is taken by another program.", hint)
    if error.errno in {errno.EACCES, errno.EPERM}:
        hint = "Ports below 1024 need special rights; choose another one, such as PORT=8080"
        return UserError("address_refused", f"This user may not listen on {where}.", hint)
    if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
        hint = "HOST is an address of this machine: 127.0.0.1 for itself alone, 0.0.0.0 for every network"
        return UserError("address_refused", f"{host} is not an address of this machine.", hint)
    return UserError("address_refused", f"{where} cannot be listened on: {error.strerror}.", "Check HOST and PORT.")

"""The application on a port."""

import asyncio
import errno
import socket

import pytest
from aiohttp import ClientSession, web

from adapters.web.server import WebServer, refusal, serve
from bot.errors import UserError
from bot.ports import Adapter
from tests.adapters.web.stage import make_app
from tests.memory_store import MemoryStore


def state_of(adapter: Adapter) -> tuple[str, bool]:
    return adapter.name, adapter.connected


async def opened(server: WebServer) -> asyncio.Task[None]:
    await server.open()
    return asyncio.create_task(server.run())


async def test_it_serves_until_cancelled_and_then_gives_the_port_back() -> None:
    server = serve(make_app(MemoryStore()), "127.0.0.1", 0)
    assert state_of(server) == ("web", False)
    running = await opened(server)
    assert state_of(server) == ("web", True)
    async with ClientSession() as session, session.get(f"{server.url}/healthz") as response:
        assert response.status == 200
    port = server.port
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert state_of(server) == ("web", False)
    with socket.create_server(("127.0.0.1", port)):
        pass


async def test_a_taken_port_is_an_error_that_names_it_and_the_next_step() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        server = serve(make_app(MemoryStore()), "127.0.0.1", port)
        with pytest.raises(UserError) as raised:
            await server.run()
    assert raised.value.code == "port_taken"
    assert f"127.0.0.1:{port}" in raised.value.message
    assert "PORT=" in raised.value.hint
    assert not server.connected


async def test_where_no_people_come_a_taken_port_is_no_reason_to_end() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        server = serve(make_app(MemoryStore()), "127.0.0.1", port, name="health")
        await server.open_somewhere()
    assert state_of(server) == ("health", True)
    assert server.port != port
    await server.close()


async def test_where_no_people_come_an_address_of_another_machine_is_still_refused() -> None:
    with pytest.raises(UserError, match=r"192\.0\.2\.1"):
        await serve(make_app(MemoryStore()), "192.0.2.1", 0).open_somewhere()


async def test_an_address_of_another_machine_is_an_error_that_names_it() -> None:
    with pytest.raises(UserError) as raised:
        await serve(make_app(MemoryStore()), "192.0.2.1", 0).run()
    assert raised.value.code == "address_refused"
    assert "192.0.2.1" in raised.value.message
    assert "127.0.0.1" in raised.value.hint


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (socket.gaierror(-2, "Name or service not known"), "papers.invalid is not an address of this machine."),
        (PermissionError(errno.EACCES, "Permission denied"), "This user may not listen on papers.invalid:80."),
        (OSError(errno.ENOBUFS, "No buffer space"), "papers.invalid:80 cannot be listened on: No buffer space."),
    ],
)
def test_other_refusals_are_told_in_words(error: OSError, told: str) -> None:
    refused = refusal(error, "papers.invalid", 80)
    assert (refused.code, refused.message) == ("address_refused", told)
    assert refused.hint


@pytest.mark.parametrize(
    ("host", "url"),
    [("0.0.0.0", "http://127.0.0.1:8080"), ("::", "http://[::1]:8080"), ("127.0.0.1", "http://127.0.0.1:8080")],  # noqa: S104  # nothing is bound
)
def test_the_address_is_one_that_can_be_opened_here(host: str, url: str) -> None:
    assert serve(make_app(MemoryStore()), host, 8080).url == url


async def test_an_open_request_is_finished_before_the_end() -> None:
    started, finish = asyncio.Event(), asyncio.Event()

    async def slow(_request: web.Request) -> web.Response:
        started.set()
        await finish.wait()
        return web.Response(text="done")

    server = serve(make_app(MemoryStore(), extra=[web.get("/slow", slow)]), "127.0.0.1", 0)
    running = await opened(server)

    async def ask() -> str:
        async with ClientSession() as session, session.get(f"{server.url}/slow") as response:
            return await response.text()

    asking = asyncio.create_task(ask())
    await started.wait()
    running.cancel()
    await asyncio.sleep(0)
    finish.set()
    assert await asking == "done"
    with pytest.raises(asyncio.CancelledError):
        await running

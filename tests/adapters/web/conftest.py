"""A client for the web application of a test."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from aiohttp import CookieJar, web
from aiohttp.test_utils import TestClient, TestServer

from tests.adapters.web.stage import make_app, some_papers
from tests.memory_store import MemoryStore

Client = TestClient[web.Request, web.Application]
Connect = Callable[[web.Application], Awaitable[Client]]


@pytest.fixture
async def papers() -> MemoryStore:
    """A store with papers in it."""
    store = MemoryStore()
    await store.papers.add(some_papers())
    return store


@pytest.fixture
async def connect() -> AsyncIterator[Connect]:
    """Starts an application and gives a client for it, which keeps cookies."""
    clients: list[Client] = []

    async def start(app: web.Application) -> Client:
        client = TestClient(TestServer(app), cookie_jar=CookieJar(unsafe=True))
        await client.start_server()
        clients.append(client)
        return client

    yield start
    for client in clients:
        await client.close()


@pytest.fixture
async def client(papers: MemoryStore, connect: Connect) -> Client:
    return await connect(make_app(papers))

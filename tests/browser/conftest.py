"""A browser for all tests, and the pages over a store with invented papers, some of them hostile."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp.test_utils import TestServer
from pydantic import SecretStr

from tests.adapters.web.stage import make_app, some_papers
from tests.browser.chromium import MISSING, Browser, Tab, find
from tests.builders import NOON, hours, make_batch, make_listing, make_observation, make_paper
from tests.memory_store import MemoryStore

LONG = "Hypersensitivity" * 12
ATTACK = '"><img src=x onerror=alert(1)><script>alert(2)</script>'


def pytest_sessionstart() -> None:
    if find() is None:
        pytest.exit(MISSING, returncode=1)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Browser]:
    async with await Browser.start(str(find()), tmp_path_factory.mktemp("profile")) as started:
        yield started


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def site() -> AsyncIterator[str]:
    """The address of the pages."""
    store = MemoryStore()
    await store.papers.add(some_papers(40))
    hostile = make_paper(
        "2603.88888", title=f"{ATTACK} {LONG}", authors=(ATTACK, LONG), abstract=f"{ATTACK} {LONG} " * 9,
        summary=ATTACK, organization=LONG, keywords=(LONG,), comment=f"{ATTACK} {LONG}",
    )  # fmt: skip
    seen = [
        make_observation(hostile.id, NOON - hours(back), upvotes=900 - back * 7, github_stars=5000 - back, comments=3)
        for back in range(1, 60)
    ]
    await store.papers.add(make_batch(hostile, *seen, make_listing(hostile.id, NOON.date(), 0, NOON - hours(2))))
    app = make_app(
        store, requests_per_minute=0, discord_bot_token=SecretStr("x"), discord_application_id="123456789012345678"
    )
    server = TestServer(app)
    await server.start_server()
    yield str(server.make_url("")).rstrip("/")
    await server.close()


@pytest_asyncio.fixture(loop_scope="session")
async def tab(browser: Browser) -> AsyncIterator[Tab]:
    """A fresh one, as wide as a desk; at the end nothing may have complained."""
    async with browser.tab() as opened:
        await opened.size(1280)
        await opened.look()
        yield opened
        assert opened.complaints == []


@pytest.fixture(scope="session")
def scripts() -> dict[str, str]:
    """What is asked of a page, by the names of the files."""
    return {path.stem: path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("*.js")}

"""What holds for every request: headers, limits, and errors in style."""

import asyncio
import re

import pytest
from aiohttp import web

from adapters.web import guard
from adapters.web.state import DatabaseState
from tests.adapters.web.conftest import Client, Connect
from tests.adapters.web.html import Page
from tests.adapters.web.stage import FakeState, UnreachablePapers, make_app
from tests.memory_store import MemoryStore

PAGES = [
    "/",
    "/p/2603.00001",
    "/p/none",
    "/nowhere",
    "/api/v1/trending",
    "/api/nowhere",
    "/healthz",
    "/static/paper.css",
]


@pytest.mark.parametrize("path", PAGES)
async def test_every_answer_carries_the_security_headers(client: Client, path: str) -> None:
    headers = (await client.get(path)).headers
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Server"] == "broadsheet"
    assert "Strict-Transport-Security" not in headers


async def test_by_https_browsers_are_told_to_stay_there(papers: MemoryStore, connect: Connect) -> None:
    client = await connect(make_app(papers, public_url="https://papers.example.org"))
    response = await client.post("/", data={"text": "/papers digest subscribe"})
    assert response.headers["Strict-Transport-Security"]
    cookie = response.headers["Set-Cookie"]
    assert "Secure" in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/p/2603.00001",
        "/nowhere",
        "/?text=/papers+help&theme=dark",
        "/topics",
        "/topics/diffusion",
        "/d/",
        "/d/2026-W11",
    ],
)
async def test_pages_keep_to_their_own_policy(client: Client, path: str) -> None:
    """Nothing inline, nothing from elsewhere."""
    page = Page(await (await client.get(path)).text())
    for element in page.elements:
        assert "style" not in element.attributes
        assert not any(name.startswith("on") for name in element.attributes)
        assert element.tag != "style"
        assert element.tag != "script" or element.attributes.get("src", "").startswith("/static/")
        loaded = element.attributes.get("rel") not in {"canonical", "alternate"}
        if element.tag in {"img", "link"} and loaded:
            assert element.attributes.get("src", element.attributes.get("href", "")).startswith("/static/")


async def test_style_sheets_load_nothing_from_elsewhere(client: Client) -> None:
    for name in ("paper.css", "chat.css"):
        text = await (await client.get(f"/static/{name}")).text()
        assert not re.search(r"url\(|@import", text)


async def test_files_are_kept_by_browsers_only_under_their_version(client: Client) -> None:
    page = Page(await (await client.get("/")).text())
    (sheet, *_) = [link.attributes["href"] for link in page.all("link", rel="stylesheet")]
    assert "immutable" in (await client.get(sheet)).headers["Cache-Control"]
    assert (await client.get("/static/paper.css")).headers["Cache-Control"] == "no-cache"
    assert (await client.get("/static/")).status in {403, 404}
    assert (await client.get("/static/%2e%2e/app.py")).status == 404


async def test_an_unknown_page_is_told_in_style(client: Client) -> None:
    response = await client.get("/nowhere")
    assert response.status == 404
    page = Page(await response.text())
    assert page.one("h1").text == "There is no such page."
    assert "/" in page.links


async def test_a_wrong_method_names_the_right_ones(client: Client) -> None:
    response = await client.put("/")
    assert response.status == 405
    assert set(response.headers["Allow"].split(",")) >= {"GET", "POST"}
    assert response.content_type == "text/html"


async def test_a_failure_of_ours_is_a_page_with_a_reference(papers: MemoryStore, connect: Connect) -> None:
    async def fails(_request: web.Request) -> web.Response:
        raise RuntimeError("secret")

    client = await connect(make_app(papers, extra=[web.get("/fails", fails)]))
    response = await client.get("/fails")
    text = await response.text()
    assert response.status == 500
    assert "secret" not in text
    assert re.search(r"Reference <code>[0-9a-f]{4}</code>", text)


async def test_without_its_database_the_page_says_so(papers: MemoryStore, connect: Connect) -> None:
    papers.papers = UnreachablePapers()
    down = FakeState(answer=DatabaseState(reachable=False, migrated=False, reason="The database does not answer."))
    response = await (await connect(make_app(papers, down))).get("/")
    assert response.status == 503
    assert Page(await response.text()).one("h1").text == "The database does not answer."


async def test_an_answer_that_does_not_come_in_time_is_a_503(
    papers: MemoryStore, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def hangs(_request: web.Request) -> web.Response:
        await asyncio.Event().wait()
        raise AssertionError

    monkeypatch.setattr(guard, "HANDLER_SECONDS", 0.01)
    client = await connect(make_app(papers, extra=[web.get("/api/hangs", hangs)]))
    response = await client.get("/api/hangs")
    assert response.status == 503
    assert (await response.json())["error"]["code"] == "unavailable"


async def test_routes_of_slack_keep_their_own_ways(
    papers: MemoryStore, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def events(request: web.Request) -> web.Response:
        return web.Response(text=str(len(await request.read())))

    monkeypatch.setattr(guard, "HANDLER_SECONDS", 0.0)
    client = await connect(make_app(papers, extra=[web.post("/slack/events", events)]))
    response = await client.post("/slack/events", data=b"x" * 100_000)
    assert await response.text() == "100000"
    assert "Content-Security-Policy" not in response.headers


async def test_head_is_answered_without_a_body(client: Client) -> None:
    response = await client.head("/")
    assert response.status == 200
    assert await response.read() == b""

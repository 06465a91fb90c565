"""Topic pages, the archive, and what pages say of themselves to other sites."""

from collections.abc import Iterable
from datetime import date
from itertools import pairwise
from typing import Any
from urllib.parse import unquote

import pytest
from aiohttp import web
from pydantic import SecretStr
from yarl import URL

from adapters.web.site import topic_address
from bot.models import ChannelKey, Topics
from tests.adapters.web.conftest import Client, Connect
from tests.adapters.web.html import Page
from tests.adapters.web.stage import make_app, some_papers
from tests.builders import (
    ADA,
    NOON,
    days,
    hours,
    make_batch,
    make_change,
    make_listing,
    make_observation,
    make_paper,
    make_subscription,
)
from tests.memory_store import MemoryStore


async def page(client: Client, address: str, status: int = 200) -> Page:
    response = await client.get(URL(address, encoded=True))
    assert response.status == status, await response.text()
    return Page(await response.text())


def titles(found: Page) -> list[str]:
    return [element.text for element in found.all("a") if element.attributes["href"].startswith("/p/")]


async def test_a_topic_page_lists_its_papers_best_first(client: Client) -> None:
    found = await page(client, "/topics/strings")
    assert titles(found) == ["An old paper of strings"]
    assert found.one("h1").text == "strings"
    assert {"/feeds/strings.atom", "/feeds/strings.json", "/topics/strings?window=30d"} <= set(found.links)


async def test_all_topics_begin_with_what_trends(client: Client) -> None:
    found = await page(client, "/topics")
    assert len(titles(found)) == 15
    assert {"/topics/cs.LG", "/feeds/trending.atom"} <= set(found.links)
    assert found.one("input", id="topic").attributes["name"] == "topic"


async def test_a_typed_topic_leads_to_its_page(client: Client) -> None:
    response = await client.get("/topics?topic=world+models%2C+C%2B%2B", allow_redirects=False)
    assert (response.status, unquote(response.headers["Location"])) == (303, "/topics/world models, C++")
    assert (await page(client, topic_address("world models, C++"))).one("h1").text == "world models, C++"


async def test_pages_of_a_topic_are_of_one_moment(papers: MemoryStore, connect: Connect) -> None:
    await papers.papers.add(some_papers(50))
    client = await connect(make_app(papers))
    first = await page(client, "/topics/diffusion?window=30d")
    (turn,) = [link for link in first.links if "page=2" in link]
    assert "window=30d&as-of=2026-03-10T12%3A00%3A00.000000Z" in turn
    await papers.papers.add(make_batch(make_observation("2603.00001", NOON + hours(1), upvotes=9000)))
    second = await page(client, turn)
    assert not set(titles(first)) & set(titles(second))
    assert [link for link in second.links if "page=1" in link]


@pytest.mark.parametrize("query", ["window=1y", "page=0", "page=x", "as-of=never"])
async def test_an_address_that_says_nothing_is_a_400_page(client: Client, query: str) -> None:
    assert (await page(client, f"/topics?{query}", 400)).one("h1").text


@pytest.mark.parametrize("topic", ["!!!", "x" * 90])
async def test_what_means_nothing_is_no_topic(client: Client, topic: str) -> None:
    await page(client, topic_address(topic), 404)


async def test_a_topic_without_papers_says_what_to_try(client: Client) -> None:
    assert "Nothing of this" in (await page(client, "/topics/zoology")).text


async def test_the_archive_names_days_weeks_and_months(client: Client) -> None:
    found = await page(client, "/d/")
    assert {"/d/2026-03-10", "/d/2026-W11", "/d/2026-03"} <= set(found.links)
    assert "13 papers" in found.text
    assert (await client.get("/d", allow_redirects=False)).status == 301


@pytest.mark.parametrize(
    ("slot", "words"), [("2026-03-10", "Tuesday 10 March"), ("2026-W11", "Week 11"), ("2026-03", "March")]
)
async def test_a_digest_lists_the_papers_of_its_time(client: Client, slot: str, words: str) -> None:
    found = await page(client, f"/d/{slot}")
    assert len(titles(found)) == 13
    assert words in found.one("h1").text


@pytest.mark.parametrize(
    "slot",
    [
        "2026-03-09",
        "2026-02-30",
        "2026-13",
        "2026-W60",
        "2031-01-01",
        "slack:T0001:C0001",
        "1",
        "9999-12-31",
        "0001-01-01",
    ],
)
async def test_there_is_no_digest_of_other_times(client: Client, slot: str) -> None:
    await page(client, f"/d/{slot}", 404)


async def test_the_archive_goes_back_step_by_step(papers: MemoryStore, connect: Connect) -> None:
    old = date(2025, 6, 2)
    await papers.papers.add(make_batch(make_paper("2506.00001"), make_listing("2506.00001", old, 0, NOON - days(200))))
    client = await connect(make_app(papers))
    first = await page(client, "/d/")
    assert f"/d/{old}" not in first.links
    older = await page(client, next(link for link in first.links if "before" in link))
    assert f"/d/{old}" in older.links
    assert not [link for link in older.links if "before" in link]
    await page(client, "/d/?before=yesterday", 400)
    assert "No lists" in (await page(client, "/d/?before=2001-01-01")).text


async def test_a_digest_names_those_beside_it(papers: MemoryStore, connect: Connect) -> None:
    for day in (date(2026, 3, 6), date(2026, 3, 9)):
        await papers.papers.add(make_batch(make_listing("2603.00001", day, 0, NOON - hours(1))))
    found = await page(await connect(make_app(papers)), "/d/2026-03-09")
    assert {"/d/2026-03-06", "/d/2026-03-10"} <= set(found.links)


async def test_nothing_public_tells_of_a_channel(papers: MemoryStore, connect: Connect) -> None:
    """Its name, its topics, who set it up, and that it is there at all."""
    channel = ChannelKey("slack", "T9SECRET", "C9SECRET")
    subscribed = make_subscription(channel, topics=Topics(include=("unannounced merger",)))
    await papers.channels.create(subscribed, make_change("subscribed", channel))
    client = await connect(make_app(papers))
    for path in PUBLIC:
        text = await (await client.get(path)).text()
        assert not [word for word in ("9SECRET", "unannounced", ADA.id) if word in text], path


PUBLIC = [
    "/", "/topics", "/topics/diffusion", "/d/", "/d/2026-03-10", "/p/2603.00001", "/feeds/trending.atom",
    "/feeds/trending.json", "/api/v1/trending", "/api/v1/openapi.json", "/healthz", "/readyz",
]  # fmt: skip


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("/p/2603.00003", "Study 2603.00003 of diffusion"),
        ("/topics/diffusion", "Papers about diffusion"),
        ("/d/2026-W11", "Papers of week 11"),
        ("/", "Broadsheet"),
    ],
)
async def test_pages_tell_other_sites_what_they_are(
    papers: MemoryStore, connect: Connect, path: str, title: str
) -> None:
    """OpenGraph (https://ogp.me), and the cards made from it."""
    found = await page(await connect(make_app(papers, public_url="https://papers.example.org")), path)
    told = {
        one.attributes.get("property") or one.attributes.get("name"): one.attributes.get("content")
        for one in found.all("meta")
    }
    assert title in (told["og:title"] or "")
    assert (
        told["og:url"] == f"https://papers.example.org{path}" == found.one("link", rel="canonical").attributes["href"]
    )
    assert told["og:description"] == told["description"] == told["twitter:description"] != ""
    assert told["og:site_name"] == "Broadsheet"
    assert told["twitter:card"] == "summary"


@pytest.mark.parametrize(
    "path", ["/p/2603.99999", "/topics", "/d/2026-03-10", "/topics/%3Cscript%3Ealert", "/d/%3Cscript%3E", "/"]
)
async def test_hostile_titles_stay_text_on_every_page(papers: MemoryStore, connect: Connect, path: str) -> None:
    hostile = make_paper(
        "2603.99998",
        title='"><img src=x onerror=alert(1)>',
        authors=("<svg/onload=x>",),
        abstract="</style><script>",
        organization="<b>",
        summary="<i>",
    )
    await papers.papers.add(
        make_batch(
            hostile, make_observation("2603.99998", NOON, upvotes=5000), make_listing("2603.99998", NOON.date(), 0)
        )
    )
    client = await connect(make_app(papers))
    for address in (path, "/p/2603.99998"):
        response = await client.get(URL(address, encoded=True))
        found = Page(await response.text())
        scripts = [one.attributes.get("src", "") for one in found.all("script")]
        assert all(source.startswith("/static/") for source in scripts)
        assert not found.all("img", src="x")
        assert not any(name.startswith("on") for element in found.elements for name in element.attributes)


def labels(found: Page) -> set[str]:
    return {one.text for one in found.all("a", class_="install")}


async def test_install_buttons_come_with_the_settings(papers: MemoryStore, connect: Connect) -> None:
    assert labels(await page(await connect(make_app(papers)), "/")) == set()

    async def install(_request: web.Request) -> web.Response:
        return web.Response()

    set_up: dict[str, Any] = {"discord_application_id": "123456", "discord_bot_token": SecretStr("x")}
    client = await connect(make_app(papers, extra=[web.get("/slack/install", install)], **set_up))
    found = await page(client, "/")
    assert labels(found) == {"Add to Slack", "Add to Discord"}
    (discord,) = {link for link in found.links if "discord.com" in link}
    assert "client_id=123456" in discord
    assert "scope=bot+applications.commands" in discord
    assert "/slack/install" in found.links


def headings(found: Page) -> Iterable[int]:
    return (int(one.tag[1]) for one in found.elements if one.tag in {"h1", "h2", "h3", "h4"})


@pytest.mark.parametrize(
    "path", ["/", "/topics", "/topics/diffusion", "/d/", "/d/2026-03-10", "/p/2603.00001", "/nowhere"]
)
async def test_pages_are_built_for_those_who_do_not_see_them(client: Client, path: str) -> None:
    """One h1, no level left out, landmarks with names, a name for every field, a way past the head of the page."""
    found = await page(client, path, 404 if path == "/nowhere" else 200)
    levels = list(headings(found))
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels) if after > 1)
    assert len(found.all("main")) == 1
    assert found.links[0] == "#main"
    assert all(one.attributes.get("aria-label") or one.attributes.get("aria-labelledby") for one in found.all("nav"))
    named = {one.attributes["for"] for one in found.all("label") if "for" in one.attributes}
    typed = [one for one in found.all("input") if one.attributes.get("type") == "text"]
    assert {one.attributes["id"] for one in typed} <= named
    ids = [one.attributes["id"] for one in found.elements if "id" in one.attributes]
    assert len(ids) == len(set(ids))
    pointed = {one.attributes["aria-labelledby"] for one in found.elements if "aria-labelledby" in one.attributes}
    assert pointed <= set(ids)
    assert found.one("html").attributes["lang"] == "en"

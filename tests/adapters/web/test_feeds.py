"""Feeds: valid, safe, and still while nothing changes."""

import io
import json
import re
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree as ET

import feedparser
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.web.feed_documents import BEGAN, Feed, atom, entry, json_feed, newest_first, tag
from adapters.web.state import WEB
from tests.adapters.web.conftest import Client, Connect
from tests.adapters.web.html import Page
from tests.adapters.web.stage import DOI, HOSTILE, OLD_STYLE, make_app, some_papers
from tests.builders import NOON, hours, make_batch, make_observation, make_paper
from tests.memory_store import MemoryStore

SITE = "https://papers.example.org"
NS = "{http://www.w3.org/2005/Atom}"
BOTH = ["/feeds/trending.atom", "/feeds/trending.json"]


@pytest.fixture
async def public(papers: MemoryStore, connect: Connect) -> Client:
    return await connect(make_app(papers, public_url=SITE))


async def parsed(client: Client, path: str) -> Any:
    """As a reader's program understands it; it complains of what is not well-formed."""
    response = await client.get(path)
    assert response.status == 200
    found = feedparser.parse(
        io.BytesIO(await response.read()), response_headers={"content-type": "application/atom+xml"}
    )
    assert not found.bozo, found
    return found


async def read_json(client: Client, path: str) -> Any:
    response = await client.get(path)
    assert (response.status, response.content_type) == (200, "application/feed+json")
    return json.loads(await response.read())


async def test_an_atom_feed_has_what_the_standard_asks_for(public: Client) -> None:
    found = await parsed(public, "/feeds/trending.atom")
    assert found.version == "atom10"
    assert found.feed.id == "tag:papers.example.org,2026:feed/trending"
    assert found.feed.updated == "2026-03-09T12:00:00Z"
    assert {link.rel: link.href for link in found.feed.links} == {
        "self": f"{SITE}/feeds/trending.atom",
        "alternate": f"{SITE}/topics",
    }
    assert len(found.entries) == 15
    for one in found.entries:
        assert re.fullmatch(r"tag:papers\.example\.org,2026:paper/\S+", one.id)
        assert one.title
        assert one.link.startswith(f"{SITE}/p/")
        assert one.updated
        assert [author.name for author in one.authors] == ["Ada Example", "Ben Sample"]
        assert one.content[0].type == "text/html"
    ids = [one.id for one in found.entries]
    assert len(set(ids)) == len(ids)


async def test_a_json_feed_has_what_the_standard_asks_for(public: Client) -> None:
    """https://www.jsonfeed.org/version/1.1/ : top level, items, and the types of all of them."""
    found = await read_json(public, "/feeds/trending.json")
    assert found["version"] == "https://jsonfeed.org/version/1.1"
    assert found["feed_url"] == f"{SITE}/feeds/trending.json"
    assert found["home_page_url"] == f"{SITE}/topics"
    allowed: dict[str, type] = {
        "id": str, "url": str, "external_url": str, "title": str, "summary": str, "content_html": str,
        "date_published": str, "date_modified": str, "authors": list, "tags": list,
    }  # fmt: skip
    for item in found["items"]:
        assert {"id", "content_html"} <= item.keys()
        assert all(isinstance(value, allowed[name]) and value for name, value in item.items())
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", item["date_published"])
    assert [item["id"] for item in found["items"]] == [
        one.id for one in (await parsed(public, "/feeds/trending.atom")).entries
    ]


@pytest.mark.parametrize(
    ("topic", "expected"), [("strings", {OLD_STYLE}), ("strings,journal", {OLD_STYLE, DOI}), ("cs.LG", None)]
)
async def test_any_topic_has_feeds(public: Client, topic: str, expected: set[str] | None) -> None:
    found = await read_json(public, f"/feeds/{quote(topic, safe='')}.json")
    assert topic in found["title"]
    ids = {item["id"].partition("paper/")[2] for item in found["items"]}
    assert ids == {quote(one, safe="/:") for one in expected} if expected else len(ids) == 15
    assert (await parsed(public, f"/feeds/{quote(topic, safe='')}.atom")).feed.id == tag(SITE, "feed", topic)


async def test_a_topic_nobody_writes_about_has_an_empty_feed(public: Client) -> None:
    found = await parsed(public, "/feeds/zoology.atom")
    assert (found.entries, found.feed.updated) == ([], "2026-01-01T00:00:00Z")
    assert (await read_json(public, "/feeds/zoology.json"))["items"] == []


@pytest.mark.parametrize("path", ["/feeds/!!!.atom", f"/feeds/{'x' * 150}.json", "/feeds/trending.rss", "/feeds/"])
async def test_what_is_no_topic_has_no_feed(public: Client, path: str) -> None:
    assert (await public.get(path)).status == 404


@pytest.mark.parametrize("path", BOTH)
async def test_nothing_moves_while_nothing_changes(public: Client, papers: MemoryStore, path: str) -> None:
    """Counts change with every look at a source; a feed that told them would show every paper as changed."""
    before = await (await public.get(path)).read()
    await papers.papers.add(make_batch(make_observation("2603.00001", NOON - hours(0.5), upvotes=4000)))
    assert await (await public.get(path)).read() == before


@pytest.mark.parametrize("path", BOTH)
async def test_readers_that_have_it_get_a_304(papers: MemoryStore, connect: Connect, path: str) -> None:
    app = make_app(papers)
    now = 1_000_000.0
    app[WEB].editions._clock = lambda: now
    client = await connect(app)
    assert "Last-Modified" not in (await client.get(path)).headers
    now += 60
    first = await client.get(path)
    for condition in ({"If-None-Match": first.headers["ETag"]}, {"If-Modified-Since": first.headers["Last-Modified"]}):
        again = await client.get(path, headers=condition)
        assert (again.status, await again.read()) == (304, b"")
        assert again.headers["Last-Modified"] == first.headers["Last-Modified"]
    assert first.headers["Cache-Control"] == "public, max-age=300"
    both = {"If-None-Match": '"older"', "If-Modified-Since": first.headers["Last-Modified"]}
    assert (await client.get(path, headers=both)).status == 200
    await papers.papers.add(make_batch(make_paper("2603.77777"), make_observation("2603.77777", NOON, upvotes=99)))
    now += 60
    changed = await client.get(path, headers={"If-Modified-Since": first.headers["Last-Modified"]})
    assert (changed.status, "2603.77777" in await changed.text()) == (200, True)


async def test_only_so_many_papers_are_told(papers: MemoryStore, connect: Connect) -> None:
    await papers.papers.add(some_papers(80))
    client = await connect(make_app(papers))
    assert len((await parsed(client, "/feeds/trending.atom")).entries) == 30


async def test_markup_in_papers_stays_text_for_readers(public: Client) -> None:
    items = (await read_json(public, "/feeds/trending.json"))["items"]
    entries = (await parsed(public, "/feeds/trending.atom")).entries
    told = {one["id"]: one["content_html"] for one in items}, {one.id: one.content[0].value for one in entries}
    for contents in told:
        found = Page(contents[tag(SITE, "paper", "2603.99999")])
        assert not found.all("script")
        assert HOSTILE in found.text
    raw = ET.fromstring(await (await public.get("/feeds/trending.atom")).read())  # noqa: S314  # our own
    titles = [element.findtext(f"{NS}title") for element in raw.iter(f"{NS}entry")]
    assert HOSTILE in titles


def of(*papers: Any) -> Feed:
    entries = newest_first([entry(paper, SITE, f"/p/{paper.id}") for paper in papers])
    return Feed(id="tag:x,2026:feed/x", title="x", page=SITE, url=SITE, icon=SITE, entries=entries)


@given(st.text(), st.text(), st.lists(st.text(), max_size=3), st.text())
def test_papers_of_any_text_make_well_formed_feeds(title: str, abstract: str, authors: list[str], link: str) -> None:
    paper = make_paper("url:0123456789abcdef", title=title, abstract=abstract, authors=tuple(authors), link=link)
    found = of(paper)
    root = ET.fromstring(atom(found))  # noqa: S314  # our own
    assert root.findtext(f"{NS}entry/{NS}id") == found.entries[0].id
    (item,) = json.loads(json_feed(found))["items"]
    assert not Page(item["content_html"]).all("script")
    assert not [url for url in Page(item["content_html"]).links if not url.startswith(("http", "mailto"))]


def test_an_address_that_may_not_be_followed_is_left_out() -> None:
    found = of(make_paper("url:0123456789abcdef", link="javascript:alert(1)"))
    assert b"javascript" not in atom(found) + json_feed(found)


def test_a_feed_without_papers_began_some_time() -> None:
    assert of().updated == BEGAN

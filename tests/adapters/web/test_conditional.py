"""Answers that are not sent twice, pages of lists, and methods."""

from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from adapters.web.conditional import KEPT, Changes
from adapters.web.offered import offered
from tests.adapters.web.conftest import Client
from tests.builders import NOON, hours, make_batch, make_observation
from tests.memory_store import MemoryStore

PATHS = ["/api/v1/trending", "/api/v1/paper/2603.00001", "/api/v1/daily?date=2026-03-10", "/api/v1/openapi.json"]


def test_two_states_never_share_a_second() -> None:
    now = 100.2
    changes = Changes(lambda: now)
    assert changes.since("feed", "a") is None
    now = 101.0
    assert changes.since("feed", "a") == datetime.fromtimestamp(101, UTC)
    assert changes.since("feed", "b") is None
    now = 200.0
    assert changes.since("feed", "b") == datetime.fromtimestamp(102, UTC)


def test_only_so_many_documents_are_remembered() -> None:
    now = 0.0
    changes = Changes(lambda: now)
    for number in range(KEPT + 1):
        changes.since(str(number), "a")
    now = 50.0
    assert changes.since("0", "a") is None
    assert changes.since(str(KEPT), "a") is not None


@pytest.mark.parametrize("path", PATHS)
async def test_what_somebody_has_is_not_sent_again(client: Client, path: str) -> None:
    first = await client.get(path)
    etag = first.headers["ETag"]
    for given in (etag, f'"other", {etag}', "*", etag.removeprefix("W/")):
        again = await client.get(path, headers={"If-None-Match": given})
        assert (again.status, await again.read()) == (304, b"")
        assert again.headers["ETag"] == etag
        assert again.headers["Cache-Control"] == first.headers["Cache-Control"]
    for given in ('"other"', "nonsense"):
        assert (await client.get(path, headers={"If-None-Match": given})).status == 200


async def test_news_change_the_tag(client: Client, papers: MemoryStore) -> None:
    before = (await client.get("/api/v1/trending")).headers["ETag"]
    await papers.papers.add(make_batch(make_observation("2603.00001", NOON - hours(0.5), upvotes=999)))
    assert (await client.get("/api/v1/trending")).headers["ETag"] != before


async def test_errors_carry_no_tag(client: Client) -> None:
    assert "ETag" not in (await client.get("/api/v1/paper/2603.12345")).headers


def linked(header: str) -> dict[str, str]:
    """Addresses by their relation."""
    parts = [part.split(">; rel=") for part in header.split(", <")]
    return {name.strip('"'): address.lstrip("<") for address, name in parts}


@pytest.mark.parametrize("path", ["/api/v1/trending?limit=4", "/api/v1/search?query=diffusion&limit=4"])
async def test_following_next_gives_each_paper_once(client: Client, papers: MemoryStore, path: str) -> None:
    """The pages are of one moment, whatever arrives later."""
    seen: list[str] = []
    total = 0
    address: str | None = path
    while address:
        response = await client.get(address)
        body = await response.json()
        seen += [paper["id"] for paper in body["papers"]]
        total = body["total"]
        address = linked(response.headers["Link"]).get("next")
        assert address is None or "as-of=2026-03-10T12%3A00%3A00.000000Z" in address
        await papers.papers.add(make_batch(make_observation(seen[-1], NOON + hours(len(seen)), upvotes=5000)))
    assert len(seen) == len(set(seen)) == total


async def test_pages_before_and_after_are_named(client: Client) -> None:
    response = await client.get("/api/v1/trending?limit=4&page=2&topic=diffusion")
    pages = {name: parse_qs(urlsplit(address).query) for name, address in linked(response.headers["Link"]).items()}
    assert {name: query["page"] for name, query in pages.items()} == {
        "first": ["1"], "prev": ["1"], "next": ["3"], "last": ["3"]
    }  # fmt: skip
    assert all(query["topic"] == ["diffusion"] for query in pages.values())
    assert "Link" not in (await client.get("/api/v1/daily?date=2026-03-10")).headers


@pytest.mark.parametrize("path", ["/api/v1/trending", "/api/v1/paper/2603.00001", "/p/2603.00001", "/"])
async def test_head_has_the_headers_of_get_and_no_body(client: Client, path: str) -> None:
    got, head = await client.get(path), await client.head(path)
    assert (head.status, await head.read()) == (200, b"")
    assert head.headers["Content-Type"] == got.headers["Content-Type"]
    assert head.headers.get("ETag") == got.headers.get("ETag")


@pytest.mark.parametrize(
    ("path", "allowed"), [("/api/v1/trending", "GET,HEAD,OPTIONS"), ("/api/v1/try", "OPTIONS,POST")]
)
async def test_options_names_the_methods_and_others_are_refused_with_them(
    client: Client, path: str, allowed: str
) -> None:
    response = await client.options(path)
    assert (response.status, response.headers["Allow"]) == (204, allowed)
    refused = await client.delete(path)
    assert (refused.status, refused.headers["Allow"]) == (405, allowed)
    assert (await refused.json())["error"]["code"] == "method_not_allowed"


async def test_no_other_site_may_read_the_answers_in_a_browser(client: Client) -> None:
    """At a laptop its own browser is the operator; a page from elsewhere must not borrow that."""
    response = await client.get("/api/v1/trending", headers={"Origin": "https://elsewhere.example"})
    assert not [name for name in response.headers if name.lower().startswith("access-control-")]
    assert response.headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_all_that_is_promised_is_there() -> None:
    names = {"trending", "daily", "weekly", "monthly", "search", "paper", "similar", "why"}
    assert {command.name for command in offered()} == names

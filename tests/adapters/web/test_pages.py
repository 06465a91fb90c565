"""The page of one paper."""

from urllib.parse import quote

import pytest
from yarl import URL

from adapters.web.site import paper_address
from tests.adapters.web.conftest import Client, Connect
from tests.adapters.web.html import Page
from tests.adapters.web.stage import DOI, HOSTILE, OLD_STYLE, broken, make_app
from tests.builders import make_batch, make_paper
from tests.memory_store import MemoryStore


async def page(client: Client, address: str, status: int = 200) -> Page:
    response = await client.get(URL(address, encoded=True))
    assert response.status == status
    return Page(await response.text())


async def test_it_shows_title_authors_abstract_facts_and_reasons(client: Client) -> None:
    found = await page(client, "/p/2603.00003")
    assert found.one("h1").text == "Study 2603.00003 of diffusion"
    assert "Ada Example, Ben Sample" in found.one("p", class_="byline").text
    assert "We study 2603.00003" in found.one("div", class_="abstract").text
    assert "https://arxiv.org/abs/2603.00003" in found.links
    assert "https://arxiv.org/pdf/2603.00003" in found.links
    assert "Place " in found.one("section", class_="why").text
    assert len(found.all("th", scope="row")) >= 2


@pytest.mark.parametrize("paper_id", [OLD_STYLE, DOI, "2603.00001"])
async def test_every_kind_of_id_has_its_address(client: Client, paper_id: str) -> None:
    assert paper_id in (await page(client, paper_address(paper_id))).text
    assert paper_id in (await page(client, f"/p/{paper_id}")).text
    assert paper_id in (await page(client, f"/p/{quote(paper_id, safe='')}")).text


async def test_markup_in_a_title_stays_text(client: Client) -> None:
    found = await page(client, "/p/2603.99999")
    assert found.one("h1").text == HOSTILE
    assert not found.all("script")


async def test_a_paper_nobody_knows_is_a_404_that_says_what_to_do(client: Client) -> None:
    found = await page(client, "/p/2603.12345", 404)
    assert "2603.12345" in found.one("h1").text
    assert "search" in found.one("p", class_="deck").text


async def test_little_is_known_of_some_papers(papers: MemoryStore, connect: Connect) -> None:
    bare = make_paper("url:0123456789abcdef", abstract="", authors=(), categories=(), published_at=None)
    odd = make_paper("url:fedcba9876543210", link="javascript:alert(1)", summary="Short.", project_page="data:,x")
    await papers.papers.add(make_batch(bare, odd))
    client = await connect(make_app(papers))
    assert "No abstract has reached us yet." in (await page(client, f"/p/{bare.id}")).text
    found = await page(client, f"/p/{odd.id}")
    assert not [link for link in found.links if link.startswith(("javascript:", "data:"))]


async def test_a_failure_of_ours_has_a_reference(papers: MemoryStore, connect: Connect) -> None:
    found = await page(await connect(make_app(broken(papers))), "/p/2603.00001", 500)
    assert "Reference" in found.text

"""Every page in a real browser: quiet, narrow, readable, and usable with a keyboard and without scripts."""

import asyncio
import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.browser.checks import by_keyboard, every_control_named, landmarks
from tests.browser.chromium import Tab

pytestmark = pytest.mark.asyncio(loop_scope="session")

PAPER = "/p/2603.88888"
"""The hostile one, with long words and markup in every field."""
PAGES = {
    "front": "/",
    "help": "/?text=%2Fpapers+help",
    "form": "/?text=%2Fpapers+digest+settings&platform=discord",
    "topics": "/topics",
    "topic": "/topics/diffusion?window=30d",
    "nothing": "/topics/zoology",
    "archive": "/d/",
    "digest": "/d/2026-W11",
    "paper": PAPER,
    "plain_paper": "/p/2603.00003",
}
every_page = pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
SCHEMES = ("light", "dark")
LARGEST_PAPER_PAGE = 100 * 1024
"""Bytes over the wire, everything it loads included."""


@every_page
async def test_it_loads_without_a_complaint_and_from_here_alone(tab: Tab, site: str, path: str) -> None:
    """The fixture holds the console, the policy and the network against it; attacks in titles open no dialog."""
    await tab.open(site + path)
    assert {urlsplit(address).netloc for address in tab.addresses} == {urlsplit(site).netloc}


@every_page
@pytest.mark.parametrize("width", [320, 390, 768])
async def test_it_cannot_be_pushed_sideways(
    tab: Tab, site: str, path: str, width: int, scripts: Mapping[str, str]
) -> None:
    await tab.size(width)
    await tab.open(site + path)
    assert await tab.run(scripts["overflow"]) == []


@every_page
@pytest.mark.parametrize("scheme", SCHEMES)
async def test_its_texts_stand_out(tab: Tab, site: str, path: str, scheme: str, scripts: Mapping[str, str]) -> None:
    await tab.look(scheme)
    await tab.open(site + path)
    assert await tab.run(scripts["contrast"]) == []


async def test_faint_and_wide_things_would_be_found(tab: Tab, site: str, scripts: Mapping[str, str]) -> None:
    await tab.open(site + "/topics")
    await tab.run("document.querySelector('h1').style.color = '#ddd'")
    assert await tab.run(scripts["contrast"]) == ["H1.: 1.22"]
    await tab.run("document.querySelector('h1').style.width = '3000px'")
    assert any(found.startswith("H1. 30") for found in await tab.run(scripts["overflow"]))


@every_page
async def test_every_control_is_reached_in_order_and_seen_to_be(
    tab: Tab, site: str, path: str, scripts: Mapping[str, str]
) -> None:
    await tab.open(site + path)
    await by_keyboard(tab, scripts)


@every_page
async def test_it_has_parts_to_jump_to(tab: Tab, site: str, path: str, scripts: Mapping[str, str]) -> None:
    await tab.open(site + path)
    await landmarks(tab, scripts)


@every_page
async def test_nothing_moves_for_those_who_asked_for_that(
    tab: Tab, site: str, path: str, scripts: Mapping[str, str]
) -> None:
    await tab.look(motion="reduce")
    await tab.open(site + path)
    assert await tab.run(scripts["moving"]) == []


async def test_the_skip_link_leads_past_the_head(tab: Tab, site: str) -> None:
    await tab.open(site + "/topics")
    await tab.press("Tab")
    await tab.press("Enter")
    assert await tab.until("document.activeElement.id === 'main'")
    await tab.press("Tab")
    assert await tab.run("document.activeElement.closest('main') !== null")


@every_page
async def test_every_control_has_a_name_for_those_who_do_not_see_it(tab: Tab, site: str, path: str) -> None:
    await tab.open(site + path)
    await every_control_named(tab)


@pytest.mark.parametrize(("scheme", "is_dark"), [("light", False), ("dark", True)])
async def test_it_follows_the_colours_of_the_system(tab: Tab, site: str, scheme: str, is_dark: bool) -> None:
    await tab.look(scheme)
    await tab.open(site + PAPER)
    assert await tab.run(IS_DARK) is is_dark


IS_DARK = "getComputedStyle(document.body).backgroundColor.match(/\\d+/g).slice(0, 3).every((one) => one < 80)"


async def test_a_choice_of_colours_overrules_the_system(tab: Tab, site: str) -> None:
    await tab.look("light")
    await tab.open(site + "/?theme=dark")
    assert await tab.run(IS_DARK)
    await tab.run("document.getElementById('theme-light').click()")
    assert not await tab.run(IS_DARK)


async def test_on_real_paper_it_is_ink_on_white_without_buttons(tab: Tab, site: str) -> None:
    await tab.look("dark", "print")
    await tab.open(site + PAPER)
    assert await tab.run("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert not await tab.run("document.querySelector('.sections').checkVisibility()")
    assert await tab.run("document.querySelector('.abstract').checkVisibility()")


async def test_a_command_is_answered_without_scripts(tab: Tab, site: str) -> None:
    await tab.without_scripts()
    await tab.open(site + "/")
    await tab.run("document.getElementById('text').focus(); document.getElementById('text').select()")
    await tab.type("/papers paper 2603.00003")
    tab.expect_load()
    await tab.press("Enter")
    await tab.loaded()
    assert "/papers+paper+2603.00003" in await tab.run("location.search")
    assert "Study 2603.00003" in await tab.run("document.querySelector('.chat.slack').innerText")


async def test_a_topic_is_found_and_a_citation_copied_without_scripts(tab: Tab, site: str) -> None:
    await tab.without_scripts()
    await tab.open(site + "/topics")
    await tab.run("document.getElementById('topic').focus()")
    await tab.type("strings")
    tab.expect_load()
    await tab.press("Enter")
    await tab.loaded()
    assert (await tab.run("location.pathname")) == "/topics/strings"
    await tab.open(site + "/p/2603.00003")
    assert await tab.run("getComputedStyle(document.querySelector('.cite pre')).userSelect") == "all"
    assert (await tab.run("document.querySelector('.cite pre').innerText")).startswith("@misc{")


async def test_with_scripts_a_command_is_answered_in_place(tab: Tab, site: str) -> None:
    await tab.open(site + "/")
    await tab.run(
        "window.stays = true; document.getElementById('text').focus(); document.getElementById('text').select()"
    )
    await tab.type("/papers why 2603.00003")
    await tab.press("Enter")
    assert await tab.until("document.querySelector('#answer h2').innerText.includes('why 2603.00003')")
    assert await tab.run("window.stays && document.activeElement.id === 'answer'")
    assert "why+2603.00003" in await tab.run("location.search")


async def test_a_chart_is_drawn_and_told(tab: Tab, site: str) -> None:
    await tab.open(site + PAPER)
    assert await tab.run("document.querySelector('.chart polyline').getBoundingClientRect().width") > 100
    tree = await tab.ask("Accessibility.getFullAXTree")
    told = [node["name"]["value"] for node in tree["nodes"] if node["role"]["value"] == "image" and node.get("name")]
    assert any(one.startswith("Upvotes from ") for one in told)


async def test_the_page_of_a_paper_is_light(tab: Tab, site: str) -> None:
    await tab.open(site + PAPER)
    assert 0 < tab.bytes < LARGEST_PAPER_PAGE


@pytest.mark.skipif("SCREENSHOTS" not in os.environ, reason="SCREENSHOTS names no folder for pictures")
@every_page
@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", [390, 1280])
async def test_pictures_for_people_to_look_at(tab: Tab, site: str, path: str, scheme: str, width: int) -> None:
    name = next(name for name, one in PAGES.items() if one == path)
    await tab.size(width)
    await tab.look(scheme)
    await tab.open(site + path)
    picture = await tab.picture()
    await asyncio.to_thread(Path(os.environ["SCREENSHOTS"], f"{name}-{width}-{scheme}.png").write_bytes, picture)

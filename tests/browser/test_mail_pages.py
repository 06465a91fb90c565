"""Digests by e-mail in a real browser: asked for, confirmed, changed and ended, with keys alone and without scripts."""

import asyncio
import os
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import pytest
import pytest_asyncio

from bot.mailing import Purpose
from bot.mailing.wish import mailbox
from tests.browser.checks import by_keyboard, every_control_named, landmarks
from tests.browser.chromium import Tab
from tests.browser.post_office import ADA, PostOffice

pytestmark = pytest.mark.asyncio(loop_scope="session")

SHEETS = ("subscribe", "asked", "lost", "confirm", "preferences", "unsubscribe", "ended", "wrong", "expired")
PLAIN = {
    "subscribe": "/subscribe",
    "asked": "/subscribe/asked",
    "lost": "/preferences",
    "wrong": "/confirm/gAAAAABnone",
}
"""Those whose address is no key."""
REFUSED = {"wrong": 400, "expired": 410}
every_sheet = pytest.mark.parametrize("name", SHEETS)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def office() -> AsyncIterator[PostOffice]:
    opened = await PostOffice().open()
    await opened.subscribed()
    yield opened
    await opened.close()


@pytest_asyncio.fixture(loop_scope="session")
async def own() -> AsyncIterator[PostOffice]:
    """One that nobody has subscribed at."""
    fresh = await PostOffice().open()
    yield fresh
    await fresh.close()


async def address_of(office: PostOffice, name: str) -> str:
    plain = {
        "subscribe": "/subscribe",
        "asked": "/subscribe/asked",
        "lost": "/preferences",
        "wrong": "/confirm/gAAAAABnone",
    }
    if name in plain:
        return office.address + plain[name]
    if name == "ended":
        return await office.link(Purpose.UNSUBSCRIBE, "nobody@example.org")
    return await (office.expired(Purpose.CONFIRM) if name == "expired" else office.link(Purpose(name)))


async def opened(tab: Tab, office: PostOffice, name: str) -> None:
    tab.refusals |= {REFUSED[name]} if name in REFUSED else set()
    await tab.open(await address_of(office, name))


@every_sheet
async def test_it_loads_quietly_and_from_here_alone(tab: Tab, office: PostOffice, name: str) -> None:
    await opened(tab, office, name)
    loaded = [address for address in tab.addresses if not address.startswith("data:")]  # a clock beside a field
    assert {urlsplit(address).netloc for address in loaded} == {urlsplit(office.address).netloc}
    assert await tab.run("document.referrer") == ""


@every_sheet
@pytest.mark.parametrize("width", [320, 390, 768])
async def test_it_cannot_be_pushed_sideways(
    tab: Tab, office: PostOffice, name: str, width: int, scripts: Mapping[str, str]
) -> None:
    """Not even by an address of a hundred letters."""
    await tab.size(width)
    await opened(tab, office, name)
    assert await tab.run(scripts["overflow"]) == []


@every_sheet
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_its_texts_stand_out(
    tab: Tab, office: PostOffice, name: str, scheme: str, scripts: Mapping[str, str]
) -> None:
    await tab.look(scheme)
    await opened(tab, office, name)
    assert await tab.run(scripts["contrast"]) == []


@every_sheet
async def test_it_is_used_with_keys_and_by_ear(
    tab: Tab, office: PostOffice, name: str, scripts: Mapping[str, str]
) -> None:
    await tab.look(motion="reduce")
    await opened(tab, office, name)
    await landmarks(tab, scripts)
    await every_control_named(tab)
    assert await tab.run(scripts["moving"]) == []
    await by_keyboard(tab, scripts)


async def press(tab: Tab, words: str) -> None:
    """The button that says so, by the keyboard, and what comes of it."""
    found = f"[...document.querySelectorAll('button')].find((one) => one.textContent.trim() === '{words}')"
    assert await tab.run(f"{found} !== undefined"), words
    await tab.run(f"{found}.focus()")
    tab.expect_load()
    await tab.press("Enter")
    await tab.loaded()


async def typed(tab: Tab, field: str, text: str) -> None:
    await tab.run(f"document.getElementById('{field}').focus(); document.getElementById('{field}').select()")
    await tab.type(text)


async def heading(tab: Tab) -> str:
    return str(await tab.run("document.querySelector('h1').innerText"))


async def test_from_the_form_to_the_end_without_scripts(tab: Tab, own: PostOffice) -> None:
    tab.refusals.add(400)
    await tab.without_scripts()
    await tab.open(f"{own.address}/subscribe")
    await typed(tab, "address", ADA)
    await typed(tab, "topics", "robotics, “graph neural networks”")
    await typed(tab, "zone", "Europe/Berlin")
    await press(tab, "Send me the link")
    assert (await tab.run("location.pathname"), await heading(tab)) == ("/subscribe/asked", "Look into your inbox")

    await tab.open(await own.letter())
    assert await heading(tab) == "Shall it come?"
    assert await own.store.channels.total() == 0, "a look changes nothing"
    await press(tab, "Yes, send it")
    assert await heading(tab) == "Your paper is ordered"
    assert await tab.run("document.querySelectorAll('.runs li').length") == 3

    await tab.open(await own.link(Purpose.PREFERENCES, ADA))
    assert await tab.run("document.getElementById('topics').value") == "robotics, graph neural networks"
    await typed(tab, "topics", "agents")
    await press(tab, "Save")
    assert await tab.run("document.querySelector('[role=status]').innerText") == "Saved."
    await press(tab, "Pause")
    assert "run it again" in await tab.run("document.querySelector('.press').innerText")

    await press(tab, "Delete my data")
    assert await tab.run("document.querySelector('[role=alert]').innerText") == "Tick the box to delete everything."
    await tab.run("document.querySelector('[name=really]').click()")
    await press(tab, "Delete my data")
    assert await heading(tab) == "Everything of yours is deleted"
    assert await own.store.channels.subscription(mailbox(ADA)) is None


async def test_what_cannot_be_read_is_marked_and_what_was_typed_stays(tab: Tab, own: PostOffice) -> None:
    tab.refusals.add(400)
    await tab.open(f"{own.address}/subscribe")
    await typed(tab, "address", ADA)
    await typed(tab, "zone", "Berlin/Europe")
    await press(tab, "Send me the link")
    assert await tab.run("document.querySelector('[aria-invalid]').id") == "zone"
    assert await tab.run(
        "document.getElementById(document.querySelector('[aria-invalid]').getAttribute('aria-describedby')).innerText"
    )
    assert await tab.run("document.getElementById('address').value") == ADA
    assert not own.door.letters


async def test_one_click_of_a_mail_program_ends_it_and_the_page_says_so(tab: Tab, own: PostOffice) -> None:
    await own.subscribed(ADA)
    link = await own.link(Purpose.UNSUBSCRIBE, ADA)
    await tab.open(link)
    assert await heading(tab) == "No more digests?"
    async with (
        aiohttp.ClientSession() as program,
        program.post(link, data={"List-Unsubscribe": "One-Click"}) as answer,
    ):
        assert answer.status == 200
    await tab.open(link)
    assert await heading(tab) == "No more digests come"


async def test_a_link_that_is_too_old_leads_to_a_new_one(tab: Tab, office: PostOffice) -> None:
    await opened(tab, office, "expired")
    assert await heading(tab) == "This link is too old."
    tab.expect_load()
    await tab.run("document.querySelector('a.press').click()")
    await tab.loaded()
    assert await tab.run("location.pathname") == "/subscribe"


async def test_the_time_zone_is_the_browsers_own(tab: Tab, office: PostOffice) -> None:
    await tab.ask("Emulation.setTimezoneOverride", timezoneId="Asia/Tokyo")
    await tab.open(f"{office.address}/subscribe")
    assert await tab.until("document.getElementById('zone').value") == "Asia/Tokyo"
    await tab.ask("Emulation.setTimezoneOverride", timezoneId="")


@pytest.mark.skipif("SCREENSHOTS" not in os.environ, reason="SCREENSHOTS names no folder for pictures")
@every_sheet
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
async def test_pictures_for_people_to_look_at(tab: Tab, office: PostOffice, name: str, scheme: str, width: int) -> None:
    await tab.size(width)
    await tab.look(scheme)
    await opened(tab, office, name)
    picture = await tab.picture()
    await asyncio.to_thread(Path(os.environ["SCREENSHOTS"], f"mail-{name}-{width}-{scheme}.png").write_bytes, picture)

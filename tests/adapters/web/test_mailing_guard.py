"""Pages of digests by e-mail, against who has no link: a look changes nothing, and nobody learns of an address."""

import asyncio
from typing import Any

import pytest

from bot.mailing import Purpose, Wish
from bot.mailing.limits import ASKER, GUESSER
from tests.adapters.web.conftest import Connect
from tests.adapters.web.html import Page
from tests.adapters.web.mail_site import ADA, FORM, Site


@pytest.fixture
async def site(connect: Connect) -> Site:
    return await Site(connect).opened()


async def test_known_and_unknown_addresses_are_answered_alike(site: Site) -> None:
    await site.subscribed()
    answers = []
    for address in (ADA, "ben@example.org"):
        for path in ("/subscribe", "/preferences"):
            answer = await site.sent(path, FORM | {"address": address})
            answers.append((answer.status, answer.headers["Location"], await answer.read()))
            assert {name.lower() for name in answer.headers} >= {"cache-control", "content-security-policy"}
    assert len(set(answers)) == 1
    assert ADA not in (await site.get("/subscribe/asked")).text


async def test_a_get_confirms_and_ends_nothing(site: Site) -> None:
    """Mail servers open every link before their people do."""
    await site.mailing.ask(Wish(address=ADA), "test")
    confirm = await site.letter()
    await site.get(confirm)
    assert (await site.client.head(confirm)).status == 200
    assert await site.total() == 0
    await site.post(confirm, {})
    for purpose in (Purpose.UNSUBSCRIBE, Purpose.PREFERENCES):
        link = await site.link(purpose)
        await site.get(link)
        await site.get(f"{link}?do=forget&really=yes&List-Unsubscribe=One-Click")
        assert (await site.client.head(link)).status == 200
    assert await site.total() == 1


async def test_a_form_of_another_site_changes_nothing(site: Site) -> None:
    await site.subscribed()
    link = await site.link(Purpose.PREFERENCES)
    for path, fields in (("/subscribe", FORM), ("/preferences", FORM), (link, {"do": "forget", "really": "yes"})):
        assert (await site.sent(path, fields, Sec_Fetch_Site="cross-site")).status == 403
    assert await site.total() == 1


@pytest.mark.parametrize("path", ["/confirm/{}", "/unsubscribe/{}", "/preferences/{}"])
@pytest.mark.parametrize("token", ["x", "gAAAAABk", "%3Cscript%3E", "%00", "..%2F..%2Fetc", "a" * 4000, "%E2%80%AE"])
async def test_a_link_that_is_none_is_told_the_same_way(site: Site, path: str, token: str) -> None:
    for page in (await site.get(path.format(token), 400), await site.post(path.format(token), {"do": "save"}, 400)):
        assert page.one("h1").text == "This link is not one of ours, or a part of it is missing."
        assert not page.all("script")


async def test_a_link_for_one_thing_does_nothing_else(site: Site) -> None:
    await site.subscribed()
    tokens = {purpose: (await site.link(purpose)).rpartition("/")[2] for purpose in Purpose}
    for purpose in Purpose:
        for other in set(Purpose) - {purpose}:
            await site.post(f"/{other}/{tokens[purpose]}", {"do": "unsubscribe"}, 400)
    assert await site.total() == 1


async def test_asking_too_often_is_told(site: Site) -> None:
    for number in range(ASKER.most):
        assert (await site.sent("/subscribe", FORM | {"address": f"a{number}@example.org"})).status == 303
    refused = await site.sent("/subscribe", FORM)
    assert (refused.status, refused.headers["Retry-After"]) == (429, "3600")
    assert (await site.sent("/preferences", FORM)).status == 429


async def test_what_an_address_fills_in_stays_text_and_no_mailbox_is_filled_in(site: Site) -> None:
    attack = '"><script>alert(1)</script><input value="'
    typed = {"topics": attack, "zone": attack, "address": "eve@example.org", "do": attack}
    response = await site.client.get("/subscribe", params=typed)
    page = Page(await response.text())
    values = {one.attributes.get("name"): one.attributes.get("value") for one in page.all("input")}
    assert (values["topics"], values["zone"], values["address"]) == (attack, attack, "")
    assert [one.attributes["src"].partition("?")[0] for one in page.all("script")] == ["/static/mail.js"]
    assert "alert(1)" not in page.text


async def test_a_look_at_the_heads_and_methods_of_a_link_changes_nothing(site: Site) -> None:
    await site.subscribed()
    link = await site.link(Purpose.UNSUBSCRIBE)
    head = await site.client.head(link)
    assert (head.status, head.headers["Cache-Control"], await head.text()) == (200, "no-store", "")
    methods = await site.client.options(link)
    assert (methods.status, methods.headers["Allow"]) == (204, "GET,HEAD,OPTIONS,POST")
    for method in ("PUT", "DELETE", "PATCH"):
        assert (await site.client.request(method, link)).status == 405
    assert (await site.known()).next_run_at is not None


async def test_guessing_is_slowed_down(site: Site) -> None:
    good = await site.link(Purpose.UNSUBSCRIBE)
    for number in range(GUESSER.most):
        await site.get(f"/unsubscribe/guess{number}", 400)
    await site.get("/unsubscribe/guess", 429)
    await site.get(good, 429)


async def test_behind_a_proxy_each_visitor_has_a_limit_of_their_own(connect: Connect) -> None:
    site = await Site(connect, trusted_proxies=("127.0.0.1",)).opened()
    for number in range(ASKER.most + 3):
        answer = await site.sent("/subscribe", FORM, X_Forwarded_For=f"192.0.2.{number}")
        assert answer.status == 303


async def test_pages_whose_address_is_a_key_are_kept_by_nobody(site: Site) -> None:
    await site.subscribed()
    for purpose in (Purpose.UNSUBSCRIBE, Purpose.PREFERENCES):
        answer = await site.client.get(await site.link(purpose))
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["X-Robots-Tag"] == "noindex"


async def test_no_page_leads_elsewhere(site: Site) -> None:
    """Neither a field nor an option of the address says where anybody goes next."""
    evil = "https://evil.example"
    for name in ("next", "return", "url", "redirect", "here"):
        page = await site.get(f"/subscribe?{name}={evil}&zone=//evil.example")
        assert not [link for link in page.links if "evil" in link]
        assert all(form.action.startswith("/") and not form.action.startswith("//") for form in page.forms())
        answer = await site.sent(f"/subscribe?{name}={evil}", FORM | {name: evil, "address": f"{name}@example.org"})
        assert answer.headers["Location"] == "/subscribe/asked"


async def test_what_is_typed_stays_text(site: Site) -> None:
    nasty = '"><script>alert(1)</script>'
    page = await site.post("/subscribe", FORM | {"address": nasty, "topics": nasty, "zone": nasty}, 400)
    assert page.one("input", id="topics").attributes["value"] == nasty
    assert [script.attributes["src"] for script in page.all("script")]
    assert all(script.text == "" for script in page.all("script"))


async def test_a_failure_tells_the_log_no_link(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    await site.subscribed()
    link = await site.link(Purpose.PREFERENCES)
    site.store.channels.subscription = None  # type: ignore[method-assign,assignment]  # whoever asks it breaks
    await site.get(link, 500)
    told = capsys.readouterr().out
    assert "request failed" in told
    assert link.rpartition("/")[2] not in told


async def test_known_and_unknown_addresses_take_the_same_way(site: Site) -> None:
    """No question to the store comes before the answer, so there is nothing to measure."""
    await site.subscribed()
    asked: list[str] = []
    real = site.store.channels.subscription

    async def noted(channel: Any) -> Any:
        asked.append("question")
        await asyncio.sleep(0)
        return await real(channel)

    site.store.channels.subscription = noted  # type: ignore[method-assign]  # it notes that it was asked
    for address in (ADA, "ben@example.org"):
        await site.sent("/subscribe", FORM | {"address": address})
    await site.mailing.drain(5)
    assert asked == []

"""Pages of digests by e-mail: who has the link may, whoever looks changes nothing, and nobody learns of an address."""

import asyncio
import re
from typing import Any

import pytest
from aiohttp import ClientResponse
from prometheus_client import CollectorRegistry
from yarl import URL

from adapters.web.app import create_web
from bot.config import Settings
from bot.mailing import Purpose, Wish
from bot.mailing.limits import ASKER, GUESSER
from bot.mailing.wish import mailbox
from bot.models import Period, Subscription, Weekdays
from bot.service import Service
from bot.service.mailing import Mailing
from tests.adapters.email.stage import STILL
from tests.adapters.web.conftest import Client, Connect
from tests.adapters.web.html import Page
from tests.adapters.web.stage import RENDERERS, FakeState, make_app
from tests.bot.test_mail_command import Door
from tests.memory_store import MemoryStore

ADA = "ada@example.org"
FORM = {
    "address": "Ada@Example.org",
    "period": "weekly",
    "time": "07:30",
    "zone": "Europe/Berlin",
    "days": "Friday",
    "topics": "robotics, graph neural networks",
}
SETTINGS = {
    "period": "daily", "time": "18:00", "zone": "Asia/Tokyo", "days": "every day", "topics": "agents",
    "exclude": "survey", "papers": "7",
}  # fmt: skip
MAIL_PROGRAM = {"List-Unsubscribe": "One-Click"}


class Site:
    """The pages, and where their letters go."""

    def __init__(self, connect: Connect, **settings: Any) -> None:
        self.door, self.store = Door(), MemoryStore()
        self.service = Service.over(self.store, self.store.search, {}, STILL, self.door)
        known = Settings.model_construct(**(Settings.model_construct().model_dump() | settings))
        self.app = create_web(
            service=self.service,
            renderers=RENDERERS,
            settings=known,
            state=FakeState(),
            registry=CollectorRegistry(),
        )
        self._connect = connect
        self.client: Client

    async def opened(self) -> "Site":
        self.client = await self._connect(self.app)
        return self

    @property
    def mailing(self) -> Mailing:
        assert self.service.mailing is not None
        return self.service.mailing

    async def get(self, address: str, status: int = 200) -> Page:
        response = await self.client.get(URL(address, encoded=True))
        assert response.status == status
        return Page(await response.text())

    async def post(self, address: str, fields: dict[str, str], status: int = 200, **headers: str) -> Page:
        response = await self.sent(address, fields, **headers)
        assert response.status == status, await response.text()
        return Page(await response.text())

    async def sent(self, address: str, fields: dict[str, str], **headers: str) -> ClientResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.client.post(URL(address, encoded=True), data=fields, headers=named, allow_redirects=False)

    async def link(self, purpose: Purpose) -> str:
        """The path of Ada's."""
        return _path(await self.door.links.seal(purpose, {"a": ADA}))

    async def letter(self) -> str:
        """The path of the link in the last one."""
        await self.mailing.drain(5)
        return _path(self.door.letters[-1].link)

    async def subscribed(self) -> Subscription:
        await self.mailing.ask(Wish(address=ADA, topics=("robotics",)), "test")
        await self.mailing.confirm((await self.letter()).rpartition("/")[2], "test")
        return await self.known()

    async def known(self) -> Subscription:
        found = await self.store.channels.subscription(mailbox(ADA))
        assert found is not None
        return found

    async def total(self) -> int:
        return await self.store.channels.total()


def _path(url: str) -> str:
    return url.removeprefix("https://papers.example.org")


@pytest.fixture
async def site(connect: Connect) -> Site:
    return await Site(connect).opened()


async def test_from_the_form_to_the_first_digest(site: Site) -> None:
    form = await site.get("/subscribe")
    assert {element.attributes["name"] for element in form.all("input")} >= {"address", "topics", "time", "zone"}
    sent = await site.sent("/subscribe", FORM)
    assert (sent.status, sent.headers["Location"]) == (303, "/subscribe/asked")
    link = await site.letter()
    shown = await site.get(link)
    assert "weekly at 07:30 (Europe/Berlin)" in shown.text
    assert await site.total() == 0

    done = await site.post(link, {})

    assert ADA in done.text
    saved = await site.known()
    schedule = saved.schedule
    assert (schedule.period, f"{schedule.at:%H:%M}", schedule.zone, schedule.days) == (
        Period.WEEKLY,
        "07:30",
        "Europe/Berlin",
        Weekdays.FRIDAY,
    )
    assert saved.topics.include == ("robotics", "graph neural networks")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("address", "ada"),
        ("address", "ada@example.org\r\nBcc: eve@example.org"),
        ("address", ""),
        ("time", "25:00"),
        ("zone", "Mars/Base"),
        ("period", "hourly"),
        ("days", "someday"),
        ("topics", "?!"),
        ("topics", "x" * 501),
    ],
)
async def test_what_cannot_be_read_is_told_at_its_field_and_nothing_is_sent(site: Site, field: str, value: str) -> None:
    page = await site.post("/subscribe", FORM | {field: value}, 400)
    assert page.one("p", id=f"wrong-{field}").text
    if field != "topics":
        assert page.one("input", id="topics").attributes["value"] == FORM["topics"]
    await site.mailing.drain(5)
    assert not site.door.letters


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


@pytest.mark.parametrize("form", ["urlencoded", "multipart", "empty", "elsewhere"])
async def test_one_click_from_a_mail_program_ends_it(site: Site, form: str) -> None:
    """RFC 8058: either kind of form, no cookie, no redirect; from wherever."""
    await site.subscribed()
    link = await site.link(Purpose.UNSUBSCRIBE)
    if form == "multipart":
        boundary = "----mail-program"
        disposition = 'Content-Disposition: form-data; name="List-Unsubscribe"'
        body = f"--{boundary}\r\n{disposition}\r\n\r\nOne-Click\r\n--{boundary}--\r\n"
        kind = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
        answer = await site.client.post(link, data=body.encode(), headers=kind, allow_redirects=False)
    elif form == "empty":
        answer = await site.client.post(link, allow_redirects=False)
    else:
        headers = {"Sec_Fetch_Site": "cross-site"} if form == "elsewhere" else {}
        answer = await site.sent(link, MAIL_PROGRAM, **headers)
    assert answer.status == 200
    assert "Set-Cookie" not in answer.headers
    assert await site.total() == 0
    again = await site.sent(link, MAIL_PROGRAM)
    assert again.status == 200


async def test_the_buttons_of_the_page_end_it_and_delete_what_is_left(site: Site) -> None:
    await site.subscribed()
    link = await site.link(Purpose.UNSUBSCRIBE)
    (form,) = (await site.get(link)).forms()
    ended = await site.post(form.action, form.fields)
    assert await site.total() == 0
    assert await site.store.channels.log(mailbox(ADA), 9)
    (form,) = ended.forms()
    await site.post(form.action, {"do": "forget"}, Sec_Fetch_Site="cross-site")
    assert await site.store.channels.log(mailbox(ADA), 9)
    await site.post(form.action, {"do": "forget"})
    assert await site.store.channels.log(mailbox(ADA), 9) == []


async def test_preferences_show_what_holds_and_change_it(site: Site) -> None:
    await site.subscribed()
    link = await site.link(Purpose.PREFERENCES)
    page = await site.get(link)
    assert page.one("input", id="topics").attributes["value"] == "robotics"
    saved = await site.post(link, SETTINGS | {"do": "save"})
    assert "Saved." in saved.text
    assert saved.one("input", id="zone").attributes["value"] == "Asia/Tokyo"
    known = await site.known()
    assert (known.topics.include, known.topics.exclude, known.limit) == (("agents",), ("survey",), 7)
    assert (f"{known.schedule.at:%H:%M}", known.schedule.days) == ("18:00", Weekdays.ALL)


async def test_what_cannot_be_read_changes_nothing(site: Site) -> None:
    before = await site.subscribed()
    page = await site.post(await site.link(Purpose.PREFERENCES), SETTINGS | {"do": "save", "papers": "99"}, 400)
    assert page.one("p", id="wrong-papers").text
    assert await site.known() == before


async def test_a_pause_and_its_end(site: Site) -> None:
    await site.subscribed()
    link = await site.link(Purpose.PREFERENCES)
    paused = await site.post(link, {"do": "pause"})
    assert "stopped: you paused it" in paused.text
    assert (await site.known()).next_run_at is None
    await site.post(link, SETTINGS | {"do": "save"})
    assert (await site.known()).next_run_at is not None


async def test_who_unsubscribed_may_begin_again_by_the_same_link(site: Site) -> None:
    await site.subscribed()
    link = await site.link(Purpose.PREFERENCES)
    await site.post(link, {"do": "unsubscribe"})
    assert await site.total() == 0
    assert "No digest comes" in (await site.get(link)).text
    await site.post(link, SETTINGS | {"do": "save"})
    assert (await site.known()).schedule.zone == "Asia/Tokyo"


async def test_deleting_everything_is_asked_twice_and_leaves_nothing(site: Site) -> None:
    await site.subscribed()
    link = await site.link(Purpose.PREFERENCES)
    assert "Tick the box" in (await site.post(link, {"do": "forget"}, 400)).text
    assert await site.total() == 1
    await site.post(link, {"do": "forget", "really": "yes"})
    assert await site.total() == 0
    assert await site.store.channels.log(mailbox(ADA), 9) == []


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


async def test_a_phrase_in_quotes_of_any_kind_stays_one(site: Site) -> None:
    form = FORM | {"topics": 'robotics, “graph neural networks”, "protein folding"'}
    assert (await site.sent("/subscribe", form)).status == 303
    await site.post(await site.letter(), {})
    assert (await site.known()).topics.include == ("robotics", "graph neural networks", "protein folding")


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


async def test_nothing_of_it_is_there_without_a_mail_server(connect: Connect) -> None:
    client = await connect(make_app(MemoryStore()))
    for path in ("/subscribe", "/preferences", "/confirm/x", "/unsubscribe/x", "/preferences/x"):
        assert (await client.get(path)).status == 404
        assert (await client.post(path, data={"do": "save"})).status == 404
    assert "/subscribe" not in await (await client.get("/")).text()


async def test_the_front_page_leads_there(site: Site) -> None:
    assert "/subscribe" in (await site.get("/")).links


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


def test_every_page_names_itself() -> None:
    from adapters.web.app import HERE  # noqa: PLC0415

    for template in (HERE / "templates").glob("mail_*.html"):
        text = template.read_text(encoding="utf-8")
        if "block main %}" in text:
            assert re.search(r"block title %\}.+ · Broadsheet", text), template.name

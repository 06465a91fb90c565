"""Pages of digests by e-mail, as who has the link walks them: from the form to the settings, a pause and the end."""

import re

import pytest

from bot.mailing import Purpose
from bot.mailing.wish import mailbox
from bot.models import Period, Weekdays
from tests.adapters.web.conftest import Connect
from tests.adapters.web.mail_site import ADA, FORM, Site
from tests.adapters.web.stage import make_app
from tests.memory_store import MemoryStore

SETTINGS = {
    "period": "daily", "time": "18:00", "zone": "Asia/Tokyo", "days": "every day", "topics": "agents",
    "exclude": "survey", "papers": "7",
}  # fmt: skip
MAIL_PROGRAM = {"List-Unsubscribe": "One-Click"}


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


async def test_a_phrase_in_quotes_of_any_kind_stays_one(site: Site) -> None:
    form = FORM | {"topics": 'robotics, “graph neural networks”, "protein folding"'}
    assert (await site.sent("/subscribe", form)).status == 303
    await site.post(await site.letter(), {})
    assert (await site.known()).topics.include == ("robotics", "graph neural networks", "protein folding")


async def test_nothing_of_it_is_there_without_a_mail_server(connect: Connect) -> None:
    client = await connect(make_app(MemoryStore()))
    for path in ("/subscribe", "/preferences", "/confirm/x", "/unsubscribe/x", "/preferences/x"):
        assert (await client.get(path)).status == 404
        assert (await client.post(path, data={"do": "save"})).status == 404
    assert "/subscribe" not in await (await client.get("/")).text()


async def test_the_front_page_leads_there(site: Site) -> None:
    assert "/subscribe" in (await site.get("/")).links


def test_every_page_names_itself() -> None:
    from adapters.web.app import HERE  # noqa: PLC0415

    for template in (HERE / "templates").glob("mail_*.html"):
        text = template.read_text(encoding="utf-8")
        if "block main %}" in text:
            assert re.search(r"block title %\}.+ · Broadsheet", text), template.name

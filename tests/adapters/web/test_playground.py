"""The front page as a browser without JavaScript uses it."""

import json
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
from aiohttp import web

from adapters.web.state import WEB
from tests.adapters.web.conftest import Client, Connect
from tests.adapters.web.html import Form, Page
from tests.adapters.web.stage import HOSTILE, make_app
from tests.builders import NOON, hours, make_source
from tests.memory_store import MemoryStore


async def page(client: Client, **query: str) -> Page:
    response = await client.get("/", params=query)
    assert response.status == 200
    assert response.content_type == "text/html"
    return Page(await response.text())


async def pressed(client: Client, form: Form) -> Page:
    """What a browser shows after the form's button was pressed."""
    assert form.method == "post"
    response = await client.post(form.action.split("#")[0], data=form.fields)
    assert response.status == 200
    return Page(await response.text())


def titles(page: Page, platform: str) -> list[str]:
    """Of the papers in one platform's drawing."""
    chat = page.one("div", class_=f"chat {platform}")
    return [word for word in chat.text.split() if word.startswith("2603.0")]


async def test_a_newcomer_sees_trending_papers_as_both_platforms_show_them(client: Client) -> None:
    found = await page(client)
    assert found.one("input", id="text").attributes["value"] == "/papers trending"
    assert found.one("h3", id="side-slack").text == "As Slack shows it"
    assert found.one("h3", id="side-discord").text == "As Discord shows it"
    assert titles(found, "slack")
    assert set(titles(found, "slack")) == set(titles(found, "discord"))


async def test_one_platform_can_be_chosen(client: Client) -> None:
    found = await page(client, platform="discord", text="/papers daily 2026-03-10")
    assert not found.all("h3", id="side-slack")
    assert "checked" in found.one("input", type="radio", value="discord").attributes


async def test_next_turns_the_page_and_its_address_can_be_kept(client: Client) -> None:
    first = await page(client, platform="slack", text="/papers search diffusion")
    response = await client.post("/", data=first.form("Next ▶").fields, allow_redirects=False)
    assert response.status == 303
    second = Page(await (await client.get(response.headers["Location"].split("#")[0])).text())
    assert titles(second, "slack")
    assert not set(titles(first, "slack")) & set(titles(second, "slack"))
    back = await pressed(client, second.form("◀ Previous"))
    assert titles(back, "slack") == titles(first, "slack")


async def test_share_shows_the_message_everybody_gets(client: Client) -> None:
    private = await page(client, platform="slack")
    assert "Only visible to you" in private.text
    public = await pressed(client, private.form("Share"))
    assert "Only visible to you" not in public.text
    assert "Shared by @you" in public.text
    assert titles(public, "slack") == titles(private, "slack")


async def test_the_raw_payload_is_behind_a_toggle(client: Client) -> None:
    found = await page(client, platform="slack")
    (raw,) = [element for element in found.all("pre") if element.attributes.get("aria-label") == "Message 1 as JSON"]
    assert json.loads(raw.text)["blocks"]
    assert found.one("details", class_="raw").attributes.keys() == {"class"}


async def test_a_wrong_command_is_answered_as_in_chat(client: Client) -> None:
    found = await page(client, text="/papers trendign")
    assert "Did you mean trending?" in found.one("div", class_="chat slack").text


@pytest.mark.parametrize(
    "text", ["", "/papers", "   ", "/papers-digest status", HOSTILE, "\x00\x1b[31m", "ｆｕｌｌ 注意 مرحبا"]
)
async def test_any_text_gets_a_whole_page(client: Client, text: str) -> None:
    found = await page(client, text=text)
    assert not [script for script in found.all("script") if not script.attributes.get("src")]
    assert found.all("div", class_="chat slack")


async def test_markup_in_titles_stays_text_everywhere(client: Client) -> None:
    found = await page(client, text="/papers paper 2603.99999")
    assert [script.attributes["src"].split("?")[0] for script in found.all("script")] == ["/static/playground.js"]
    assert found.text.count("<script>alert(1)</script>") >= 4


async def test_ten_kilobytes_of_text_are_refused_in_words(client: Client) -> None:
    form = Form("/", "post", {"text": "/papers search " + "word " * 2000, "platform": "both"})
    found = await pressed(client, form)
    assert "characters" in found.one("div", class_="chat discord").text


async def test_a_larger_body_is_refused(client: Client) -> None:
    response = await client.post("/", data={"text": "x" * 20_000})
    assert response.status == 413
    assert "more than this address takes" in await response.text()


async def test_a_form_of_another_site_is_refused(client: Client) -> None:
    response = await client.post("/", data={"text": "/papers"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert response.status == 403


async def test_only_plain_forms_are_read(client: Client) -> None:
    assert (await client.post("/", json={"text": "/papers"})).status == 415
    many = "&".join(f"a{number}=1" for number in range(30))
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert (await client.post("/", data=many, headers=form)).status == 400


async def test_the_choice_of_colours_is_carried_on(client: Client) -> None:
    found = await page(client, theme="dark", platform="slack")
    assert "checked" in found.one("input", id="theme-dark").attributes
    assert found.form("Next ▶").fields["theme"] == "dark"
    unknown = await page(client, theme="neon", platform="teams")
    assert "checked" in unknown.one("input", id="theme-system").attributes
    assert "checked" in unknown.one("input", type="radio", value="both").attributes


async def test_looking_at_an_address_never_changes_a_channel(client: Client, papers: MemoryStore) -> None:
    found = await page(client, text="/papers digest subscribe weekly")
    assert "Press Run" in " ".join(found.one("p", id="press-first").text.split())
    assert not await papers.channels.subscriptions("terminal", "")
    assert not client.session.cookie_jar.filter_cookies(client.make_url("/"))


async def test_a_digest_can_be_set_up_on_a_channel_of_ones_own(client: Client, papers: MemoryStore) -> None:
    found = await page(client, text="/papers digest subscribe weekly", platform="slack")
    done = await pressed(client, found.form("Run"))
    assert "set up by a visitor" in done.one("div", class_="chat slack").text
    (subscription,) = await papers.channels.subscriptions("terminal", "")
    assert subscription.channel.channel.startswith("try-")
    cookie = client.session.cookie_jar.filter_cookies(client.make_url("/"))["broadsheet_visitor"].value
    assert cookie not in subscription.channel.channel

    status = await page(client, text="/papers digest status", platform="slack")
    assert "weekly" in status.one("div", class_="chat slack").text.lower()


async def test_another_visitor_sees_nothing_of_it(client: Client, papers: MemoryStore, connect: Connect) -> None:
    await client.post("/", data={"text": "/papers digest subscribe daily"})
    (subscription,) = await papers.channels.subscriptions("terminal", "")
    other = await connect(make_app(papers))
    for text in ("/papers digest list", f"/papers digest status channel:{subscription.channel}"):
        found = await page(other, text=text)
        assert str(subscription.channel) not in found.one("div", class_="chat slack").text
    own = await page(client, text="/papers digest list")
    assert str(subscription.channel) in own.one("div", class_="chat slack").text


@pytest.mark.parametrize("verb", ["subscribe", "unsubscribe", "topics add robotics", "status", "send"])
async def test_other_channels_cannot_be_named(client: Client, papers: MemoryStore, verb: str) -> None:
    response = await client.post("/", data={"text": f"/papers digest {verb} channel:slack:T0001:C0001"})
    assert "Other channels cannot be named" in await response.text()
    assert not await papers.channels.subscriptions("slack", "T0001")


async def test_examples_lead_to_pages_and_every_command_has_one(client: Client) -> None:
    found = await page(client)
    examples = [link for link in found.links if link.startswith("/?text=")]
    assert len(examples) >= 10
    for link in examples:
        parts = urlsplit(link)
        assert parse_qs(parts.query)["text"][0].startswith("/papers ")
        assert (await client.get(link.split("#")[0])).status == 200


async def test_the_lower_half_leads_to_pages_of_papers(client: Client) -> None:
    found = await page(client)
    papers = [link for link in found.links if link.startswith("/p/")]
    assert len(papers) == 5
    assert all([(await client.get(link)).status == 200 for link in papers])


async def test_an_empty_store_says_so_in_one_sentence(connect: Connect) -> None:
    found = await page(await connect(make_app(MemoryStore())))
    assert found.one("aside", class_="notices").text.strip() == (
        "No papers have arrived yet; the sources are being asked, and again every 15 minutes."
    )


async def test_a_source_that_does_not_answer_is_named(papers: MemoryStore, connect: Connect) -> None:
    await papers.papers.note_source(
        make_source(last_success_at=NOON - hours(3), failing_since=NOON - hours(2), reason="it answered 503.")
    )
    found = await page(await connect(make_app(papers, fetch_interval=600)))
    assert found.one("aside", class_="notices").text.strip() == (
        "Hugging Face could not be reached since 10:00 UTC (it answered 503); "
        "what it says here is from 09:00 UTC, and it is asked again every 10 minutes."
    )


async def test_landmarks_headings_and_labels_are_in_place(client: Client) -> None:
    found = await page(client)
    for landmark in ("header", "main", "footer"):
        assert len(found.all(landmark)) == 1
    assert len(found.all("h1")) == 1
    labelled = {label.attributes.get("for") for label in found.all("label")}
    assert "text" in labelled
    for element in found.elements:
        named = element.attributes.get("aria-labelledby")
        assert named is None or any(other.attributes.get("id") == named for other in found.elements)
    identifiers = [element.attributes["id"] for element in found.elements if "id" in element.attributes]
    assert len(identifiers) == len(set(identifiers))


async def test_a_command_too_long_for_a_button_still_turns_the_page(papers: MemoryStore, connect: Connect) -> None:
    found = await page(
        await connect(make_app(papers)), platform="discord", text="/papers search diffusion " + "study " * 30
    )
    labels = [form.label for form in found.forms()]
    assert "Next ▶" in labels


async def test_a_key_without_its_view_is_recalled_from_the_store(papers: MemoryStore, connect: Connect) -> None:
    """As for a message whose buttons another process has drawn."""
    await papers.channels.remember_command("k1", "help trending")
    app = make_app(papers)
    client = await connect(
        with_payload(app, {"components": [{"type": 2, "label": "More", "custom_id": "b1:turn:#k1"}]})
    )
    assert (await page(client, platform="discord")).form("More").fields["text"] == "/papers help trending"


def with_payload(app: web.Application, payload: dict[str, object]) -> web.Application:
    """An application whose Discord renderer always says the same."""
    shared = app[WEB]
    app[WEB] = replace(shared, renderers={**shared.renderers, "discord": lambda _: [payload]})
    return app


async def test_a_platform_without_a_renderer_has_no_side(papers: MemoryStore, connect: Connect) -> None:
    app = make_app(papers)
    app[WEB] = replace(app[WEB], renderers={"slack": app[WEB].renderers["slack"]})
    found = await page(await connect(app))
    assert found.all("h3", id="side-slack")
    assert not found.all("h3", id="side-discord")

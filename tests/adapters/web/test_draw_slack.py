"""Block Kit as HTML: every block is drawn, every button that can be pressed runs its command."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.slack.render import render
from adapters.web.draw_slack import draw_slack
from adapters.web.press import Stage
from bot.views import CardList
from tests.adapters.examples import EXAMPLES
from tests.adapters.web.html import Page, assert_harmless

STAGE = Stage(platform="slack", theme="dark")
NASTY = '<script>alert("1")</script>&\'*_~`'


def drawn(*blocks: dict[str, Any], text: str = "") -> Page:
    return assert_harmless(draw_slack({"text": text, "blocks": list(blocks)}, STAGE))


def mrkdwn(text: str) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": text}


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def rich(*elements: dict[str, Any], kind: str = "rich_text_section", **more: Any) -> dict[str, Any]:
    return {"type": "rich_text", "elements": [{"type": kind, "elements": list(elements), **more}]}


def test_a_message_without_blocks_is_its_text() -> None:
    assert drawn(text="*hello*").one("strong").text == "hello"


def test_plain_text_is_never_styled() -> None:
    page = drawn({"type": "header", "text": plain(NASTY)}, {"type": "section", "text": plain("*no*\nmark")})
    assert page.one("p", class_="sl-header").text == NASTY
    assert "*no*\nmark" in page.text
    assert not page.all("strong")


def test_sections_have_text_fields_and_an_accessory() -> None:
    page = drawn(
        {
            "type": "section",
            "text": mrkdwn("*text*"),
            "fields": [mrkdwn("one"), plain("two")],
            "accessory": {"type": "image", "image_url": "https://example.org/a.png", "alt_text": "A figure"},
        }
    )
    assert page.one("strong").text == "text"
    assert [field.text for field in page.all("div", class_="sl-field")] == ["one", "two"]
    assert page.one("span", class_="picture").attributes["aria-label"] == "A figure"


def test_pictures_of_other_sites_are_never_loaded() -> None:
    page = drawn({"type": "image", "image_url": "https://example.org/a.png", "alt_text": "A figure"})
    assert not page.all("img")


def test_a_button_with_a_command_becomes_a_form_that_runs_it() -> None:
    button = {"type": "button", "text": plain("Next ▶"), "action_id": "turn:v1:0", "value": 'search "a b" page:2'}
    form = drawn({"type": "actions", "elements": [button]}).form("Next ▶")
    assert (form.action, form.method) == ("/#answer", "post")
    assert form.fields == {
        "text": '/papers search "a b" page:2',
        "platform": "slack",
        "theme": "dark",
        "pressed": "turn",
    }


@pytest.mark.parametrize(
    "button",
    [
        {"action_id": "vote:v1:0", "value": "up"},
        {"action_id": "turn:v1:0"},
        {"value": "trending"},
        {"action_id": "share:v1:0", "value": ""},
    ],
)
def test_a_button_this_page_does_not_know_cannot_be_pressed(button: dict[str, str]) -> None:
    page = drawn({"type": "actions", "elements": [{"type": "button", "text": plain("Vote"), **button}]})
    assert "disabled" in page.one("button").attributes
    assert not page.forms()


def test_links_and_menus_are_drawn() -> None:
    page = drawn(
        {
            "type": "actions",
            "elements": [
                {"type": "button", "text": plain("Open"), "url": "https://example.org", "style": "primary"},
                {"type": "button", "text": plain("Bad"), "url": "javascript:alert(1)"},
                {"type": "button", "text": plain("Broken"), "url": "https://[broken"},
                {"type": "static_select", "placeholder": plain("Choose")},
                {"type": "datepicker"},
            ],
        }
    )
    assert page.links == ["https://example.org"]
    assert [button.text for button in page.all("button")] == ["Choose", "datepicker"]


def test_rich_text_keeps_styles_links_lists_and_quotes() -> None:
    page = drawn(
        rich(
            {"type": "text", "text": "a\nb", "style": {"bold": True, "italic": True}},
            {"type": "text", "text": "gone", "style": {"strike": True, "code": True, "bold": False}},
            {"type": "link", "url": "https://example.org", "text": NASTY},
            {"type": "link", "url": "javascript:alert(1)", "text": "press"},
            {"type": "link", "url": "https://example.org/bare"},
        ),
        rich(
            {"type": "rich_text_section", "elements": [{"type": "text", "text": "first"}]},
            kind="rich_text_list",
            style="ordered",
            offset=2,
        ),
        rich(
            {"type": "rich_text_section", "elements": [{"type": "text", "text": "point"}]},
            kind="rich_text_list",
            style="bullet",
            indent=99,
        ),
        rich({"type": "text", "text": "kept  as is"}, kind="rich_text_preformatted"),
        rich({"type": "text", "text": "said"}, kind="rich_text_quote"),
    )
    assert page.one("em").text == "ab"
    assert page.one("s").text == "gone"
    assert page.links == ["https://example.org", "https://example.org/bare"]
    assert page.all("a")[0].text == NASTY
    assert page.one("ol").attributes == {"class": "indent-0", "start": "3"}
    assert page.one("ul").attributes["class"] == "indent-8"
    assert page.one("pre").text == "kept  as is"
    assert page.one("blockquote").text == "said"


def test_rich_text_names_people_channels_times_and_emoji() -> None:
    page = drawn(
        rich(
            {"type": "user", "user_id": "U1"},
            {"type": "channel", "channel_id": "C1"},
            {"type": "usergroup", "usergroup_id": "S1"},
            {"type": "broadcast", "range": "here"},
            {"type": "emoji", "name": "white_check_mark"},
            {"type": "emoji", "name": "party_parrot"},
            {"type": "emoji", "name": "technologist", "unicode": "1f469-200d-1f4bb"},
            {"type": "emoji", "name": "broken", "unicode": "zz"},
            {"type": "date", "timestamp": 1773144000, "format": "{date}", "fallback": "10 March"},
            {"type": "date", "timestamp": 1773144000, "format": "{date}"},
            {"type": "date", "timestamp": 10**17, "fallback": "far away"},
            {"type": "color", "value": "#fff"},
        )
    )
    assert page.text == ("@U1#C1@S1@here✅:party_parrot:👩\u200d💻:broken:10 March2026-03-10 12:00 UTCfar away")


def test_what_is_not_known_is_named_instead_of_lost() -> None:
    assert "“video”" in drawn({"type": "video"}).text
    assert drawn({"type": "markdown", "text": "# **as is**"}).one("pre").text == "# **as is**"
    assert drawn({"type": "divider"}).all("hr")


def test_context_holds_text_and_pictures() -> None:
    page = drawn(
        {"type": "context", "elements": [mrkdwn("_small_"), {"type": "image", "alt_text": "icon"}, plain("x")]}
    )
    assert page.one("em").text == "small"
    assert "icon" in page.text


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda children: (
        st.lists(children, max_size=3)
        | st.dictionaries(
            st.sampled_from(["type", "text", "elements", "fields", "accessory", "style", "url", "value", "indent"]),
            children | st.sampled_from(["section", "rich_text", "actions", "button", "mrkdwn", "context"]),
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=200, deadline=None)
@given(JSON_VALUES)
def test_json_of_any_shape_is_drawn_without_an_error(value: object) -> None:
    assert_harmless(draw_slack({"blocks": value}, STAGE))
    assert_harmless(draw_slack({"blocks": [value], "text": value}, STAGE))


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_real_messages_are_drawn_whole(name: str) -> None:
    """No block of ours is unknown, and no address is lost."""
    for payload in render(EXAMPLES[name]):
        page = assert_harmless(draw_slack(payload, STAGE))
        assert not page.all("p", class_="undrawn")
        assert "disabled" not in {key for element in page.elements for key in element.attributes}
        links = [link for link in page.links if link in json.dumps(payload)]
        assert len(links) == len(page.links)


def test_the_real_list_links_every_paper_and_turns_its_pages() -> None:
    view = EXAMPLES["list"]
    assert isinstance(view, CardList)
    page = Page("".join(draw_slack(payload, STAGE) for payload in render(view)))
    assert {card.url for card in view.cards} <= set(page.links)
    assert page.form("Next ▶").fields["text"] == "/papers trending page:2"
    assert page.form("Share").fields["pressed"] == "share"

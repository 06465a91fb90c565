"""Components V2 as HTML: every component is drawn, every button that can be pressed runs its command."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.discord.render import render
from adapters.web.draw_discord import command_keys, draw_discord
from adapters.web.press import Stage, named
from bot.buttons import Button, Effect
from bot.views import CardList
from tests.adapters.examples import EXAMPLES
from tests.adapters.web.html import Page, assert_harmless

STAGE = Stage(platform="discord", remembered={"abc": "search a very long query"})


def drawn(*components: dict[str, Any], stage: Stage = STAGE) -> Page:
    return assert_harmless(draw_discord({"flags": 1 << 15, "components": list(components)}, stage))


def button(label: str = "Next", **more: Any) -> dict[str, Any]:
    return {"type": 2, "style": 2, "label": label, **more}


def row(*buttons: dict[str, Any]) -> dict[str, Any]:
    return {"type": 1, "components": list(buttons)}


def words(content: str) -> dict[str, Any]:
    return {"type": 10, "content": content}


def test_a_container_has_its_colour_without_a_style_attribute() -> None:
    page = drawn({"type": 17, "accent_color": 0x3B5BDB, "components": [words("## Title")]})
    assert page.one("rect").attributes["fill"] == "#3b5bdb"
    assert page.one("p", class_="dc-h2").text == "Title"
    assert not drawn({"type": 17, "components": []}).all("rect")


def test_a_section_stands_beside_its_accessory() -> None:
    page = drawn(
        {
            "type": 9,
            "components": [words("**text**")],
            "accessory": {"type": 11, "media": {"url": "https://example.org/a.png"}, "description": "A figure"},
        }
    )
    assert page.one("div", class_="dc-body").text == "text"
    assert page.one("div", class_="dc-accessory").text == "A figure"
    assert not page.all("img")


def test_the_other_components_are_drawn() -> None:
    page = drawn(
        {"type": 14, "divider": True, "spacing": 2},
        {"type": 14, "divider": False},
        {"type": 12, "items": [{"media": {}, "description": "One"}, {"media": {}}]},
        {"type": 13, "file": {"url": "attachment://papers.bib"}},
        row({"type": 3, "placeholder": "Topic"}, {"type": 5}),
        {"type": 99},
    )
    assert page.one("hr").attributes["class"] == "dc-divider dc-wide"
    assert [picture.text for picture in page.all("span", class_="picture")] == ["One", "picture"]
    assert page.one("div", class_="dc-file").text == "papers.bib"
    assert [select.text for select in page.all("button")] == ["Topic ▾", "Choose ▾"]
    assert "type 99" in page.text


def test_a_button_with_a_command_becomes_a_form_that_runs_it() -> None:
    form = drawn(row(button(custom_id="b1:share:trending topic:robotics"))).form("Next")
    assert form.fields == {
        "text": "/papers trending topic:robotics",
        "platform": "discord",
        "theme": "",
        "pressed": "share",
    }


def test_a_command_too_long_for_an_id_is_recalled_by_its_key() -> None:
    page = drawn(row(button(custom_id="b1:turn:#abc")))
    assert page.form("Next").fields["text"] == "/papers search a very long query"


def test_a_command_too_long_for_an_id_is_known_from_the_view_it_was_drawn_from() -> None:
    buttons = (Button("Next", "search x page:2", Effect.REPLACE), Button("Share", "search x", Effect.PUBLISH))
    page = drawn(row(button(custom_id="b1:turn:#123")), stage=Stage(named=named(buttons)))
    assert page.form("Next").fields["text"] == "/papers search x page:2"


def test_equal_labels_do_not_say_which_command_is_meant() -> None:
    buttons = (Button("Why?", "why 1", Effect.ANSWER), Button("Why?", "why 2", Effect.ANSWER))
    assert named(buttons) == {}
    assert named(buttons[:1] * 2) == {("answer", "Why?"): "why 1"}


@pytest.mark.parametrize("custom_id", ["b1:turn:#forgotten", "b1:vote:up", "b2:turn:trending", "else", "b1:turn:", ""])
def test_a_button_this_page_does_not_know_cannot_be_pressed(custom_id: str) -> None:
    page = drawn(row(button(custom_id=custom_id)))
    assert "disabled" in page.one("button").attributes
    assert not page.forms()


def test_link_buttons_and_emoji() -> None:
    page = drawn(
        row(
            button("Open", style=5, url="https://example.org"),
            button("Bad", style=5, url="javascript:alert(1)"),
            button("", custom_id="b1:answer:why 1", emoji={"name": "👍"}),
            button("Wave", custom_id="b1:answer:why 2", emoji={"name": "wave", "id": "1"}),
        )
    )
    assert page.links == ["https://example.org"]
    assert [form.label for form in page.forms()] == ["👍", ":wave: Wave"]


def test_plain_messages_and_embeds_are_drawn() -> None:
    payload = {
        "content": "**hello**",
        "embeds": [
            {
                "title": "A <b>title</b>",
                "url": "https://example.org",
                "description": "*said*",
                "color": 255,
                "fields": [{"name": "Field", "value": "`value`"}],
                "footer": {"text": "foot"},
            }
        ],
    }
    page = assert_harmless(draw_discord(payload, STAGE))
    assert page.one("strong").text == "hello"
    assert page.one("a").text == "A <b>title</b>"
    assert page.one("rect").attributes["fill"] == "#0000ff"
    assert page.one("dt").text == "Field"
    assert page.one("div", class_="dc-small").text == "foot"


def test_keys_of_long_commands_are_found_wherever_buttons_are() -> None:
    payload: dict[str, object] = {
        "components": [
            {
                "type": 17,
                "components": [row(button(custom_id="b1:turn:#a")), row(button(custom_id="b1:turn:trending"))],
            },
            {"type": 9, "components": [], "accessory": button(custom_id="b1:answer:#b")},
        ]
    }
    assert command_keys(payload) == {"a", "b"}


def test_components_nested_deeper_than_discord_allows_end_somewhere() -> None:
    nested: dict[str, Any] = words("deep")
    for _ in range(2000):
        nested = {"type": 17, "components": [nested]}
    assert "deep" not in drawn(nested).text


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 20) | st.text(max_size=8),
    lambda children: (
        st.lists(children, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["type", "components", "content", "accessory", "label", "url", "custom_id", "emoji", "items"]
            ),
            children,
            max_size=5,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=200, deadline=None)
@given(JSON_VALUES)
def test_json_of_any_shape_is_drawn_without_an_error(value: object) -> None:
    payload: dict[str, object] = {"components": value, "embeds": value, "content": value}
    assert_harmless(draw_discord(payload, STAGE))
    command_keys(payload)


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_real_messages_are_drawn_whole(name: str) -> None:
    """No component of ours is unknown, and each of their buttons can be pressed."""
    for payload in render(EXAMPLES[name]):
        page = assert_harmless(draw_discord(payload, Stage(named=named(getattr(EXAMPLES[name], "buttons", ())))))
        assert not page.all("p", class_="undrawn")
        assert "disabled" not in {key for element in page.elements for key in element.attributes}


def test_the_real_list_links_every_paper_and_turns_its_pages() -> None:
    view = EXAMPLES["list"]
    assert isinstance(view, CardList)
    page = Page("".join(draw_discord(payload, STAGE) for payload in render(view)))
    assert {card.url for card in view.cards} <= set(page.links)
    assert page.form("Next ▶").fields["text"] == "/papers trending page:2"
    assert page.form("Share").fields["pressed"] == "share"

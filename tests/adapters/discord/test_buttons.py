"""Buttons live through restarts because their ids say everything, or name what the store remembers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.discord.buttons import Pressed, custom_id, read, relabelled, to_remember
from bot.buttons import Button, Effect
from bot.delivery.keys import button_key
from bot.views import CardList, DigestPost, PaperDetail
from tests.adapters.discord.views import LONG_COMMAND, VIEWS, make_card
from tests.builders import make_digest, make_list

EFFECTS = st.sampled_from(list(Effect))


@given(EFFECTS, st.text(max_size=200))
def test_a_custom_id_leads_back_to_its_command(effect: Effect, command: str) -> None:
    text = custom_id(Button("x", command, effect))
    pressed = read(text)
    assert 1 <= len(text) <= 100
    assert text == text.strip()
    assert pressed is not None
    assert pressed.effect is effect
    assert (pressed.command, pressed.key) in {(command, None), (None, button_key(command))}


def test_a_short_command_travels_in_the_id() -> None:
    assert custom_id(Button("Next", "trending page:2", Effect.REPLACE)) == "b1:turn:trending page:2"


def test_a_long_command_travels_as_a_key() -> None:
    text = custom_id(Button("Next", LONG_COMMAND, Effect.PUBLISH))
    assert text == f"b1:share:#{button_key(LONG_COMMAND)}"


def test_only_what_does_not_fit_is_to_be_remembered() -> None:
    assert to_remember(VIEWS["long_command"]) == {button_key(LONG_COMMAND): LONG_COMMAND}
    assert to_remember(VIEWS["list"]) == {}
    assert to_remember(VIEWS["digest"]) == {}


@pytest.mark.parametrize("text", ["", "b1:turn:", "b2:turn:trending", "b1:jump:trending", "other", "b1:turn"])
def test_ids_of_others_and_of_other_releases_are_not_read(text: str) -> None:
    assert read(text) is None


def test_long_commands_of_papers_are_remembered_too() -> None:
    cards = (make_card(1, buttons=(Button("👍", LONG_COMMAND, Effect.COUNT),)),)
    for view in (
        CardList(title="x", papers=make_list(), cards=cards),
        DigestPost(digest=make_digest(), title="x", date_line="x", cards=cards, footer=()),
        PaperDetail(card=cards[0], fields=(), abstract=""),
    ):
        assert to_remember(view) == {button_key(LONG_COMMAND): LONG_COMMAND}


def test_new_labels_change_nothing_else_of_a_message() -> None:
    """As Discord tells it back, with ids and what it found out about pictures."""
    picture = {"id": "1", "url": "https://cdn.example.org/1.png", "proxy_url": "https://proxy.example.org", "width": 9}
    told = [
        {
            "type": 17,
            "id": 1,
            "components": [
                {"type": 9, "components": [], "accessory": {"type": 11, "media": picture}},
                {
                    "type": 1,
                    "components": [
                        {"type": 2, "custom_id": "b1:count:vote up", "label": "👍 2"},
                        {"type": 2, "label": "x"},
                    ],
                },
            ],
        }
    ]
    again = relabelled(told, [Button("👍 3", "vote up", Effect.COUNT)])
    section, row = again[0]["components"]
    assert [button["label"] for button in row["components"]] == ["👍 3", "x"]
    assert section["accessory"]["media"] == {"url": "https://cdn.example.org/1.png"}
    assert again[0]["id"] == 1
    assert told[0]["components"][1]["components"][0]["label"] == "👍 2"  # type: ignore[index]  # JSON of a test


def test_reading_tells_the_effect_and_the_command() -> None:
    assert read("b1:answer:why 2603.00001") == Pressed(Effect.ANSWER, "why 2603.00001", None)

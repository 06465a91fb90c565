"""Buttons live through restarts because their ids say everything, or name what the store remembers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.discord.buttons import Pressed, custom_id, key_of, read, to_remember
from bot.views import Button, Effect
from tests.adapters.discord.views import LONG_COMMAND, VIEWS

EFFECTS = st.sampled_from(list(Effect))


@given(EFFECTS, st.text(max_size=200))
def test_a_custom_id_leads_back_to_its_command(effect: Effect, command: str) -> None:
    text = custom_id(Button("x", command, effect))
    pressed = read(text)
    assert 1 <= len(text) <= 100
    assert text == text.strip()
    assert pressed is not None
    assert pressed.effect is effect
    assert (pressed.command, pressed.key) in {(command, None), (None, key_of(command))}


def test_a_short_command_travels_in_the_id() -> None:
    assert custom_id(Button("Next", "trending page:2", Effect.REPLACE)) == "b1:turn:trending page:2"


def test_a_long_command_travels_as_a_key() -> None:
    text = custom_id(Button("Next", LONG_COMMAND, Effect.PUBLISH))
    assert text == f"b1:share:#{key_of(LONG_COMMAND)}"


def test_only_what_does_not_fit_is_to_be_remembered() -> None:
    assert to_remember(VIEWS["long_command"]) == {key_of(LONG_COMMAND): LONG_COMMAND}
    assert to_remember(VIEWS["list"]) == {}
    assert to_remember(VIEWS["digest"]) == {}


@pytest.mark.parametrize("text", ["", "b1:turn:", "b2:turn:trending", "b1:jump:trending", "other", "b1:turn"])
def test_ids_of_others_and_of_other_releases_are_not_read(text: str) -> None:
    assert read(text) is None


def test_reading_tells_the_effect_and_the_command() -> None:
    assert read("b1:answer:why 2603.00001") == Pressed(Effect.ANSWER, "why 2603.00001", None)

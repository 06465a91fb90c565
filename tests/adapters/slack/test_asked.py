"""What somebody asked for, from Slack's payloads."""

from typing import Any

import pytest

from adapters.slack.asked import from_button, from_command, workspace_of
from bot.buttons import Effect
from bot.models import ChannelKey, Person

TYPED = {
    "team_id": "T1",
    "channel_id": "C1",
    "user_id": "U1",
    "user_name": "ada",
    "text": "trending",
    "response_url": "https://hooks.slack.com/commands/1",
}
PRESSED: dict[str, Any] = {
    "team": {"id": "T1"},
    "user": {"id": "U1", "username": "ada", "team_id": "T1"},
    "container": {"type": "message", "channel_id": "C1", "is_ephemeral": True},
    "channel": {"id": "C1"},
    "actions": [{"action_id": "turn:v1:0", "value": "trending page:2"}],
    "response_url": "https://hooks.slack.com/actions/1",
}


def test_a_command_tells_who_asks_for_what_and_where() -> None:
    asked = from_command(TYPED)
    assert asked.text == "trending"
    assert asked.caller == Person(id="U1", name="ada")
    assert asked.channel == ChannelKey("slack", "T1", "C1")
    assert asked.effect is None
    assert not asked.direct


def test_a_direct_message_is_the_callers_own() -> None:
    asked = from_command(TYPED | {"channel_id": "D1"})
    assert str(asked.channel) == "slack:T1:U1"
    assert asked.direct


def test_an_organizations_installation_stands_in_for_a_missing_team() -> None:
    assert from_command(TYPED | {"team_id": None, "enterprise_id": "E1"}).channel.workspace == "E1"
    pressed = from_button(PRESSED | {"team": None})
    assert pressed is not None
    assert pressed.channel.workspace == "T1"


def test_a_press_of_somebody_of_another_company_is_for_the_workspace_that_has_the_message() -> None:
    stranger = {"id": "U7", "username": "eve", "team_id": "T0OTHER"}
    assert workspace_of(PRESSED | {"user": stranger}) == "T1"
    for_all = {"team": None, "enterprise": {"id": "E1"}, "user": stranger}
    assert workspace_of(PRESSED | for_all | {"message": {"team": "T1"}}) == "T1"
    foreign = PRESSED | for_all | {"message": {"team": "T0OTHER"}, "user": {"id": "U1", "team_id": "T1"}}
    assert workspace_of({name: value for name, value in foreign.items() if name != "actions"}) == "T1"


def test_a_form_belongs_to_the_workspace_that_it_was_made_in() -> None:
    body = {"team": {"id": "T0OTHER"}, "user": {"id": "U7", "team_id": "T0OTHER"}}
    assert workspace_of(body | {"view": {"app_installed_team_id": "T1"}}) == "T1"
    assert workspace_of(body | {"view": {"app_installed_team_id": "E1"}}) == "T0OTHER"


def test_a_missing_text_is_an_empty_one() -> None:
    assert from_command({key: value for key, value in TYPED.items() if key != "text"}).text == ""


def test_a_button_runs_the_command_it_carries() -> None:
    asked = from_button(PRESSED)
    assert asked is not None
    assert (asked.text, asked.effect, asked.private) == ("trending page:2", Effect.REPLACE, True)


@pytest.mark.parametrize("action", [{"action_id": "turn:v9:0", "value": "x"}, {"action_id": "turn:v1:0"}, {}])
def test_a_button_of_another_version_asks_for_nothing(action: dict[str, str]) -> None:
    assert from_button(PRESSED | {"actions": [action]}) is None

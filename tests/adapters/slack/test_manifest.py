"""The manifest asks for what the code uses, and for nothing else."""

import ast
import json
from pathlib import Path
from typing import Any

import pytest

import adapters.slack
from adapters.slack.manifest import manifest, usage_hint
from adapters.slack.scopes import EVENT_SCOPES, METHOD_SCOPES, REQUIRED_SCOPES, WITHOUT_JOINING
from bot.commands import all_commands
from bot.config import Settings
from tests.adapters.slack.commands import COMMANDS

FOLDER = Path(adapters.slack.__file__).parent
PREFIXES = ("api_", "apps_", "auth_", "chat_", "conversations_", "oauth_", "team_", "users_", "views_")


def made(**changes: Any) -> dict[str, Any]:
    settings = Settings(_env_file=None, **changes)  # type: ignore[call-arg]  # pydantic-settings' own option
    return manifest(settings, tuple(COMMANDS.values()))


def methods_called() -> set[str]:
    """Names such as `chat.postMessage`, from every call of the client in the package."""
    calls = [
        node.func.attr
        for path in FOLDER.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    ]
    named = {name.replace("_", ".") for name in calls if name.startswith(PREFIXES) and name != "api_call"}
    return named | {"oauth.v2.access"} if "api_call" in calls else named


def test_every_method_we_call_has_its_scope_and_no_scope_is_without_a_method() -> None:
    assert methods_called() == set(METHOD_SCOPES)
    methods = {scope for scopes in METHOD_SCOPES.values() for scope in scopes}
    needed = {"commands", *methods, *(scope for scope in EVENT_SCOPES.values() if scope)}
    scopes = made()["oauth_config"]["scopes"]
    assert scopes["bot"] == sorted({*needed, WITHOUT_JOINING})
    assert set(scopes["bot"]) - set(scopes["bot_optional"]) == REQUIRED_SCOPES
    assert {"chat:write", "commands", "users:read"} == REQUIRED_SCOPES


def test_it_subscribes_to_the_events_that_the_code_knows_and_to_no_others() -> None:
    tree = ast.parse((FOLDER / "events.py").read_text(encoding="utf-8"))
    cases = [node for node in ast.walk(tree) if isinstance(node, ast.MatchValue)]
    known = {node.value.value for node in cases if isinstance(node.value, ast.Constant)}
    assert set(made()["settings"]["event_subscriptions"]["bot_events"]) == known == set(EVENT_SCOPES)


def test_no_scope_lets_it_read_messages_or_act_as_somebody() -> None:
    told = made()["oauth_config"]["scopes"]
    assert "user" not in told
    assert not any(word in scope for scope in told["bot"] for word in ("history", "files", "customize"))


def test_where_many_may_install_it_says_where_they_come_back_to() -> None:
    many = made(public_url="https://papers.example.org", slack_client_id="1.2", slack_client_secret="hush")  # no secret
    assert many["oauth_config"]["redirect_urls"] == ["https://papers.example.org/slack/oauth_redirect"]
    assert many["settings"]["org_deploy_enabled"] is True
    assert many["settings"]["token_rotation_enabled"] is True
    assert many["settings"]["event_subscriptions"]["request_url"] == "https://papers.example.org/slack/events"
    assert made()["settings"]["token_rotation_enabled"] is False


def test_without_an_address_it_is_for_socket_mode() -> None:
    assert made()["settings"]["socket_mode_enabled"] is True
    assert "request_url" not in made()["settings"]["interactivity"]
    assert "url" not in made()["features"]["slash_commands"][0]


def test_with_an_address_slack_sends_everything_there() -> None:
    told = made(public_url="https://papers.example.org/")
    assert told["settings"]["socket_mode_enabled"] is False
    assert told["settings"]["interactivity"]["request_url"] == "https://papers.example.org/slack/events"
    assert told["features"]["slash_commands"][0]["url"] == "https://papers.example.org/slack/events"


def test_an_app_token_decides_for_socket_mode() -> None:
    told = made(public_url="https://papers.example.org", slack_app_token="xapp-1")
    assert told["settings"]["socket_mode_enabled"] is True


def test_the_command_can_have_another_name_and_is_always_escaped() -> None:
    told = made(slack_command="/sheets")
    (command,) = told["features"]["slash_commands"]
    assert command["command"] == "/sheets"
    assert command["should_escape"] is True
    assert "/papers" not in json.dumps(told)


def test_the_usage_hint_names_every_verb() -> None:
    hint = usage_hint(all_commands())
    assert all(command.name in hint for command in all_commands())
    assert (
        usage_hint(tuple(COMMANDS.values())) == "trending | agenda | echo | vote | card | broken | digest (subscribe)"
    )


@pytest.mark.parametrize(
    ("text", "limit"),
    [("name", 35), ("description", 140), ("long_description", 4000)],
)
def test_texts_are_within_the_manifests_limits(text: str, limit: int) -> None:
    assert 0 < len(made()["display_information"][text]) <= limit
    assert len(usage_hint(all_commands())) <= 1000


def test_it_holds_no_secret() -> None:
    told = json.dumps(made(slack_app_token="xapp-1", slack_bot_token="xoxb-1", slack_signing_secret="hush"))
    assert not any(secret in told for secret in ("xapp-1", "xoxb-1", "hush"))

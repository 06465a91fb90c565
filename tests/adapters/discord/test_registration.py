"""What Discord is told about our commands is complete, within its limits, and sent only when it changes."""

import copy
import re
from collections.abc import Iterator
from typing import Any

import pytest

from adapters.discord.registration import comparable, registered
from adapters.discord.sync import planned, sync
from adapters.discord.words import ROOTS
from bot.commands import Command, Kind, all_commands
from bot.errors import SettingsError, UserError
from tests.adapters.discord.fake_discord import fake_discord
from tests.adapters.discord.service import make_settings

ALL: list[dict[str, Any]] = registered(all_commands())
TREE = [one for one in ALL if one["type"] == 1]
NAME = re.compile(r"[-_'a-z0-9]{1,32}")


def verbs() -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    for root in TREE:
        for verb in root["options"]:
            yield root, verb


def verb_of(command: Command) -> dict[str, Any]:
    return next(verb for root, verb in verbs() if (root["name"], verb["name"]) == (ROOTS[command.group], command.name))


@pytest.mark.parametrize("command", all_commands(), ids=lambda command: command.path)
def test_every_command_and_every_offered_option_is_there(command: Command) -> None:
    offered = {option.name for option in command.options if not option.carried}
    assert {option["name"] for option in verb_of(command)["options"]} == offered


@pytest.mark.parametrize("command", all_commands(), ids=lambda command: command.path)
def test_options_are_typed(command: Command) -> None:
    for option in verb_of(command)["options"]:
        ours = command.option(option["name"])
        assert ours is not None
        assert option["type"] == {Kind.TEXT: 3, Kind.INTEGER: 4, Kind.CHANNEL: 7}[ours.kind]
        assert [choice["value"] for choice in option.get("choices", [])] == [str(choice) for choice in ours.choices]
        assert option.get("min_value") == ours.minimum
        assert option.get("max_value") == ours.maximum


def test_names_and_descriptions_keep_discords_limits() -> None:
    for root in TREE:
        parts = [root, *root["options"], *(option for verb in root["options"] for option in verb["options"])]
        assert len(root["options"]) <= 25
        assert all(NAME.fullmatch(part["name"]) and 1 <= len(part["description"]) <= 100 for part in parts)
        choices = [choice for part in parts for choice in part.get("choices", [])]
        written = sum(len(part["name"]) + len(part["description"]) for part in parts)
        assert written + sum(len(choice["name"]) + len(choice["value"]) for choice in choices) <= 8000
    for _, verb in verbs():
        required = [option["required"] for option in verb["options"]]
        assert required == sorted(required, reverse=True)
        assert len(required) <= 25


def test_only_the_managing_root_asks_for_manage_server() -> None:
    papers, digest = TREE
    assert (papers["name"], papers["default_member_permissions"]) == ("papers", None)
    assert (digest["name"], digest["default_member_permissions"]) == ("papers-digest", 1 << 5)
    assert digest["contexts"] == [0]
    assert papers["contexts"] == [0, 1, 2]
    assert papers["integration_types"] == [0, 1]


def as_told_back(command: dict[str, Any], number: int, *, of_server: bool = False) -> dict[str, Any]:
    """As Discord's answer has it: with ids and nulls, without defaults, numbers of permissions as text."""
    permissions = command["default_member_permissions"]
    kept = {
        key: value for key, value in command.items() if not of_server or key not in {"contexts", "integration_types"}
    }
    added = {"id": str(number), "application_id": "1", "version": "2", "nsfw": False}
    options = [
        {
            **verb,
            "choices": None,
            "options": [{k: v for k, v in o.items() if v not in (False, None)} for o in verb["options"]],
        }
        for verb in command["options"]
    ]
    return {**kept, **added, "default_member_permissions": permissions and str(permissions), "options": options}


@pytest.mark.parametrize("of_server", [False, True])
def test_what_discord_tells_back_is_no_change(of_server: bool) -> None:
    existing = [as_told_back(command, number, of_server=of_server) for number, command in enumerate(TREE)]
    plan = planned(TREE, existing, of_server=of_server)
    assert plan.summary == {"added": [], "changed": [], "removed": [], "unchanged": 2}


def test_only_what_differs_is_sent() -> None:
    papers, _ = TREE
    existing = [
        as_told_back(papers, 1) | {"description": "old"},
        {"id": "3", "type": 1, "name": "gone", "description": "x"},
        {"id": "4", "type": 4, "name": "launch", "description": ""},
    ]
    plan = planned(TREE, existing, of_server=False)
    assert plan.summary == {"added": ["papers-digest"], "changed": ["papers"], "removed": ["gone"], "unchanged": 0}
    assert plan.removed == {"gone": "3"}  # an entry point is Discord's own


def test_each_difference_is_told_with_where_it_is() -> None:
    papers, _ = TREE
    known: Any = copy.deepcopy(as_told_back(papers, 1))
    by_name = {verb["name"]: verb for verb in known["options"]}
    by_name["search"]["description"] = "Find things"
    by_name["search"]["description_localizations"]["de"] = "Alt"
    by_name["trending"]["options"] = [one for one in by_name["trending"]["options"] if one["name"] != "window"]
    by_name["weekly"]["options"].append({"type": 3, "name": "gone", "description": "x"})
    known["options"] = [one for one in known["options"] if one["name"] != "stats"]
    told = planned(TREE, [known], of_server=False).differences
    assert len(told) == 5
    assert "papers: stats is new" in told
    assert "papers trending: window is new" in told
    assert "papers weekly: gone is gone" in told
    assert 'papers search: description "Find things" → "Find papers by words and by meaning"' in told
    assert any(line.startswith('papers search: description_localizations.de "Alt" → ') for line in told)


async def test_a_dry_run_shows_the_differences_and_sends_nothing() -> None:
    papers, _ = TREE
    told: list[str] = []
    async with fake_discord() as discord:
        discord.then(200, [as_told_back(papers, 1) | {"description": "old"}])
        settings = make_settings(discord_api_url=discord.url, discord_application_id="900000")
        await sync(settings, None, True, told.append)
    assert told == [f'papers: description "old" → "{papers["description"]}"']
    assert [method for method, _, _ in discord.calls] == ["GET"]


def test_another_order_is_told_once() -> None:
    papers, _ = TREE
    known: Any = copy.deepcopy(as_told_back(papers, 1))
    known["options"].reverse()
    (told,) = planned(TREE, [known], of_server=False).differences
    assert told.startswith("papers: the order is trending, ")


def test_a_changed_range_is_a_change_and_a_zero_is_not_nothing() -> None:
    def with_range(minimum: int | None) -> dict[str, object]:
        option = {"type": 4, "name": "limit", "description": "x", "min_value": minimum}
        return {"name": "a", "description": "b", "options": [option]}

    assert comparable(with_range(0), of_server=False) != comparable(with_range(None), of_server=False)


async def test_the_plan_is_carried_out_where_it_is_told_to_be() -> None:
    gone = {"id": "3", "type": 1, "name": "gone", "description": "x"}
    async with fake_discord() as discord:
        discord.then(200, {"id": "900"}).then(200, [gone]).then(201, {})
        settings = make_settings(discord_api_url=discord.url)
        changes = await sync(settings, "901", dry_run=False)
        await sync(make_settings(discord_api_url=discord.url, discord_application_id="900000"), None, dry_run=True)
    assert changes == {
        "added": ["Find papers in this message", "papers", "papers-digest"],
        "changed": [],
        "removed": ["gone"],
        "unchanged": 0,
    }
    assert [(method, path) for method, path, _ in discord.calls] == [
        ("GET", "/applications/@me"),
        ("GET", "/applications/900/guilds/901/commands"),
        ("POST", "/applications/900/guilds/901/commands"),
        ("POST", "/applications/900/guilds/901/commands"),
        ("POST", "/applications/900/guilds/901/commands"),
        ("DELETE", "/applications/900/guilds/901/commands/3"),
        ("GET", "/applications/900000/commands"),
    ]
    assert [body["name"] for method, _, body in discord.calls if method == "POST"] == [one["name"] for one in ALL]


@pytest.mark.parametrize(
    ("status", "code", "told"), [(403, 50001, "not in the server 901"), (401, 0, "401"), (500, 0, "500")]
)
async def test_a_refused_registration_says_why(status: int, code: int, told: str) -> None:
    async with fake_discord() as discord:
        discord.then(status, {"code": code, "message": "no"})
        with pytest.raises(UserError, match=told):
            await sync(make_settings(discord_api_url=discord.url), "901", dry_run=False)


async def test_without_a_token_the_way_on_is_told() -> None:
    with pytest.raises(SettingsError, match="DISCORD_BOT_TOKEN") as caught:
        await sync(make_settings(discord_bot_token=None), None, dry_run=True)
    assert caught.value.hint

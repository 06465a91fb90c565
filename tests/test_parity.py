"""Slack and Discord offer the same commands and options; what differs is written in docs/parity.md."""

from pathlib import Path
from typing import Any

import pytest

from adapters.discord.registration import registered
from adapters.discord.words import ROOTS
from bot.commands import Command, all_commands
from bot.commands.grammar import parse

DOCUMENT = (Path(__file__).parents[1] / "docs" / "parity.md").read_text(encoding="utf-8")
TREE: list[dict[str, Any]] = registered(all_commands())
ON_DISCORD = {
    (root["name"], verb["name"]): {option["name"] for option in verb["options"]}
    for root in TREE
    for verb in root.get("options", ())
}


@pytest.mark.parametrize("command", all_commands(), ids=lambda command: command.path)
def test_every_command_and_option_is_on_both(command: Command) -> None:
    offered = {option.name for option in command.options if not option.carried}
    assert ON_DISCORD[ROOTS[command.group], command.name] == offered
    typed, _ = parse(command.example or command.path)
    assert typed.path == command.path


def test_discord_has_no_command_of_its_own() -> None:
    assert len(ON_DISCORD) == len(all_commands())


def test_what_only_one_of_them_has_is_told() -> None:
    own = [root["name"] for root in TREE if "options" not in root]
    assert own
    assert all(f"`{name}`" in DOCUMENT for name in own)

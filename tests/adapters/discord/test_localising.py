"""Every command and option has a name and a description in every language, as Discord takes them."""

import unicodedata
from collections.abc import Iterator
from typing import Any

import pytest

from adapters.discord.localising import LOCALES, words_of
from adapters.discord.registration import registered
from bot.commands import all_commands

TREE: list[dict[str, Any]] = [one for one in registered(all_commands()) if one["type"] == 1]
LARGEST = 8000
"""Characters of one command: https://docs.discord.com/developers/interactions/application-commands#slash-commands."""


def nodes(node: dict[str, Any], path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    here = f"{path} {node['name']}".strip()
    yield here, node
    for child in node.get("options", ()):
        yield from nodes(child, here)


ALL = [found for root in TREE for found in nodes(root)]


@pytest.mark.parametrize("locale", LOCALES)
def test_everything_is_named_and_described(locale: str) -> None:
    missing = [path for path, node in ALL if locale not in node.get("name_localizations", {})]
    assert missing == []


@pytest.mark.parametrize("locale", LOCALES)
def test_names_are_what_discord_takes(locale: str) -> None:
    r"""`^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$`, lower-case where a lower-case form exists."""
    for path, node in ALL:
        name, text = node["name_localizations"][locale], node["description_localizations"][locale]
        assert 1 <= len(name) <= 32, path
        assert name == name.lower(), path
        assert all(sign in "-_'" or unicodedata.category(sign)[0] in "LN" for sign in name), path
        assert 1 <= len(text) <= 100, path


@pytest.mark.parametrize("locale", LOCALES)
def test_no_two_of_a_command_have_one_name(locale: str) -> None:
    for path, node in ALL:
        names = [child["name_localizations"][locale] for child in node.get("options", ())]
        assert len(names) == len(set(names)), path


def test_each_command_stays_within_its_size_in_its_longest_language() -> None:
    for root in TREE:
        size = sum(_size(node) for _, node in nodes(root))
        assert size <= LARGEST, root["name"]


def _size(node: dict[str, Any]) -> int:
    return (
        _longest(node, "name")
        + _longest(node, "description")
        + sum(len(choice["name"]) + len(choice["value"]) for choice in node.get("choices", ()))
    )


def _longest(node: dict[str, Any], key: str) -> int:
    return max(len(node[key]), *(len(text) for text in node.get(f"{key}_localizations", {}).values()))


@pytest.mark.parametrize("locale", LOCALES)
def test_the_files_say_nothing_twice(locale: str) -> None:
    lines = words_of(locale)
    assert set(lines) == {"commands", "options"}
    assert lines["commands"]["trending"][0] != ""

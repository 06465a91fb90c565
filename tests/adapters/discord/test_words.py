"""Commands are written as people type them on Discord."""

import pytest

from adapters.discord.words import for_discord, path_of, typed
from bot.commands import all_commands
from bot.commands.grammar import parse


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("trending", "/papers trending"),
        ("trending robotics window:7d", "/papers trending topic:robotics window:7d"),
        ("/papers search sparse attention since:90d", "/papers search query:sparse attention since:90d"),
        ("trending page:2 as-of:2026-03-10T12:00:00Z", "/papers trending"),
        ("digest topics add robotics", "/papers-digest topics action:add terms:robotics"),
        ("nonsense here", "/papers nonsense here"),
    ],
)
def test_options_are_named_and_those_of_programs_left_out(text: str, expected: str) -> None:
    assert typed(text) == expected


def test_sentences_name_the_root_that_discord_has() -> None:
    assert for_discord("See /papers digest status, or /papers help.") == "See /papers-digest status, or /papers help."


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ("Set one up: /papers digest subscribe daily", "Set one up: /papers-digest subscribe period:daily"),
        ("Again with /papers digest subscribe weekly.", "Again with /papers-digest subscribe period:weekly."),
        ("Back with /papers vote 2602.23229 clear", "Back with /papers vote paper:2602.23229 vote:clear"),
        ("To do it: /papers library delete-all yes", "To do it: /papers library action:delete-all yes:yes"),
        ("With /papers digest import and this text.", "With /papers-digest import and this text."),
        ("or type /papers digest send in that channel.", "or type /papers-digest send in that channel."),
        ("See it with /papers digest status, then try.", "See it with /papers-digest status, then try."),
        ("Try: /papers search", "Try: /papers search"),
        (
            "Add with /papers follow WORDS, remove with /papers follow remove WORDS. It is yours.",
            "Add with /papers follow terms:WORDS, remove with /papers follow action:remove terms:WORDS. It is yours.",
        ),
        ("Type /papers link K7QM-2XWP in the other place.", "Type /papers link code:K7QM-2XWP in the other place."),
        ("Type /papers help for all of them.", "Type /papers help for all of them."),
        ("Suggest one: /papers submit URL why:…", "Suggest one: /papers submit url:URL why:…"),
        ("With /papers mute survey for:14d.", "With /papers mute terms:survey for:14d."),
    ],
)
def test_a_sentence_that_says_what_to_type_says_it_as_discord_takes_it(told: str, expected: str) -> None:
    assert for_discord(told) == expected


def test_examples_are_typed_out() -> None:
    assert for_discord("Example: /papers digest topics add robotics") == (
        "Example: /papers-digest topics action:add terms:robotics"
    )


@pytest.mark.parametrize("command", all_commands(), ids=lambda command: command.path)
def test_every_commands_own_example_can_be_typed(command: object) -> None:
    found = next(one for one in all_commands() if one is command)
    assert parse(found.example)[0] is found
    assert typed(found.example).startswith(path_of(found))

"""The words that name a command: whole, as a prefix of one alone, or not quite."""

import difflib
import re
from collections.abc import Mapping

from bot.commands import Command, all_commands
from bot.errors import UsageError

_NAMED = re.compile(r"[A-Za-z][A-Za-z_-]{0,20}[:=].+", re.DOTALL)
DIGEST = "digest"
"""The word before the verbs of a channel's digest."""
HELP = "help"


def command_of(tokens: list[str]) -> tuple[Command, list[str]]:
    """The command that the first words name, and the other words.

    Raises:
        UsageError: They name none, or several.
    """
    group, tokens = "", _verb_first(tokens)
    if tokens and _spells_digest(tokens[0]):
        group, tokens = DIGEST, _verb_first(tokens[1:])
    if not tokens:
        return _at("digest settings" if group else HELP), []
    commands = {command.name: command for command in all_commands() if command.group == group}
    word = tokens[0].lower()
    if group and word == HELP:
        return _at(HELP), [group, *tokens[1:]]
    if word in commands:
        return commands[word], tokens[1:]
    matches = [command for name, command in commands.items() if name.startswith(word)]
    if len(matches) == 1 and (group or not DIGEST.startswith(word)):
        return matches[0], tokens[1:]
    raise _unknown_verb(tokens[0], commands, matches, group)


def _verb_first(tokens: list[str]) -> list[str]:
    """Options that were typed before the verb go behind it; alone they are left where they are."""
    at = next((place for place, token in enumerate(tokens) if not _NAMED.fullmatch(token)), 0)
    return [*tokens[at:], *tokens[:at]]


def _spells_digest(word: str) -> bool:
    """`digest` or a prefix of it that no top-level verb shares."""
    word = word.lower()
    return DIGEST.startswith(word) and not any(
        command.name.startswith(word) for command in all_commands() if not command.group
    )


def _at(path: str) -> Command:
    return next(command for command in all_commands() if command.path == path)


def _unknown_verb(word: str, commands: Mapping[str, Command], matches: list[Command], group: str) -> UsageError:
    shown = short(word)
    if matches:
        paths = [command.path for command in matches] + [DIGEST] * DIGEST.startswith(word.lower())
        choices = ", ".join(f"`{path}`" for path in paths)
        return UsageError("ambiguous", f"`{shown}` could be {choices}.", f"Example: {example_of(matches[0])}")
    nearest = difflib.get_close_matches(word.lower(), commands, n=1, cutoff=0.5)
    if nearest:
        command = commands[nearest[0]]
        return UsageError(
            "unknown_command",
            f"I didn't know `{shown}`. Did you mean `{command.path}`?",
            f"Example: {example_of(command)}",
        )
    hint = f"Type /papers help {group} for its commands. Example: /papers digest status"
    if not group:
        hint = "Type /papers help for all commands, or /papers search and your words."
    return UsageError("unknown_command", f"I didn't know `{shown}`.", hint)


def example_of(command: Command) -> str:
    return f"/papers {command.example or command.path}"


def short(word: str) -> str:
    return word if len(word) <= 40 else f"{word[:39]}…"

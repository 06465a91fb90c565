"""Commands as people type them on Discord: two roots, and every option by its name."""

import re

from bot.commands import Command
from bot.commands.grammar import parse
from bot.errors import UsageError

ROOTS = {"": "papers", "digest": "papers-digest"}
"""The top-level command of each group. Discord knows permissions only there, so managing has a root of its own."""
_EXAMPLE = re.compile(r"(?P<before>.*\bExample: )(?P<command>/papers [^\n]+)", re.DOTALL)
_ENDING = re.compile(
    r"(?P<before>.*(?:: |\bwith |\btype ))"
    r"(?P<command>/papers (?:(?! (?:and|or|in) )[^\n/;,])*[^\n/;,.…])(?P<stop>\.?)",
    re.DOTALL,
)
"""A sentence that ends with what to type."""
_SUB_ROOT = re.compile(r"/papers digest\b")


def path_of(command: Command) -> str:
    return f"/{ROOTS[command.group]} {command.name}"


def typed(text: str) -> str:
    """`digest topics add robotics`, with or without `/papers`, as `/papers-digest topics action:add terms:robotics`."""
    text = text.removeprefix("/papers").strip()
    try:
        command, raw = parse(text)
    except UsageError:
        return for_discord(f"/papers {text}".strip())
    offered = [option.name for option in command.options if not option.carried and option.name in raw]
    return " ".join([path_of(command), *(f"{name}:{raw[name]}" for name in offered)])


def for_discord(text: str) -> str:
    """A sentence of the core with its commands as Discord has them."""
    match = _EXAMPLE.fullmatch(text) or _ENDING.fullmatch(text)
    if match:
        return f"{for_discord(match['before'])}{typed(match['command'])}{match.groupdict().get('stop') or ''}"
    return _SUB_ROOT.sub(f"/{ROOTS['digest']}", text)

"""Commands as people type them on Discord: two roots, and every option by its name."""

import re

from bot.commands import Command
from bot.commands.grammar import parse
from bot.errors import UsageError

ROOTS = {"": "papers", "digest": "papers-digest"}
"""The top-level command of each group. Discord knows permissions only there, so managing has a root of its own."""
GROUPS = {root: group for group, root in ROOTS.items()}
_EXAMPLE = re.compile(r"(?P<before>.*\bExample: )(?P<command>/papers [^\n]+)", re.DOTALL)
_TOLD = re.compile(
    r"(?P<before>(?:: |\b(?:[Ww]ith|[Tt]ype|or) ))"
    r"(?P<command>/papers (?:(?! (?:and|or|in|there|for)\b(?!:)|[,;.)](?:\s|$)|[\n`]).)+)"
)
"""What to type, within a sentence."""
_SUB_ROOT = re.compile(r"/papers digest\b")


def path_of(command: Command) -> str:
    return f"/{ROOTS[command.group]} {command.name}"


def typed(text: str) -> str:
    """`digest topics add robotics`, with or without `/papers`, as `/papers-digest topics action:add terms:robotics`."""
    text = text.removeprefix("/papers").strip()
    try:
        command, raw = parse(text)
    except UsageError:
        return _SUB_ROOT.sub(f"/{ROOTS['digest']}", f"/papers {text}".strip())
    offered = [option.name for option in command.options if not option.carried and option.name in raw]
    return " ".join([path_of(command), *(f"{name}:{raw[name]}" for name in offered)])


def for_discord(text: str) -> str:
    """A sentence of the core with its commands as Discord has them."""
    if match := _EXAMPLE.fullmatch(text):
        return f"{for_discord(match['before'])}{typed(match['command'])}"
    named = _TOLD.sub(lambda told: f"{told['before']}{typed(told['command'])}", text)
    return _SUB_ROOT.sub(f"/{ROOTS['digest']}", named)

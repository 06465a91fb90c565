"""Writes docs/commands.md from the commands themselves; a test compares the two.

Run it as `.venv/bin/python docs/reference.py`.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bot.commands import Command, Option, all_commands

FILE = Path(__file__).with_name("commands.md")
INTRODUCTION = """\
# Commands

Made from the code by `docs/reference.py`. In Slack type `/papers COMMAND …`; on Discord each option is a field, and
`digest …` is `/papers-digest …`; in a terminal it is `broadsheet COMMAND …`, where an option's name has two dashes.
In Slack an option is `name:value`, in any order; most values need no name. `yes` or `no` stand for a switch.
"""


def reference() -> str:
    """The whole file."""
    return "\n".join([INTRODUCTION, *(line for command in all_commands() for line in section(command))])


def section(command: Command) -> Iterator[str]:
    offered = [option for option in command.options if not option.carried]
    yield f"## {command.path}\n"
    yield f"{command.summary}.\n"
    yield f"    /papers {command.example or command.path}\n"
    if offered:
        yield "| option | meaning | such as |"
        yield "|---|---|---|"
        yield from map(row, offered)
        yield ""


def row(option: Option[Any]) -> str:
    example = ", ".join(option.choices) or option.example
    return f"| `{option.name}`{' (needed)' if option.required else ''} | {cell(option.summary)} | {cell(example)} |"


def cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    FILE.write_text(reference(), encoding="utf-8")
    sys.stderr.write(f"{FILE.name} is made\n")

"""What a command prints, and the code it exits with."""

import json
import sys
from collections.abc import Mapping
from typing import Annotated, NoReturn

import typer

from bot.answers import user_error_json
from bot.errors import SettingsError, UsageError, UserError

AsObject = Annotated[bool, typer.Option("--json", help="One JSON object on standard output, and nothing else.")]


def print_object(value: Mapping[str, object]) -> None:
    """One JSON object on standard output."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")


def tell(text: str) -> None:
    """A line for people."""
    sys.stderr.write(f"{text}\n")


def fail(error: UserError) -> NoReturn:
    """Say what is wrong and what to do, as JSON too when that was asked for, and exit."""
    if "--json" in sys.argv:
        print_object(user_error_json(error))
    tell(error.message)
    if error.hint:
        tell(error.hint)
    sys.exit(exit_code_of(error))


def exit_code_of(error: UserError) -> int:
    """1 could not, 2 wrong usage, 3 wrong settings."""
    match error:
        case SettingsError():
            return 3
        case UsageError():
            return 2
        case _:
            return 1

"""The command's name in what we say, for workspaces where `/papers` is taken (SLACK_COMMAND)."""

import re
from dataclasses import fields, is_dataclass, replace
from typing import Any

from bot.views import Check, Field, HelpEntry, Run, View

COMMAND = "/papers"
_NAMED = re.compile(r"(?<![\w/.:])/papers(?![\w/-])")
_SPOKEN = (Check, Field, HelpEntry, Run)


def renamed(view: View, command: str) -> View:
    """The view with `command` wherever a sentence of ours tells people to type `/papers`; papers stay as they are."""
    return view if command == COMMAND else _renamed(view, command)


def _renamed(value: Any, command: str) -> Any:
    changes = {field.name: _spoken(getattr(value, field.name), command) for field in fields(value)}
    return replace(value, **changes)


def _spoken(value: Any, command: str) -> Any:
    if type(value) is str:
        return _NAMED.sub(command, value)
    if isinstance(value, tuple):
        return tuple(_spoken(item, command) for item in value)
    if is_dataclass(value) and isinstance(value, _SPOKEN):
        return _renamed(value, command)
    return value

"""What differs between a command as Discord has it and as it shall be, in a line each; pure."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from bot.plain import cut
from bot.ports import Payload

VALUE_LENGTH = 60
"""Characters of a value that are shown."""


def differences(old: Payload, new: Payload, path: str = "") -> Iterator[str]:
    """`papers search: option more is new`, for two that `comparable` gave."""
    path = f"{path} {new.get('name', '')}".strip()
    for key in sorted({*old, *new} - {"options"}):
        yield from _values(f"{path}: {key}", old.get(key), new.get(key))
    before, after = _options(old), _options(new)
    yield from (f"{path}: {name} is gone" for name in before if name not in after)
    yield from (f"{path}: {name} is new" for name in after if name not in before)
    kept = [name for name in after if name in before]
    if kept != [name for name in before if name in after]:
        yield f"{path}: the order is {', '.join(after)}"
    for name in kept:
        yield from differences(before[name], after[name], path)


def _values(what: str, old: object, new: object) -> Iterator[str]:
    if isinstance(old, Mapping) and isinstance(new, Mapping):  # names and descriptions by language
        for key in sorted({*old, *new}):
            yield from _values(f"{what}.{key}", old.get(key), new.get(key))
    elif old != new:
        yield f"{what} {_shown(old)} → {_shown(new)}"


def _options(command: Payload) -> dict[str, dict[str, Any]]:
    options = command.get("options")
    return {str(one["name"]): one for one in options} if isinstance(options, list) else {}


def _shown(value: object) -> str:
    return "none" if value is None else cut(json.dumps(value, ensure_ascii=False), VALUE_LENGTH)

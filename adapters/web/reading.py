"""Values out of payloads, which are JSON of any shape: the expected type, or nothing."""

from collections.abc import Mapping

Item = Mapping[str, object]


def items(value: object) -> list[Item]:
    """The objects of a list."""
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list | tuple) else []


def item(value: object) -> Item:
    return value if isinstance(value, Mapping) else {}


def text(value: object) -> str:
    return value if isinstance(value, str) else ""


def number(value: object) -> int:
    """A whole number; 0 for anything else."""
    return value if isinstance(value, int) and not isinstance(value, bool) else 0

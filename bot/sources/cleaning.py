"""Values of strangers' answers made safe: right type, right size, no characters that trick a screen or a database.

Each function gives None (or nothing) for what cannot be used, and never raises.
"""

import math
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

TITLE_LENGTH = 500
TEXT_LENGTH = 20_000
NAME_LENGTH = 200
MOST_NAMES = 1000
GREATEST_COUNT = 10**9

_UNWANTED = re.compile(
    "\x1b\\[[0-9;]*[A-Za-z]|"  # codes that colour a terminal
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f"  # control characters
    "\ud800-\udfff"  # halves of surrogate pairs, which are no characters
    "\u202a-\u202e\u2066-\u2069"  # embeddings and overrides of writing direction
    "\u200b\u2060\ufeff\ufffe\uffff]"  # invisible: zero width space, word joiner, byte order mark
)
_GITHUB = re.compile(
    r"(?:https?://)?(?:www\.)?github\.com/([A-Za-z0-9](?:[A-Za-z0-9-]{0,38}))/([A-Za-z0-9._-]{1,100}?)(?:\.git)?/?(?:[/#?].*)?",
    re.IGNORECASE,
)
_NOT_OWNERS = frozenset({"about", "apps", "collections", "features", "orgs", "sponsors", "topics", "trending", "users"})


def text(value: Any, length: int = TEXT_LENGTH) -> str:
    """One line of at most `length` characters; empty for anything but text."""
    if not isinstance(value, str):
        return ""
    start = value[: 4 * length]
    line = " ".join((start if start.isprintable() else _UNWANTED.sub("", start)).split())
    return line if len(line) <= length else f"{line[: length - 1].rstrip()}…"


def items(value: Any) -> list[Any]:
    """Those of a list; none of anything else."""
    return value if isinstance(value, list) else []


def names(values: Any) -> tuple[str, ...]:
    """The usable names of a list, in order."""
    found = (text(value, NAME_LENGTH) for value in values) if isinstance(values, Iterable) else ()
    return tuple(name for name in found if name)[:MOST_NAMES]


def count(value: Any) -> int | None:
    """A whole number from 0; digits in a string are one too."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,10}", value):
        value = int(value)
    if isinstance(value, float) and math.isfinite(value) and value == int(value):
        value = int(value)
    return value if isinstance(value, int) and 0 <= value <= GREATEST_COUNT else None


def instant(value: Any) -> datetime | None:
    """An ISO 8601 time between 1990 and 2100; without a zone it is UTC."""
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value.strip())
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return moment if 1990 <= moment.year < 2100 else None


def link(value: Any) -> str | None:
    """An http(s) address without spaces."""
    if not isinstance(value, str) or len(value) > 2000 or _UNWANTED.search(value) or re.search(r"\s", value.strip()):
        return None
    try:
        parts = urlsplit(value.strip())
    except ValueError:
        return None
    return value.strip() if parts.scheme in {"http", "https"} and "." in (parts.hostname or "") else None


def repository(value: Any) -> str | None:
    """`owner/name` of a GitHub address."""
    found = _GITHUB.fullmatch(value.strip()[:300]) if isinstance(value, str) else None
    if found is None or found[1].lower() in _NOT_OWNERS or found[2] in {".", ".."}:
        return None
    return f"{found[1]}/{found[2]}"

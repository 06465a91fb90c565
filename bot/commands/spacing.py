"""What people paste and type around the words of a command: the command itself, signs nobody sees, spaces too many."""

import re
from collections.abc import Collection, Iterable

_UNSEEN = "\u00ad\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
"""Directions and breaks that come along with what is copied from a page; joiners are left, which emoji need."""
_COMMANDS = {"/papers": (), "/papers-digest": ("digest",)}
_HOUR = re.compile(r"(?:time:)?\d{1,2}(?:[:.]\d{2})?", re.IGNORECASE)
_HALF = re.compile(r"[ap]\.?m\.?", re.IGNORECASE)


def seen(tokens: Iterable[str]) -> list[str]:
    """The tokens without signs at their edges that nobody sees; none of those that are nothing else."""
    return [bare for token in tokens if (bare := token.strip(_UNSEEN))]


def without_command(tokens: list[str]) -> list[str]:
    """Without the command before them: lists print it, and people paste it whole behind the one they have typed."""
    if tokens and tokens[0].lower() in _COMMANDS:
        return [*_COMMANDS[tokens[0].lower()], *tokens[1:]]
    return tokens


def with_colons(tokens: Iterable[str], options: Collection[str]) -> list[str]:
    """The tokens, `limit=5` and `limit = 5` as `limit:5` where there is an option so named; quoted ones stay."""
    read: list[str] = []
    for token in tokens:
        name, equals, value = token.partition("=")
        if equals and not name and read and read[-1].lower() in options:
            read[-1] += f":{value}"
        elif equals and (named := name.lower().replace("_", "-")) in options:
            read.append(f"{named}:{value}")
        else:
            read.append(token)
    return read


def together(tokens: Iterable[str], options: Collection[str]) -> list[str]:
    """The tokens, a value after a space put to its option (`limit: 5`), and the half of a day to its hour (`5 pm`)."""
    joined: list[str] = []
    for token in tokens:
        if joined and (_awaits(joined[-1], token, options) or _halves(joined[-1], token, options)):
            joined[-1] += token
        else:
            joined.append(token)
    return joined


def _awaits(before: str, token: str, options: Collection[str]) -> bool:
    name, colon, value = before.partition(":")
    another = token.partition(":")[0].lower() in options and ":" in token
    return bool(colon) and not value and name.lower() in options and not another


def _halves(before: str, token: str, options: Collection[str]) -> bool:
    return "time" in options and bool(_HOUR.fullmatch(before) and _HALF.fullmatch(token))

"""Options' texts as values. Each says what is wrong with a text, and how to write it.

Dates are in `dates`, topics in `terms`.
"""

import difflib
import re
from collections.abc import Callable
from enum import StrEnum
from typing import TypeVar

from bot.cards import SOURCE_NAMES
from bot.errors import UsageError
from bot.mail_server import normal_address

E = TypeVar("E", bound=StrEnum)
NO_TERMS = frozenset({"", "none", "nothing", "everything"})
"""What people type for an empty list of topics."""
_NEAR = 0.8
"""Of difflib's ratio: two letters in the wrong order in a word of six."""
_LONG = 5
_ROLE = re.compile(r"<@&(\d{15,21})>|<!subteam\^(S[A-Z0-9]{6,20})(?:\|[^>]*)?>|(\d{15,21}|S[A-Z0-9]{6,20})")


def optional_text(text: str) -> str | None:
    return text.strip() or None


def required_text(text: str) -> str:
    return text.strip()


def parse_email(text: str) -> str:
    """An address in normal form; Slack gives a link to it."""
    bare = text.strip().strip("<>").removeprefix("mailto:").partition("|")[0]
    try:
        return normal_address(bare)
    except ValueError as error:
        message = f"{shown(bare)} {error}."
        raise UsageError("bad_address", message, "Example: email:ada@example.org", option="email") from None


def one_of(kind: type[E], name: str) -> Callable[[str], E]:
    choices = [member.value for member in kind]

    def parse(text: str) -> E:
        wanted = text.strip().lower()
        matches = [choice for choice in choices if choice.startswith(wanted)] if wanted else []
        if wanted in choices or len(matches) == 1:
            return kind(wanted if wanted in choices else matches[0])
        nearest = difflib.get_close_matches(wanted, choices, n=1, cutoff=_NEAR)
        meant = f" Did you mean `{nearest[0]}`?" if nearest else ""
        message = f"`{name}` is one of {', '.join(choices)}, not {shown(text)}.{meant}"
        raise UsageError("bad_value", message, example(name, nearest[0] if nearest else choices[0]))

    return parse


def nearly_one_of(kind: type[E]) -> Callable[[str], bool]:
    """Whether a word is a slip of the pen for one of the longer choices; short ones are near too many words."""
    choices = [member.value for member in kind if len(member.value) >= _LONG]
    return lambda word: bool(difflib.get_close_matches(word.lower(), choices, n=1, cutoff=_NEAR))


def whole_number(name: str, maximum: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        cleaned = text.strip()
        if re.fullmatch(r"[0-9]{1,6}", cleaned) and 1 <= int(cleaned) <= maximum:
            return int(cleaned)
        raise UsageError(
            "bad_value", f"`{name}` is a number from 1 to {maximum}, not {shown(text)}.", example(name, "3")
        )

    return parse


def yes_or_no(name: str, *also_yes: str) -> Callable[[str], bool]:
    """`also_yes` are words that mean yes of this option, such as `again` after `send`."""

    def parse(text: str) -> bool:
        if text.strip().lower() in {"yes", "true", "1", "on", *also_yes}:
            return True
        if text.strip().lower() in {"no", "false", "0", "off"}:
            return False
        raise UsageError("bad_value", f"{shown(text)} is neither yes nor no.", example(name, "yes"))

    return parse


def at_most(name: str, maximum: int) -> Callable[[str], int]:
    """A number, or 0 for `none`."""
    number = whole_number(name, maximum)
    return lambda text: 0 if text.strip().lower() in {*NO_TERMS, "0", "off"} else number(text)


def parse_ping(text: str) -> str:
    """Nothing for nobody, `here`, or the id of a role, which is typed as a mention: `<@&1>`, `<!subteam^S1>`."""
    cleaned = text.strip()
    if cleaned.lower() in NO_TERMS | {"nobody", "off"}:
        return ""
    if re.fullmatch(r"@?here|<!here(?:\|[^>]*)?>", cleaned.lower()):
        return "here"
    role = _ROLE.fullmatch(cleaned)
    if role is None:
        message = f"`ping` is none, here or a role, not {shown(text)}."
        raise UsageError("bad_value", message, "Pick the role from the list that opens after @.")
    return next(group for group in role.groups() if group)


def parse_everywhere(text: str) -> bool:
    """Whether all are meant; nothing but that whole word will do."""
    if text.strip().lower() == "all":
        return True
    raise UsageError("bad_value", f"`where` is all, not {shown(text)}; for one channel use channel:.", "Example: all")


def parse_score(text: str) -> float:
    """As `why` tells scores; 0 for none."""
    cleaned = text.strip().lower()
    if cleaned in NO_TERMS:
        return 0.0
    if re.fullmatch(r"\d{0,2}\.\d{1,4}|\d{1,2}", cleaned):
        return float(cleaned)
    raise UsageError("bad_value", f"`score` is a number from 0 to 99, not {shown(text)}.", "Example: score:2.5")


def parse_sources(text: str) -> tuple[str, ...]:
    names = tuple(
        dict.fromkeys(re.sub(r"[\s-]+", "_", item.strip().lower()) for item in re.split(r"[,;]", text) if item.strip())
    )
    if text.strip().lower() in NO_TERMS | {"all"}:
        return ()
    unknown = [name for name in names if name not in SOURCE_NAMES]
    if unknown:
        known = ", ".join(SOURCE_NAMES)
        raise UsageError(
            "bad_value", f"I know no source {shown(unknown[0])}; there are {known}.", "Example: sources:arxiv"
        )
    return names


def shown(text: str) -> str:
    """As a sentence quotes what somebody typed: 40 characters of it at most."""
    return f"“{text if len(text) <= 40 else text[:39] + '…'}”"


def example(name: str, value: str) -> str:
    """The next step of an error about an option."""
    return f"Example: {name}:{value}"

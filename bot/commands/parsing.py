"""Options' texts as values. Each says what is wrong with a text, and how to write it."""

import difflib
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import TypeVar

from bot.cards import SOURCE_NAMES
from bot.errors import UsageError
from bot.mail_server import normal_address
from bot.models import Topics
from bot.topics import parse_terms
from bot.topics.presets import parse_presets

E = TypeVar("E", bound=StrEnum)
_NEAR = 0.8
"""Of difflib's ratio: two letters in the wrong order in a word of six."""
_LONG = 5


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
        message = f"{_shown(bare)} {error}."
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
        message = f"`{name}` is one of {', '.join(choices)}, not {_shown(text)}.{meant}"
        raise UsageError("bad_value", message, _example(name, nearest[0] if nearest else choices[0]))

    return parse


def nearly_one_of(kind: type[E]) -> Callable[[str], bool]:
    """Whether a word is a slip of the pen for one of the longer choices; short ones are near too many words."""
    choices = [member.value for member in kind if len(member.value) >= _LONG]
    return lambda word: bool(difflib.get_close_matches(word.lower(), choices, n=1, cutoff=_NEAR))


def is_span(word: str) -> bool:
    """Whether it is a length of time, such as `5d` or `2weeks`."""
    return re.fullmatch(r"\d{1,4}(h|d|w|m|(hour|day|week|month)s?)", word.lower()) is not None


def whole_number(name: str, maximum: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        cleaned = text.strip()
        if re.fullmatch(r"[0-9]{1,6}", cleaned) and 1 <= int(cleaned) <= maximum:
            return int(cleaned)
        raise UsageError(
            "bad_value", f"`{name}` is a number from 1 to {maximum}, not {_shown(text)}.", _example(name, "3")
        )

    return parse


def parse_date(text: str) -> date:
    cleaned = text.strip()
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", cleaned):
            return date.fromisoformat(cleaned)
    except ValueError:
        pass
    raise UsageError("bad_date", f"{_shown(text)} is not a date; write year-month-day.", "Example: date:2026-03-10")


def parse_week(text: str) -> date:
    """The Monday of an ISO week."""
    match = re.fullmatch(r"(\d{4})-?W(\d{1,2})", text.strip(), re.IGNORECASE)
    try:
        if match:
            return date.fromisocalendar(int(match[1]), int(match[2]), 1)
    except ValueError:
        pass
    raise UsageError("bad_date", f"{_shown(text)} is not an ISO week.", "Example: week:2026-W10")


def parse_month(text: str) -> date:
    """The first of a month."""
    match = re.fullmatch(r"(\d{4})-(\d{2})", text.strip())
    try:
        if match:
            return date(int(match[1]), int(match[2]), 1)
    except ValueError:
        pass
    raise UsageError("bad_date", f"{_shown(text)} is not a month.", "Example: month:2026-03")


def parse_since(text: str) -> date | timedelta:
    """A date, a time, or how long ago: `7d`, `2w`."""
    match = re.fullmatch(r"(\d{1,4})\s*([dw])", text.strip().lower())
    if match:
        return timedelta(days=int(match[1]) * (7 if match[2] == "w" else 1))
    try:
        return parse_moment(text) if "T" in text else parse_date(text)
    except UsageError:
        raise UsageError(
            "bad_date", f"{_shown(text)} is neither a date nor a time ago.", "Example: since:2026-03-01 or since:14d"
        ) from None


def parse_span(text: str) -> timedelta:
    """How long: `7d`, `2w`, `3 days`."""
    match = re.fullmatch(r"(\d{1,3})\s*(d|w|days?|weeks?)", text.strip().lower())
    if match and int(match[1]):
        return timedelta(days=int(match[1]) * (7 if match[2][0] == "w" else 1))
    raise UsageError("bad_value", f"{_shown(text)} is not a length of time.", "Example: for:14d or for:2w")


ARXIV_BEGAN = 1991
"""Nothing is asked as of a time before; windows of half a year would begin before the calendar does."""


def parse_moment(text: str) -> datetime:
    """An instant; a bare date is its end, a time without a zone is UTC."""
    cleaned = text.strip()
    try:
        moment = datetime.fromisoformat(cleaned)
        if "T" not in cleaned.upper() and " " not in cleaned and len(cleaned) <= 10:
            moment += timedelta(days=1, seconds=-1)
        moment = (moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment).astimezone(UTC)
    except (ValueError, OverflowError):
        raise UsageError("bad_date", f"{_shown(text)} is not a time.", "Example: as-of:2026-03-10T12:00:00Z") from None
    if moment.year < ARXIV_BEGAN:
        message = f"{_shown(text)} is before arXiv began, in {ARXIV_BEGAN}."
        raise UsageError("bad_date", message, "Example: as-of:2026-03-10T12:00:00Z")
    return moment


def parse_topic(text: str) -> Topics:
    """Terms between commas; those with a minus sign are excluded."""
    return _signed(re.split(r"[,;，；、]", _with_examples(text)))


def parse_words(text: str) -> Topics:
    """Words, quoted phrases and comma lists; those with a minus sign are excluded."""
    items: list[str] = []
    for section in _with_examples(text).split(";"):
        items += section.split(",") if "," in section else _TERM.findall(section)
    return _signed(items)


def parse_term_list(text: str) -> tuple[str, ...]:
    """Each between commas or on a line of its own is one term; `none` and nothing are none."""
    items = [item.strip() for item in re.split(r"[,;，；、\n]", _with_examples(text))]
    return () if text.strip().lower() in NO_TERMS else _phrases([item for item in items if item.strip('"+-−– ')])


_TERM = re.compile(r'[+\-−–]?(?:(?:author|org):)?"[^"]*"?|[^\s"]+', re.IGNORECASE)
"""A word, or a phrase in quotation marks, which may be a name."""


_QUOTES = re.compile(r"[“”„«»]")

_ID = r"\d{4}\.\d{4,5}(?:v\d+)?"
_EXAMPLES = re.compile(rf"like:\s*({_ID}(?:\s*[,+]\s*{_ID})*)", re.IGNORECASE)


def _with_examples(text: str) -> str:
    """Commas between the papers of a topic by example are part of it: `like:ID,ID` becomes `like:ID+ID`."""
    return _EXAMPLES.sub(lambda found: "like:" + re.sub(r"[\s,]+", "+", found[1]), text)


def _signed(items: list[str]) -> Topics:
    """Each item is one term, a word or a phrase."""
    cleaned = [item.replace('"', "").strip() for item in items]
    kept = [item for item in cleaned if item.strip("+-−– ")]
    excluded = [item[1:] for item in kept if item[0] in "-−–"]
    return Topics(
        include=_phrases([item.lstrip("+") for item in kept if item[0] not in "-−–"]), exclude=_phrases(excluded)
    )


def _phrases(items: list[str]) -> tuple[str, ...]:
    """Each item is a term, or the name of a preset, which stands for its terms."""
    return tuple(dict.fromkeys(term for item in items for term in _terms_of(item)))


def _terms_of(item: str) -> tuple[str, ...]:
    preset = re.fullmatch(r"preset:\s*(.+)", item.strip().strip('"'), re.IGNORECASE)
    if preset is None:
        quoted = _QUOTES.sub('"', item)
        return parse_terms(quoted if '"' in quoted else f'"{item}"')
    return tuple(term for one in parse_presets(preset[1]) for term in one.topics.include)


def yes_or_no(name: str, *also_yes: str) -> Callable[[str], bool]:
    """`also_yes` are words that mean yes of this option, such as `again` after `send`."""

    def parse(text: str) -> bool:
        if text.strip().lower() in {"yes", "true", "1", "on", *also_yes}:
            return True
        if text.strip().lower() in {"no", "false", "0", "off"}:
            return False
        raise UsageError("bad_value", f"{_shown(text)} is neither yes nor no.", _example(name, "yes"))

    return parse


def _shown(text: str) -> str:
    return f"“{text if len(text) <= 40 else text[:39] + '…'}”"


def _example(name: str, value: str) -> str:
    return f"Example: {name}:{value}"


NO_TERMS = frozenset({"", "none", "nothing", "everything"})
"""What people type for an empty list of topics."""


def parse_dates(text: str) -> tuple[tuple[date, date], ...]:
    """Spans of dates, `2026-08-01..2026-08-31`, and single ones, between commas; `none` for none."""
    if text.strip().lower() in NO_TERMS:
        return ()
    spans = []
    for item in re.split(r"[,;\s]+", text.strip()):
        first, _, last = item.partition("..")
        spans.append((parse_date(first), parse_date(last or first)))
    if any(first > last for first, last in spans):
        raise UsageError("bad_date", "A span of dates ends before it begins.", "Example: dates:2026-12-24..2027-01-02")
    return tuple(sorted(set(spans)))


def at_most(name: str, maximum: int) -> Callable[[str], int]:
    """A number, or 0 for `none`."""
    number = whole_number(name, maximum)
    return lambda text: 0 if text.strip().lower() in {*NO_TERMS, "0", "off"} else number(text)


_ROLE = re.compile(r"<@&(\d{15,21})>|<!subteam\^(S[A-Z0-9]{6,20})(?:\|[^>]*)?>|(\d{15,21}|S[A-Z0-9]{6,20})")


def parse_ping(text: str) -> str:
    """Nothing for nobody, `here`, or the id of a role, which is typed as a mention: `<@&1>`, `<!subteam^S1>`."""
    cleaned = text.strip()
    if cleaned.lower() in NO_TERMS | {"nobody", "off"}:
        return ""
    if re.fullmatch(r"@?here|<!here(?:\|[^>]*)?>", cleaned.lower()):
        return "here"
    role = _ROLE.fullmatch(cleaned)
    if role is None:
        message = f"`ping` is none, here or a role, not {_shown(text)}."
        raise UsageError("bad_value", message, "Pick the role from the list that opens after @.")
    return next(group for group in role.groups() if group)


def parse_everywhere(text: str) -> bool:
    """Whether all are meant; nothing but that whole word will do."""
    if text.strip().lower() == "all":
        return True
    raise UsageError("bad_value", f"`where` is all, not {_shown(text)}; for one channel use channel:.", "Example: all")


def parse_score(text: str) -> float:
    """As `why` tells scores; 0 for none."""
    cleaned = text.strip().lower()
    if cleaned in NO_TERMS:
        return 0.0
    if re.fullmatch(r"\d{0,2}\.\d{1,4}|\d{1,2}", cleaned):
        return float(cleaned)
    raise UsageError("bad_value", f"`score` is a number from 0 to 99, not {_shown(text)}.", "Example: score:2.5")


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
            "bad_value", f"I know no source {_shown(unknown[0])}; there are {known}.", "Example: sources:arxiv"
        )
    return names

"""The vocabulary: each option once, with the same name and meaning on every platform."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import TypeVar

from bot.cards import SOURCE_NAMES
from bot.commands import Kind, Option
from bot.errors import UsageError
from bot.models import Combine, Facet, Period, Sort, Topics, Weekdays, Window
from bot.schedule import parse_days, parse_time, parse_zone
from bot.topics import parse_category, parse_terms

E = TypeVar("E", bound=StrEnum)


def _text(text: str) -> str | None:
    return text.strip() or None


def _required_text(text: str) -> str:
    return text.strip()


def _choice(kind: type[E], name: str) -> Callable[[str], E]:
    choices = [member.value for member in kind]

    def parse(text: str) -> E:
        wanted = text.strip().lower()
        matches = [choice for choice in choices if choice.startswith(wanted)] if wanted else []
        if wanted in choices or len(matches) == 1:
            return kind(wanted if wanted in choices else matches[0])
        raise UsageError(
            "bad_value", f"`{name}` is one of {', '.join(choices)}, not {_shown(text)}.", _example(name, choices[0])
        )

    return parse


def _whole_number(name: str, maximum: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        cleaned = text.strip()
        if re.fullmatch(r"[0-9]{1,6}", cleaned) and 1 <= int(cleaned) <= maximum:
            return int(cleaned)
        raise UsageError(
            "bad_value", f"`{name}` is a number from 1 to {maximum}, not {_shown(text)}.", _example(name, "3")
        )

    return parse


def _date(text: str) -> date:
    cleaned = text.strip()
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", cleaned):
            return date.fromisoformat(cleaned)
    except ValueError:
        pass
    raise UsageError("bad_date", f"{_shown(text)} is not a date; write year-month-day.", "Example: date:2026-03-10")


def _week(text: str) -> date:
    """The Monday of an ISO week."""
    match = re.fullmatch(r"(\d{4})-?W(\d{1,2})", text.strip(), re.IGNORECASE)
    try:
        if match:
            return date.fromisocalendar(int(match[1]), int(match[2]), 1)
    except ValueError:
        pass
    raise UsageError("bad_date", f"{_shown(text)} is not an ISO week.", "Example: week:2026-W10")


def _month(text: str) -> date:
    """The first of a month."""
    match = re.fullmatch(r"(\d{4})-(\d{2})", text.strip())
    try:
        if match:
            return date(int(match[1]), int(match[2]), 1)
    except ValueError:
        pass
    raise UsageError("bad_date", f"{_shown(text)} is not a month.", "Example: month:2026-03")


def _since(text: str) -> date | timedelta:
    """A date, a time, or how long ago: `7d`, `2w`."""
    match = re.fullmatch(r"(\d{1,4})\s*([dw])", text.strip().lower())
    if match:
        return timedelta(days=int(match[1]) * (7 if match[2] == "w" else 1))
    try:
        return _moment(text) if "T" in text else _date(text)
    except UsageError:
        raise UsageError(
            "bad_date", f"{_shown(text)} is neither a date nor a time ago.", "Example: since:2026-03-01 or since:14d"
        ) from None


def _span(text: str) -> timedelta:
    """How long: `7d`, `2w`, `3 days`."""
    match = re.fullmatch(r"(\d{1,3})\s*(d|w|days?|weeks?)", text.strip().lower())
    if match and int(match[1]):
        return timedelta(days=int(match[1]) * (7 if match[2][0] == "w" else 1))
    raise UsageError("bad_value", f"{_shown(text)} is not a length of time.", "Example: for:14d or for:2w")


def _moment(text: str) -> datetime:
    """An instant; a bare date is its end, a time without a zone is UTC."""
    cleaned = text.strip()
    try:
        moment = datetime.fromisoformat(cleaned)
        if "T" not in cleaned.upper() and " " not in cleaned and len(cleaned) <= 10:
            moment += timedelta(days=1, seconds=-1)
        return (moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment).astimezone(UTC)
    except (ValueError, OverflowError):
        raise UsageError("bad_date", f"{_shown(text)} is not a time.", "Example: as-of:2026-03-10T12:00:00Z") from None


def _topic(text: str) -> Topics:
    """Terms between commas; those with a minus sign are excluded."""
    return _signed(re.split(r"[,;，；、]", text))


def _terms(text: str) -> Topics:
    """Words, quoted phrases and comma lists; those with a minus sign are excluded."""
    items: list[str] = []
    for section in text.split(";"):
        items += section.split(",") if "," in section else _TERM.findall(section)
    return _signed(items)


def _term_list(text: str) -> tuple[str, ...]:
    """Each between commas or on a line of its own is one term; `none` and nothing are none."""
    items = [item.strip() for item in re.split(r"[,;，；、\n]", text)]
    return () if text.strip().lower() in NO_TERMS else _phrases([item for item in items if item.strip('"+-−– ')])


_TERM = re.compile(r'[+\-−–]?(?:(?:author|org):)?"[^"]*"?|[^\s"]+', re.IGNORECASE)
"""A word, or a phrase in quotation marks, which may be a name."""


def _signed(items: list[str]) -> Topics:
    """Each item is one term, a word or a phrase."""
    cleaned = [item.replace('"', "").strip() for item in items]
    kept = [item for item in cleaned if item.strip("+-−– ")]
    excluded = [item[1:] for item in kept if item[0] in "-−–"]
    return Topics(
        include=_phrases([item.lstrip("+") for item in kept if item[0] not in "-−–"]), exclude=_phrases(excluded)
    )


def _phrases(items: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(term for item in items for term in parse_terms(f'"{item}"')))


def _yes(text: str) -> bool:
    if text.strip().lower() in {"yes", "true", "1", "on", "again"}:
        return True
    if text.strip().lower() in {"no", "false", "0", "off"}:
        return False
    raise UsageError("bad_value", f"{_shown(text)} is neither yes nor no.", "Example: again:yes")


def _shown(text: str) -> str:
    return f"“{text if len(text) <= 40 else text[:39] + '…'}”"


def _example(name: str, value: str) -> str:
    return f"Example: {name}:{value}"


NO_TERMS = frozenset({"", "none", "nothing", "everything"})
"""What people type for an empty list of topics."""


def _dates(text: str) -> tuple[tuple[date, date], ...]:
    """Spans of dates, `2026-08-01..2026-08-31`, and single ones, between commas; `none` for none."""
    if text.strip().lower() in NO_TERMS:
        return ()
    spans = []
    for item in re.split(r"[,;\s]+", text.strip()):
        first, _, last = item.partition("..")
        spans.append((_date(first), _date(last or first)))
    if any(first > last for first, last in spans):
        raise UsageError("bad_date", "A span of dates ends before it begins.", "Example: dates:2026-12-24..2027-01-02")
    return tuple(sorted(set(spans)))


def _most(name: str, maximum: int) -> Callable[[str], int]:
    """A number, or 0 for `none`."""
    number = _whole_number(name, maximum)
    return lambda text: 0 if text.strip().lower() in {*NO_TERMS, "0", "off"} else number(text)


def _score(text: str) -> float:
    """As `why` tells scores; 0 for none."""
    cleaned = text.strip().lower()
    if cleaned in NO_TERMS:
        return 0.0
    if re.fullmatch(r"\d{0,2}\.\d{1,4}|\d{1,2}", cleaned):
        return float(cleaned)
    raise UsageError("bad_value", f"`score` is a number from 0 to 99, not {_shown(text)}.", "Example: score:2.5")


def _sources(text: str) -> tuple[str, ...]:
    names = tuple(
        dict.fromkeys(re.sub(r"[\s-]+", "_", item.strip().lower()) for item in re.split(r"[,;]", text) if item.strip())
    )
    if text.strip().lower() in NO_TERMS | {"all"}:
        return ()
    unknown = [name for name in names if name not in SOURCE_NAMES]
    if unknown:
        known = ", ".join(SOURCE_NAMES)
        raise UsageError("bad_value", f"I know no source {_shown(unknown[0])}; there are {known}.", "Example: arxiv")
    return names


class Ballot(StrEnum):
    UP = "up"
    DOWN = "down"
    CLEAR = "clear"


class LibraryAction(StrEnum):
    """What `library` does."""

    LIST = "list"
    REMOVE = "remove"
    EXPORT = "export"
    DELETE_ALL = "delete-all"


class ExportFormat(StrEnum):
    BIBTEX = "bibtex"
    CSV = "csv"
    JSON = "json"


class Keeping(StrEnum):
    """What `follow` and `mute` do with their terms."""

    ADD = "add"
    REMOVE = "remove"
    LIST = "list"


class SubmitAction(StrEnum):
    LIST = "list"


class WhenEmpty(StrEnum):
    """What a digest without papers does."""

    SKIP = "skip"
    TELL = "tell"


class Style(StrEnum):
    """How much of each paper a digest shows."""

    CARDS = "cards"
    COMPACT = "compact"


class OwnDigest(StrEnum):
    STOP = "stop"


class TopicAction(StrEnum):
    """What `digest topics` does with the terms."""

    ADD = "add"
    REMOVE = "remove"
    ANY = "any"
    ALL = "all"
    EXCLUDE = "exclude"


NO_TOPICS = Topics()

TOPIC = Option(
    "topic",
    "Words, phrases or an arXiv category, between commas",
    _topic,
    NO_TOPICS,
    "robotics, diffusion model",
    takes_signs=True,
)
WINDOW = Option(
    "window",
    "How far back: 24h, 7d or 30d",
    _choice(Window, "window"),
    Window.WEEK,
    "7d",
    choices=tuple(Window),
    takes_word=True,
)
LIMIT: Option[int | None] = Option(
    "limit", "How many papers, 1 to 10", _whole_number("limit", 1000), None, "5", Kind.INTEGER, minimum=1, maximum=10
)
PAGE = Option("page", "Which page", _whole_number("page", 10_000), 1, "2", Kind.INTEGER, minimum=1, carried=True)
AS_OF: Option[datetime | None] = Option(
    "as-of", "As it was known at this time", _moment, None, "2026-03-10T12:00:00Z", carried=True
)
DATE: Option[date | None] = Option("date", "A day, such as 2026-03-10", _date, None, "2026-03-10", takes_word=True)
WEEK: Option[date | None] = Option("week", "An ISO week, such as 2026-W10", _week, None, "2026-W10", takes_word=True)
MONTH: Option[date | None] = Option("month", "A month, such as 2026-03", _month, None, "2026-03", takes_word=True)
QUERY = Option("query", "Words to search for", _required_text, "", "protein folding", takes_text=True, required=True)
PAPER = Option(
    "paper", "An arXiv id, a link or a DOI", _required_text, "", "2602.23229", takes_text=True, required=True
)
SINCE: Option[date | timedelta | None] = Option("since", "Only newer than this: a date, or 14d", _since, None, "14d")
CATEGORY: Option[str | None] = Option("category", "An arXiv category, such as cs.CL", parse_category, None, "cs.CL")
AUTHOR: Option[str | None] = Option("author", "One of its authors", _text, None, '"Ada Example"')
ORGANIZATION: Option[str | None] = Option("organization", "Where it was written", _text, None, '"Example Lab"')
SORT = Option(
    "sort", "relevance, trending or newest", _choice(Sort, "sort"), Sort.RELEVANCE, "newest", choices=tuple(Sort)
)
VERB: Option[str | None] = Option("command", "A command's name", _text, None, "trending", takes_text=True)

CHANNEL: Option[str | None] = Option(
    "channel", "Which channel; this one unless you say", _text, None, "#papers", Kind.CHANNEL
)
PERIOD = Option(
    "period",
    "daily, weekly or monthly",
    _choice(Period, "period"),
    Period.DAILY,
    "daily",
    choices=tuple(Period),
    takes_word=True,
)
ACTION: Option[TopicAction | None] = Option(
    "action",
    "add, remove, any, all or exclude",
    _choice(TopicAction, "action"),
    None,
    "add",
    choices=tuple(TopicAction),
    takes_word=True,
)
TERMS = Option(
    "terms",
    'Words, "quoted phrases" or arXiv categories',
    _terms,
    NO_TOPICS,
    "robotics",
    takes_text=True,
    takes_signs=True,
)
TIME: Option[time | None] = Option("time", "Local time, such as 09:00", parse_time, None, "09:00", takes_word=True)
ZONE: Option[str | None] = Option(
    "zone", "Time zone, such as Europe/Berlin", parse_zone, None, "Europe/Berlin", takes_word=True
)
DAYS: Option[Weekdays | None] = Option("days", "Such as weekdays, or mon,wed", parse_days, None, "weekdays")
TOPICS: Option[tuple[str, ...]] = Option(
    "topics", "All its topics, between commas; none: everything", _term_list, (), "robotics, agents"
)
EXCLUDE: Option[tuple[str, ...]] = Option(
    "exclude", "All that is left out, between commas; or none", _term_list, (), "survey"
)
MATCH = Option(
    "match", "any or all of the topics", _choice(Combine, "match"), Combine.ANY, "any", choices=tuple(Combine)
)
PAPERS: Option[int | None] = Option(
    "papers", "How many papers, 3 to 10", _whole_number("papers", 10), None, "5", Kind.INTEGER, minimum=3, maximum=10
)
AGAIN = Option("again", "Send although today's is out: yes", _yes, default=False, example="yes")

FREE_TOPIC = replace(TOPIC, takes_text=True)
"""For verbs whose words without a name can only be a topic: `trending robotics`."""


AS_CHANNEL = replace(CHANNEL, summary="As this channel would see it", carried=True)
"""For programs and the terminal: rank as that channel sees it."""

BALLOT = Option(
    "vote", "up, down or clear", _choice(Ballot, "vote"), Ballot.UP, "up", choices=tuple(Ballot), takes_word=True
)
NOTE = Option("note", "A note for yourself", _required_text, "", '"read before Friday"')
LIBRARY_ACTION = Option(
    "action",
    "list, remove, export or delete-all",
    _choice(LibraryAction, "action"),
    LibraryAction.LIST,
    "export",
    choices=tuple(LibraryAction),
    takes_word=True,
)
FORMAT = Option(
    "format",
    "bibtex, csv or json",
    _choice(ExportFormat, "format"),
    ExportFormat.BIBTEX,
    "bibtex",
    choices=tuple(ExportFormat),
    takes_word=True,
)
CONFIRM = Option("yes", "Really do it: yes", _yes, default=False, example="yes", takes_word=True)
ONE_PAPER = replace(PAPER, required=False)
URL: Option[str] = Option("url", "A link, arXiv id or DOI", _required_text, "", "2602.23229", takes_text=True)
WHY = Option("why", "Why others should read it", _required_text, "", '"settles our debate"')
SUBMIT_ACTION: Option[SubmitAction | None] = Option(
    "action",
    "list: what was suggested",
    _choice(SubmitAction, "action"),
    None,
    "list",
    choices=tuple(SubmitAction),
    takes_word=True,
)
KEEPING: Option[Keeping | None] = Option(
    "action", "add, remove or list", _choice(Keeping, "action"), None, "add", choices=tuple(Keeping), takes_word=True
)
FACET = Option(
    "what",
    "topic, author, organization or keyword",
    _choice(Facet, "what"),
    Facet.TOPIC,
    "author",
    choices=tuple(Facet),
)
PLAIN_TERMS: Option[tuple[str, ...]] = Option(
    "terms", "Words or names, between commas", _term_list, (), "robotics", takes_text=True
)
LASTING: Option[timedelta | None] = Option("for", "For how long, such as 14d; else for ever", _span, None, "14d")
VOTE_DAYS = Option(
    "days", "Votes of so many days, 1 to 90", _whole_number("days", 90), 7, "14", Kind.INTEGER, minimum=1, maximum=90
)
OWN: Option[OwnDigest | None] = Option(
    "action",
    "stop: no more digests",
    _choice(OwnDigest, "action"),
    None,
    "stop",
    choices=tuple(OwnDigest),
    takes_word=True,
)
UNTIL: Option[date | None] = Option("until", "Digests come again on this date", _date, None, "2026-08-31")
SKIP = Option("skip", "Leave out only the next one: yes", _yes, default=False, example="yes")
QUIET_DATES: Option[tuple[tuple[date, date], ...]] = Option(
    "dates", "Spans of dates without digests; or none", _dates, (), "2026-12-24..2027-01-02", takes_text=True
)
WHEN_EMPTY = Option("empty", "skip or tell, when there is nothing", _choice(WhenEmpty, "empty"), WhenEmpty.SKIP, "tell")
MOST_PER_WEEK = Option("most", "At most so many a week, 1 to 7; or none", _most("most", 7), 0, "3")
MINIMUM_UPVOTES = Option("upvotes", "At least so many upvotes; or none", _most("upvotes", 100_000), 0, "10")
MINIMUM_SCORE = Option("score", "At least this score, as /papers why tells it; or none", _score, 0.0, "2.5")
SOURCES: Option[tuple[str, ...]] = Option("sources", "Known from one of these; or all", _sources, (), "arxiv")
CODE: Option[bool | None] = Option("code", "Only papers with code: yes or no", _yes, None, "yes")
MAXIMUM_AGE = Option("age", "At most so many days old, 1 to 45; or none", _most("age", 45), 0, "7")
STYLE = Option("style", "cards or compact", _choice(Style, "style"), Style.CARDS, "compact", takes_word=True)
DETAILS = Option("details", "Abstracts in a thread: yes or no", _yes, default=True, example="no")
SETTINGS_TEXT = Option(
    "settings", "What digest export gave", _required_text, "", "{…}", takes_text=True, required=True, from_file=True
)
SURE = replace(CONFIRM, takes_word=False)

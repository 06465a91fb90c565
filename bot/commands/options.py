"""The vocabulary: each option once, with the same name and meaning on every platform."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

from bot.commands import Kind, Option, Today
from bot.commands.choices import (
    Ballot,
    ExportFormat,
    Keeping,
    LibraryAction,
    Linking,
    OwnDigest,
    SubmitAction,
    parse_ballot,
)
from bot.commands.dates import (
    is_span,
    parse_date,
    parse_moment,
    parse_month,
    parse_since,
    parse_span,
    parse_week,
)
from bot.commands.parsing import (
    one_of,
    optional_text,
    parse_email,
    parse_everywhere,
    required_text,
    whole_number,
    yes_or_no,
)
from bot.commands.terms import parse_term_list, parse_topic, parse_wanted
from bot.models import Facet, Period, Sort, Topics, Weekdays, Window
from bot.schedule import parse_days, parse_time, parse_zone
from bot.topics import parse_category
from bot.topics.presets import Preset, parse_presets

NO_TOPICS = Topics()
TOPIC = Option(
    "topic",
    "Words, phrases or an arXiv category, between commas",
    parse_topic,
    NO_TOPICS,
    "robotics, diffusion model",
    takes_signs=True,
)
WINDOW = Option(
    "window",
    "How far back: 24h, 7d or 30d",
    one_of(Window, "window"),
    Window.WEEK,
    "7d",
    choices=tuple(Window),
    takes_word=True,
    claims=is_span,
)
LIMIT: Option[int | None] = Option(
    "limit", "How many papers, 1 to 10", whole_number("limit", 1000), None, "5", Kind.INTEGER, minimum=1, maximum=10
)
PAGE = Option("page", "Which page", whole_number("page", 10_000), 1, "2", Kind.INTEGER, minimum=1, carried=True)
AS_OF: Option[datetime | None] = Option(
    "as-of", "As it was known at this time", parse_moment, None, "2026-03-10T12:00:00Z", carried=True
)
DAY: Option[date | None] = Option(
    "date",
    "A day: today, yesterday, or such as 2026-03-10",
    parse_date,
    None,
    "2026-03-10",
    takes_word=True,
    takes_today=Today.LISTS,
)
"""Of the reference site's list."""
WEEK: Option[date | None] = Option(
    "week", "An ISO week, such as 2026-W10", parse_week, None, "2026-W10", takes_word=True
)
MONTH: Option[date | None] = Option("month", "A month, such as 2026-03", parse_month, None, "2026-03", takes_word=True)
QUERY = Option("query", "Words to search for", required_text, "", "protein folding", takes_text=True, required=True)
PAPER = Option("paper", "An arXiv id, a link or a DOI", required_text, "", "2602.23229", takes_text=True, required=True)
SINCE: Option[date | timedelta | None] = Option(
    "since",
    "Only newer than this: today, yesterday, a date, or 14d",
    parse_since,
    None,
    "14d",
    takes_today=Today.LISTS,
)
CATEGORY: Option[str | None] = Option("category", "An arXiv category, such as cs.CL", parse_category, None, "cs.CL")
AUTHOR: Option[str | None] = Option("author", "One of its authors", optional_text, None, '"Ada Example"')
ORGANIZATION: Option[str | None] = Option("organization", "Where it was written", optional_text, None, '"Example Lab"')
SORT = Option(
    "sort", "relevance, trending or newest", one_of(Sort, "sort"), Sort.RELEVANCE, "newest", choices=tuple(Sort)
)
VERB: Option[str | None] = Option("command", "A command's name", optional_text, None, "trending", takes_text=True)
CHANNEL: Option[str | None] = Option(
    "channel", "Which channel; this one unless you say", optional_text, None, "#papers", Kind.CHANNEL
)
WHERE = Option(
    "where",
    "all: every digest of this workspace that you may change",
    parse_everywhere,
    default=False,
    example="all",
    takes_word=True,
)
PERIOD = Option(
    "period",
    "daily, weekly or monthly",
    one_of(Period, "period"),
    Period.DAILY,
    "daily",
    choices=tuple(Period),
    takes_word=True,
)
PRESET: Option[tuple[Preset, ...]] = Option(
    "preset", "A starting set of topics, such as robotics", parse_presets, (), "robotics"
)
TIME: Option[time | None] = Option("time", "Local time, such as 09:00", parse_time, None, "09:00", takes_word=True)
ZONE: Option[str | None] = Option(
    "zone", "Time zone, such as Europe/Berlin", parse_zone, None, "Europe/Berlin", takes_word=True
)
DAYS: Option[Weekdays | None] = Option("days", "Such as weekdays, or mon,wed", parse_days, None, "weekdays")
TOPICS: Option[tuple[str, ...]] = Option(
    "topics", "All its topics, between commas; none: everything", parse_wanted, (), "robotics, agents"
)
EXCLUDE: Option[tuple[str, ...]] = Option(
    "exclude", "All that is left out, between commas; or none", parse_term_list, (), "survey"
)
PAPERS: Option[int | None] = Option(
    "papers", "How many papers, 3 to 10", whole_number("papers", 10), None, "5", Kind.INTEGER, minimum=3, maximum=10
)
FREE_TOPIC = replace(TOPIC, takes_text=True)
"""For verbs whose words without a name can only be a topic: `trending robotics`."""
AS_CHANNEL = replace(CHANNEL, summary="As this channel would see it", carried=True)
"""For programs and the terminal: rank as that channel sees it."""
BALLOT = Option("vote", "up, down or clear", parse_ballot, Ballot.UP, "up", choices=tuple(Ballot), takes_word=True)
NOTE = Option("note", "A note for yourself", required_text, "", '"read before Friday"')
LIBRARY_ACTION = Option(
    "action",
    "list, remove, export or delete-all",
    one_of(LibraryAction, "action"),
    LibraryAction.LIST,
    "export",
    choices=tuple(LibraryAction),
    takes_word=True,
)
FORMAT = Option(
    "format",
    "bibtex, csv or json",
    one_of(ExportFormat, "format"),
    ExportFormat.BIBTEX,
    "bibtex",
    choices=tuple(ExportFormat),
    takes_word=True,
)
CONFIRM = Option("yes", "Really do it: yes", yes_or_no("yes"), default=False, example="yes", takes_word=True)
ONE_PAPER = replace(PAPER, required=False)
URL: Option[str] = Option("url", "A link, arXiv id or DOI", required_text, "", "2602.23229", takes_text=True)
WHY = Option("why", "Why others should read it", required_text, "", '"settles our debate"')
SUBMIT_ACTION: Option[SubmitAction | None] = Option(
    "action",
    "list: what was suggested",
    one_of(SubmitAction, "action"),
    None,
    "list",
    choices=tuple(SubmitAction),
    takes_word=True,
)
KEEPING: Option[Keeping | None] = Option(
    "action", "add, remove or list", one_of(Keeping, "action"), None, "add", choices=tuple(Keeping), takes_word=True
)
FACET = Option(
    "what",
    "topic, author, organization or keyword",
    one_of(Facet, "what"),
    Facet.TOPIC,
    "author",
    choices=tuple(Facet),
)
PLAIN_TERMS: Option[tuple[str, ...]] = Option(
    "terms", "Words or names, between commas", parse_term_list, (), "robotics", takes_text=True
)
LASTING: Option[timedelta | None] = Option("for", "For how long, such as 14d; else for ever", parse_span, None, "14d")
VOTE_DAYS = Option(
    "days", "Votes of so many days, 1 to 90", whole_number("days", 90), 7, "14", Kind.INTEGER, minimum=1, maximum=90
)
OWN: Option[OwnDigest | None] = Option(
    "action",
    "stop: no more digests",
    one_of(OwnDigest, "action"),
    None,
    "stop",
    choices=tuple(OwnDigest),
    takes_word=True,
)
EMAIL: Option[str | None] = Option(
    "email", "By e-mail to this address, once a link is confirmed", parse_email, None, "ada@example.org"
)
CODE: Option[bool | None] = Option("code", "Only papers with code: yes or no", yes_or_no("code"), None, "yes")
MORE = Option("more", "Ask Hugging Face's own search too: yes", yes_or_no("more"), default=False, example="yes")
LINKING: Option[Linking | None] = Option(
    "action",
    "stop: be on its own again",
    one_of(Linking, "action"),
    None,
    "stop",
    choices=tuple(Linking),
    takes_word=True,
)
CODE_SHOWN: Option[str | None] = Option(
    "code", "What was shown in the other place", optional_text, None, "K7QM-2XWP", takes_text=True
)
SURE = replace(CONFIRM, takes_word=False)

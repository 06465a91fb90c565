"""The vocabulary of a channel's digest: options that its commands alone have."""

from dataclasses import replace
from datetime import date

from bot.commands import Option, Today
from bot.commands.choices import Learning, Style, Switch, TopicAction, WhenEmpty
from bot.commands.dates import date_named, parse_dates
from bot.commands.options import DAY, NO_TOPICS
from bot.commands.parsing import (
    at_most,
    nearly_one_of,
    one_of,
    parse_ping,
    parse_score,
    parse_sources,
    required_text,
    yes_or_no,
)
from bot.commands.terms import parse_term_list, parse_words
from bot.models import Combine

DATE = replace(DAY, takes_today=Today.CHANNEL)
"""Of a channel's digest."""
ACTION: Option[TopicAction | None] = Option(
    "action",
    "add, remove, any, all, exclude or list",
    one_of(TopicAction, "action"),
    None,
    "add",
    choices=tuple(TopicAction),
    takes_word=True,
    claims=nearly_one_of(TopicAction),
)
TERMS = Option(
    "terms",
    'Words, "quoted phrases" or arXiv categories',
    parse_words,
    NO_TOPICS,
    "robotics",
    takes_text=True,
    takes_signs=True,
)
MATCH = Option(
    "match", "any or all of the topics", one_of(Combine, "match"), Combine.ANY, "any", choices=tuple(Combine)
)
AGAIN = Option(
    "again",
    "Send although today's is out: yes",
    yes_or_no("again", "again"),
    default=False,
    example="yes",
    takes_word=True,
)
UNLESS_SENT = Option(
    "unless-sent", "Not if it arrived meanwhile: yes", yes_or_no("unless-sent"), default=False, carried=True
)
"""A button that is pressed twice sends once."""
SWITCH: Option[Switch | None] = Option(
    "action", "on or off", one_of(Switch, "action"), None, "on", choices=tuple(Switch), takes_word=True
)
UNTIL: Option[date | None] = Option(
    "until",
    "Digests come again on this date, or tomorrow",
    date_named("until", "2026-08-31"),
    None,
    "2026-08-31",
    takes_today=Today.CHANNEL,
)
SKIP = Option("skip", "Leave out only the next one: yes", yes_or_no("skip", "next"), default=False, example="yes")
QUIET_DATES: Option[tuple[tuple[date, date], ...]] = Option(
    "dates",
    "Spans of dates without digests, today or tomorrow; or none",
    parse_dates,
    (),
    "2026-12-24..2027-01-02",
    takes_text=True,
    takes_today=Today.CHANNEL,
)
WHEN_EMPTY = Option("empty", "skip or tell, when there is nothing", one_of(WhenEmpty, "empty"), WhenEmpty.SKIP, "tell")
MOST_PER_WEEK = Option("most", "At most so many a week, 1 to 7; or none", at_most("most", 7), 0, "3")
MINIMUM_UPVOTES = Option("upvotes", "At least so many upvotes; or none", at_most("upvotes", 100_000), 0, "10")
MINIMUM_SCORE = Option("score", "At least this score, as /papers why tells it; or none", parse_score, 0.0, "2.5")
SOURCES: Option[tuple[str, ...]] = Option("sources", "Known from one of these; or all", parse_sources, (), "arxiv")
MAXIMUM_AGE = Option("age", "At most so many days old, 1 to 45; or none", at_most("age", 45), 0, "7")
LEARN: Option[Learning | None] = Option(
    "learn",
    "on, off or reset: the votes given here move papers of the digest",
    one_of(Learning, "learn"),
    None,
    "off",
    choices=tuple(Learning),
)
STYLE = Option("style", "cards or compact", one_of(Style, "style"), Style.CARDS, "compact", takes_word=True)
DETAILS = Option(
    "details", "Abstracts in a thread or behind a button: yes or no", yes_or_no("details"), default=True, example="no"
)
TAGS: Option[tuple[str, ...]] = Option(
    "tags", "Tags of its posts in a Discord forum, between commas; or none", parse_term_list, (), "papers"
)
PUBLISH = Option(
    "publish",
    "Publish it to a Discord announcement channel's followers",
    yes_or_no("publish"),
    default=False,
    example="yes",
)
PING = Option("ping", "Whom it calls: none, here or a role", parse_ping, "", "none")
SETTINGS_TEXT = Option(
    "settings", "What digest export gave", required_text, "", "{…}", takes_text=True, required=True, from_file=True
)

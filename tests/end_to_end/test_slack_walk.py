"""Every row of the two tables of commands, typed in Slack at the program as one process: what is said, and to whom."""

import asyncio
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from adapters.slack.manifest import manifest
from bot.commands import all_commands
from bot.commands.grammar import parse
from bot.config import Settings
from bot.errors import UsageError
from tests.builders import NOON
from tests.end_to_end.discord_product import WITHOUT_FETCHING, clock, fill
from tests.end_to_end.product import Product, product, until
from tests.end_to_end.stage import Stand, chatsim, needs_chatsim

pytestmark = needs_chatsim

PAPER = "2603.00001"
DATE_LINE = "Tuesday 10 March 2026"
HOSTILE = "<!channel> *bold* <@U0BOB> & ~x~"


@dataclass(frozen=True)
class Row:
    """What a person types, and a fact of the answer."""

    typed: str
    says: str
    line: str = ""
    """What everybody in the channel reads beside it, or of a public answer: it itself."""
    public: bool = False


EVERYBODY = (
    Row("", "trending"),
    Row("trending", "Study 1 of diffusion(?s:.*)Next ▶(?s:.*)Share"),
    Row("limit:2 trending", "Study 2(?s:.*)Again: /papers trending limit:2"),
    Row("trending topic:pottery window:24h limit:3", "Again: /papers trending pottery window:24h limit:3"),
    Row("daily 2026-03-09", "Daily papers · Monday 9 March 2026"),
    Row("daily 2026-03-08", "No papers are listed on weekends"),
    Row("weekly week:2026-W10", "Weekly papers · week 10 of 2026"),
    Row("monthly month:2026-02", "Monthly papers · February 2026"),
    Row("search diffusion since:90d sort:newest", "12 papers found(?s:.*)Next ▶"),
    Row("search “diffusion” topic:diffusion sort:trending", "papers found"),
    Row("search zebras", "more:yes to ask Hugging Face too"),
    Row(f"paper {PAPER}", "Known from(?s:.*)Share"),
    Row(f"paper https://arxiv.org/abs/{PAPER}v2", "Study 1 of diffusion"),
    Row(f"paper 10.48550/arXiv.{PAPER}", "Study 1 of diffusion"),
    Row(f"similar {PAPER}", "Like “Study 1"),
    Row(f"why {PAPER}", "Place 1 of(?s:.*)upvotes(?s:.*)Not known: "),
    Row("catchup", "first visit"),
    Row("catchup since:3d", "What you missed since 7 Mar 2026"),
    Row(f"save {PAPER} note:“before Friday”", "now in your library with your note. Only you see it"),
    Row("library", "1 saved, newest first. Only you see them(?s:.*)Export"),
    Row("library export bibtex", r"eprint = \{2603.00001\}"),
    Row("library export csv", "id,title"),
    Row("library export json", '"id"'),
    Row(f"library remove {PAPER}", "out of your library(?s:.*)Undo"),
    Row("library export", "Your library is empty"),
    Row("library delete-all", "cannot be undone(?s:.*)Delete all"),
    Row(f'submit https://arxiv.org/abs/{PAPER} why:"settles it"', "suggested to your team"),
    Row(f"submit {PAPER}", "suggested already, by bob(?s:.*)why: settles it"),
    Row("submit https://example.org/post", "“https://example.org/post” is suggested"),
    Row("submit list", "2 suggested(?s:.*)Not seen yet: https://example.org/post"),
    Row(f"vote {PAPER} up", "You voted for(?s:.*)👍 1 👎 0"),
    Row(f"vote {PAPER} sideways", "`vote` is one of up, down, clear, not “sideways”"),
    Row(f"vote {PAPER} clear", "taken back(?s:.*)👍 0"),
    Row(f"vote {PAPER} up", "👍 1"),
    Row('follow "Ada Example" what:author for:14d', "You follow “Ada Example”(?s:.*)author, until 24 Mar 2026"),
    Row("follow list", "Ada Example"),
    Row("mute survey", "leave out “survey”"),
    Row("mute remove survey", "Removed “survey”"),
    Row("subscribe daily 09:00 topics:diffusion", "digest by direct message(?s:.*)on weekdays"),
    Row("subscribe email:ada@example.org", "No e-mail is sent from here"),
    Row("subscribe stop", "no more digests by direct message"),
    Row("link", "/papers link "),
    Row("agenda days:14", "Reading list · votes of the last 14 days(?s:.*)Study 1", public=True),
    Row("help digest", "/papers digest import"),
    Row("stats", "Papers"),
    Row("trendng", "Did you mean `trending`(?s:.*)Example: /papers trending"),
    Row("s", "`s` could be `search`"),
)
MEMBERS = (
    Row("digest status", "has no digest"),
    Row("digest subscribe daily preset:agents", "now gets a digest(?s:.*)America/New_York", "set up by @bob"),
    Row(
        "digest topics add “diffusion” cs.RO -survey", "would have matched", "@bob changed this channel's topics to any"
    ),
    Row("digest topics all", "all of", "to all of"),
    Row("digest topics any", "any of", "to any of"),
    Row("digest topics exclude review", "but not “survey”, “review”", "review"),
    Row("digest topics remove cs.RO", "saved(?s:.*)“diffusion”", "topics"),
    Row("digest topics remove zebras", "“zebras” is not among the topics"),
    Row("digest topics list", "nothing was changed"),
    Row("digest topics remove preset:agents", "Topics: “diffusion”", "to “diffusion”, but not"),
    Row("digest filters upvotes:1 age:20", "at least 1 upvotes, at most 20 days old", "filters to"),
    Row(
        "digest schedule 09:00 Berlin days:weekdays",
        "Wed 11 March, 09:00 .Europe/Berlin",
        "daily at 09:00 .Europe/Berlin",
    ),
    Row("digest schedule 9am", "nothing was changed"),
    Row("digest schedule 18:00", "Tue 10 March, 18:00", "18:00"),
    Row("digest format compact papers:4 details:no", "up to 4, compact, without details", "up to 4 papers, compact"),
    Row("digest format cards papers:3 details:yes", "up to 3", "up to 3 papers"),
    Row("digest preview", "Preview, not counted(?s:.*)👍(?s:.*)settings. /papers digest settings"),
    Row("digest preview 2026-03-09", "Monday 9 March 2026"),
    Row("digest quiet 2026-12-24..2027-01-02 most:3", "at most 3 a week", "quiet to"),
    Row("digest alerts on", "Alerts are on", "switched alerts on"),
    Row("digest alerts off", "Alerts are off", "switched alerts off"),
    Row("digest feeds add https://example.org/feed.xml", "is read from now on", "added a feed of example.org"),
    Row("digest feeds list", "example.org/feed.xml"),
    Row("digest feeds remove https://example.org/feed.xml", "example.org", "feed of example.org"),
    Row("digest send", "is sent", DATE_LINE),
    Row("digest send", "out already"),
    Row("digest status", "The next digest comes Wed 11 March, 18:00(?s:.*)permissions: (?s:.*)I can post there"),
    Row("digest status 2026-03-10", "2026-03-10: sent"),
    Row("digest pause until:2026-03-20", "Paused until 2026-03-20", "paused the digest until 2026-03-20"),
    Row("digest resume", "Digests come again", "@bob resumed the digest"),
    Row("digest pause skip:next", "2026-03-11 is left out", "skips the digest of 2026-03-11"),
    Row("digest pause all", "Changed(?s:.*)1 digest", "@bob paused the digest"),
    Row("digest status", "bob paused it(?s:.*)Resume"),
    Row("digest resume channel:all", "Digests come again", "resumed the digest"),
    Row("digest export", '"zone": "Europe/Berlin"'),
    Row('digest import {"papers":6}', "nothing is saved yet(?s:.*)3 → 6(?s:.*)Apply"),
    Row('digest import {"papers":6} yes:yes', "taken over", "imported settings for the digest: papers"),
    Row("digest settings papers:5", "settings are saved", "up to 5 papers"),
    Row("digest history", r"2026-03-10(?s:.*)sent: 3 papers"),
    Row("digest list", "Digests of this workspace(?s:.*)C0GENERAL"),
    Row("digest log", "bob imported settings(?s:.*)bob asked for the digest of 2026-03-10 before its time"),
    Row("digest link", "Only admins of this workspace"),
    Row("digest zzzz", "/papers help digest"),
    Row("digest unsubscribe", "no more digests", "was ended by @bob"),
)


@dataclass
class People:
    """Who types and presses."""

    slack: Stand
    running: Product
    counted: int = 0

    def new(self, since: int, kinds: tuple[str, ...] = ("message",)) -> list[dict[str, Any]]:
        return [one for one in self.slack.get("/slack/log", since=since) if one["kind"] in kinds]

    def count(self) -> int:
        """Lines of the stand-in's log, which grows too long to be read whole each time."""
        self.counted += len(self.slack.get("/slack/log", since=self.counted))
        return self.counted

    def typed(self, text: str, user: str = "bob", channel: str = "general") -> None:
        asked = self.slack.post("/slack/slash", command="/papers", text=text, user=user, channel=channel)["result"]
        assert asked["ok"], text
        assert asked["latency"] < 3

    def walk(self, row: Row) -> None:
        before = self.count()
        self.typed(row.typed)
        wanted = "in_channel" if row.public else "ephemeral"
        said = until(lambda: self.answers(before, wanted))
        assert re.search(row.says, "\n".join(said)), f"/papers {row.typed} said: {said}"
        if row.line:
            until(lambda: any(re.search(row.line, one) for one in self.publicly(before)))
        elif not row.public:
            assert self.publicly(before) == [], f"/papers {row.typed} is nobody else's business"

    def answers(self, since: int, kind: str) -> list[str]:
        """What came by the address of the command: all that a person reads of it."""
        told = self.new(since, ("response_url",))
        return [shown(one["body"]) for one in told if one["status"] == 200 and one["body"]["response_type"] == kind]

    def publicly(self, since: int) -> list[str]:
        posts = [one["message"] for one in self.new(since) if one["via"] == "api"]
        return [*self.answers(since, "in_channel"), *map(shown, posts)]


def shown(message: dict[str, Any]) -> str:
    """Its text as a screen reader has it, and the words of its blocks."""
    words: list[str] = [str(message.get("text") or "")]

    def look(node: object) -> None:
        if isinstance(node, dict):
            words.extend(str(node[name]) for name in ("text", "value", "channel_id") if isinstance(node.get(name), str))
            for value in node.values():
                look(value)
        elif isinstance(node, list):
            for value in node:
                look(value)

    look(message.get("blocks"))
    return "\n".join(words)


@pytest.fixture
def people(tmp_path: Path) -> Iterator[People]:
    """One process of the program, with twelve invented papers, and a clock that nearly stands."""
    asyncio.run(fill(f"sqlite:///{tmp_path / 'product.db'}"))
    with chatsim(tmp_path, "--slack-port", "0", "--oauth") as slack:
        slack.post("/slack/load_manifest", manifest=_manifest(slack))
        slack.post("/slack/set", rate_limits=True)
        slack.post("/slack/taint", args=[HOSTILE])
        with product(tmp_path, slack.environment | clock(NOON, speed=1), *WITHOUT_FETCHING) as running:
            slack.post("/slack/wait_socket")
            yield People(slack, running)
            log = running.log.read_text(encoding="utf-8")
        assert slack.get("/slack/violations") == []
        assert slack.get("/slack/warnings") == []
        assert '"level": "error"' not in log


def _manifest(slack: Stand) -> dict[str, Any]:
    given = {name.lower(): slack.environment[name] for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN")}
    return manifest(Settings(_env_file=None, **given))  # type: ignore[call-arg, arg-type]  # pydantic-settings' own option


def test_every_row_of_both_tables_answers_as_it_says_and_to_whom_it_says(people: People) -> None:
    for row in (*EVERYBODY, *MEMBERS):
        people.walk(row)
    markup_that_people_type(people)
    texts_of_every_length_and_script(people)


def test_the_rows_name_every_command() -> None:
    known = {command.path for command in all_commands()}
    walked = set()
    for row in (*EVERYBODY, *MEMBERS):
        try:
            walked.add(parse(row.typed)[0].path)
        except UsageError:
            continue
    assert walked == known


def markup_that_people_type(people: People) -> None:
    """The stand-in counts a violation where any of it would call somebody or be styled."""
    for text in (
        f"search {HOSTILE}",
        f"save {PAPER} note:'{HOSTILE}'",
        "library",
        f'submit https://example.org/odd why:"{HOSTILE}"',
        "submit list",
        f'digest topics add "{HOSTILE}"',
        f"zzz {HOSTILE}",
        f"help {HOSTILE}",
        f'digest import {{"topics": ["{HOSTILE}"]}}',
    ):
        before = people.count()
        people.typed(text)
        assert until(lambda before=before: people.answers(before, "ephemeral"))  # type: ignore[misc]  # bound at once


def texts_of_every_length_and_script(people: People) -> None:
    for text, says in (
        ("search " + "diffusion " * 320, "too long for buttons"),
        ("search " + "x" * 3900, "Search"),
        ("zzz" * 1500, "characters"),
        ('search "never closed', "Search"),
        ("search 🤖🔥", "Nothing found"),
        ("search שלום \N{RIGHT-TO-LEFT OVERRIDE}עולם", "Nothing found"),
        ("search 扩散模型", "Search"),
    ):
        before = people.count()
        people.typed(text)
        said = until(lambda before=before: people.answers(before, "ephemeral"))  # type: ignore[misc]  # bound at once
        assert re.search(says, "\n".join(said)), json.dumps(said)[:500]

"""Every row of the two tables of commands, against the program as one process: what each answers, and to whom."""

import asyncio
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.commands import all_commands
from tests.builders import NOON
from tests.end_to_end.discord_product import WITHOUT_FETCHING, clock, fill, register
from tests.end_to_end.discord_stage import shown
from tests.end_to_end.product import Product, product, until
from tests.end_to_end.stage import Stand, chatsim, needs_chatsim

pytestmark = needs_chatsim

PAPER = "2603.00001"
SEND_MESSAGES = 1 << 11
EPHEMERAL = 1 << 6
IMPORTED = '{"papers":6,"preferences":{"alerts":true}}'
DATE_LINE = "Tuesday 10 March 2026"


@dataclass(frozen=True)
class Row:
    """A command with its options, and a fact of its answer."""

    path: str
    says: str
    options: dict[str, Any] = field(default_factory=dict)
    public: bool = False
    """The answer itself is for everybody."""
    line: str = ""
    """What is said in public beside it."""


EVERYBODY = (
    Row("trending", "page 1 of 3"),
    Row("trending", "Nothing is trending here", {"topic": "pottery", "window": "24h", "limit": 3}),
    Row("daily", "Daily papers · Monday 9 March 2026", {"date": "2026-03-09"}),
    Row("weekly", "Weekly papers · week 10 of 2026", {"week": "2026-W10"}),
    Row("monthly", "Monthly papers · February 2026"),
    Row("search", "12 papers found", {"query": "diffusion", "since": "90d", "sort": "newest"}),
    Row("paper", "Known from", {"paper": PAPER}),
    Row("paper", "Study 1 of diffusion", {"paper": f"https://arxiv.org/abs/{PAPER}v2"}),
    Row("similar", "Like “Study 1", {"paper": PAPER}),
    Row("why", "Place", {"paper": PAPER}),
    Row("catchup", "first visit"),
    Row("save", "now in your library with your note", {"paper": PAPER, "note": "before Friday"}),
    Row("library", "1 saved"),
    Row("library", r"eprint = \{2603.00001\}", {"action": "export", "format": "bibtex"}),
    Row("library", "id,title", {"action": "export", "format": "csv"}),
    Row("library", '"id"', {"action": "export", "format": "json"}),
    Row("library", "out of your library", {"action": "remove", "paper": PAPER}),
    Row("library", "cannot be undone", {"action": "delete-all"}),
    Row("submit", "suggested to your team", {"url": f"https://arxiv.org/abs/{PAPER}", "why": "settles it"}),
    Row("submit", "suggested already, by Alice", {"url": PAPER}),
    Row("submit", "why: settles it", {"action": "list"}),
    Row("vote", "👍 1", {"paper": PAPER, "vote": "up"}),
    Row("vote", "taken back.*👍 0", {"paper": PAPER, "vote": "clear"}),
    Row("vote", "👍 1", {"paper": PAPER, "vote": "up"}),
    Row("follow", "You follow “Ada Example”", {"terms": '"Ada Example"', "what": "author", "for": "14d"}),
    Row("follow", "Ada Example.* author, until 24 Mar 2026", {"action": "list"}),
    Row("mute", "leave out “survey”", {"terms": "survey"}),
    Row("mute", "action:remove terms:WORDS", {"action": "list"}),
    Row("subscribe", "digest by direct message", {"period": "daily", "time": "09:00", "zone": "Europe/Berlin"}),
    Row("subscribe", "No e-mail is sent from here", {"email": "ada@example.org"}),
    Row("subscribe", "no more digests", {"action": "stop"}),
    Row("link", "/papers link code:"),
    Row("agenda", "Reading list", {"days": 7}, public=True),
    Row("help", "/papers agenda"),
    Row("help", "/papers-digest import", {"command": "digest"}),
    Row("stats", "Papers"),
)
MANAGERS = (
    Row("status", "has no digest"),
    Row("subscribe", "now gets a digest", {"period": "daily", "preset": "generation"}, line="set up by @Alice"),
    Row(
        "topics",
        "would have matched",
        {"action": "add", "terms": "diffusion, cs.RO"},
        line="changed this channel.s topics",
    ),
    Row("topics", "but not", {"action": "exclude", "terms": "survey"}),
    Row("topics", "all of", {"action": "all"}),
    Row("topics", "any of", {"action": "any"}),
    Row("topics", "saved(?s:.*)“diffusion”", {"action": "remove", "terms": "cs.RO"}),
    Row("filters", "at least 1 upvotes, at most 20 days old", {"upvotes": "1", "age": "20"}, line="filters"),
    Row("schedule", "Wed 11 March, 09:00", {"time": "09:00", "zone": "Europe/Berlin", "days": "weekdays"}),
    Row("format", "up to 4, compact, without details", {"papers": 4, "style": "compact", "details": "no"}),
    Row("format", "up to 4", {"style": "cards", "details": "yes"}, line="format"),
    Row("preview", "not posted, not counted"),
    Row("preview", "Monday 9 March 2026", {"date": "2026-03-09"}),
    Row("send", "is sent", line=DATE_LINE),
    Row("send", "out already"),
    Row("send", "is sent", {"again": "yes"}),
    Row("quiet", "at most 3 a week", {"dates": "2026-12-24..2027-01-02", "most": "3"}, line="quiet"),
    Row("alerts", "Alerts are on", {"action": "on"}, line="switched alerts on"),
    Row("alerts", "off", {"action": "off"}, line="switched alerts off"),
    Row("feeds", "is read from now on", {"action": "add", "url": "https://example.org/feed.xml"}, line="added a feed"),
    Row("feeds", "example.org/feed.xml", {"action": "list"}),
    Row("feeds", "example.org", {"action": "remove", "url": "https://example.org/feed.xml"}),
    Row("pause", "Paused until 2026-03-20", {"until": "2026-03-20"}, line="paused the digest until 2026-03-20"),
    Row("pause", "2026-03-20 is left out", {"skip": "yes"}, line="skips the digest"),
    Row("resume", "Digests come again", line="resumed the digest"),
    Row("export", '"zone": "Europe/Berlin"'),
    Row("import", "nothing is saved yet(?s:.*)4 → 6(?s:.*)alerts yes", {"settings": IMPORTED}),
    Row("import", "taken over", {"settings": IMPORTED, "yes": "yes"}, line="imported settings"),
    Row("status", "I may post in"),
    Row("status", "2026-03-10: sent", {"date": "2026-03-10"}),
    Row("history", r"sent · \d papers"),
    Row("list", "<#"),
    Row("log", "Alice imported settings(?s:.*)Alice changed the format to: up to 4"),
    Row("link", "/papers-digest link code:"),
    Row("unsubscribe", "no more digests", line="ended by @Alice"),
)


@dataclass
class People:
    """Who types and presses."""

    chat: Stand
    running: Product
    channel: str = "general"

    def ask(self, path: str, *, user: str = "alice", channel: str = "", **options: Any) -> tuple[str, dict[str, Any]]:
        """The whole answer's text, and its first message."""
        where = {"channel": channel or self.channel}
        asked = self.chat.post("/discord/slash", args=[path], user=user, **where, **options)["result"]
        assert asked["ok"], f"/{path} {options}"
        return self.answer(asked)

    def answer(self, asked: dict[str, Any], contains: str = "") -> tuple[str, dict[str, Any]]:
        told = self.chat.post("/discord/wait_reply", interaction_id=asked["id"], contains=contains, timeout=20)
        message: dict[str, Any] = told["result"]
        return shown(message).replace("\\", ""), message

    def walk(self, root: str, row: Row) -> None:
        before = len(self.chat.get("/discord/log", kind="message"))
        text, message = self.ask(f"{root} {row.path}", **row.options)
        if row.public:  # what was "thinking…" is taken away, and the answer stands in the channel
            text = until(lambda: self.new(before, row.says))
        assert re.search(row.says, text), f"/{root} {row.path} {row.options} said: {text}"
        assert not row.public or "⚠️" not in text
        assert row.public or message["flags"] & EPHEMERAL, f"/{root} {row.path} is private"
        if row.line:
            assert until(lambda: self.new(before, row.line)), row

    def new(self, since: int, pattern: str) -> str:
        """The first public message that matches, of those after so many."""
        said = [one["message"] for one in self.chat.get("/discord/log", kind="message")[since:]]
        texts = [shown(one).replace("\\", "") for one in said if not one["flags"] & EPHEMERAL]
        return next((text for text in texts if re.search(pattern, text)), "")

    def offered(self, path: str, option: str, typed: str) -> str:
        asked = self.chat.post("/discord/autocomplete", args=[path, option, typed], user="alice")["result"]
        assert len(asked["choices"]) <= 25
        return " ".join(choice["value"] for choice in asked["choices"])

    def said(self, channel: str, words: str) -> list[dict[str, Any]]:
        """What everybody reads in a channel, oldest first."""
        messages = self.chat.post("/discord/messages", channel=channel)["result"]
        return [one for one in messages if words in shown(one) and not one["flags"] & EPHEMERAL]

    def press(self, message: dict[str, Any], label: str, user: str = "alice") -> dict[str, Any]:
        pressed = self.chat.post("/discord/click", message_id=message["id"], label=label, user=user)["result"]
        assert pressed["ok"]
        return dict(pressed)


@pytest.fixture
def people(tmp_path: Path) -> Iterator[People]:
    """One process of the program, a minute of whose clock passes in a second."""
    asyncio.run(fill(f"sqlite:///{tmp_path / 'product.db'}"))
    with chatsim(tmp_path, "--slack-port", "0", "--discord-port", "0") as chat:
        register(chat)
        with product(tmp_path, chat.environment | clock(NOON, speed=60), *WITHOUT_FETCHING) as running:
            chat.post("/discord/wait_ready")
            yield People(chat, running)
            log = running.log.read_text(encoding="utf-8")
        assert chat.get("/discord/violations") == []
        assert chat.get("/discord/warnings") == []
        assert '"level": "error"' not in log


def test_every_row_of_both_tables_answers_as_it_says_and_to_whom_it_says(people: People) -> None:
    for row in EVERYBODY:
        people.walk("papers", row)
    for row in MANAGERS:
        people.walk("papers-digest", row)
    digest = people.said("general", DATE_LINE)[0]
    assert {"👍", "👎", "Save", "Similar", "Details"} <= set(shown(digest).splitlines())
    details, message = people.answer(people.press(digest, "Details", user="bob"))
    assert "Known from" in details
    assert message["flags"] & EPHEMERAL
    people.press(digest, "👎", user="bob")
    until(lambda: "👎 1" in shown(people.said("general", DATE_LINE)[0]))
    form_and_its_way_back(people)
    a_stopped_digest_and_its_retry(people)
    options_as_they_are_typed(people)
    people_who_brought_the_app_along(people)


def test_the_rows_name_every_command() -> None:
    walked = {row.path for row in EVERYBODY} | {f"digest {row.path}" for row in MANAGERS}
    assert walked == {command.path for command in all_commands()} - {"digest settings"}, "which is a form, see below"


def form_and_its_way_back(people: People) -> None:
    """A refused text comes back with what was typed; the last step saves, shows a preview, and says so in public."""
    opened = people.chat.post("/discord/slash", args=["papers-digest settings"], user="alice")["result"]
    typed = {"topics": "robotics", "time": "25:99"}
    told, message = people.answer(submitted(people, opened, typed))
    assert "25:99" in told
    again = people.press(message, "Back to the form")
    assert '"robotics"' in json.dumps(again["modal"])
    told, message = people.answer(submitted(people, again, {"time": "07:30"}), "filled in")
    done = submitted(people, people.press(message, "Continue (2 of 2)"), {"zone": "Europe/Berlin"})
    assert "07:30 (Europe/Berlin)" in people.answer(done, "settings are saved")[0]
    assert "not posted, not counted" in people.answer(done, "Preview: not")[0]


def submitted(people: People, opened: dict[str, Any], values: dict[str, Any]) -> dict[str, Any]:
    sent = people.chat.post("/discord/submit_modal", interaction_id=opened["id"], values=values)["result"]
    assert sent["ok"]
    return dict(sent)


def a_stopped_digest_and_its_retry(people: People) -> None:
    """One that is due where the bot may write no more: who set it up gets a private message, whose Retry delivers."""
    people.ask("papers-digest subscribe", channel="random")
    people.chat.post("/discord/overwrite", channel="random", target="bot", deny=SEND_MESSAGES)
    now = datetime.fromisoformat(people.running.get("/api/v1/trending", limit=1)["as_of"])
    people.ask("papers-digest status", channel="random")
    soon = f"{now + timedelta(minutes=4):%H:%M}"
    told, _ = people.ask("papers-digest schedule", channel="random", time=soon, zone="UTC")
    assert "Send Messages" in told, "nothing is configured where it could not be posted"
    people.chat.post("/discord/overwrite", channel="random", target="bot", allow=SEND_MESSAGES)
    people.ask("papers-digest schedule", channel="random", time=soon, zone="UTC", days="every day")
    people.chat.post("/discord/overwrite", channel="random", target="bot", deny=SEND_MESSAGES)
    (private,) = until(lambda: direct(people.chat, "I paused it"))
    assert "allow me View Channel and Send Messages" in shown(private)
    assert re.search(r"\*\*Channel\*\* <#\d+>", shown(private)), "as Discord names it to whom may see it"
    still, _ = people.answer(people.press(private, "Retry"))
    assert "not sent" in still
    people.chat.post("/discord/overwrite", channel="random", target="bot", allow=SEND_MESSAGES)
    assert "is sent" in people.answer(people.press(private, "Retry"))[0]
    assert len(people.said("random", DATE_LINE)) == 1
    assert "Paused" not in people.ask("papers-digest status", channel="random")[0]


COMPLETED = (
    ("papers trending", "topic", "diff", "diffusion"),
    ("papers paper", "paper", "Study 7", "2603.00007"),
    ("papers daily", "date", "", "2026-03-09"),
    ("papers weekly", "week", "", "2026-W10"),
    ("papers monthly", "month", "", "2026-02"),
    ("papers-digest schedule", "zone", "berl", "Europe/Berlin"),
    ("papers-digest subscribe", "preset", "rob", "robotics"),
    ("papers-digest topics", "terms", "robot", "robotics"),
)


def options_as_they_are_typed(people: People) -> None:
    """A busy machine may offer nothing at first: who types gets an empty list in time rather than a full one late."""
    for path, option, typed, offered in COMPLETED:
        until(lambda asked=(path, option, typed), offered=offered: offered in people.offered(*asked))  # type: ignore[misc]  # bound at once


def people_who_brought_the_app_along(people: People) -> None:
    """In a server without the bot, in two people's conversation, and from a message's menu; in their language too."""
    people.chat.post("/discord/install_user", user="bob")
    people.chat.post("/discord/set_locale", user="bob", locale="de")
    far = people.chat.post("/discord/external_guild", name="Far")["result"]["id"]
    asked = people.chat.post("/discord/slash", args=["papers suche"], user="bob", guild=far, suchwörter="diffusion")
    assert "12 papers found" in people.answer(asked["result"])[0]
    between = people.chat.post("/discord/private_channel", args=["alice", "bob"])["result"]["id"]
    assert "Study 1" in people.ask("papers paper", user="bob", channel=between, paper=PAPER)[0]
    named = people.chat.post("/discord/say", content=f"see arxiv.org/abs/{PAPER}", user="alice", channel="general")
    menu = {"message_id": named["result"]["id"], "name": "Find papers in this message", "user": "bob"}
    found = people.chat.post("/discord/context_menu", **menu)["result"]
    assert "Study 1" in people.answer(found)[0]


def direct(chat: Stand, words: str) -> list[dict[str, Any]]:
    """Messages to one person alone that say it."""
    said = [one["message"] for one in chat.get("/discord/log", kind="message") if one.get("guild_id") is None]
    return [one for one in said if words in shown(one)]

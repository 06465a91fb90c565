"""Real papers in, ranked, out on Slack and Discord, and one digest that arrives once: the product as a process."""

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.product import Product, one_process_each, product, until
from tests.end_to_end.stage import Stand, chatsim, needs_chatsim, needs_replay, replay

pytestmark = [needs_replay, needs_chatsim]

BEFORE_NINE = "2026-03-10T08:58:00Z"
AFTER_NINE = "2026-03-10T09:10:00Z"
SLOW, FAST = "1", "20"
"""Virtual seconds a second: two minutes before nine pass in six seconds."""

DIGEST = " new papers · why? "
"""What stands under every digest, and in no greeting or list."""

WITHOUT_FETCHING = ("--role", "web", "--role", "gateway", "--role", "worker")
"""A process that is killed between an answer and keeping it asks again without a condition; that is no rudeness."""


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[tuple[Stand, Stand]]:
    """Sources and chat; at the end neither may have anything to complain of."""
    with (
        replay(tmp_path, now=BEFORE_NINE) as sources,
        chatsim(tmp_path, "--slack-port", "0", "--discord-port", "0") as chat,
    ):
        yield sources, chat
        assert sources.get("/control/violations") == []
        assert chat.get("/slack/violations") == []
        assert chat.get("/discord/violations") == []


def settings(sources: Stand, chat: Stand, now: str, speed: str) -> dict[str, str]:
    clock = {"BROADSHEET_NOW": now, "BROADSHEET_CLOCK_SPEED": speed}
    return sources.environment | chat.environment | clock


def slack_posts(chat: Stand, contains: str) -> list[dict[str, Any]]:
    messages = chat.post("/slack/messages", channel="general", ephemeral=False)["result"]
    return [message for message in messages if contains in json.dumps(message, ensure_ascii=False)]


def discord_posts(chat: Stand, contains: str) -> list[dict[str, Any]]:
    messages = chat.post("/discord/messages", channel="general")["result"]
    return [message for message in messages if contains in json.dumps(message, ensure_ascii=False)]


def with_papers(running: Product) -> None:
    until(lambda: running.get("/api/v1/trending")["total"] > 50, seconds=60)


def test_real_papers_come_in_and_answers_go_out(stage: tuple[Stand, Stand], tmp_path: Path) -> None:
    sources, chat = stage
    with product(tmp_path, settings(sources, chat, BEFORE_NINE, SLOW)) as running:
        with_papers(running)
        until(lambda: chat.post("/slack/wait_socket")["ok"])
        chat.post("/slack/slash", command="/papers", text="trending", user="bob")
        answer = chat.post("/slack/wait_message", channel="general", contains="Trending papers")["result"]
        first = running.get("/api/v1/trending", limit=1)["papers"][0]
        assert first["title"] in json.dumps(answer, ensure_ascii=False)
        daily = running.get("/api/v1/daily", date="2026-03-09")
        shown = [paper["upvotes"] for paper in daily["papers"]]
        assert shown == sorted(shown, reverse=True)
        assert daily["papers"][0]["upvotes"] == sources.get(f"/control/paper/{daily['papers'][0]['id']}")["upvotes"]


def test_a_digest_arrives_once_on_each_platform_even_when_the_process_is_killed(
    stage: tuple[Stand, Stand], tmp_path: Path
) -> None:
    sources, chat = stage
    with product(tmp_path, settings(sources, chat, BEFORE_NINE, SLOW)) as running:
        with_papers(running)
        subscribe(chat, sources)
    with product(tmp_path, settings(sources, chat, "2026-03-10T08:59:00Z", FAST), *WITHOUT_FETCHING) as running:
        until(lambda: slack_posts(chat, DIGEST) or discord_posts(chat, DIGEST))
        running.kill()
    for start in ("2026-03-10T08:59:30Z", AFTER_NINE):
        environment = settings(sources, chat, start, FAST)
        with product(tmp_path, environment, *WITHOUT_FETCHING):
            until(lambda: set(states_in(tmp_path).values()) <= {"sent", "unknown"}, seconds=60)
    states = {key.partition(":")[0]: state for key, state in states_in(tmp_path).items()}
    on_slack = len(slack_posts(chat, DIGEST))
    assert on_slack == 1 or (on_slack, states["slack"]) == (0, "unknown"), "killed before its request went out"
    assert (len(discord_posts(chat, DIGEST)), states["discord"]) == (1, "sent")
    told = [last_run(tmp_path, environment, key) for key in states_in(tmp_path)]
    assert [(run["slot"], run["state"]) for run in told] == [("2026-03-10", s) for s in states_in(tmp_path).values()]


def test_four_processes_one_for_each_role_do_together_what_one_does(
    stage: tuple[Stand, Stand], tmp_path: Path, postgresql_url: str
) -> None:
    """People ask the gateway, sources answer the fetcher, the worker posts, and the page shows it."""
    sources, chat = stage
    database = {"DATABASE_URL": postgresql_url}
    before = settings(sources, chat, BEFORE_NINE, SLOW) | database
    with one_process_each(tmp_path, before, "web", "gateway", "worker", "fetch") as running:
        with_papers(running["web"])
        subscribe(chat, sources)
        assert running["worker"].end() == 0
        assert not slack_posts(chat, DIGEST) + discord_posts(chat, DIGEST), "it is not nine yet"
        with one_process_each(tmp_path, settings(sources, chat, AFTER_NINE, SLOW) | database, "worker") as later:
            until(lambda: slack_posts(chat, DIGEST))
            until(lambda: discord_posts(chat, DIGEST))
            ended = [one.end() for one in (later["worker"], running["gateway"], running["fetch"], running["web"])]
        assert ended == [0, 0, 0, 0]
    told = broadsheet(before, "deliveries", "--json")
    assert [one["state"] for one in json.loads(told)["deliveries"]] == ["sent", "sent"]
    assert len(slack_posts(chat, DIGEST)) == len(discord_posts(chat, DIGEST)) == 1


def subscribe(chat: Stand, sources: Stand) -> None:
    """The general channel of both platforms, at nine in UTC, by commands that people type."""
    broadsheet(settings(sources, chat, BEFORE_NINE, SLOW), "discord", "sync")
    until(lambda: chat.post("/slack/wait_socket")["ok"] and chat.post("/discord/wait_ready")["ok"])
    chat.post("/slack/slash", command="/papers", text="digest subscribe daily", user="alice")
    chat.post("/discord/slash", args=["papers-digest subscribe"], period="daily")
    until(lambda: slack_posts(chat, "set up by") and discord_posts(chat, "set up by"))
    chat.post("/slack/slash", command="/papers", text="digest schedule 9:00 UTC", user="alice")
    until(lambda: slack_posts(chat, "at 09:00 (UTC)") and discord_posts(chat, "at 09:00 (UTC)"))


def states_in(folder: Path) -> dict[str, str]:
    """Of the deliveries in the ledger, by channel; both channels must have one."""
    joined = "subscription s JOIN delivery d ON d.subscription_id = s.id"
    query = f"SELECT s.platform, s.workspace, s.channel, d.state FROM {joined}"  # noqa: S608  # all of it is above
    with closing(sqlite3.connect(folder / "product.db")) as database:
        found = {":".join(row[:3]): str(row[3]) for row in database.execute(query)}
    assert len(found) == 2, found
    return found


def broadsheet(environment: dict[str, str], *arguments: str) -> str:
    """What the command line prints."""
    command = [sys.executable, "-m", "bot", *arguments]
    answer = subprocess.run(command, env=os.environ | environment, check=True, timeout=60, stdout=subprocess.PIPE)  # noqa: S603  # our own program
    return answer.stdout.decode()


def last_run(folder: Path, environment: dict[str, str], key: str) -> dict[str, Any]:
    """What `digest status` tells an operator of the latest slot."""
    database = {"DATABASE_URL": f"sqlite:///{folder / 'product.db'}"}
    status = json.loads(broadsheet(environment | database, "digest", "status", "--channel", key, "--json"))
    return dict(status["last"][0])

"""Real papers in, ranked, out on Slack and Discord, and one digest that arrives once: the product as a process."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.product import Product, product, until
from tests.end_to_end.stage import Stand, chatsim, needs_chatsim, needs_replay, replay

pytestmark = [needs_replay, needs_chatsim]

BEFORE_NINE = "2026-03-10T08:58:00Z"
AFTER_NINE = "2026-03-10T09:10:00Z"
SLOW, FAST = "1", "20"
"""Virtual seconds a second: two minutes before nine pass in six seconds."""

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
        until(lambda: chat.post("/slack/wait_socket")["ok"])
        chat.post("/slack/slash", command="/papers", text="digest subscribe daily", user="alice")
        until(lambda: slack_posts(chat, "set up by"))
        chat.post("/slack/slash", command="/papers", text="digest schedule 9:00 UTC", user="alice")
        until(lambda: slack_posts(chat, "daily at 09:00 (UTC)"))
    with product(tmp_path, settings(sources, chat, "2026-03-10T08:59:00Z", FAST), *WITHOUT_FETCHING) as running:
        until(lambda: slack_posts(chat, "Trending papers"))
        running.kill()
    for start in ("2026-03-10T08:59:30Z", AFTER_NINE):
        with product(tmp_path, settings(sources, chat, start, FAST), *WITHOUT_FETCHING) as running:
            until(lambda: running.get("/readyz")["ready"])
            status = until(lambda: status_of(chat))
            assert "sent" in status
    assert len(slack_posts(chat, "Trending papers")) == 1


def status_of(chat: Stand) -> str:
    chat.post("/slack/wait_socket")
    chat.post("/slack/slash", command="/papers", text="digest status", user="alice")
    return json.dumps(chat.post("/slack/wait_message", channel="general", contains="Last: ")["result"])

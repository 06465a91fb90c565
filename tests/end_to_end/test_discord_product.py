"""The product as a process, killed amid an interaction while Discord's gateway is down for ten minutes of its clock."""

import asyncio
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import Any

import httpx

from tests.adapters.email.stage import Script, mail_server
from tests.builders import NOON
from tests.end_to_end.discord_product import WITHOUT_FETCHING, clock, fill, register
from tests.end_to_end.product import Product, product, until
from tests.end_to_end.stage import Stand, chatsim, needs_chatsim

pytestmark = needs_chatsim

ANSWERS = "PATCH /webhooks/{webhook_id}/{webhook_token}/messages/@original"
QUERY = ("diffusion " * 12).strip()
"""Too long for a custom id: what its buttons mean is in the database."""


def test_after_a_kill_and_during_an_outage_all_but_the_gateway_goes_on(tmp_path: Path) -> None:
    asyncio.run(fill(f"sqlite:///{tmp_path / 'product.db'}"))
    inbox = Script()
    with mail_beside(inbox) as mail, chatsim(tmp_path, "--slack-port", "0", "--discord-port", "0") as chat:
        register(chat)
        environment = chat.environment | mail
        with product(tmp_path, environment | clock(NOON, speed=1), *WITHOUT_FETCHING) as running:
            chat.post("/discord/wait_ready")
            subscribe_by_mail(running, inbox, at="12:07")
            asked = typed(chat, "papers search", query=QUERY)
            read(chat, asked, "page 1")
            read(chat, typed(chat, "papers-digest subscribe"), "gets a digest")
            read(chat, typed(chat, "papers-digest schedule", time="12:06", zone="UTC"), "12:06")
            chat.post("/discord/fault", target=ANSWERS, kind="slow", seconds=3)
            assert typed(chat, "papers trending")["kind"] == "deferred"
            chat.post("/discord/gateway_outage", seconds=600, resumable=False)
            running.kill()
        sessions = len(chat.get("/discord/log", kind="ready"))
        later = clock(NOON + timedelta(minutes=5, seconds=30), speed=60)
        with product(tmp_path, environment | later, *WITHOUT_FETCHING, answers="/healthz") as running:
            digest = until(lambda: posted(chat, "Tuesday 10 March 2026"))
            letter = until(lambda: inbox.arrived[1].part("plain"))
            assert "of diffusion" in letter
            assert running.get("/api/v1/trending", limit=1)["total"] == 12
            until(lambda: chat.post("/slack/wait_socket")["ok"])
            chat.post("/slack/slash", command="/papers", text="trending", user="bob")
            chat.post("/slack/wait_message", channel="general", contains="Trending papers")
            until(lambda: running.get("/api/v1/trending", limit=1)["as_of"] > "2026-03-10T12:16", seconds=60)
            assert len(chat.get("/discord/log", kind="ready")) == sessions, "the gateway was down all the time"
            chat.post("/discord/gateway_outage", seconds=0)
            until(lambda: len(chat.get("/discord/log", kind="ready")) > sessions, seconds=60)
            pressed = chat.post("/discord/click", message_id=asked["message"]["id"], label="Next ▶", user="alice")
            assert pressed["result"]["kind"] == "deferred_update"
            read(chat, asked, "page 2")
            assert len(posted(chat, "Tuesday 10 March 2026")) == len(digest)
            assert len(inbox.arrived) == 2
        assert chat.get("/slack/violations") == []
        assert chat.get("/discord/violations") == []


@contextmanager
def mail_beside(inbox: Script) -> Iterator[dict[str, str]]:
    """A mail server in a thread of its own, and the settings that point the product at it."""
    told: Queue[tuple[int, asyncio.AbstractEventLoop, asyncio.Event]] = Queue()

    async def serve() -> None:
        async with mail_server(inbox) as port:
            ended = asyncio.Event()
            told.put((port, asyncio.get_running_loop(), ended))
            await ended.wait()

    thread = Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    port, loop, ended = told.get(timeout=20)
    try:
        yield {
            "SMTP_URL": f"smtp://127.0.0.1:{port}?starttls=0",
            "MAIL_FROM": "Papers <papers@example.org>",
            "PUBLIC_URL": "https://papers.example.org",
        }
    finally:
        loop.call_soon_threadsafe(ended.set)
        thread.join(20)


def subscribe_by_mail(running: Product, inbox: Script, *, at: str) -> None:
    """By the page's form and the link in the letter."""
    wish = {"address": "ada@example.org", "period": "daily", "time": at, "zone": "UTC", "days": "every day"}
    with httpx.Client(base_url=running.url, trust_env=False) as browser:
        assert browser.post("/subscribe", data=wish | {"topics": ""}).status_code == 303
        letter = until(lambda: inbox.arrived[0].part("plain"))
        found = re.search(r"https://papers\.example\.org(/confirm/\S+)", letter)
        assert found is not None
        assert browser.post(found[1], data={"confirmed": "yes"}).status_code == 200


def typed(chat: Stand, path: str, **options: str) -> dict[str, Any]:
    asked: dict[str, Any] = chat.post("/discord/slash", args=[path], user="alice", **options)["result"]
    assert asked["ok"]
    return asked


def read(chat: Stand, asked: dict[str, Any], words: str) -> None:
    """Wait until the answer says it."""
    asked["message"] = chat.post("/discord/wait_reply", interaction_id=asked["id"], contains=words, timeout=20)[
        "result"
    ]


def posted(chat: Stand, words: str) -> list[dict[str, Any]]:
    messages = chat.post("/discord/messages", channel="general")["result"]
    return [one for one in messages if words in json.dumps(one, ensure_ascii=False) and not one.get("_ephemeral_to")]

"""The program is killed after a change and before its public line is out: the line comes once all the same."""

import asyncio
import json
from pathlib import Path
from typing import Any

from tests.end_to_end.discord_product import fill, register
from tests.end_to_end.product import product, until
from tests.end_to_end.stage import Stand, chatsim, needs_chatsim
from tests.end_to_end.test_discord_product import posted, read, typed

pytestmark = needs_chatsim

ROLES = ("--role", "web", "--role", "gateway", "--role", "worker")
ANSWERS = "PATCH /webhooks/{webhook_id}/{webhook_token}/messages/@original"
LATE_SECONDS = 60.0
"""A dead process's turn takes fifteen seconds, and the next look five."""


def in_slack(slack: Stand, text: str) -> None:
    assert slack.post("/slack/slash", command="/papers", text=text, user="bob")["result"]["ok"]


def lines(slack: Stand, words: str) -> list[str]:
    """What all in #general read with these words in it."""
    messages = slack.post("/slack/messages", channel="general")["result"]
    told = [one for one in messages if not one.get("_ephemeral_to")]
    return [text for text in (json.dumps(one, ensure_ascii=False) for one in told) if words in text]


def begun(chat: Stand) -> bool:
    """Whether both hang: on Slack the public line itself, on Discord the private answer before it."""
    said = [one.get("body") or {} for one in chat.get("/slack/log", kind="response_url")]
    public: list[Any] = [one for one in said if one.get("response_type") == "in_channel"]
    hanging = [one for one in chat.get("/discord/log", kind="api") if one.get("fault")]
    return "paused the digest" in json.dumps(public) and bool(hanging)


def test_a_line_that_a_killed_process_owed_comes_once_after_it_was_started_again(tmp_path: Path) -> None:
    asyncio.run(fill(f"sqlite:///{tmp_path / 'product.db'}"))
    with chatsim(tmp_path, "--slack-port", "0", "--discord-port", "0") as chat:
        register(chat)
        with product(tmp_path, chat.environment, *ROLES) as running:
            chat.post("/slack/wait_socket")
            chat.post("/discord/wait_ready")
            in_slack(chat, "digest subscribe")
            read(chat, typed(chat, "papers-digest subscribe"), "gets a digest")
            until(lambda: lines(chat, "set up by @bob") and posted(chat, "set up by"))
            hangs = {"kind": "timeout", "seconds": 30}
            chat.post("/slack/fault", target="response_url", where={"response_type": "in_channel"}, **hangs)
            chat.post("/discord/fault", target=ANSWERS, **hangs)
            in_slack(chat, "digest pause")
            typed(chat, "papers-digest pause")
            until(lambda: begun(chat))
            running.kill()
        connected = len(chat.get("/discord/log", kind="ready"))
        assert (lines(chat, "paused the digest"), posted(chat, "paused the digest")) == ([], [])
        with product(tmp_path, chat.environment, *ROLES) as running:
            until(lambda: lines(chat, "@bob paused the digest"), LATE_SECONDS)
            until(lambda: posted(chat, "paused the digest"), LATE_SECONDS)
            until(lambda: len(chat.get("/discord/log", kind="ready")) > connected, LATE_SECONDS)
            in_slack(chat, "digest resume")
            until(lambda: lines(chat, "@bob resumed the digest"))
            read(chat, typed(chat, "papers-digest resume"), "come again")
            until(lambda: posted(chat, "resumed the digest"))
            assert running.end() == 0
        for words in ("set up by @bob", "paused the digest", "resumed the digest"):
            assert len(lines(chat, words)) == 1, words
        for words in ("set up by", "paused the digest", "resumed the digest"):
            assert len(posted(chat, words)) == 1, words
        assert "I could not say this at once" in str(lines(chat, "paused"))
        assert "I could not say this at once" not in str(lines(chat, "resumed"))
        assert chat.get("/slack/violations") == []
        assert chat.get("/discord/violations") == []

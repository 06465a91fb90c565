"""The whole product as a process, beside a strict stand-in for Slack, set up for many workspaces."""

from pathlib import Path

from tests.end_to_end.product import product, until
from tests.end_to_end.stage import Stand, chatsim, needs_chatsim

pytestmark = needs_chatsim


def typed(slack: Stand, text: str) -> None:
    assert slack.post("/slack/slash", command="/papers", text=text, user="bob")["result"]["ok"]


def said(slack: Stand, words: str) -> list[dict[str, object]]:
    messages = slack.post("/slack/messages", channel="general")["result"]
    return [message for message in messages if words in str(message.get("text"))]


def test_a_digest_is_set_up_sent_with_its_thread_and_explained_without_a_broken_rule(tmp_path: Path) -> None:
    with chatsim(tmp_path, "--slack-port", "0", "--oauth") as slack, product(tmp_path, slack.environment, "--demo"):
        slack.post("/slack/wait_socket")
        typed(slack, "digest subscribe")
        until(lambda: bool(said(slack, "now gets a digest")))
        typed(slack, "digest send")
        until(lambda: bool(said(slack, "is sent")))
        (parent,) = said(slack, "Trending papers · ")
        messages = slack.post("/slack/messages", channel="general")["result"]
        replies = [message for message in messages if message.get("thread_ts") == parent["ts"]]
        violations = slack.get("/slack/violations")
    assert "👍" in str(parent["blocks"])
    assert replies
    assert violations == []

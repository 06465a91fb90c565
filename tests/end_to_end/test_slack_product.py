"""The whole product as a process, beside a strict stand-in for Slack, set up for many workspaces."""

from pathlib import Path

import httpx

from tests.end_to_end.product import Product, product, until
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


def without(environment: dict[str, str], *names: str) -> dict[str, str]:
    return {name: value for name, value in environment.items() if name not in names}


def install(slack: Stand, running: Product) -> httpx.Response:
    """As a browser does it, from the install page through Slack's consent and back."""
    slack.post("/slack/set", redirect_uris=[f"{running.url}/slack/oauth_redirect"])
    with httpx.Client(follow_redirects=True, trust_env=False, timeout=20) as browser:
        return browser.get(f"{running.url}/slack/install")


def test_whoever_installs_it_is_answered_with_a_token_that_lies_encrypted(tmp_path: Path) -> None:
    with chatsim(tmp_path, "--slack-port", "0", "--oauth") as slack:
        environment = without(slack.environment, "SLACK_BOT_TOKEN")
        roles = ("--role", "web", "--role", "gateway", "--role", "worker")
        with product(tmp_path, environment, *roles) as running:
            slack.post("/slack/wait_socket")
            done = install(slack, running)
            typed(slack, "trending")
            until(lambda: bool(said(slack, "Trending papers")))
            typed(slack, "digest subscribe")
            until(lambda: bool(said(slack, "now gets a digest")))
            violations = slack.get("/slack/violations")
        kept = b"".join(path.read_bytes() for path in tmp_path.glob("product.db*"))
        log = running.log.read_bytes()
    assert (done.status_code, "Type" in done.text) == (200, True)
    assert violations == []
    assert b"T0SIM0001" in kept
    assert b"xoxb-" not in kept + log
    assert b"xoxe" not in kept + log


def test_a_web_process_without_a_socket_serves_the_way_to_install_it(tmp_path: Path) -> None:
    with chatsim(tmp_path, "--slack-port", "0", "--oauth") as slack:
        environment = without(slack.environment, "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN")
        with product(tmp_path, environment, "--role", "web") as running:
            assert install(slack, running).status_code == 200

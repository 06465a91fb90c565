"""The doctor against strict platforms and recorded sources: well when all is well, and exact when it is not."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.stage import Stand, chatsim, needs_chatsim, needs_replay, replay

pytestmark = [needs_replay, needs_chatsim]

NOW = "2026-03-10T08:58:00Z"
SEND_MESSAGES = 1 << 11


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[tuple[Stand, dict[str, str]]]:
    """Chat, and the settings of a product beside it with a database and registered commands."""
    with (
        replay(tmp_path, now=NOW) as sources,
        chatsim(tmp_path, "--slack-port", "0", "--discord-port", "0") as chat,
    ):
        own = {"DATABASE_URL": f"sqlite:///{tmp_path / 'product.db'}", "BROADSHEET_NOW": NOW, "SEMANTIC_MODEL": "off"}
        environment = sources.environment | chat.environment | own
        run(environment, "db", "upgrade")
        run(environment, "discord", "sync")
        yield chat, environment
        assert chat.get("/slack/violations") == []
        assert chat.get("/discord/violations") == []


def run(environment: dict[str, str], *arguments: str) -> tuple[int, Any]:
    """What the command line exits with, and the object it prints."""
    command = [sys.executable, "-m", "bot", *arguments, "--json"]
    answer = subprocess.run(  # noqa: S603  # our own program
        command, env=os.environ | environment, check=False, timeout=120, stdout=subprocess.PIPE
    )
    return answer.returncode, json.loads(answer.stdout)


def test_all_is_well_and_then_each_fault_is_named_with_its_next_step(stage: tuple[Stand, dict[str, str]]) -> None:
    chat, environment = stage
    made = chat.post("/discord/create_channel", name="reading")["result"]
    discord, slack = f"discord:{made['guild_id']}:{made['id']}", "slack:T0SIM0001:C0GENERAL"
    forum = chat.post("/discord/create_forum", name="shelf", tags=["papers"], require_tag=True)["result"]
    shelf = f"discord:{forum['guild_id']}:{forum['id']}"
    for channel in (slack, discord, shelf):
        assert run(environment, "digest", "subscribe", "daily", "--channel", channel)[0] == 0
    chat.post("/slack/invite_bot", channel="general")
    code, told = run(environment, "doctor")
    (untagged,) = [check for check in told["checks"] if not check["ok"]]
    assert untagged["name"] == shelf
    assert "/papers-digest format tags:papers" in untagged["hint"]
    assert run(environment, "digest", "format", "--channel", shelf, "--tags", "papers")[0] == 0
    code, told = run(environment, "doctor")
    assert (code, told["ok"]) == (0, True), told
    assert {slack, discord, "hugging_face", "arxiv", "github", "clock"} <= {check["name"] for check in told["checks"]}

    chat.post("/slack/archive", channel="general")
    chat.post("/discord/overwrite", channel="reading", target=made["guild_id"], deny=SEND_MESSAGES)
    code, told = run(environment | {"DISCORD_APPLICATION_ID": "12345", "HF_API_URL": "http://127.0.0.1:9"}, "doctor")
    wrong = {check["name"]: check for check in told["checks"] if not check["ok"]}
    assert code == 1
    assert wrong.keys() == {slack, discord, "discord", "discord commands", "hugging_face"}
    assert "archived" in wrong[slack]["message"]
    assert "Send Messages" in wrong[discord]["hint"]
    assert all(check["hint"] for check in wrong.values())

    code, told = run(environment | {"SLACK_BOT_TOKEN": "xoxb-wrong", "DISCORD_BOT_TOKEN": "wrong"}, "doctor")
    wrong = {check["name"]: check for check in told["checks"] if not check["ok"]}
    assert wrong.keys() == {"slack T0SIM0001", "discord"}

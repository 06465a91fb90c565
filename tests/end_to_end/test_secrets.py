"""No secret of ours is found in what the product keeps, writes or tells: database, log, metrics, settings, doctor."""

import os
import subprocess
import sys
from pathlib import Path

import httpx

from tests.end_to_end.product import product, until
from tests.end_to_end.stage import Stand, chatsim, needs_chatsim, needs_replay, replay

pytestmark = [needs_replay, needs_chatsim]

NOW = "2026-03-10T08:58:00Z"
OWN = {
    "ADMIN_TOKEN": "admin-token-of-this-test",
    "HF_TOKEN": "hf_tokenofthistestthatislongenough",
    "GITHUB_TOKEN": "ghp_tokenofthistestthatislongenough",
    "S2_API_KEY": "key-of-semantic-scholar-of-this-test",
    "ENCRYPTION_KEYS": "3q2-7wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
}
SECRET_NAMES = ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "DISCORD_BOT_TOKEN", *OWN)


def test_after_commands_and_a_digest_no_secret_is_anywhere(tmp_path: Path) -> None:
    with (
        replay(tmp_path, now=NOW) as sources,
        chatsim(tmp_path, "--slack-port", "0", "--discord-port", "0") as chat,
    ):
        environment = sources.environment | chat.environment | OWN
        environment |= {"BROADSHEET_NOW": NOW, "LOG_LEVEL": "debug", "DATABASE_URL": f"sqlite:///{tmp_path / 'own.db'}"}
        with product(tmp_path, environment) as running:
            until(lambda: running.get("/api/v1/trending")["total"] > 5, seconds=60)
            until(lambda: chat.post("/slack/wait_socket")["ok"])
            typed(chat, "digest subscribe daily", "set up by")
            typed(chat, "digest send", "Trending papers")
            headers = {"Authorization": f"Bearer {OWN['ADMIN_TOKEN']}"}
            told = httpx.get(f"{running.url}/metrics", headers=headers, trust_env=False).text
            assert "broadsheet_delivery" in told
        told += "".join(printed(environment, *words) for words in (("settings",), ("doctor", "--json")))
        secrets = {name: environment[name] for name in SECRET_NAMES}
    kept = b"".join(path.read_bytes() for path in sorted(tmp_path.glob("*")) if path.is_file() and ours(path))
    assert len(kept) > 100_000
    found = [name for name, value in secrets.items() if value in told or value.encode() in kept]
    assert found == []


def typed(chat: Stand, text: str, answered: str) -> None:
    chat.post("/slack/slash", command="/papers", text=text, user="alice")
    until(
        lambda: answered in str(chat.post("/slack/messages", channel="general", ephemeral=False)["result"]), seconds=60
    )


def printed(environment: dict[str, str], *arguments: str) -> str:
    command = [sys.executable, "-m", "bot", *arguments]
    ran = subprocess.run(command, env=os.environ | environment, check=False, capture_output=True, text=True)  # noqa: S603  # our own program
    assert ran.stdout
    return ran.stdout + ran.stderr


def ours(path: Path) -> bool:
    """Not the stand-ins' own settings and logs."""
    return path.name.startswith(("own.", "product."))

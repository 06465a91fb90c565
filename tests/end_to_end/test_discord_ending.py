"""SIGTERM while Discord leaves a message without an answer: whoever asked for it on Discord has a word all the same."""

import asyncio
import sys
from pathlib import Path

from tests.builders import NOON
from tests.end_to_end.discord_product import clock, fill, register
from tests.end_to_end.product import END_SECONDS, environment_of, free_port, until
from tests.end_to_end.stage import chatsim, needs_chatsim, process
from tests.end_to_end.test_discord_product import read, typed

pytestmark = needs_chatsim

PROGRAM = "import bot.__main__ as program; program.DRAIN, program.CLOSE, program.LAST = 6.0, 5.0, 0.5; program.main()"
"""With less patience for what is being sent than it has, so that a test need not wait for all of that."""
POSTS = "POST /channels/{channel_id}/messages"


def test_who_waits_for_a_digest_that_the_end_breaks_off_is_told_that_nobody_knows(tmp_path: Path) -> None:
    asyncio.run(fill(f"sqlite:///{tmp_path / 'product.db'}"))
    with chatsim(tmp_path, "--discord-port", "0") as chat:
        register(chat)
        settings = {"PORT": str(free_port())} | clock(NOON, speed=1)
        environment = environment_of(tmp_path) | chat.environment | settings
        command = [sys.executable, "-c", PROGRAM, "run", "--role", "gateway", "--role", "worker"]
        with process(command, tmp_path / "product.log", environment) as running:
            until(lambda: chat.post("/discord/wait_ready"), seconds=60)
            read(chat, typed(chat, "papers-digest subscribe"), "gets a digest")
            chat.post("/discord/fault", target=POSTS, kind="timeout", seconds=30)
            asked = typed(chat, "papers-digest send")
            until(lambda: [one for one in chat.get("/discord/log", kind="api") if one.get("fault")])
            running.terminate()
            read(chat, asked, "may have arrived or not")
            assert running.wait(END_SECONDS) == 0

"""SIGTERM while a platform never answers: the process ends in time, and what was on its way is in the ledger."""

import asyncio
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import bot.__main__ as program
from bot.delivery import Courier
from bot.models import Delivery, DeliveryState, PartState
from bot.views import DigestPost
from storage.store import open_store
from tests.chat_server import Chat, chat_server
from tests.delivery_scene import FakePlatform
from tests.end_to_end.product import END_SECONDS, environment_of, free_port, until
from tests.end_to_end.stage import process
from tests.test_roles import AFTER, CHANNEL, NINE, parents, subscribed

WORKER = "import bot.__main__ as program; program.DRAIN, program.CLOSE, program.LAST = 3.0, 1.0, 0.5; program.main()"
"""With less patience than it has, so that a test need not wait for all of that."""


class Later:
    """Five minutes on: whoever held a lease holds it no more."""

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(minutes=5)


class Nine:
    def now(self) -> datetime:
        return NINE + timedelta(minutes=6)


async def no_more(_delivery: Delivery) -> DigestPost | None:
    raise AssertionError("it was frozen already")


async def taken_up_later(url: str, folder: Path) -> tuple[list[Delivery], list[PartState], FakePlatform]:
    """What another process makes of the ledger, whose platform answers."""
    store, slack = open_store(url, search_file=folder / "later.db"), FakePlatform()
    await Courier(store, {"slack": slack}, no_more, clock=Nine(), real=Later()).deliver_due()
    last = await store.deliveries.history(CHANNEL, 9)
    parts = [part.state for one in last for part in await store.deliveries.parts(one.id)]
    await store.close()
    return last, parts, slack


def ended_while_it_hangs(environment: dict[str, str], log: Path, chat: Chat) -> int:
    """The exit code of a worker that is asked to end while its platform has a message and says nothing."""
    command = [sys.executable, "-c", WORKER, "run", "--role", "worker"]
    with process(command, log, {"PORT": str(free_port())} | environment) as worker:
        until(lambda: chat.posted, seconds=60)
        worker.terminate()
        return worker.wait(END_SECONDS)


def test_a_worker_whose_platform_hangs_ends_with_zero_and_its_message_is_in_doubt(
    sqlite_url: str, tmp_path: Path
) -> None:
    subscribed(sqlite_url, tmp_path, with_papers=True)
    log = tmp_path / "worker.log"
    with chat_server() as chat:
        chat.open.clear()
        environment = environment_of(tmp_path) | chat.environment | {"DATABASE_URL": sqlite_url} | AFTER
        code = ended_while_it_hangs(environment, log, chat)
        chat.open.set()
    assert code == 0
    assert "some messages were still on their way" in log.read_text(encoding="utf-8")
    assert parents(chat) == ["C0001"]

    (only,), states, slack = asyncio.run(taken_up_later(sqlite_url, tmp_path))
    assert only.state is DeliveryState.UNKNOWN
    assert PartState.SENT not in states
    assert slack.requests == [], "Slack has no key, so nothing is posted twice"


def test_a_process_that_cannot_let_go_ends_with_zero_too(tmp_path: Path) -> None:
    """As before a database that keeps its connections open and says nothing."""
    stuck = (
        "import asyncio, signal; import bot.__main__ as program\n"
        "program.DRAIN = 1.5\n"
        "async def main():\n"
        "    stop = program._stop_on_signals(); print('ready', flush=True); await stop.wait()\n"
        "    while True:\n"
        "        try: await asyncio.Event().wait()\n"
        "        except asyncio.CancelledError: pass\n"
        "asyncio.run(main())\n"
    )
    log = tmp_path / "stuck.log"
    with process([sys.executable, "-c", stuck], log) as worker:
        until(lambda: "ready" in log.read_text(encoding="utf-8"), seconds=60)
        worker.terminate()
        assert worker.wait(END_SECONDS) == 0
    assert "ending without it" in log.read_text(encoding="utf-8")


def test_a_host_is_asked_for_no_more_patience_than_it_has() -> None:
    """Heroku and Kubernetes kill what runs 30 s after they asked."""
    assert program.LAST < program.CLOSE < program.DRAIN <= 20.0

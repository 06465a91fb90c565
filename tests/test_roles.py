"""Each role as a process of its own: what it serves, how it ends, and all of them together."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import httpx

from bot.models import ChannelKey, Delivery, DeliveryState, Topics
from storage.store import open_store
from tests.builders import make_batch, make_change, make_observation, make_papers, make_schedule, make_subscription
from tests.chat_server import Chat, chat_server
from tests.end_to_end.product import Product, one_process_each, until

CHANNEL = ChannelKey("slack", "T0001", "C0001")
NINE = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
BEFORE, AFTER = {"BROADSHEET_NOW": "2026-03-10T08:50:00Z"}, {"BROADSHEET_NOW": "2026-03-10T09:00:05Z"}
ROLES = ("web", "gateway", "worker", "fetch")


def subscribed(url: str, folder: Path, *, with_papers: bool = False) -> None:
    """CHANNEL reads everything at nine in UTC."""

    async def fill() -> None:
        store = open_store(url, search_file=folder / "filling.db")
        due = make_subscription(CHANNEL, topics=Topics(), schedule=make_schedule("UTC"), next_run_at=NINE)
        await store.channels.create(due, make_change(channel=CHANNEL))
        if with_papers:
            papers = make_papers(5, first_seen_at=NINE)
            readings = [make_observation(paper.id, NINE, upvotes=5) for paper in papers]
            await store.papers.add(make_batch(*papers, *readings))
        await store.close()

    asyncio.run(fill())


def ledger(url: str, folder: Path) -> list[Delivery]:
    async def read() -> list[Delivery]:
        store = open_store(url, search_file=folder / "reading.db")
        found = await store.deliveries.history(CHANNEL, 9)
        await store.close()
        return found

    return asyncio.run(read())


def status(running: Product, path: str) -> int:
    return httpx.get(f"{running.url}{path}", timeout=20, trust_env=False).status_code


def test_the_procfile_has_a_process_for_each_role() -> None:
    lines = (Path(__file__).parents[1] / "Procfile").read_text(encoding="utf-8").splitlines()
    commands = dict(line.split(": ", 1) for line in lines)
    assert commands.pop("release") == "broadsheet db upgrade"
    assert {name: command.rpartition("--role ")[2] for name, command in commands.items()} == {r: r for r in ROLES}
    assert commands["web"].startswith("HOST=0.0.0.0 "), "a host's router comes from outside"


def test_four_processes_on_one_database_fetch_show_and_deliver_and_end_with_zero(
    postgresql_url: str, tmp_path: Path
) -> None:
    subscribed(postgresql_url, tmp_path)
    with chat_server() as chat:
        environment = chat.environment | {"DATABASE_URL": postgresql_url}
        with one_process_each(tmp_path, environment | BEFORE, *ROLES) as running:
            until(lambda: running["web"].get("/api/v1/trending")["total"], seconds=60)
            for role, one in running.items():
                assert status(one, "/healthz") == status(one, "/metrics") == 200
                assert status(one, "/") == (200 if role == "web" else 404)
            assert not chat.posted, "it is not nine yet"
            assert running.pop("worker").end() == 0
            with one_process_each(tmp_path, environment | AFTER, "worker") as later:
                until(lambda: states(postgresql_url, tmp_path) == [DeliveryState.SENT], seconds=60)
                assert "broadsheet_delivery_lateness_seconds_bucket" in metrics(later["worker"])
                assert "broadsheet_delivery_lateness_seconds_bucket" not in metrics(running["fetch"])
            assert [one.end() for one in running.values()] == [0, 0, 0]
    assert parents(chat) == ["C0001"]


def test_a_worker_that_is_asked_to_end_lets_the_message_arrive_that_is_on_its_way(
    sqlite_url: str, tmp_path: Path
) -> None:
    subscribed(sqlite_url, tmp_path, with_papers=True)
    with chat_server() as chat:
        chat.open.clear()
        environment = chat.environment | {"DATABASE_URL": sqlite_url} | AFTER
        with one_process_each(tmp_path, environment, "worker") as running:
            until(lambda: chat.posted)
            assert asyncio.run(ended_while_held(running["worker"], chat)) == 0
    (only,) = ledger(sqlite_url, tmp_path)
    assert only.state is DeliveryState.SENT
    assert parents(chat) == ["C0001"]


async def ended_while_held(running: Product, chat: Chat) -> int:
    """The exit code; the message is let through once the process says that it ends."""
    ending = asyncio.create_task(asyncio.to_thread(running.end))
    await asyncio.to_thread(until, lambda: status(running, "/readyz") == 503)
    assert not ending.done()
    chat.open.set()
    return await ending


def states(url: str, folder: Path) -> list[DeliveryState]:
    return [one.state for one in ledger(url, folder)]


def metrics(running: Product) -> str:
    return httpx.get(f"{running.url}/metrics", timeout=20, trust_env=False).text


def parents(chat: Chat) -> list[object]:
    """Channels of the messages that are no replies."""
    return [message["channel"] for message in chat.posted if "thread_ts" not in message]

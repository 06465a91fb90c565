"""kill -9 in the middle of a fan-out, with one in a hundred acknowledgements lost: nothing lost, nothing twice.

On PostgreSQL the database itself is stopped too, halfway, as by a loss of power.
"""

import asyncio
import multiprocessing
import os
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from random import Random

import pytest
from aiohttp import web
from sqlalchemy import insert, select
from sqlalchemy.exc import OperationalError

from bot.commands.digest.status import buttons
from bot.models import ChannelKey, Delivery, DeliveryState
from storage.migrations import upgrade
from storage.schema import subscription
from storage.store import SqlStore, open_store
from tests.builders import NOON, make_change, make_subscription
from tests.conftest import close_without_leak
from tests.delivery_process import run
from tests.own_postgresql import OwnServer, own_server

PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["tests.delivery_process"])
SIZE = int(os.environ.get("KILL_TEST_DELIVERIES", "200"))
"""5000 is the size to be convinced by, in minutes: KILL_TEST_DELIVERIES=5000 pytest tests/storage/test_kill.py"""
FULL = SIZE >= 1000
CHANNELS = [ChannelKey("slack", f"T{number % 20}", f"C{number}") for number in range(SIZE)]
_APART = SIZE // (13 if FULL else 7)
KILLS = range(_APART, _APART * (13 if FULL else 7), _APART)
"""After how many requests a process is killed, while that request waits for its answer."""


@dataclass
class Platform:
    """Counts what arrives; loses answers; kills the process that is asking, with its request accepted."""

    idempotent: bool
    arrived: Counter[str] = field(default_factory=Counter)
    requests: int = 0
    keys: set[str] = field(default_factory=set)
    processes: dict[int, ForkServerProcess] = field(default_factory=dict)
    killed: int = 0
    halfway: asyncio.Event = field(default_factory=asyncio.Event)
    dice: Random = field(default_factory=lambda: Random(20260310))  # noqa: S311 - no secret

    async def post(self, request: web.Request) -> web.Response:
        channel, key = request.match_info["channel"], request.query["key"]
        self.requests += 1
        if not (self.idempotent and key in self.keys):
            self.arrived[channel] += 1
        self.keys.add(key)
        if self.requests in KILLS:
            self.kill()
        if self.requests == SIZE // 2:
            self.halfway.set()
        await asyncio.sleep(0.005)
        if self.dice.random() < 0.01 and request.transport is not None:  # None: who asked was killed meanwhile
            request.transport.abort()
        return web.Response(text=f"m{self.requests}")

    def kill(self) -> None:
        """One of the processes, in turn; with several, not surely the one that is asking."""
        self.processes[self.killed % len(self.processes)].kill()
        self.killed += 1


@asynccontextmanager
async def serving(platform: Platform) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_post("/{channel}", platform.post)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    yield f"http://{host}:{port}"
    await runner.cleanup()


def start(arguments: tuple[str, str, Path, bool]) -> ForkServerProcess:
    """A process that has its imports done: it is forked from a server that did them once."""
    process = PROCESSES.Process(target=run, args=arguments, daemon=True)
    process.start()
    return process


async def keep_alive(platform: Platform, number: int, arguments: tuple[str, str, Path, bool]) -> None:
    """A process and its successors."""
    while True:
        process = platform.processes[number] = start(arguments)
        try:
            await asyncio.to_thread(process.join)
        finally:
            process.kill()


async def subscribe_all(store: SqlStore) -> None:
    """One as people do it, the others as copies of its row."""
    await store.channels.create(make_subscription(CHANNELS[0], next_run_at=NOON), make_change(channel=CHANNELS[0]))
    async with store.engine.begin() as connection:
        row = (await connection.execute(select(subscription))).mappings().one()
        names = [{"workspace": one.workspace, "channel": one.channel} for one in CHANNELS]
        copies = [dict(row) | name | {"id": row["id"] + number} for number, name in enumerate(names)]
        await connection.execute(insert(subscription), copies[1:])


async def fan_out(
    url: str, folder: Path, platform: Platform, processes: int, server: OwnServer | None = None
) -> list[Delivery]:
    """The ledger once nothing is open any more; the server, if there is one, is stopped and started halfway."""
    store = open_store(url, search_file=folder / "search.db")
    await subscribe_all(store)
    async with serving(platform) as address:
        arguments = (url, address, folder, platform.idempotent)
        keepers = [asyncio.create_task(keep_alive(platform, number, arguments)) for number in range(processes)]
        if server is not None:
            keepers.append(asyncio.create_task(crash_halfway(platform, server)))
        async with asyncio.timeout(90 * max(1.0, SIZE / 500)):
            await finished(store)
        for keeper in keepers:
            keeper.cancel()
        ends = await asyncio.gather(*keepers, return_exceptions=True)
        assert server is None or ends[-1] is None, "the server was not stopped and started"
    ledger = [one for channel in CHANNELS for one in await store.deliveries.history(channel, 9)]
    await close_without_leak(store)
    return ledger


async def finished(store: SqlStore) -> None:
    """Wait until every slot is final; the processes that make it so have only the database in common with us."""
    while True:
        try:
            totals = await store.deliveries.totals()
        except OperationalError:  # the server is down, and comes back
            totals = {}
        still_open = totals.get(DeliveryState.PENDING, 0) + totals.get(DeliveryState.SENDING, 0)
        if sum(totals.values()) == len(CHANNELS) and not still_open:
            return
        await asyncio.sleep(0.1)


async def crash_halfway(platform: Platform, server: OwnServer) -> None:
    await platform.halfway.wait()
    await asyncio.to_thread(server.crash_and_start)


def check(ledger: list[Delivery], platform: Platform) -> None:
    assert len(ledger) == len(CHANNELS), "a slot is lost"
    assert set(platform.arrived.values()) <= {1}, f"twice: {platform.arrived.most_common(3)}"
    assert platform.killed == len(KILLS)
    for delivery in ledger:
        came = platform.arrived[str(delivery.channel)]
        assert delivery.state in {DeliveryState.SENT, DeliveryState.UNKNOWN}
        assert came == 1 or delivery.state is DeliveryState.UNKNOWN, f"lost: {delivery}"
        assert delivery.reason or delivery.state is DeliveryState.SENT
        offered = [button.label for button in buttons(make_subscription(delivery.channel), [delivery])]
        assert ("Send again" in offered) == (delivery.state is DeliveryState.UNKNOWN)


async def test_with_a_key_nothing_is_lost_and_nothing_comes_twice(sqlite_url: str, tmp_path: Path) -> None:
    platform = Platform(idempotent=True)

    ledger = await fan_out(sqlite_url, tmp_path, platform, 1)

    check(ledger, platform)
    assert Counter(one.state for one in ledger) == {DeliveryState.SENT: len(CHANNELS)}
    assert len(platform.arrived) == len(CHANNELS)
    assert platform.requests > len(CHANNELS), "some requests were made again"


async def test_without_a_key_nothing_comes_twice_and_the_ambiguous_ones_are_unknown(
    sqlite_url: str, tmp_path: Path
) -> None:
    platform = Platform(idempotent=False)

    ledger = await fan_out(sqlite_url, tmp_path, platform, 1)

    check(ledger, platform)
    unknown = sum(one.state is DeliveryState.UNKNOWN for one in ledger)
    at_work = len(KILLS) * 16 + SIZE // 50
    assert len(KILLS) <= unknown < at_work, "the requests at work when a process was killed, and the lost answers"


@pytest.fixture(scope="module")
def server() -> Iterator[OwnServer]:
    with own_server() as running:
        upgrade(running.make_database("template"))
        yield running


@pytest.mark.parametrize("idempotent", [True, False])
async def test_four_processes_and_a_postgresql_that_stops_halfway_do_the_same(
    server: OwnServer, tmp_path: Path, idempotent: bool
) -> None:
    platform = Platform(idempotent=idempotent)
    url = server.make_database(f"kill_{idempotent}".lower(), "template")

    ledger = await fan_out(url, tmp_path, platform, 4, server)

    check(ledger, platform)
    if idempotent:
        assert Counter(one.state for one in ledger) == {DeliveryState.SENT: len(CHANNELS)}

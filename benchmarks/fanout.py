"""Posting end to end: plan, claim, render, send over HTTP to a platform on this machine, record."""

import asyncio
import multiprocessing
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection

import aiohttp
import structlog
from aiohttp import web

from benchmarks import BenchmarkError, Options
from benchmarks.crowd import Instant, Standing, compose, crowd
from bot.delivery import Courier, Pace
from bot.models import ChannelKey, DeliveryState
from bot.ports import Payload, SentMessage

POSTS = 5_000
LANES = 1_000
"""Workspaces of five channels each: at Slack's pace they may all be sent to at once."""
PACE = Pace()
_PROCESSES = multiprocessing.get_context("spawn")


class Loopback(Instant):
    """A platform behind one HTTP server; its answer is the id of the message."""

    def __init__(self, session: aiohttp.ClientSession, address: str) -> None:
        self._session = session
        self._address = address

    async def send(self, channel: ChannelKey, payload: Payload, key: str) -> SentMessage:
        async with self._session.post(self._address, json=payload | {"channel": channel.channel, "key": key}) as answer:
            return SentMessage(await answer.text())


def run(options: Options) -> dict[str, object]:
    """Posts a second from one process, the platform in another."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    with platform() as address:
        return asyncio.run(_measure(options, address))


async def _measure(options: Options, address: str) -> dict[str, object]:
    async with crowd(options, POSTS, LANES) as store, aiohttp.ClientSession() as session:
        platform = Loopback(session, address)
        courier = Courier(store, {"slack": platform}, compose, clock=Standing(), pace=PACE)
        started, busy = time.perf_counter(), time.process_time()
        await courier.plan_due()
        await courier.deliver_due()
        seconds, processor = time.perf_counter() - started, time.process_time() - busy
        totals = await store.deliveries.totals()
        if totals != {DeliveryState.SENT: POSTS}:
            raise BenchmarkError(f"the ledger holds {totals}")
        dialect = store.engine.dialect.name
    return {
        "work": f"{POSTS:,} posts in {LANES} workspaces on {dialect}, from their plan to their record, one process",
        "seconds": round(seconds, 2),
        "processor_seconds": round(processor, 2),
        "posts_per_second": round(POSTS / seconds),
    }


@contextmanager
def platform() -> Iterator[str]:
    """Its address, while its process lives."""
    ours, its = _PROCESSES.Pipe()
    process = _PROCESSES.Process(target=_serve, args=(its,), daemon=True)
    process.start()
    try:
        yield ours.recv()
    finally:
        process.terminate()
        process.join()


def _serve(parent: Connection) -> None:
    asyncio.run(_serve_for_ever(parent))


async def _serve_for_ever(parent: Connection) -> None:
    async def take(request: web.Request) -> web.Response:
        posted = await request.json()
        return web.Response(text=str(posted["key"]))

    app = web.Application()
    app.router.add_post("/", take)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    parent.send(f"http://{host}:{port}/")
    await asyncio.Event().wait()

"""The web pages: their weight and first byte, and the API at 200 requests a second while 5,000 digests go out.

Server and fan-out share one process, as `broadsheet run` has it; the chat platform is a second process, and whoever
asks a third. A request's time begins when it was due, so that a server that falls behind cannot hide it.
"""

import asyncio
import itertools
import math
import multiprocessing
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from multiprocessing.connection import Connection
from pathlib import Path

import aiohttp
import structlog

from adapters.web.app import create_web
from adapters.web.server import serve
from adapters.web.state import AdapterState, DatabaseState
from benchmarks import BenchmarkError, Options
from benchmarks.commands import with_listings
from benchmarks.crowd import Standing, compose, fill
from benchmarks.fanout import PACE, Loopback, platform
from benchmarks.rank import NOW, batches, invented
from bot.cli.product import Product, open_product
from bot.clock import VirtualClock
from bot.config import Settings
from bot.delivery import Courier
from bot.models import DeliveryState

PAPERS, OBSERVATIONS = 13_050, 61_428
"""As many as the recorded history has."""
POSTS, LANES = 5_000, 250
RATE = 200
"""Requests a second."""
LONGEST = 300.0
"""Seconds that the fan-out may take."""
SHORTEST = 10.0
"""Seconds of requests, even if the fan-out ends earlier."""
ALONE = 30
"""Requests of each page, one after the other, for its first byte."""
PAPER = "9912.00042"
LISTS = (
    "trending",
    "trending?window=24h&limit=10",
    "trending?topic=learning",
    "daily",
    "weekly?limit=10",
    "search?query=learning",
    f"paper/{PAPER}",
    f"similar/{PAPER}",
)
"""Eight of ten requests: what many ask for."""
STRANGE = 2_000
"""The other two of ten each ask for one of so many papers, more than are remembered."""
PAGES = {
    "front": "/",
    "paper": f"/p/{PAPER}",
    "topic": "/topics/cs.LG",
    "archive": "/d/",
    "feed": "/feeds/trending.atom",
}
FILES = ("paper.css", "print.css", "mark.svg")
"""That the paper's page loads."""
LARGEST_PAGE = 100 * 1024

_PROCESSES = multiprocessing.get_context("spawn")


def run(options: Options) -> dict[str, object]:
    """Milliseconds and bytes; `p99_ms` is of requests that were due while the fan-out ran."""
    with tempfile.TemporaryDirectory(prefix="broadsheet-benchmark-") as folder, platform() as chat:
        url = options.database_url or f"sqlite:///{Path(folder) / 'web.db'}"
        with _server(url, chat) as (address, server):
            return asyncio.run(_measure(address, server))


async def _measure(address: str, server: Connection) -> dict[str, object]:
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=200)) as session:
        for path in LISTS:
            await _ask(session, f"{address}/api/v1/{path}")
        first = {name: await _first_byte(session, address + path) for name, path in PAGES.items()}
        weight = await _weight(session, address)
        quiet = await _load(session, address, asyncio.create_task(asyncio.sleep(SHORTEST)))
        server.send("go")
        fanout = asyncio.create_task(asyncio.to_thread(server.recv))
        busy = await _load(session, address, fanout)
    seconds = fanout.result()
    return {
        "work": f"{RATE} requests a second to the API, 8 of 10 for {len(LISTS)} addresses and 2 for one of {STRANGE:,} "
        f"papers, while {POSTS:,} digests go out in {LANES} workspaces; papers {PAPERS:,}, readings {OBSERVATIONS:,}",
        "requests_beside_fanout": len(busy.took),
        "errors": busy.errors + quiet.errors,
        "p50_ms": _percentile(busy.took, 0.50),
        "p99_ms": _percentile(busy.took, 0.99),
        "slowest_ms": _percentile(busy.took, 1.0),
        "p50_without_fanout_ms": _percentile(quiet.took, 0.50),
        "p99_without_fanout_ms": _percentile(quiet.took, 0.99),
        "fanout_seconds": round(seconds, 2),
        "fanout_posts_per_second": round(POSTS / seconds),
        "first_byte_median_ms": first,
        "paper_page_bytes": weight,
        "paper_page_largest_bytes": LARGEST_PAGE,
    }


@dataclass
class Load:
    took: list[float] = field(default_factory=list)
    """Milliseconds of each request that was answered well."""
    errors: int = 0


async def _load(session: aiohttp.ClientSession, address: str, meanwhile: "asyncio.Task[object]") -> Load:
    """Requests at their rate until that is over, and for a while at least."""
    load, asked = Load(), set[asyncio.Task[None]]()
    began = time.perf_counter()
    for number in itertools.count():
        due = began + number / RATE
        if meanwhile.done() and due - began >= SHORTEST:
            break
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        asked.add(asyncio.create_task(_timed(session, f"{address}/api/v1/{_path(number)}", due, load)))
    await asyncio.gather(*asked)
    return load


def _path(number: int) -> str:
    place = number % (len(LISTS) + 2)
    if place < len(LISTS):
        return LISTS[place]
    return f"{('paper', 'why')[place - len(LISTS)]}/9912.{number * 7 % STRANGE:05}"


async def _timed(session: aiohttp.ClientSession, address: str, due: float, load: Load) -> None:
    try:
        await _ask(session, address)
    except (BenchmarkError, aiohttp.ClientError, TimeoutError):
        load.errors += 1
    else:
        load.took.append(1000 * (time.perf_counter() - due))


async def _ask(session: aiohttp.ClientSession, address: str) -> int:
    """Bytes of the body, as they were before they were packed."""
    async with session.get(address) as answer:
        body = await answer.read()
        if answer.status != 200:
            raise BenchmarkError(f"{address}: {answer.status} {body[:200]!r}")
        return len(body)


async def _first_byte(session: aiohttp.ClientSession, address: str) -> float:
    """The median, in milliseconds, on a connection that is open already."""
    took = []
    for _ in range(ALONE):
        started = time.perf_counter()
        async with session.get(address) as answer:
            await answer.content.readany()
            took.append(1000 * (time.perf_counter() - started))
            await answer.read()
    return round(statistics.median(took), 2)


async def _weight(session: aiohttp.ClientSession, address: str) -> int:
    """Of a paper's page and all that it loads, unpacked."""
    files = [await _ask(session, f"{address}/static/{name}") for name in FILES]
    return await _ask(session, address + PAGES["paper"]) + sum(files)


def _percentile(values: Sequence[float], share: float) -> float:
    if not values:
        raise BenchmarkError("no request was answered")
    return round(sorted(values)[math.ceil(len(values) * share) - 1], 2)


@contextmanager
def _server(url: str, chat: str) -> Iterator[tuple[str, Connection]]:
    """Its address, and how to start its fan-out and hear how long it took, while its process lives."""
    ours, its = _PROCESSES.Pipe()
    process = _PROCESSES.Process(target=_serve, args=(its, url, chat), daemon=True)
    process.start()
    its.close()
    try:
        yield ours.recv(), ours
    except EOFError:
        raise BenchmarkError("the server did not start; its words are above") from None
    finally:
        process.terminate()
        process.join()


def _serve(parent: Connection, url: str, chat: str) -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    asyncio.run(_serve_for_ever(parent, url, chat))


async def _serve_for_ever(parent: Connection, url: str, chat: str) -> None:
    settings = Settings(
        _env_file=None,
        database_url=url,
        requests_per_minute=0,
        semantic_model="off",  # type: ignore[call-arg]  # pydantic-settings' own option
    )
    async with open_product(settings, clock=VirtualClock(NOW + timedelta(seconds=1))) as product:
        for batch in batches(invented(PAPERS, OBSERVATIONS)):
            await product.store.papers.add(with_listings(batch))
        await product.search.update()
        await fill(product.store, POSTS, LANES)
        app = create_web(service=product.service, renderers={}, settings=settings, state=Well())
        server = serve(app, "127.0.0.1", 0)
        await server.open()
        parent.send(server.url)
        await asyncio.to_thread(parent.recv)
        parent.send(await _fan_out(product, chat))
        await asyncio.Event().wait()


async def _fan_out(product: Product, chat: str) -> float:
    """Seconds from the plan to the last record.

    Raises:
        BenchmarkError: Not every digest went out.
    """
    async with aiohttp.ClientSession() as session:
        courier = Courier(product.store, {"slack": Loopback(session, chat)}, compose, clock=Standing(), pace=PACE)
        started = time.perf_counter()
        while (totals := await product.store.deliveries.totals()) != {DeliveryState.SENT: POSTS}:
            if time.perf_counter() - started > LONGEST:
                raise BenchmarkError(f"the ledger holds {totals}")
            await courier.tick()
        return time.perf_counter() - started


class Well:
    """A program that has nothing to complain of."""

    draining = False

    async def database(self) -> DatabaseState:
        return DatabaseState(reachable=True, migrated=True)

    def adapters(self) -> Sequence[AdapterState]:
        return ()

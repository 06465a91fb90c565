"""Planning with 100,000 channels due in the same minute; the peer is a scheduler with a job for each channel."""

import asyncio
import gc
import resource
import tempfile
import time
from pathlib import Path

import structlog

from benchmarks import Options
from benchmarks.crowd import Instant, Standing, compose, crowd, longest_stall, worst
from bot.delivery import Courier, Pace

CHANNELS = 100_000
LANES = 5_000
PEER_JOBS = 500
"""Of the peer, whose time grows with the number of its jobs: so many are measured, and told for all channels."""


def run(options: Options) -> dict[str, object]:
    """Seconds to put all slots into the ledger, and how long the event loop stood still meanwhile."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    figures = asyncio.run(_measure(options))
    if options.peers:
        peer = asyncio.run(_peer())
        seconds = CHANNELS * peer["seconds"] / PEER_JOBS
        figures["peer"] = {
            "name": "APScheduler 3, SQLAlchemyJobStore on SQLite, a job for each channel",
            "jobs": PEER_JOBS,
            "seconds": round(peer["seconds"], 2),
            "seconds_for_all_channels": round(seconds, 1),
            "longest_stall_ms": peer["stall"],
        }
        figures["times_the_peer"] = round(seconds / float(str(figures["seconds"])), 1)
    return figures


async def _measure(options: Options) -> dict[str, object]:
    async with crowd(options, CHANNELS, LANES) as store:
        gc.freeze()  # as the program does once it is ready
        courier = Courier(store, {"slack": Instant()}, compose, clock=Standing(), pace=Pace())
        stalls: list[float] = []
        watch = asyncio.create_task(longest_stall(stalls))
        await asyncio.sleep(0.1)
        held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        stalls.clear()
        started, busy = time.perf_counter(), time.process_time()
        planned = await courier.plan_due()
        seconds, processor = time.perf_counter() - started, time.process_time() - busy
        watch.cancel()
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - held
    return {
        "work": f"{planned:,} channels due in one minute, planned into the ledger",
        "seconds": round(seconds, 2),
        "processor_seconds": round(processor, 2),
        "channels_per_second": round(planned / seconds),
        "longest_stall_ms": worst(stalls),
        "peak_memory_grew_mib": round(grown / 1024, 1),
    }


_RUNS = {"number": 0}


async def _count() -> None:
    _RUNS["number"] += 1


async def _peer() -> dict[str, float]:
    """As many jobs, all due at once, each run once; its job store stores the next run of each."""
    from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore  # noqa: PLC0415 - the peer alone needs it
    from apscheduler.schedulers.asyncio import AsyncIOScheduler  # noqa: PLC0415 - the same

    with tempfile.TemporaryDirectory(prefix="broadsheet-benchmark-") as folder:
        store = SQLAlchemyJobStore(url=f"sqlite:///{Path(folder) / 'peer.db'}")
        defaults = {"misfire_grace_time": None, "coalesce": True}
        scheduler = AsyncIOScheduler(jobstores={"default": store}, job_defaults=defaults)
        scheduler.start(paused=True)
        due = Standing().now()
        for number in range(PEER_JOBS):
            scheduler.add_job(_count, "interval", days=1, start_date=due, next_run_time=due, id=str(number))
        stalls: list[float] = []
        watch = asyncio.create_task(longest_stall(stalls))
        await asyncio.sleep(0.1)
        started = time.perf_counter()
        scheduler.resume()
        while _RUNS["number"] < PEER_JOBS:  # noqa: ASYNC110 - the peer's jobs tell nobody
            await asyncio.sleep(0.01)
        seconds = time.perf_counter() - started
        watch.cancel()
        scheduler.shutdown(wait=False)
    return {"seconds": seconds, "stall": worst(stalls)}

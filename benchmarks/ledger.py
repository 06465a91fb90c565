"""Deliveries through the ledger: planned, claimed, frozen and recorded, with nothing sent between."""

import asyncio
import os
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

import benchmarks.ledger_peers
from benchmarks import BenchmarkError, Options
from benchmarks.crowd import DUE, crowd
from benchmarks.processes import Lap, Stopwatch, together
from bot.delivery import Pace
from bot.garbage import settle
from bot.models import Delivery, DeliveryState, Outcome, PartState, Subscription
from bot.ports import Lease, PartEnd, Record, SlotPlan
from storage.store import SqlStore, open_store

DELIVERIES = 20_000
LANES = 500
AT_ONCE = 125
"""Lanes taken in one claim, by four deliveries each."""
SIDE_BY_SIDE = 2
"""Loops of one process on PostgreSQL: while the database works for one, the process works for the other."""
_PLANNED_AT_ONCE = Pace().plan_batch
_LEASE = timedelta(minutes=5)
_OTHERS_END = 0.005
"""Seconds until a loop that found nothing looks again."""


def run(options: Options) -> dict[str, object]:
    """Deliveries a second: the whole way, and each step. On PostgreSQL by as many processes as there are cores."""
    on_postgresql = (options.database_url or "").startswith("postgres")
    if options.peers and not on_postgresql:
        raise BenchmarkError("the peers work on PostgreSQL alone: give --database-url postgresql://…")
    processes = options.processes or (os.cpu_count() or 1 if on_postgresql else 1)
    figures = asyncio.run(_measure(options, processes))
    if options.peers and options.database_url:
        peers = benchmarks.ledger_peers.measure(options.database_url, DELIVERIES, processes)
        ours = float(str(figures["deliveries_per_second"]))
        times = {name: round(ours / float(str(peer["jobs_per_second"])), 2) for name, peer in peers.items()}
        figures |= {"peers": peers, "times_the_peers": times}
    return figures


async def _measure(options: Options, processes: int) -> dict[str, object]:
    async with crowd(options, DELIVERIES, LANES) as store:
        dialect = store.engine.dialect.name
        if dialect == "postgresql":
            lap = await asyncio.to_thread(together, processes, worker, options.database_url or "")
        else:
            settle()
            lap = await _work(store, 1)
        totals = await store.deliveries.totals()
    if totals != {DeliveryState.SENT: DELIVERIES}:
        raise BenchmarkError(f"the ledger holds {totals}")
    return {
        "work": f"{DELIVERIES:,} deliveries on {dialect}: plan, claim, freeze with its message, record",
        "processes": processes,
        "seconds": round(lap.ended - lap.started, 2),
        "processor_seconds": round(lap.processor, 2),
        "deliveries_per_second": round(DELIVERIES / (lap.ended - lap.started)),
        "planned_per_second": round(DELIVERIES / (lap.half - lap.started)),
        "claimed_frozen_and_recorded_per_second": round(DELIVERIES / (lap.ended - lap.half)),
    }


def worker(url: str) -> Lap:
    """One process's share, of whatever is left."""
    return asyncio.run(_with_own_store(url))


async def _with_own_store(url: str) -> Lap:
    with tempfile.TemporaryDirectory(prefix="broadsheet-benchmark-") as folder:
        store = open_store(url, search_file=Path(folder) / "search.db")
        try:
            await store.deliveries.totals()  # connected
            settle()
            return await _work(store, SIDE_BY_SIDE)
        finally:
            await store.close()


async def _work(store: SqlStore, side_by_side: int) -> Lap:
    watch = Stopwatch()
    await _each(side_by_side, lambda: _plan(store))
    watch.half()
    await _each(side_by_side, lambda: _deliver(store))
    return watch.lap()


async def _each(number: int, loop: Callable[[], Awaitable[None]]) -> None:
    async with asyncio.TaskGroup() as group:
        for _ in range(number):
            group.create_task(_run(loop))


async def _run(loop: Callable[[], Awaitable[None]]) -> None:
    await loop()


async def _plan(store: SqlStore) -> None:
    while await store.deliveries.plan(DUE, DUE, _PLANNED_AT_ONCE, _one_slot, timedelta(hours=3)):
        pass


def _one_slot(_subscription: Subscription, now: datetime) -> SlotPlan:
    return SlotPlan(slot=now.date(), due_at=now, skip_because=None, next_run_at=now + timedelta(days=1))


_CLAIMS = count(1)


async def _deliver(store: SqlStore) -> None:
    """Until nothing is left, in this loop or another's hands."""
    while True:
        real = DUE + timedelta(seconds=time.perf_counter())
        lease = Lease(f"bench:{os.getpid()}/{next(_CLAIMS)}", real, _LEASE)
        claimed = await store.deliveries.claim(lease, lanes=AT_ONCE, per_lane=4, platforms=["slack"])
        if claimed:
            await asyncio.gather(*(_one(store, delivery, lease) for delivery in claimed))
        elif not {DeliveryState.PENDING, DeliveryState.SENDING} & (await store.deliveries.totals()).keys():
            return
        else:
            await asyncio.sleep(_OTHERS_END)


async def _one(store: SqlStore, delivery: Delivery, lease: Lease) -> None:
    payload: dict[str, object] = {"text": "five papers " * 40}
    await store.deliveries.freeze(delivery, lease, ["2603.00001"], [payload], {"text": "plain"})
    end = PartEnd(number=0, state=PartState.SENT, remote_id="m1", url=None)
    record = Record(state=DeliveryState.SENT, outcome=Outcome.SENT, sent_at=DUE, part=end)
    await store.deliveries.record(delivery, lease.owner, record)

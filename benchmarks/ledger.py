"""Deliveries through the ledger: planned, claimed, frozen and recorded, with nothing sent between."""

import asyncio
import time
from datetime import datetime, timedelta

import benchmarks.ledger_peers
from benchmarks import BenchmarkError, Options
from benchmarks.crowd import DUE, crowd
from bot.models import Delivery, DeliveryState, Outcome, PartState, Subscription
from bot.ports import Lease, PartEnd, Record, SlotPlan
from storage.store import SqlStore

DELIVERIES = 20_000
LANES = 500
AT_ONCE = 125
"""Lanes taken in one claim, by four deliveries each."""
_LEASE = timedelta(minutes=5)


def run(options: Options) -> dict[str, object]:
    """Deliveries a second: the whole way, and each step."""
    if options.peers and not (options.database_url or "").startswith("postgres"):
        raise BenchmarkError("the peers work on PostgreSQL alone: give --database-url postgresql://…")
    figures = asyncio.run(_measure(options))
    if options.peers and options.database_url:
        peers = benchmarks.ledger_peers.measure(options.database_url, DELIVERIES)
        ours = float(str(figures["deliveries_per_second"]))
        times = {name: round(ours / float(str(peer["jobs_per_second"])), 2) for name, peer in peers.items()}
        figures |= {"peers": peers, "times_the_peers": times}
    return figures


async def _measure(options: Options) -> dict[str, object]:
    async with crowd(options, DELIVERIES, LANES) as store:
        dialect = store.engine.dialect.name
        started, busy = time.perf_counter(), time.process_time()
        await _plan(store)
        planned = time.perf_counter()
        await _deliver(store)
        ended = time.perf_counter()
        processor = time.process_time() - busy
        totals = await store.deliveries.totals()
    if totals != {DeliveryState.SENT: DELIVERIES}:
        raise BenchmarkError(f"the ledger holds {totals}")
    return {
        "work": f"{DELIVERIES:,} deliveries on {dialect}: plan, claim, freeze with its message, record",
        "seconds": round(ended - started, 2),
        "processor_seconds": round(processor, 2),
        "deliveries_per_second": round(DELIVERIES / (ended - started)),
        "planned_per_second": round(DELIVERIES / (planned - started)),
        "claimed_frozen_and_recorded_per_second": round(DELIVERIES / (ended - planned)),
    }


async def _plan(store: SqlStore) -> None:
    while await store.deliveries.plan(DUE, DUE, 500, _one_slot, timedelta(hours=3)) == 500:
        pass


def _one_slot(_subscription: Subscription, now: datetime) -> SlotPlan:
    return SlotPlan(slot=now.date(), due_at=now, skip_because=None, next_run_at=now + timedelta(days=1))


async def _deliver(store: SqlStore) -> None:
    number = 0
    while True:
        number += 1
        lease = Lease(f"bench/{number}", DUE + timedelta(milliseconds=number), _LEASE)
        claimed = await store.deliveries.claim(lease, lanes=AT_ONCE, per_lane=4, platforms=["slack"])
        if not claimed:
            return
        await asyncio.gather(*(_one(store, delivery, lease) for delivery in claimed))


async def _one(store: SqlStore, delivery: Delivery, lease: Lease) -> None:
    payload: dict[str, object] = {"text": "five papers " * 40}
    await store.deliveries.freeze(delivery, lease, ["2603.00001"], [payload], {"text": "plain"})
    end = PartEnd(number=0, state=PartState.SENT, remote_id="m1", url=None)
    record = Record(state=DeliveryState.SENT, outcome=Outcome.SENT, sent_at=DUE, part=end)
    await store.deliveries.record(delivery, lease.owner, record)

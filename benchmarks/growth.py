"""What a tick costs with a thousand, ten thousand, a hundred thousand and a million schedules.

`python -m benchmarks growth --json > docs/growth.json`, then `python -m benchmarks.growth_chart` draws it.
"""

import asyncio
import gc
import time
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from statistics import median

import structlog

from benchmarks import Options
from benchmarks.crowd import DUE, Instant, Standing, compose, crowd
from bot import schedule
from bot.delivery import Courier, Pace
from bot.ports import Lease
from storage.store import SqlStore

SIZES = (1_000, 10_000, 100_000, 1_000_000)
BATCH = 500
"""Due subscriptions planned in one transaction, where that is what is measured."""
REPEATED = 15


class _Before:
    """Product time at which nothing is due."""

    def now(self) -> datetime:
        return DUE - timedelta(minutes=5)


def run(options: Options) -> dict[str, object]:
    """Milliseconds by size: a tick with nothing due, a batch of slots, a claim; and seconds to plan all."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    return {"growth": [asyncio.run(_measure(options, size)) for size in SIZES]}


async def _measure(options: Options, channels: int) -> dict[str, object]:
    async with crowd(options, channels, max(20, channels // 20)) as store:
        gc.freeze()
        figures: dict[str, object] = {"schedules": channels, "nothing_due_ms": await _idle(store)}
        figures["batch_of_500_ms"] = await _milliseconds(lambda: _plan(store), times=1 if channels < 9000 else REPEATED)
        started = time.perf_counter()
        left = await Courier(store, {}, compose, clock=Standing(), pace=Pace()).plan_due()
        figures["planned_a_second"] = round(left / (time.perf_counter() - started))
        figures["claim_of_128_lanes_ms"] = await _milliseconds(lambda: _claim(store), times=min(5, channels // 200))
    return figures


async def _idle(store: SqlStore) -> float:
    courier = Courier(store, {"slack": Instant()}, compose, clock=_Before(), pace=Pace())
    await courier.plan_due()
    return await _milliseconds(courier.plan_due, times=REPEATED)


async def _plan(store: SqlStore) -> None:
    await store.deliveries.plan(DUE, DUE, BATCH, schedule.decide, schedule.GRACE)


async def _claim(store: SqlStore) -> None:
    """What one process with nothing under way takes."""
    lease = Lease("growth", DUE, timedelta(minutes=1))
    await store.deliveries.claim(lease, lanes=128, per_lane=1, platforms=("slack",))


async def _milliseconds(work: Callable[[], Awaitable[object]], times: int) -> float:
    """The median of so many."""
    spans = []
    for _ in range(times):
        started = time.perf_counter()
        await work()
        spans.append(1000 * (time.perf_counter() - started))
    return round(median(spans), 2)

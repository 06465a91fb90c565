"""Nine o'clock of 50,000 channels in workspaces of very different sizes, at the real pace, in virtual time.

Courier, ledger (on SQLite) and pace are the real ones; only clocks and waits are virtual, and a post takes a quarter of
a second of theirs. One workspace's token is refused and another one's platform does not answer for ten minutes: neither
may delay the others.
"""

import asyncio
import heapq
import math
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import insert

from benchmarks import Options
from benchmarks.crowd import DUE, Instant, compose, subscribed
from bot.delivery import Courier
from bot.models import ChannelKey, Outcome
from bot.ports import Payload, SendError, SentMessage
from bot.schedule import own_moment
from storage import migrations
from storage.channels import values_of
from storage.schema import subscription
from storage.store import SqlStore, open_store

CHANNELS = 50_000
WORKSPACES = 5_000
REFUSED, SILENT = "T100", "T101"
_POST = 0.25
_STEP = timedelta(seconds=_POST)
"""Virtual time goes on in steps, so that what ends at about the same time shares its transactions."""
_TROUBLE = timedelta(minutes=10)
_IN_TIME = timedelta(minutes=15)
_LONGEST = timedelta(minutes=40)


def run(_options: Options) -> dict[str, object]:
    """The share that was out within 15 minutes, and how late the others were while two lanes stood still."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    started = time.perf_counter()
    late = asyncio.run(_measure())
    channels = sum(sizes())
    in_time = sum(delay <= _IN_TIME for delays in late.values() for delay in delays)
    small = sorted(delay for workspace, delays in late.items() if _is_small(workspace) for delay in delays)
    expected = sum(size for place, size in enumerate(sizes()) if _is_small(f"T{place}"))
    return {
        "work": f"{channels:,} channels in {WORKSPACES:,} workspaces, the largest of {sizes()[0]:,}, all due at nine",
        "within_15_min_percent": round(100 * in_time / channels, 2),
        "small_workspaces_out_s": {
            "median": small[len(small) // 2].total_seconds(),
            "last": small[-1].total_seconds(),
        },
        "small_workspaces_missing": expected - len(small),
        "refused_lane_first_out_s": _first(late, REFUSED),
        "silent_lane_first_out_s": _first(late, SILENT),
        "real_seconds": round(time.perf_counter() - started, 1),
    }


@cache
def sizes() -> tuple[int, ...]:
    """Of workspaces, largest first: Zipf's law, one channel at least."""
    harmonic = sum(1 / rank for rank in range(1, WORKSPACES + 1))
    return tuple(max(1, round(CHANNELS / harmonic / rank)) for rank in range(1, WORKSPACES + 1))


def _is_small(workspace: str) -> bool:
    """At most a hundred channels, and not in trouble itself."""
    return workspace not in {REFUSED, SILENT} and sizes()[int(workspace[1:])] <= 100


def _first(late: dict[str, list[timedelta]], workspace: str) -> float | None:
    return min((delay.total_seconds() for delay in late.get(workspace, ())), default=None)


@dataclass
class Virtual:
    """A clock that goes on when nobody has anything to do before its next sleeper is to wake."""

    moment: datetime = DUE
    at_work: int = 0
    """Calls of the ledger under way: they take real time, and no virtual time."""
    sleepers: list[tuple[datetime, int, asyncio.Future[None]]] = field(default_factory=list)
    numbers: "count[int]" = field(default_factory=count)

    def now(self) -> datetime:
        return self.moment

    async def sleep(self, seconds: float) -> None:
        wakes: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self.sleepers, (self.moment + timedelta(seconds=seconds), next(self.numbers), wakes))
        await wakes

    async def drive(self) -> None:
        """For ever; a real pause is made only while the ledger is at work."""
        loop: Any = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(0.0005 if self.at_work else 0)
            if self.at_work or loop._ready or not self.sleepers:  # noqa: SLF001 - nothing else knows who is ready
                continue
            self.moment += _STEP * max(1, math.ceil((self.sleepers[0][0] - self.moment) / _STEP))
            while self.sleepers and self.sleepers[0][0] <= self.moment:
                wakes = heapq.heappop(self.sleepers)[2]
                if not wakes.done():
                    wakes.set_result(None)


class Counted:
    """A ledger whose calls the clock knows of."""

    def __init__(self, ledger: Any, clock: Virtual) -> None:
        self._ledger = ledger
        self._clock = clock

    def __getattr__(self, name: str) -> Callable[..., Awaitable[Any]]:
        method = getattr(self._ledger, name)

        async def counted(*given: Any, **named: Any) -> Any:
            self._clock.at_work += 1
            try:
                return await method(*given, **named)
            finally:
                self._clock.at_work -= 1

        return counted


class Quarter(Instant):
    """A platform that takes a quarter of a second for a post; two workspaces are in trouble at first."""

    idempotent = False

    def __init__(self, clock: Virtual) -> None:
        self._clock = clock
        self.late: dict[str, list[timedelta]] = {}

    async def send(self, channel: ChannelKey, _payload: Payload, key: str) -> SentMessage:
        await self._clock.sleep(_POST)
        since = self._clock.now() - DUE
        if since < _TROUBLE and channel.workspace == REFUSED:
            raise SendError(Outcome.LIMITED, "slow down", retry_after=(_TROUBLE - since).total_seconds())
        if since < _TROUBLE and channel.workspace == SILENT:
            raise SendError(Outcome.NOT_SENT, "connection refused")
        self.late.setdefault(channel.workspace, []).append(since)
        return SentMessage(key)


async def _measure() -> dict[str, list[timedelta]]:
    clock = Virtual()
    platform = Quarter(clock)
    with tempfile.TemporaryDirectory(prefix="broadsheet-benchmark-") as folder:
        url = f"sqlite:///{Path(folder) / 'zipf.db'}"
        await asyncio.to_thread(migrations.upgrade, url)
        store = open_store(url, search_file=Path(folder) / "search.db")
        await _fill(store)
        store.deliveries = Counted(store.deliveries, clock)  # type: ignore[assignment]  # it passes every call on
        driving = asyncio.create_task(clock.drive())
        courier = Courier(store, {"slack": platform}, compose, clock=clock, real=clock, sleep=clock.sleep)
        total = sum(sizes())
        while sum(map(len, platform.late.values())) < total and clock.now() < DUE + _LONGEST:
            await courier.tick()
            await clock.sleep(1)
        driving.cancel()
        await courier.drain(1)
        await store.close()
    return platform.late


async def _fill(store: SqlStore) -> None:
    rows = []
    for place, size in enumerate(sizes()):
        for number in range(size):
            channel = ChannelKey("slack", f"T{place}", f"C{number}")
            rows.append(values_of(replace(subscribed(channel), next_run_at=DUE + own_moment(channel))))
    async with store.engine.begin() as connection:
        await connection.execute(insert(subscription), rows)

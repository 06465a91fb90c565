"""Thirty virtual days of one process in bad weather: every slot sent or explained, memory and tables level."""

import asyncio
import gc
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import cast

import structlog
from sqlalchemy import func, select

from benchmarks import BenchmarkError, Options
from benchmarks.weather import ADA, ZONES, Hands, Shaky, Stormy, composing, people
from bot.commands.digest.status import History, why_none
from bot.delivery import Compose, Courier
from bot.delivery.pruning import prune_all
from bot.models import ChannelKey, Delivery, DeliveryState, Period, Weekdays
from bot.ports import CandidateKey, Store
from bot.schedule import has_slot, run_at
from bot.service.channels import Channels
from bot.service.wishes import NewSchedule
from bot.views import DigestPost
from storage import migrations
from storage.schema import change
from storage.schema_candidates import candidates
from storage.schema_deliveries import delivery, part
from storage.store import SqlStore, open_store

CHANNELS = 200
DAYS = 30
SEED = 20260301
BEGINNING = datetime(2026, 3, 1, tzinfo=UTC)
"""Summer time begins on the 8th in New York and on the 29th in Berlin."""
KEPT = timedelta(days=7)
"""Deliveries and lines of logs are forgotten after this, so that the tables reach their level in the first ten days."""
OUTAGES = ((7.4, 0.2), (15.2, 2.4))
"""Day on which nobody is there, and for how many days."""
STEPS = ((11.3, -1.0), (22.3, 2.0))
"""Day on which product time is set, and by how many hours."""
WEIGHED = (10, 20, 30)
"""Days at whose end memory and tables are measured."""


@dataclass
class Soak:
    """One process after the other, and what they leave behind."""

    store: SqlStore
    size: int
    dice: Random
    idle: timedelta
    """Between two ticks while nothing waits."""
    clock: Hands = field(default_factory=lambda: Hands(BEGINNING))
    real: Hands = field(default_factory=lambda: Hands(BEGINNING))
    processes: int = 0
    edits: int = 0
    ticks: int = 0

    def __post_init__(self) -> None:
        self.everybody = [
            ChannelKey("discord" if number % 4 == 0 else "slack", f"T{number % 20}", f"C{number}")
            for number in range(self.size)
        ]
        self.platforms = {
            "slack": Stormy("slack", self.real, self.dice, self.kill),
            "discord": Stormy("discord", self.real, self.dice, self.kill, idempotent=True),
        }
        self.channels = Channels(self.store, self.clock)
        self.courier = self.new_courier()

    def new_courier(self) -> Courier:
        """A process begins, with the ledger and nothing else."""
        self.processes += 1
        shaken = _Shaken(Shaky(self.store.deliveries, self.dice), Shaky(self.store.lanes, self.dice))
        return Courier(
            cast("Store", shaken),
            self.platforms,
            self.choosing(composing(self.dice)),
            clock=self.clock,
            real=self.real,
            sleep=self.pass_time,
            jitter=lambda top: self.dice.uniform(0, top),
        )

    async def pass_time(self, seconds: float) -> None:
        """What a lane's pace makes the process wait goes by at once."""
        for hands in (self.clock, self.real):
            hands.moment += timedelta(seconds=seconds)
        await asyncio.sleep(0)

    def choosing(self, compose: Compose) -> Compose:
        """As the product does, which keeps for other processes what a topic set's digests choose from."""

        async def chosen(one: Delivery) -> DigestPost | None:
            key = CandidateKey(f"topics of {one.channel.workspace}", Period.DAILY, one.due_at)
            await self.store.candidates.keep(key, ())
            return await compose(one)

        return chosen

    def kill(self) -> None:
        """The process ends where it stands: its tick and its lanes."""
        for task in asyncio.all_tasks():
            if task.get_name() == "tick" or task.get_name().startswith("lane "):
                task.cancel()

    async def begin(self) -> None:
        for number, channel in enumerate(self.everybody):
            await self.channels.subscribe(channel, ADA, Period.DAILY, ZONES[number % len(ZONES)])
            at = NewSchedule(at=time(9, number % 4 * 15), days=Weekdays.ALL if number % 2 else Weekdays.WORKDAYS)
            await self.channels.reschedule(channel, ADA, at)

    async def tick(self) -> None:
        self.ticks += 1
        task = asyncio.create_task(self.courier.tick(), name="tick")
        await asyncio.wait([task])
        if task.cancelled() or self.dice.random() < 0.002:
            self.kill()
            self.courier = self.new_courier()
        elif task.exception() is not None and not isinstance(task.exception(), OSError):
            raise BenchmarkError(f"a tick failed: {task.exception()!r}")

    async def step(self) -> timedelta:
        """Tick, and say how long to wait: until something is to be tried again, `idle` at most."""
        await self.tick()
        async with self.store.engine.connect() as connection:
            soonest = (await connection.execute(select(func.min(delivery.c.next_attempt_at)))).scalar_one()
        return self.idle if soonest is None else min(self.idle, max(timedelta(minutes=1), soonest - self.real.moment))


@dataclass
class _Shaken:
    deliveries: Shaky
    lanes: Shaky


def run(options: Options) -> dict[str, object]:
    """Raises BenchmarkError if a slot was lost, came twice, or nobody can say what became of it."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    return asyncio.run(soak(options.database_url, CHANNELS, SEED))


async def soak(
    database_url: str | None, size: int, seed: int, idle: timedelta = timedelta(minutes=15)
) -> dict[str, object]:
    """Channels of one crowd, one seed of chance, and how often the process looks while nothing waits."""
    with tempfile.TemporaryDirectory(prefix="broadsheet-soak-") as folder:
        url = database_url or f"sqlite:///{Path(folder) / 'soak.db'}"
        await asyncio.to_thread(migrations.upgrade, url)
        store = open_store(url, search_file=Path(folder) / "search.db")
        try:
            scene = Soak(store, size, Random(seed), idle)
            await scene.begin()
            found = Found()
            weights = await _thirty_days(scene, found)
        finally:
            await store.close()
    return _figures(scene, found, weights)


@dataclass
class Found:
    """What became of the slots that were looked at."""

    told: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


Weights = dict[int, dict[str, int]]


async def _thirty_days(scene: Soak, found: Found) -> Weights:
    weights: Weights = {}
    end, events = BEGINNING + timedelta(days=DAYS), _events(scene)
    looked = 0
    while scene.real.moment < end:
        for at in [at for at in events if at <= scene.real.moment]:
            events.pop(at)()
        wait = await scene.step()
        scene.clock.moment += wait
        scene.real.moment += wait
        today = (scene.real.moment - BEGINNING).days
        if today > looked:
            looked = today
            scene.edits += await people(scene.channels, scene.everybody, scene.dice)
            await _look(scene, found, BEGINNING.date() + timedelta(days=today - 3))
            await prune_all(scene.store, scene.clock, KEPT)
            if today in WEIGHED:
                weights[today] = await _weigh(scene.store)
    return weights


def _events(scene: Soak) -> dict[datetime, Callable[[], None]]:
    def jump(product: timedelta, real: timedelta) -> Callable[[], None]:
        def happen() -> None:
            scene.clock.moment += product
            scene.real.moment += real
            scene.kill()
            scene.courier = scene.new_courier()

        return happen

    outages = {
        BEGINNING + timedelta(days=day): jump(timedelta(days=for_), timedelta(days=for_)) for day, for_ in OUTAGES
    }
    steps = {BEGINNING + timedelta(days=day): jump(timedelta(hours=by), timedelta()) for day, by in STEPS}
    return outages | steps


async def _look(scene: Soak, found: Found, day: date) -> None:
    """What became of a date, in every channel, while the ledger still knows."""
    if day < BEGINNING.date():
        return
    for channel in scene.everybody:
        kept = [one for one in await scene.store.deliveries.history(channel, 99) if one.slot == day]
        came = scene.platforms[channel.platform].arrived[str(channel), str(day)]
        if came > 1:
            found.wrong.append(f"{channel} {day} came {came} times: {kept}")
        if not kept:
            await _look_why(scene, found, channel, day)
        for one in kept:
            found.told[one.state.value] += 1
            explained = one.state is DeliveryState.SENT or (not one.open and one.reason)
            if not explained or (one.state is DeliveryState.SENT and len(kept) == 1 and not came):
                found.wrong.append(f"{channel} {day} arrived {came} times and is {one}")


async def _look_why(scene: Soak, found: Found, channel: ChannelKey, day: date) -> None:
    """A date without a row: not due, changed by people, or in an outage; anything else is lost."""
    subscription = await scene.store.channels.subscription(channel)
    changes = await scene.store.channels.log(channel, 500)
    because = why_none(subscription, History((), changes), day, scene.clock.now())
    due = subscription is not None and has_slot(subscription.schedule, day)
    if "the bot was not running" not in because:
        found.told["not due" if not due else "changed by people"] += 1
    elif subscription is not None and _away(run_at(subscription.schedule, day)):
        found.told["in an outage"] += 1
    else:
        found.wrong.append(f"{channel} {day} is lost: {because}")


def _away(moment: datetime) -> bool:
    return any(
        BEGINNING + timedelta(days=day) - timedelta(hours=4)
        <= moment
        <= BEGINNING + timedelta(days=day + for_, hours=4)
        for day, for_ in OUTAGES
    )


async def _weigh(store: SqlStore) -> dict[str, int]:
    gc.collect()
    async with store.engine.connect() as connection:
        rows = {
            table.name: (await connection.execute(select(func.count()).select_from(table))).scalar_one()
            for table in (delivery, part, change, candidates)
        }
    return rows | {"objects_in_memory": len(gc.get_objects())}


def _figures(scene: Soak, found: Found, weights: Weights) -> dict[str, object]:
    if found.wrong:
        raise BenchmarkError(f"{len(found.wrong)} slots are wrong, such as {found.wrong[0]}")
    return {
        "work": f"{scene.size} channels, {DAYS} virtual days, {scene.processes} processes one after the other",
        "ticks": scene.ticks,
        "slots": dict(found.told),
        "lost": 0,
        "twice": 0,
        "edits_by_people": scene.edits,
        **{f"day_{day}": weight for day, weight in weights.items()},
    }

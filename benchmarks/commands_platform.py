"""200 commands at once while 2,000 digests go out, the product and a platform's stand-in each a process."""

import asyncio
import importlib
import importlib.util
import math
import socket
import tempfile
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import cycle, islice
from pathlib import Path
from typing import Any, Protocol

import aiohttp
from cryptography.fernet import Fernet
from sqlalchemy import insert

from benchmarks import BenchmarkError, Options
from benchmarks.commands import OBSERVATIONS, PAPERS, with_listings
from benchmarks.rank import NOW, batches, invented
from benchmarks.stand_in import WITHOUT_DOCUMENT, Control, product, stand_in, until_ready
from bot.cli.product import open_product
from bot.clock import VirtualClock
from bot.config import Settings
from bot.models import ChannelKey, DeliveryState, Person, Schedule, Subscription, Topics
from storage import migrations
from storage.channels import values_of
from storage.schema import subscription
from storage.store import SqlStore

COMMANDS, DIGESTS = 200, 2_000
BEGUN = 200
"""Digests that are out before anybody types."""
LATE = timedelta(hours=1)
"""The product begins so long after the digests were due: all of them are to go out at once."""
ANSWER_SECONDS, POSTING_SECONDS = 60.0, 1800.0
ASKED: tuple[tuple[str, Mapping[str, str]], ...] = (
    ("trending", {}), ("trending", {"window": "24h"}), ("trending", {"topic": "learning"}), ("daily", {}),
    ("weekly", {}), ("monthly", {}), ("search", {"query": "learning from little"}), ("paper", {"paper": "9912.00042"}),
    ("why", {"paper": "9912.00042"}), ("similar", {"paper": "9912.00042"}), ("save", {"paper": "9912.00042"}),
    ("library", {}), ("help", {}), ("digest preview", {}), ("digest status", {}), ("digest history", {}),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Timing:
    """Of one command, in seconds; None where nothing came."""

    acknowledged: float | None
    answered: float | None
    sorry: bool = False
    """It was answered by a reference to show to an operator: quickly said, and no answer."""


class Chat(Protocol):
    """A platform, for this benchmark: `benchmarks/commands_NAME.py` holds one as `CHAT`."""

    name: str
    served: tuple[str, ...]
    """How the stand-in is to serve it: options of its command line."""

    async def prepare(
        self, control: Control, settings: Settings, environment: Mapping[str, str], count: int
    ) -> Sequence[ChannelKey]:
        """People and that many channels in the stand-in, and all that has to be in the product's database for them.

        `settings` are the product's, which has not started; `environment` is what the stand-in told.
        """
        ...

    async def connected(self, control: Control) -> None:
        """Wait until the product takes commands."""
        ...

    async def ask(self, control: Control, channel: ChannelKey, path: str, options: Mapping[str, str]) -> Any:
        """Type one command there, and give what `timings` tells it apart by, once it is acknowledged or was not."""
        ...

    async def timings(self, control: Control, asked: Sequence[Any]) -> list[Timing]:
        """As the stand-in has seen them so far."""
        ...


def run(options: Options) -> dict[str, object]:
    """Milliseconds to the acknowledgement and to the answer, and the rules of the platform that were broken."""
    name = f"benchmarks.commands_{options.platform}"
    if importlib.util.find_spec(name) is None:
        raise BenchmarkError(f"for {options.platform} it is not written yet")
    chat: Chat = importlib.import_module(name).CHAT
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="broadsheet-benchmark-")))
        environment = stack.enter_context(stand_in(folder, chat.served, WITHOUT_DOCUMENT))
        return asyncio.run(_measure(options, chat, folder, environment))


async def _measure(options: Options, chat: Chat, folder: Path, environment: Mapping[str, str]) -> dict[str, object]:
    own = {
        **environment,
        "DATABASE_URL": options.database_url or f"sqlite:///{folder / 'commands.db'}",
        "ENCRYPTION_KEYS": Fernet.generate_key().decode(),
        "SEMANTIC_MODEL": "off",
        "BROADSHEET_NOW": (NOW + LATE).isoformat(),
    }
    known = {name.lower(): value for name, value in own.items() if name.lower() in Settings.model_fields}
    settings = Settings(_env_file=None, **known)  # type: ignore[call-arg, arg-type]  # texts, as the environment has them
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        control = Control(session, environment["CHATSIM_CONTROL"])
        await asyncio.to_thread(migrations.upgrade, settings.database_url)
        channels = await chat.prepare(control, settings, environment, DIGESTS)
        async with _filled(settings, channels) as store:
            port = free_port()
            with product(folder, own, port) as started:
                await until_ready(started, folder, port)
                return await _figures(chat, control, store, channels)


async def _figures(chat: Chat, control: Control, store: SqlStore, channels: Sequence[ChannelKey]) -> dict[str, object]:
    await chat.connected(control)
    started = time.perf_counter()
    begun = await _sent(store, BEGUN)
    timings = await _ask_at_once(chat, control, channels)
    meanwhile = await _sent(store, 0) - begun
    await _sent(store, DIGESTS)
    seconds = time.perf_counter() - started
    violations = await control.get(f"/{chat.name}/violations")
    return {
        "work": f"{COMMANDS} commands at once while {DIGESTS:,} digests go out on {chat.name}; "
        f"papers {PAPERS:,}, observations {OBSERVATIONS:,}; the product and the stand-in a process each",
        "acknowledged": sum(one.acknowledged is not None for one in timings),
        "answered": sum(one.answered is not None and not one.sorry for one in timings),
        "apologies": sum(one.sorry for one in timings),
        **_milliseconds("ack", [one.acknowledged for one in timings]),
        **_milliseconds("answer", [one.answered for one in timings]),
        "digests_sent_meanwhile": meanwhile,
        "digests_s": round(seconds, 1),
        "violations": len(violations),
        **({"broken_rules": ", ".join(sorted({one["rule"] for one in violations}))} if violations else {}),
    }


async def _ask_at_once(chat: Chat, control: Control, channels: Sequence[ChannelKey]) -> list[Timing]:
    """Each in a channel of its own, spread over all workspaces."""
    places = channels[:: max(1, len(channels) // COMMANDS)][:COMMANDS]
    commands = islice(cycle(ASKED), COMMANDS)
    typed = [chat.ask(control, place, *command) for place, command in zip(places, commands, strict=True)]
    asked = await asyncio.gather(*typed)
    end = time.monotonic() + ANSWER_SECONDS
    while True:
        timings = await chat.timings(control, asked)
        if all(one.answered is not None for one in timings) or time.monotonic() > end:
            return timings
        await asyncio.sleep(0.5)


async def _sent(store: SqlStore, wanted: int) -> int:
    """How many digests are out, once it is so many.

    Raises:
        BenchmarkError: Some came to another end, or they take too long.
    """
    end = time.monotonic() + POSTING_SECONDS
    while True:
        totals = await store.deliveries.totals()
        sent = totals.get(DeliveryState.SENT, 0)
        astray = {state.value: count for state, count in totals.items() if state not in _ON_THE_WAY and count}
        if astray or time.monotonic() > end:
            raise BenchmarkError(f"digests sent: {sent}, others: {astray}")
        if sent >= wanted:
            return sent
        await asyncio.sleep(0.25)


_ON_THE_WAY = {DeliveryState.PENDING, DeliveryState.SENDING, DeliveryState.SENT}


@asynccontextmanager
async def _filled(settings: Settings, channels: Sequence[ChannelKey]) -> AsyncIterator[SqlStore]:
    """The store with papers, their index and the subscriptions, all due."""
    async with open_product(settings, clock=VirtualClock(NOW + LATE)) as filled:
        for batch in batches(invented(PAPERS, OBSERVATIONS)):
            await filled.store.papers.add(with_listings(batch))
        if settings.database_url.startswith("sqlite"):
            await filled.search.update()  # beside the database, where the product finds it
        rows = [values_of(_due(channel, number)) for number, channel in enumerate(channels)]
        async with filled.store.engine.begin() as connection:
            await connection.execute(insert(subscription), rows)
        yield filled.store


def _due(channel: ChannelKey, number: int) -> Subscription:
    topics = Topics() if number % 2 else Topics(include=("learning",))
    schedule = Schedule(zone="UTC", at=NOW.time().replace(tzinfo=None))
    ada = Person(id="U0ADA", name="Ada")
    return Subscription(
        channel=channel, schedule=schedule, topics=topics, set_up_by=ada, created_at=NOW, next_run_at=NOW
    )


def _milliseconds(name: str, seconds: Sequence[float | None]) -> dict[str, object]:
    came = sorted(1000 * one for one in seconds if one is not None)
    if not came:
        return {f"{name}_p50_ms": None, f"{name}_p99_ms": None}
    shares = {"p50": 0.50, "p99": 0.99, "slowest": 1.0}
    return {f"{name}_{which}_ms": round(came[math.ceil(len(came) * share) - 1], 1) for which, share in shares.items()}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])

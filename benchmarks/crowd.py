"""Many channels for the benchmarks of delivery: their rows, their platform, one digest for all."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, time
from pathlib import Path

from sqlalchemy import insert

from benchmarks import Options
from bot.models import (
    ChannelKey,
    Counts,
    Delivery,
    Digest,
    Paper,
    Person,
    RankedPaper,
    Schedule,
    Subscription,
    Topics,
)
from bot.ports import Payload, SentMessage
from bot.views import DigestPost, View
from storage import migrations
from storage.channels import values_of
from storage.schema import subscription
from storage.store import SqlStore, open_store

DUE = datetime(2026, 3, 10, 8, 0, tzinfo=UTC)
"""Nine in Berlin, when all of them are due."""
_ROWS = 2000
_PAPERS = tuple(
    RankedPaper(
        paper=Paper(id=f"2603.{number:05}", title=f"Paper {number}", first_seen_at=DUE, updated_at=DUE),
        rank=number,
        counts=Counts(),
        score=1.0,
        parts=(),
        topics=(),
        fresh=True,
    )
    for number in range(1, 6)
)


@asynccontextmanager
async def crowd(options: Options, channels: int, lanes: int) -> AsyncIterator[SqlStore]:
    """A store with that many channels due at DUE, spread over lanes in turn."""
    with tempfile.TemporaryDirectory(prefix="broadsheet-benchmark-") as folder:
        url = options.database_url or f"sqlite:///{Path(folder) / 'crowd.db'}"
        await asyncio.to_thread(migrations.upgrade, url)
        store = open_store(url, search_file=Path(folder) / "search.db")
        try:
            await fill(store, channels, lanes)
            yield store
        finally:
            await store.close()


async def fill(store: SqlStore, channels: int, lanes: int) -> None:
    """That many channels more, due at DUE."""
    for start in range(0, channels, _ROWS):
        numbers = range(start, min(channels, start + _ROWS))
        rows = [values_of(subscribed(ChannelKey("slack", f"T{number % lanes}", f"C{number}"))) for number in numbers]
        async with store.engine.begin() as connection:
            await connection.execute(insert(subscription), rows)


def subscribed(channel: ChannelKey) -> Subscription:
    return Subscription(
        channel=channel,
        schedule=Schedule(zone="Europe/Berlin", at=time(9)),
        set_up_by=Person(id="U1", name="Ada"),
        created_at=DUE,
        next_run_at=DUE,
    )


async def compose(delivery: Delivery) -> DigestPost | None:
    """The same papers for everybody: what is measured is not the ranking."""
    digest = Digest(
        channel=delivery.channel,
        slot=delivery.slot,
        schedule=Schedule(),
        topics=Topics(),
        papers=_PAPERS,
        considered=len(_PAPERS),
        matched=len(_PAPERS),
        as_of=DUE,
    )
    return DigestPost(digest=digest, title=f"Papers for {delivery.channel}", date_line="", cards=(), footer=())


class Standing:
    """Product time that stands."""

    def now(self) -> datetime:
        return DUE


class Instant:
    """A platform that takes everything at once."""

    name = "slack"
    idempotent = True

    def render(self, view: View) -> list[Payload]:
        return [{"text": str(getattr(view, "title", ""))}]

    def fallback(self, _view: View) -> Payload:
        return {"text": "plain"}

    async def send(self, _channel: ChannelKey, _payload: Payload, key: str) -> SentMessage:
        return SentMessage(key)


async def longest_stall(stalls: list[float]) -> None:
    """Notes how late a sleep of 5 ms ends, until cancelled: seconds the event loop was not free."""
    loop = asyncio.get_running_loop()
    while True:
        before = loop.time()
        await asyncio.sleep(0.005)
        stalls.append(loop.time() - before - 0.005)


def worst(stalls: Sequence[float]) -> float:
    """Milliseconds."""
    return round(1000 * max(stalls, default=0.0), 1)

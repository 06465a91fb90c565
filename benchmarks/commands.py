"""Answers of the reading commands with a full store: 13,050 invented papers and 61,428 observations."""

import asyncio
import importlib
import math
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from benchmarks import Options
from benchmarks.rank import NOW, batches, invented
from bot.cli.product import open_product
from bot.clock import VirtualClock
from bot.commands import Call
from bot.commands.dispatch import answer_text
from bot.config import Settings
from bot.models import Batch, ChannelKey, Listing, Person
from bot.service import Service
from bot.views import Notice

PAPERS, OBSERVATIONS = 13_050, 61_428
"""As many as the recorded history has."""
ROUNDS = 40
TEXTS = (
    "trending", "trending window:24h", "trending 30d page:3", "trending topic:learning", "trending topic:cs.LG -survey",
    "daily", "weekly", "monthly", "search learning", 'search "learning from little" sort:newest', "search paper 77",
    "paper 9912.00042", "why 9912.00042", "help", "digest preview", "digest status",
)  # fmt: skip
_CALL = Call(Person(id="U1", name="somebody"), ChannelKey("slack", "T1", "C1"))


def run(options: Options) -> dict[str, object]:
    """Milliseconds of each command and of all together; the first answer of each, which loads, is told apart."""
    if options.platform is not None:
        through: dict[str, object] = importlib.import_module("benchmarks.commands_platform").run(options)
        return through
    return asyncio.run(_measure(options))


async def _measure(options: Options) -> dict[str, object]:
    with tempfile.TemporaryDirectory(prefix="broadsheet-benchmark-") as folder:
        url = options.database_url or f"sqlite:///{Path(folder) / 'commands.db'}"
        settings = Settings(_env_file=None, database_url=url)  # type: ignore[call-arg]  # pydantic-settings' own option
        async with open_product(settings, clock=VirtualClock(NOW + timedelta(seconds=1))) as product:
            for batch in batches(invented(PAPERS, OBSERVATIONS)):
                await product.store.papers.add(with_listings(batch))
            await product.search.update()
            first = {text: await _answer(product.service, text) for text in TEXTS}
            rounds = {text: [await _answer(product.service, text) for _ in range(ROUNDS)] for text in TEXTS}
    every = [milliseconds for of_text in rounds.values() for milliseconds in of_text]
    return {
        "work": f"{len(every)} answers, one after the other, papers {PAPERS:,}, observations {OBSERVATIONS:,}",
        "p50_ms": _percentile(every, 0.50),
        "p99_ms": _percentile(every, 0.99),
        "slowest_ms": round(max(every), 1),
        "slowest_first_answer_ms": round(max(first.values()), 1),
        "p99_by_command_ms": {text: _percentile(of_text, 0.99) for text, of_text in rounds.items()},
    }


def with_listings(batch: Batch) -> Batch:
    """Each paper in the list of the day it was first seen."""
    listings = tuple(
        Listing(paper_id=paper.id, date=paper.first_seen_at.date(), position=place, listed_at=paper.first_seen_at)
        for place, paper in enumerate(batch.papers)
    )
    return Batch(papers=batch.papers, observations=batch.observations, listings=listings)


async def _answer(service: Service, text: str) -> float:
    """Milliseconds from the text to the view."""
    started = time.perf_counter()
    answer = await answer_text(service, text, _CALL)
    if isinstance(answer.view, Notice) and answer.view.code:
        raise RuntimeError(f"{text}: {answer.view.text}")
    return 1000 * (time.perf_counter() - started)


def _percentile(values: list[float], share: float) -> float:
    return round(sorted(values)[math.ceil(len(values) * share) - 1], 2)

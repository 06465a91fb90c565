"""The trending order: scoring from arrays in memory, loading them from a database, and reading a cached list."""

import asyncio
import math
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from benchmarks import Options
from bot.models import SIGNALS, Batch, Counts, Evidence, Observation, Paper, Traits, Window
from bot.ranking import MAXIMUM_AGE, rank
from bot.service.asked_again import AskedAgain
from bot.service.lists import Page
from bot.service.reading import Reading
from bot.service.trends import Trends
from storage.store import SqlStore, open_store

PAPERS = 100_000
OBSERVATIONS = 1_000_000
NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
_RUNS = 5
_LISTS = 300
_BATCH = 2_000
_KNOWN = dict(zip(SIGNALS, (0.8, 0.8, 0.4, 0.3, 0.1, 0.1, 0.1, 0.02, 0.02, 0.1, 0.1), strict=True))
"""How often an observation tells a signal."""
_AUTHORS = 5
"""Of a paper, on average."""


@dataclass(frozen=True, slots=True)
class FixedClock:
    moment: datetime

    def now(self) -> datetime:
        return self.moment


def run(options: Options) -> dict[str, object]:
    """Figures of scoring, loading and listing. A database that holds papers already is measured as it is."""
    papers = options.papers or PAPERS
    observations = OBSERVATIONS * papers // PAPERS
    evidence = invented(papers, observations)
    figures: dict[str, object] = {"papers": papers, "observations": observations, **_scoring(evidence)}
    if options.peers:
        figures["peer"] = "none: what ranks papers elsewhere has no code to run"
    return figures | asyncio.run(_database(options, evidence))


def invented(papers: int, observations: int) -> Evidence:
    """Columns of a plausible half year: most papers old, counts with a long tail, most signals unknown."""
    dice, now = np.random.default_rng(20260310), NOW.timestamp()
    seen = now - dice.uniform(0, MAXIMUM_AGE.total_seconds() - 1, papers)
    index = np.sort(dice.integers(0, papers, observations)).astype(np.int32)
    moments = seen[index] + dice.random(observations) * (now - seen[index])
    moments = moments[np.lexsort((moments, index))]
    fame = dice.pareto(1.2, papers)[index] * 10
    values = {
        name: np.where(dice.random(observations) < share, np.floor(fame * dice.random(observations)), math.nan)
        for name, share in _KNOWN.items()
    }
    return Evidence(
        as_of=NOW,
        paper_ids=tuple(f"9912.{number:05}" for number in range(papers)),
        first_seen_at=seen,
        published_at=seen - dice.uniform(0, 3 * 86_400, papers),
        paper_index=index,
        observed_at=moments,
        values=values,
        traits=_makers(dice, papers),
    )


def _makers(dice: np.random.Generator, papers: int) -> Traits:
    """A few authors each, some of whom have many papers; most papers shown by one of a few people."""
    how_many = dice.integers(1, 2 * _AUTHORS, papers)
    return Traits(
        submitter=np.where(dice.random(papers) < 0.8, np.floor(dice.pareto(1.2, papers) * 20), -1).astype(np.int64),
        author=(2 * papers * dice.random(int(how_many.sum())) ** 2).astype(np.int64),
        author_of=np.repeat(np.arange(papers), how_many),
        organization=(dice.random(papers) < 0.5).astype(np.float64),
        repository=(dice.random(papers) < 0.5).astype(np.float64),
        project_page=(dice.random(papers) < 0.3).astype(np.float64),
        title_length=dice.integers(20, 140, papers).astype(np.float64),
    )


def _scoring(evidence: Evidence) -> dict[str, object]:
    seconds = []
    for _ in range(_RUNS):
        started = time.perf_counter()
        ranking = rank(evidence, window=Window.WEEK)
        seconds.append(time.perf_counter() - started)
    started = time.perf_counter()
    for paper_id in ranking.order[:10]:
        ranking.parts(paper_id)
    return {
        "scoring_median_s": round(statistics.median(seconds), 4),
        "scoring_slowest_s": round(max(seconds), 4),
        "reasons_of_ten_s": round(time.perf_counter() - started, 4),
    }


async def _database(options: Options, evidence: Evidence) -> dict[str, object]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="broadsheet-benchmark-")))
        url = options.database_url or f"sqlite:///{folder / 'rank.db'}"
        store = open_store(url, search_file=folder / "search.db")
        try:
            filled = await _fill(store, evidence)
            return {"database": url.partition(":")[0], **filled, **await _loading(store), **await _listing(store)}
        finally:
            await store.close()


async def _fill(store: SqlStore, evidence: Evidence) -> dict[str, object]:
    if (await store.papers.totals())[0]:
        papers, observations = await store.papers.totals()
        return {"found_papers": papers, "found_observations": observations}
    started = time.perf_counter()
    for batch in batches(evidence):
        await store.papers.add(batch)
    return {"filling_s": round(time.perf_counter() - started, 2)}


def batches(evidence: Evidence) -> Iterator[Batch]:
    """The columns as values, some thousand papers at a time."""
    borders = np.searchsorted(evidence.paper_index, np.arange(0, len(evidence.paper_ids) + _BATCH, _BATCH))
    for number, (begin, end) in enumerate(zip(borders[:-1].tolist(), borders[1:].tolist(), strict=True)):
        rows = range(number * _BATCH, min((number + 1) * _BATCH, len(evidence.paper_ids)))
        yield Batch(
            papers=tuple(_paper(evidence, row) for row in rows),
            observations=tuple(_observation(evidence, row) for row in range(begin, end)),
        )


def _paper(evidence: Evidence, row: int) -> Paper:
    seen = datetime.fromtimestamp(float(evidence.first_seen_at[row]), UTC)
    authors, submitter = _named(evidence, row)
    return Paper(
        id=evidence.paper_ids[row],
        title=f"Paper {row} about learning from little",
        abstract="An invented abstract of ordinary length. " * 25,
        authors=authors,
        submitter=submitter,
        categories=("cs.LG",),
        published_at=datetime.fromtimestamp(float(evidence.published_at[row]), UTC),
        first_seen_at=seen,
        updated_at=seen,
        sources=("hugging_face",),
    )


def _named(evidence: Evidence, row: int) -> tuple[tuple[str, ...], str | None]:
    """The authors of a paper, and who showed it."""
    makers = evidence.traits
    if makers is None:
        return ("Ada Example", "Ben Sample"), None
    first, end = np.searchsorted(makers.author_of, (row, row + 1)).tolist()
    shown = int(makers.submitter[row])
    return tuple(f"Author {one}" for one in makers.author[first:end]), f"person-{shown}" if shown >= 0 else None


def _observation(evidence: Evidence, row: int) -> Observation:
    told = {name: column[row] for name, column in evidence.values.items() if not math.isnan(column[row])}
    return Observation(
        paper_id=evidence.paper_ids[evidence.paper_index[row]],
        source="hugging_face",
        observed_at=datetime.fromtimestamp(float(evidence.observed_at[row]), UTC),
        counts=Counts(**{name: int(value) for name, value in told.items()}),
    )


async def _loading(store: SqlStore) -> dict[str, object]:
    started = time.perf_counter()
    loaded = await store.papers.evidence(NOW - MAXIMUM_AGE, NOW)
    seconds = time.perf_counter() - started
    started = time.perf_counter()
    rank(loaded)
    return {
        "loading_s": round(seconds, 3),
        "loaded_observations": len(loaded.observed_at),
        "scoring_loaded_s": round(time.perf_counter() - started, 4),
    }


async def _listing(store: SqlStore) -> dict[str, object]:
    """One page of the list, as every command asks for it, once the order is known."""
    clock = FixedClock(NOW + timedelta(seconds=1))
    trends = Trends(store, store.search, clock)
    reading = Reading(store, AskedAgain(store.search, store.papers), trends, clock)
    await reading.trending()
    seconds = []
    for number in range(_LISTS):
        started = time.perf_counter()
        await reading.trending(page=Page(limit=5, number=1 + number % 20))
        seconds.append(1000 * (time.perf_counter() - started))
    seconds.sort()
    return {
        "cached_lists": _LISTS,
        "cached_list_p50_ms": round(seconds[len(seconds) // 2], 2),
        "cached_list_p99_ms": round(seconds[math.ceil(len(seconds) * 0.99) - 1], 2),
    }

"""Searches of one to four title words, by words and by meaning, at several sizes; the texts are invented."""

import asyncio
import gc
import math
import tempfile
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from benchmarks import Options
from bot.cli.product import open_encoder
from bot.config import load_settings
from bot.ports import Encoder, Vectors
from storage.search import FullText
from storage.search_index import Index
from storage.search_values import Document, Marker
from storage.search_vectors import Encoding
from storage.store import open_store

SIZES = (10_000, 100_000, 1_000_000)
QUERIES = 300
_CHUNK = 5_000
_WIDTH = 384
_WORDS, _HALVES = 30_000, 20_000
_COMMON = 200
"""Words as common as those that searches leave out; titles have few of them."""
_NOW = datetime(2026, 3, 10, tzinfo=UTC)
_DAY = 86_400_000_000


def run(options: Options) -> dict[str, object]:
    """Figures by size. Papers have random vectors: what they hold makes no difference to the time."""
    figures: dict[str, object] = {"queries": QUERIES, "words": "1 to 4"}
    for size in (options.papers,) if options.papers else SIZES:
        figures[f"{size:,} papers"] = asyncio.run(_measure(size))
        gc.collect()
    if options.peers:
        figures["peer"] = "none: PostgreSQL's ts_rank orders worse, and is not what the product could use instead"
    return figures


class RandomVectors:
    """An Encoder for where the model is not installed: the same work, save the model's own time."""

    name = "random"

    async def encode(self, texts: Sequence[str]) -> Vectors:
        return random_vectors(np.random.default_rng(len(texts[0])), len(texts))


async def _measure(size: int) -> dict[str, object]:
    dice = np.random.default_rng(20260310)
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="broadsheet-benchmark-")))
        installed = await stack.enter_async_context(open_encoder(load_settings()))
        encoder: Encoder = RandomVectors() if installed is None else installed
        titles, seconds = await asyncio.to_thread(_fill, folder / "search.db", size, encoder.name, dice)
        store = open_store(f"sqlite:///{folder / 'papers.db'}", search_file=folder / "search.db", encoder=encoder)
        stack.push_async_callback(store.close)
        started = time.perf_counter()
        await store.search.find("warming up", since=None, as_of=_NOW)
        first = time.perf_counter() - started
        queries = [" ".join(dice.permutation(titles[place].split())[: 1 + place % 4]) for place in range(QUERIES)]
        fused = await _times(store.search, queries)
        store.search._meaning._encoder = None  # noqa: SLF001  # the same index by words alone
        words = await _times(store.search, queries)
        return {
            "model": encoder.name,
            "filling_s": round(seconds, 1),
            "file_mib": round((folder / "search.db").stat().st_size / 2**20, 1),
            "vectors_in_memory_mib": round(store.search.memory / 2**20, 1),
            "first_query_s": round(first, 2),
            "fused_p50_ms": _percentile(fused, 0.50),
            "fused_p99_ms": _percentile(fused, 0.99),
            "bm25_p50_ms": _percentile(words, 0.50),
            "bm25_p99_ms": _percentile(words, 0.99),
        }


async def _times(search: FullText, queries: Sequence[str]) -> list[float]:
    milliseconds = []
    for query in queries:
        started = time.perf_counter()
        await search.find(query, since=None, as_of=_NOW)
        milliseconds.append(1000 * (time.perf_counter() - started))
    return sorted(milliseconds)


def _percentile(ascending: Sequence[float], share: float) -> float:
    return round(ascending[math.ceil(len(ascending) * share) - 1], 2)


def _fill(path: Path, size: int, model: str, dice: np.random.Generator) -> tuple[list[str], float]:
    """Some of the titles, and the seconds it took."""
    words = _vocabulary(dice)
    halves = [_text(dice, words, 75) for _ in range(_HALVES)]
    index = Index(path)
    encoding = Encoding(index)
    encoding.use(model)
    titles: list[str] = []
    started = time.perf_counter()
    before = Marker("benchmark", 0, 0)
    index.put((), Marker(), before)
    for number in range(0, size, _CHUNK):
        picked = dice.integers(0, _HALVES, (min(_CHUNK, size - number), 2))
        documents = [
            Document(
                f"9912.{number + row:07}",
                _text(dice, words[_COMMON:], 9),
                f"{halves[one]} {halves[two]}",
                *_times_of(number + row),
            )
            for row, (one, two) in enumerate(picked.tolist())
        ]
        after = Marker("benchmark", number + 1, 0)
        index.put(documents, before, after)
        papers = encoding.next(_CHUNK)
        encoding.put(papers, random_vectors(dice, len(papers)), model)
        titles += [document.title for document in documents[:QUERIES]]
        before = after
    seconds = time.perf_counter() - started
    index.close()
    return [titles[place] for place in dice.integers(0, len(titles), QUERIES)], seconds


def random_vectors(dice: np.random.Generator, count: int) -> Vectors:
    rows = dice.normal(size=(count, _WIDTH)).astype(np.float32)
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


def _times_of(number: int) -> tuple[int, int]:
    seen = int(_NOW.timestamp() * 1e6) - _DAY - number * 1000
    return seen, seen


def _vocabulary(dice: np.random.Generator) -> list[str]:
    syllables = [consonant + vowel for consonant in "bdfghklmnprstvz" for vowel in "aeiou"]
    return ["".join(dice.choice(syllables, int(dice.integers(1, 5)))) for _ in range(_WORDS)]


def _text(dice: np.random.Generator, words: list[str], count: int) -> str:
    """Words as unevenly common as in abstracts: the hundred most common ones make a seventh of a text."""
    return " ".join(words[int(place)] for place in len(words) * dice.random(count) ** 3)

"""Importing history of the recorded one's size, invented: files on disk to papers and readings in the store."""

import asyncio
import csv
import gzip
import json
import random
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks import Options
from bot.cli.product import open_product
from bot.config import Settings
from bot.history import ImportReport, import_history
from bot.progress import Silent

PAPERS, READINGS, DAYS = 13_050, 61_428, 633
_FIRST_DAY = datetime(2023, 10, 30, 2, 30, tzinfo=UTC)
_TEXT = "learning from little data with large models of language and vision that reason plan act and remember"
_WORDS = _TEXT.split()


def run(options: Options) -> dict[str, object]:
    """Papers and readings a second, the first time and the second, when everything is known."""
    return asyncio.run(_measure(options))


async def _measure(options: Options) -> dict[str, object]:
    with tempfile.TemporaryDirectory(prefix="broadsheet-benchmark-") as name:
        folder = Path(name)
        await asyncio.to_thread(_write, folder)
        url = options.database_url or f"sqlite:///{folder / 'ingest.db'}"
        settings = Settings(_env_file=None, database_url=url)  # type: ignore[call-arg]  # pydantic-settings' own option
        async with open_product(settings) as product:
            first = await import_history(product.store.papers, [folder], Silent())
            second = await import_history(product.store.papers, [folder], Silent())
    return _figures(first, second)


def _figures(first: ImportReport, second: ImportReport) -> dict[str, object]:
    return {
        "work": f"import of {first.papers:,} papers and {first.observations:,} readings from packed files, twice",
        "seconds": round(first.seconds, 2),
        "papers_per_second": round(first.papers / first.seconds),
        "rows_per_second": round((PAPERS + READINGS) / first.seconds),
        "again_seconds": round(second.seconds, 2),
    }


def _write(folder: Path) -> None:
    with gzip.open(folder / "hf_daily.jsonl.gz", "wt", encoding="utf-8") as file:
        file.writelines(f"{json.dumps(row)}\n" for row in _papers())
    with gzip.open(folder / "hf_snapshots.csv.gz", "wt", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["paper_id", "observed_at", "upvotes", "comments", "github_stars"])
        rows.writerows(_readings())


def _papers() -> Iterator[dict[str, Any]]:
    dice = random.Random(7)
    for number in range(PAPERS):
        seen = _seen(number)
        yield {
            "date": seen.date().isoformat(),
            "id": f"{seen:%y%m}.{number:05}",
            "title": " ".join(dice.choices(_WORDS, k=9)),
            "summary": " ".join(dice.choices(_WORDS, k=180)),
            "authors": [f"Author {dice.randrange(20_000)}" for _ in range(6)],
            "submittedAt": seen.isoformat(),
            "publishedAt": (seen - timedelta(days=1)).isoformat(),
            "githubRepo": f"https://github.com/lab/code-{number}" if number % 2 else None,
            "ai_keywords": dice.choices(_WORDS, k=8),
        }


def _readings() -> Iterator[tuple[str, str, int, int, str]]:
    for number in range(READINGS):
        seen = _seen(number % PAPERS)
        turn = number // PAPERS + 1
        observed = seen + timedelta(hours=9 * turn)
        yield f"{seen:%y%m}.{number % PAPERS:05}", observed.isoformat(), 7 * turn, turn, ""


def _seen(number: int) -> datetime:
    return _FIRST_DAY + timedelta(days=number * DAYS // PAPERS, minutes=number % 600)

"""Rows of recorded tables, and their import."""

import gzip
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from bot.history import ImportReport, import_history
from bot.progress import Silent
from tests.memory_papers import MemoryPapers

LATER = datetime(2026, 12, 31, tzinfo=UTC)
DAY = date(2026, 3, 10)


def daily_row(paper_id: str = "2603.01234", **changes: Any) -> dict[str, Any]:
    return {
        "date": "2026-03-10", "kind": "api", "id": paper_id, "title": f"A study of {paper_id}",
        "summary": "We study it.",
        "authors": ["Ada Example"], "publishedAt": "2026-03-09T00:00:00.000Z", "submittedAt": "2026-03-10T05:25:12Z",
        "submittedBy": "ada-example", "upvotes": 999, "numComments": 99, "githubStars": 9999,
        "githubRepo": "https://github.com/ada-example/study", "organization": "example-lab", "projectPage": None,
        "ai_summary": "It is studied.", "ai_keywords": ["studies"], "lastSeenAt": "2026-03-11T01:40:00Z", **changes,
    }  # fmt: skip


def arxiv_row(paper_id: str = "2603.00777", **changes: Any) -> dict[str, Any]:
    return {
        "id": paper_id, "title": "Another study", "abstract": "We study something else.", "authors": ["Ben Sample"],
        "categories": ["cs.LG", "cs.AI"], "comment": "8 pages", "listed_on": "2026-03-09", "published": None, **changes,
    }  # fmt: skip


SNAPSHOTS = """paper_id,observed_at,upvotes,comments,github_stars,source,time_basis
2603.01234,2026-03-10T08:00:00Z,4,,,somebody,field in file
2603.01234,2026-03-10T08:00:00Z,,1,7,somebody else,field in file
2603.01234,2026-03-11T01:40:00Z,40,2,,somebody,commit time
2603.01234,2026-03-12T00:00:00Z,,,,somebody,field in file
2603.99999,2026-03-10T08:00:00Z,4,,,somebody,field in file
2603.01234,not a time,4,,,somebody,field in file
2603.01234,too short
"""


def write_lines(path: Path, rows: Sequence[Mapping[str, Any] | str]) -> Path:
    text = "".join(f"{row if isinstance(row, str) else json.dumps(row)}\n" for row in rows)
    path.parent.mkdir(exist_ok=True, parents=True)
    path.write_bytes(gzip.compress(text.encode()) if path.suffix == ".gz" else text.encode())
    return path


def write_recording(folder: Path, name: str, document: Any, recorded_at: str | None = None) -> Path:
    path = folder / name
    folder.mkdir(exist_ok=True)
    data = json.dumps(document).encode()
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    if recorded_at:
        index = folder / "index.csv"
        head = index.read_text() if index.exists() else "file,date,recorded_at\n"
        index.write_text(f"{head}{name},2026-03-10,{recorded_at}\n")
    return path


async def load(*paths: Path, store: MemoryPapers | None = None) -> tuple[MemoryPapers, ImportReport]:
    store = store or MemoryPapers()
    return store, await import_history(store, paths, Silent())


async def places(store: MemoryPapers, day: date = DAY) -> list[tuple[str, int]]:
    return [(listing.paper_id, listing.position) for listing in await store.listings(day, day, LATER)]

"""Recorded history as columns: `hf_daily.jsonl.gz` and `hf_snapshots.csv.gz` of one folder."""

import csv
import gzip
import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.errors import UserError
from bot.progress import Progress

PAPERS = "hf_daily.jsonl.gz"
READINGS = "hf_snapshots.csv.gz"
COUNTS = {"upvotes": "upvotes", "comments": "comments", "github_stars": "github_stars"}
"""Columns of the readings, and the signals that they are."""

Column = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedPaper:
    """A paper of the daily lists, without anything that was counted: counts belong to moments."""

    id: str
    date: str
    """Of its list, `YYYY-MM-DD`."""
    submitted_at: float
    """Epoch seconds, as corrected by whoever recorded it."""
    title: str = ""
    abstract: str = ""
    summary: str | None = None
    authors: tuple[str, ...] = ()
    organization: str | None = None
    submitter: str | None = None
    keywords: tuple[str, ...] = ()
    project_page: str | None = None
    repository: str | None = None
    repository_seen_at: float = math.inf
    """Epoch seconds since when the repository is known."""
    published_at: float = math.nan


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Recorded:
    """n papers by id, and k readings of them, sorted by paper and time; NaN is "not told"."""

    papers: tuple[RecordedPaper, ...]
    paper_index: NDArray[np.int64]
    """(k,)"""
    observed_at: Column
    """(k,) epoch seconds."""
    values: Mapping[str, Column]
    """(k,) for each of `COUNTS`."""

    @property
    def submitted_at(self) -> Column:
        """(n,) epoch seconds."""
        return np.array([paper.submitted_at for paper in self.papers])


def read(folder: Path, progress: Progress) -> Recorded:
    """What a folder holds; readings of papers that are not in the lists are left out.

    Raises:
        UserError: A file is missing or cannot be read.
    """
    papers = sorted(_papers(folder / PAPERS, progress), key=lambda paper: paper.id)
    return recorded(papers, _readings(folder / READINGS, progress))


def recorded(papers: list[RecordedPaper], readings: Iterator[tuple[str, float, tuple[float, ...]]]) -> Recorded:
    """From papers in any order and readings `(id, epoch seconds, counts)` in any order."""
    papers = sorted(papers, key=lambda paper: paper.id)
    index = {paper.id: number for number, paper in enumerate(papers)}
    rows = [(index[paper_id], moment, *counts) for paper_id, moment, counts in readings if paper_id in index]
    table = np.array(rows, np.float64).reshape(len(rows), 2 + len(COUNTS))
    table = table[np.lexsort((table[:, 1], table[:, 0]))]
    return Recorded(
        papers=tuple(papers),
        paper_index=table[:, 0].astype(np.int64),
        observed_at=table[:, 1],
        values={name: table[:, column] for column, name in enumerate(COUNTS.values(), 2)},
    )


def _papers(file: Path, progress: Progress) -> Iterator[RecordedPaper]:
    for number, line in enumerate(_lines(file)):
        try:
            row = json.loads(line)
            yield _paper(row)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise _unreadable(file, f"line {number + 1} is not a paper of a daily list") from error
        if number % 500 == 0:
            progress.report("Reading papers", number, None)


def _paper(row: dict[str, Any]) -> RecordedPaper:
    repository = row.get("githubRepo")
    return RecordedPaper(
        id=str(row["id"]),
        date=str(row["date"]),
        submitted_at=_moment(row["submittedAt"]),
        title=row.get("title") or "",
        abstract=row.get("summary") or "",
        summary=row.get("ai_summary"),
        authors=tuple(row.get("authors") or ()),
        organization=row.get("organization"),
        submitter=row.get("submittedBy"),
        keywords=tuple(row.get("ai_keywords") or ()),
        project_page=row.get("projectPage"),
        repository=repository,
        repository_seen_at=_moment(row.get("githubRepoFirstSeenAt")) if repository else math.inf,
        published_at=_moment(row.get("publishedAt")),
    )


def _readings(file: Path, progress: Progress) -> Iterator[tuple[str, float, tuple[float, ...]]]:
    lines = csv.DictReader(_lines(file))
    if not {"paper_id", "observed_at", *COUNTS} <= set(lines.fieldnames or ()):
        raise _unreadable(file, "its first line does not name the columns paper_id, observed_at, upvotes, …")
    for number, row in enumerate(lines):
        try:
            counts = tuple(float(row[name]) if row[name] else math.nan for name in COUNTS)
            yield row["paper_id"], _moment(row["observed_at"]), counts
        except (ValueError, TypeError) as error:
            raise _unreadable(file, f"line {number + 2} is not a reading") from error
        if number % 5000 == 0:
            progress.report("Reading counts", number, None)


def _lines(file: Path) -> Iterator[str]:
    try:
        with gzip.open(file, "rt", encoding="utf-8", newline="") as lines:
            yield from lines
    except FileNotFoundError as error:
        hint = f"A folder for the backtest holds {PAPERS} and {READINGS}."
        raise UserError("no_history", f"{file} is not there.", hint) from error
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise _unreadable(file, "it is not a whole gzip file") from error


def _unreadable(file: Path, because: str) -> UserError:
    return UserError("bad_history", f"{file} cannot be read: {because}.", "Fetch the file again.")


def _moment(text: str | None) -> float:
    """Epoch seconds; NaN for none."""
    return math.nan if not text else datetime.fromisoformat(text).timestamp()

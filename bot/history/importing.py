"""Reads files of history, batch by batch, into the store."""

import ast
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from bot.history.files import (
    HistoryFile,
    Kind,
    Line,
    find_files,
    index_beside,
    objects_of,
    recorded_answer,
    recorded_at,
    recorded_day,
    rows_of,
)
from bot.history.rows import arxiv_paper, daily_paper, place_in_list, snapshot
from bot.models import Batch, Listing, Observation, Paper
from bot.ports import PaperStore
from bot.progress import Progress
from bot.sources import SourceError
from bot.sources.hugging_face import parse_daily

BATCH = 1000
"""Papers, or readings, in one transaction."""
_COLUMNS = frozenset({"paper_id", "observed_at"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """How much was new to the store, how much was of no use, and how long it took."""

    papers: int
    observations: int
    skipped: int
    seconds: float

    def as_json(self) -> dict[str, object]:
        return {
            "papers": self.papers,
            "observations": self.observations,
            "skipped": self.skipped,
            "seconds": round(self.seconds, 2),
        }

    def in_words(self) -> str:
        kept = f"{self.papers:,} new papers and {self.observations:,} observations in {self.seconds:.1f} s"
        return f"{kept}; {self.skipped:,} lines or items were of no use." if self.skipped else f"{kept}."


async def import_history(store: PaperStore, paths: Sequence[Path], progress: Progress) -> ImportReport:
    """Read all history in these files and folders. A second time adds nothing.

    Raises:
        UserError: A file is missing or damaged; the error names it and the line. What was read before is kept.
    """
    started = time.monotonic()
    importing = _Import(store, progress)
    files = find_files(paths)
    recordings = [file.path for file in files if file.kind is Kind.RECORDING]
    await importing.recordings(recordings)
    for file in files:
        if file.kind is not Kind.RECORDING:
            await importing.table(file)
    return ImportReport(
        papers=importing.papers,
        observations=importing.observations,
        skipped=importing.skipped,
        seconds=time.monotonic() - started,
    )


@dataclass(slots=True)
class _Part:
    """What a stretch of a file says."""

    papers: list[Paper] = field(default_factory=list)
    listings: list[Listing] = field(default_factory=list)
    observations: list[Observation] = field(default_factory=list)
    skipped: int = 0

    @property
    def is_full(self) -> bool:
        return max(len(self.papers), len(self.observations)) >= BATCH


class _Import:
    """One import: what it has counted so far, and whose place in which list it knows."""

    def __init__(self, store: PaperStore, progress: Progress) -> None:
        self.papers = self.observations = self.skipped = 0
        self._store = store
        self._progress = progress
        self._places: defaultdict[date, dict[str, int]] = defaultdict(dict)

    async def recordings(self, paths: Sequence[Path]) -> None:
        """Recorded answers, by date; of one date the newest gives the order of its list."""
        by_day: defaultdict[date, list[Path]] = defaultdict(list)
        indexes = {folder: index_beside(folder / "index.csv") for folder in {path.parent for path in paths}}
        for path in paths:
            by_day[recorded_day(path)].append(path)
        done = 0
        for day, same_day in sorted(by_day.items()):
            times = {path: recorded_at(path, indexes[path.parent]) for path in same_day}
            for path in sorted(same_day, key=lambda path: times[path] or _UNKNOWN, reverse=True):
                await self._keep(self._recording(path, day, times[path]))
                done += 1
                self._progress.report("recorded lists", done, len(paths))

    def _recording(self, path: Path, day: date, moment: datetime | None) -> _Part:
        """Papers of one recorded answer; its counts only if somebody noted when it was recorded."""
        items = recorded_answer(path)
        if not isinstance(items, list):
            return _Part(skipped=1)  # what a recorder wrote down on a day without papers
        at = moment or datetime.combine(day, datetime.max.time(), UTC)
        try:
            parsed = parse_daily([_repaired(item) for item in items], at, day)
        except SourceError:
            return _Part(skipped=len(items))
        batch = parsed.batch
        listings = [self._listing(listing) for listing in batch.listings]
        observations = list(batch.observations) if moment else []
        skipped = parsed.skipped + len(batch.observations) - len(observations)
        return _Part(list(batch.papers), listings, observations, skipped)

    def _listing(self, listing: Listing) -> Listing:
        """At the place it is known to have, else after all others of its list."""
        places = self._places[listing.date]
        return replace(listing, position=places.setdefault(listing.paper_id, len(places)))

    async def table(self, file: HistoryFile) -> None:
        """A file of rows, a batch at a time."""
        size = file.path.stat().st_size
        read = {Kind.DAILY: self._daily, Kind.ARXIV: self._arxiv, Kind.SNAPSHOTS: self._snapshots}[file.kind]
        part = _Part()
        for line in read(file.path, part):
            if part.is_full:
                await self._keep(part)
                part.papers, part.listings, part.observations, part.skipped = [], [], [], 0
                self._progress.report(file.path.name, line.position >> 10, size >> 10)
        await self._keep(part)
        self._progress.report(file.path.name, size >> 10, size >> 10)

    def _daily(self, path: Path, part: _Part) -> Iterator[Line]:
        for line, row in objects_of(path):
            found = daily_paper(row) if row is not None else None
            if found is None:
                part.skipped += 1
            else:
                paper, day = found
                part.papers.append(paper)
                part.listings.append(self._listing(place_in_list(paper, day, 0)))
            yield line

    def _arxiv(self, path: Path, part: _Part) -> Iterator[Line]:
        for line, row in objects_of(path):
            paper = arxiv_paper(row) if row is not None else None
            if paper is None:
                part.skipped += 1
            else:
                part.papers.append(paper)
            yield line

    def _snapshots(self, path: Path, part: _Part) -> Iterator[Line]:
        """Two readings of one paper at one instant, next to each other, are one."""
        for line, row in rows_of(path, _COLUMNS):
            reading = snapshot(row) if row is not None else None
            if reading is None:
                part.skipped += 1
            elif part.observations and _is_same_reading(part.observations[-1], reading):
                known = part.observations[-1]
                part.observations[-1] = replace(known, counts=known.counts.updated(reading.counts))
            else:
                part.observations.append(reading)
            yield line

    async def _keep(self, part: _Part) -> None:
        """Add it to the store, less the readings of papers that nobody named."""
        named = {paper.id for paper in part.papers}
        unnamed = {observation.paper_id for observation in part.observations} - named
        known = await self._store.many({*unnamed, *(paper.id for paper in part.papers if paper.sources == ("arxiv",))})
        observations = [one for one in part.observations if one.paper_id in named or one.paper_id in known]
        papers = [_no_earlier(paper, known.get(paper.id)) for paper in part.papers]
        batch = Batch(papers=tuple(papers), observations=tuple(observations), listings=tuple(part.listings))
        added = await self._store.add(batch)
        self.papers += added.papers
        self.observations += added.observations
        self.skipped += part.skipped + len(part.observations) - len(observations)


_UNKNOWN = datetime.min.replace(tzinfo=UTC)


def _is_same_reading(one: Observation, other: Observation) -> bool:
    return (one.paper_id, one.observed_at) == (other.paper_id, other.observed_at)


def _no_earlier(paper: Paper, known: Paper | None) -> Paper:
    """A paper of the daily lists counts as seen when it reached them, and not when arXiv announced it."""
    if known is None or paper.sources != ("arxiv",):
        return paper
    return replace(paper, first_seen_at=max(paper.first_seen_at, known.first_seen_at))


def _repaired(item: Any) -> Any:
    """An item that its recorder wrote as Python instead of JSON; anything else as it is."""
    if not isinstance(item, str) or not item.startswith("{"):
        return item
    try:
        return ast.literal_eval(item)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return item

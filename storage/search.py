"""Search over the papers of the store, by a full-text index that follows it."""

import asyncio
import sqlite3
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

import structlog
from sqlalchemy import and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.identity import canonical_id
from bot.ports import Hit
from storage.engine import reading
from storage.rows import AnySelect
from storage.schema import broadsheet, paper
from storage.search_index import Document, Index, Marker, delete
from storage.search_query import build_query
from storage.types import microseconds

log = structlog.get_logger(__name__)
T = TypeVar("T")

_CHUNK = 2000
"""Papers indexed in one transaction."""
_EVER = -(2**62)


class FullText:
    """A Search. Looking up and indexing have a thread and a connection each, so neither waits for the other."""

    def __init__(self, engine: AsyncEngine, path: Path) -> None:
        self._engine = reading(engine)
        self._path = path
        self._temporary: tempfile.TemporaryDirectory[str] | None = None
        self._updating = asyncio.Lock()
        self._read_thread = ThreadPoolExecutor(1, "search")
        self._write_thread = ThreadPoolExecutor(1, "index")
        self._open()

    async def update(self) -> int:
        async with self._updating:
            return await self._follow()

    async def rebuild(self) -> int:
        """Throw the index away and make it again. Returns how many papers it holds."""
        async with self._updating:
            await self._reading(self._reader.close)
            await self._writing(self._writer.close)
            delete(self._path)
            self._open()
            return await self._follow()

    async def find(self, query: str, *, since: datetime | None, as_of: datetime) -> list[Hit]:
        """As the port says; a query that is a paper's id, address or DOI gives that paper first.

        Raises:
            UserError: `search_slow`.
        """
        try:
            return await self._reading(lambda: self._find(query, since, as_of))
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError:
            log.warning("the search index is damaged and is made again")
            await self.rebuild()
            return await self._reading(lambda: self._find(query, since, as_of))

    async def close(self) -> None:
        """Finish what is under way; the file stays."""
        await self._reading(self._reader.close)
        await self._writing(self._writer.close)
        self._read_thread.shutdown()
        self._write_thread.shutdown()
        if self._temporary:
            self._temporary.cleanup()

    def _open(self) -> None:
        try:
            self._writer = Index(self._path)
        except sqlite3.OperationalError:
            self._temporary = tempfile.TemporaryDirectory(prefix="broadsheet-")
            log.warning("the search index cannot be kept; it is made again at each start", file=str(self._path))
            self._path = Path(self._temporary.name) / "search.db"
            self._writer = Index(self._path)
        self._reader = Index(self._path)

    def _find(self, text: str, since: datetime | None, as_of: datetime) -> list[Hit]:
        times = (_EVER if since is None else microseconds(since), microseconds(as_of))
        named = canonical_id(text)
        hits = self._reader.find(build_query(text), *times)
        if named is None or not self._reader.holds(named, *times):
            return hits
        best = hits[0].score if hits else 1.0
        return [Hit(named, best + 1.0), *(hit for hit in hits if hit.paper_id != named)]

    async def _follow(self) -> int:
        changed = 0
        while True:
            before = await self._writing(self._writer.marker)
            after, documents = await self._written_after(before)
            if after == before:
                return changed
            written = await self._writing(partial(self._writer.put, documents, before, after))
            changed += written or 0  # None: another process was faster, and the next round starts from its marker

    async def _written_after(self, marker: Marker) -> tuple[Marker, list[Document]]:
        """What was written after the marker, in that order, at most _CHUNK; and the next marker.

        From the start, if the marker is of another store, or of one that was restored since.
        """
        async with self._engine.connect() as connection:
            store_id, generation = (
                await connection.execute(select(broadsheet.c.store_id, broadsheet.c.generation))
            ).one()
            if marker.store_id != store_id or marker.revision > generation:
                marker = Marker(store_id)
            rows = (await connection.execute(_select_after(marker))).all()
        last = Marker(store_id, rows[-1].revision, rows[-1].key) if rows else marker
        return last, [
            Document(row.id, row.title, row.abstract, microseconds(row.published), microseconds(row.first_seen_at))
            for row in rows
        ]

    async def _reading(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._read_thread, work)

    async def _writing(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._write_thread, work)


def _select_after(marker: Marker) -> AnySelect:
    after = or_(
        paper.c.revision > marker.revision,
        and_(paper.c.revision == marker.revision, paper.c.key > marker.key),
    )
    columns = (
        paper.c.key,
        paper.c.revision,
        paper.c.id,
        paper.c.title,
        paper.c.abstract,
        paper.c.first_seen_at,
        func.coalesce(paper.c.published_at, paper.c.first_seen_at).label("published"),
    )
    return select(*columns).where(after).order_by(paper.c.revision, paper.c.key).limit(_CHUNK)

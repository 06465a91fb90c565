"""Search over the papers of the store, by words and by meaning, in an index that follows it."""

import asyncio
import sqlite3
import tempfile
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

import numpy as np
import structlog
from sqlalchemy import and_, func, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.identity import canonical_id
from bot.models import FEED, Paper
from bot.ports import MOST, Encoder, EncoderError, Facets, Found, Hit, SearchMode, Vectors
from bot.progress import Progress
from storage.engine import reading
from storage.rows import AnySelect
from storage.schema import broadsheet, paper
from storage.search_facets import About, narrowed
from storage.search_fusion import fused
from storage.search_index import Index, delete
from storage.search_meaning import Meaning, Near
from storage.search_query import LONGEST, build_query
from storage.search_values import Asked, Document, Marker, Match
from storage.search_vectors import Encoding, text_of
from storage.types import Words, microseconds

log = structlog.get_logger(__name__)
T = TypeVar("T")

_CHUNK = 2000
"""Papers indexed in one transaction."""
_EVER = -(2**62)
_AT_ONCE = 16
"""Papers encoded in one transaction: half a second's work."""
FAINTEST = 0.2
"""The least cosine of a paper that holds none of the words: below it there is no common subject."""
FAINTEST_ALONE = 0.35
"""The same where no paper holds any of them: what nobody writes is near to many papers by chance."""


class FullText:
    """A Search. Words, meaning and indexing have a thread and a connection each, so none waits for another."""

    def __init__(self, engine: AsyncEngine, path: Path, encoder: Encoder | None = None) -> None:
        """Without an encoder the search is by words alone. The encoder belongs to whoever opened it."""
        self._encoder = encoder
        self._engine = reading(engine)
        self._path = path
        self._temporary: tempfile.TemporaryDirectory[str] | None = None
        self._updating = asyncio.Lock()
        self._read_thread = ThreadPoolExecutor(1, "search")
        self._write_thread = ThreadPoolExecutor(1, "index")
        self._open()
        self._meaning = Meaning(self._path, encoder)

    async def update(self) -> int:
        async with self._updating:
            return await self._follow()

    async def rebuild(self, progress: Progress | None = None) -> int:
        """Throw the index away and make it again, without the vectors. Returns how many papers it holds."""
        async with self._updating:
            await self._meaning.shut()
            await self._reading(self._reader.close)
            await self._writing(self._writer.close)
            delete(self._path)
            self._open()
            self._meaning.open(self._path)
            return await self._follow(progress)

    async def encode(self, progress: Progress | None = None) -> int:
        """Make the vectors that are missing, the newest papers' first; what is done stays done. Returns how many.

        Ends early, with the rest for the next time, when the encoder fails.
        """
        if self._encoder is None:
            return 0
        encoder, done = self._encoder, 0
        await self._writing(lambda: self._encoding.use(encoder.name))
        total = await self._writing(self._encoding.left) if progress else 0
        while papers := await self._writing(lambda: self._encoding.next(_AT_ONCE)):
            try:
                # One text a time: a query that comes meanwhile waits for no more than that.
                rows = [(await encoder.encode([paper.text]))[0] for paper in papers]
            except EncoderError:
                break
            await self._writing(partial(self._encoding.put, papers, np.stack(rows), encoder.name))
            done += len(papers)
            if progress:
                progress.report("encoding papers", done, max(done, total))
        if done:
            await self._meaning.refresh()
        return done

    @property
    def memory(self) -> int:
        """Bytes that the vectors take in this process."""
        return self._meaning.memory

    async def find(
        self, query: str, *, since: datetime | None, as_of: datetime, facets: Facets | None = None, limit: int = MOST
    ) -> Found:
        """As the port says; a query that is a paper's id, address or DOI gives that paper first.

        Raises:
            UserError: `search_slow`.
        """
        first = _EVER if since is None else microseconds(since)
        among = await self._asking(lambda: self._reader.keys(narrowed(facets))) if facets else None
        asked = Asked(build_query(query), first, microseconds(as_of), among, limit)
        by_words, near = await asyncio.gather(
            self._asking(lambda: self._words(query, asked)), self._meant(query, asked)
        )
        if near is None:
            return _found(by_words, "bm25")
        others = [match.key for match in by_words.matches if match.key not in near.cosines]
        cosines = near.cosines | await self._meaning.cosines(others, near.vector)
        return _found(await self._asking(lambda: self._both(by_words, cosines, limit)), "fused")

    async def similar(self, paper: Paper, *, as_of: datetime, limit: int = 50) -> Found:
        """As the port says: by meaning, or, while there is no model, by the words that tell most about it."""
        text = text_of(paper.title, paper.abstract)
        until = microseconds(as_of)
        vector = (await self._meaning.vectors([paper.id])).get(paper.id)
        if vector is None:
            vector = await self._meaning.vector_of(text)
        if vector is None:
            hits = await self._asking(lambda: self._reader.similar(paper.id, text, until, limit))
            return Found(tuple(Hit(match.paper_id, match.score) for match in hits), "bm25")
        return Found(tuple(await self._closest(paper.id, vector, until, limit)), "fused")

    async def vectors(self, paper_ids: Collection[str]) -> dict[str, Vectors]:
        """As the port says; none while there is no model."""
        return await self._meaning.vectors(paper_ids)

    async def close(self) -> None:
        """Finish what is under way; the file stays."""
        await self._meaning.close()
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
        self._encoding = Encoding(self._writer)

    def _words(self, text: str, asked: Asked) -> "_ByWords":
        named = canonical_id(text)
        if named is not None and not self._reader.holds(named, asked.since, asked.as_of):
            named = None
        return _ByWords(self._reader.find(asked), named)

    def _both(self, by_words: "_ByWords", cosines: dict[int, float], limit: int) -> "_ByWords":
        known = {match.key for match in by_words.matches}
        faintest = FAINTEST if known else FAINTEST_ALONE
        told = {key: cosine for key, cosine in cosines.items() if key in known or cosine >= faintest}
        close = self._reader.described(key for key in told if key not in known)
        return replace(by_words, matches=fused(by_words.matches, close, told)[:limit])

    async def _meant(self, text: str, asked: Asked) -> Near | None:
        """Nothing where quotation marks say that these very words are wanted, or parts of words."""
        query = asked.query
        if not query.terms or query.by_parts or query.quoted:
            return None
        return await self._meaning.near(text[:LONGEST], asked)

    async def _closest(self, paper_id: str, vector: Vectors, as_of: int, limit: int) -> list[Hit]:
        cosines = dict(await self._meaning.closest(vector, limit + 1, _EVER, as_of))
        found = await self._reading(lambda: self._reader.described(cosines))
        hits = [Hit(match.paper_id, cosines[match.key]) for match in found]
        return [hit for hit in hits if hit.paper_id != paper_id][:limit]

    async def _asking(self, work: Callable[[], T]) -> T:
        """As _reading; a damaged index is made again, and asked again."""
        try:
            return await self._reading(work)
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError:
            log.warning("the search index is damaged and is made again")
            await self.rebuild()
            return await self._reading(work)

    async def _follow(self, progress: Progress | None = None) -> int:
        changed = 0
        while True:
            before = await self._writing(self._writer.marker)
            after, documents = await self._written_after(before)
            if after == before:
                return changed
            written = await self._writing(partial(self._writer.put, documents, before, after))
            changed += written or 0  # None: another process was faster, and the next round starts from its marker
            if progress:
                progress.report("indexing papers", changed, None)

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
            Document(
                row.id,
                row.title,
                row.abstract,
                microseconds(row.published),
                microseconds(row.first_seen_at),
                About.of(row.authors, row.organization, row.categories, row.github_repo),
            )
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
        paper.c.authors,
        paper.c.organization,
        paper.c.categories,
        paper.c.github_repo,
        func.coalesce(paper.c.published_at, paper.c.first_seen_at).label("published"),
    )
    for_everybody = paper.c.sources != literal((FEED,), Words)
    return select(*columns).where(after, for_everybody).order_by(paper.c.revision, paper.c.key).limit(_CHUNK)


@dataclass(frozen=True, slots=True)
class _ByWords:
    matches: Sequence[Match]
    named: str | None
    """The paper that the query is the id or address of."""


def _found(by_words: _ByWords, mode: SearchMode) -> Found:
    hits = [Hit(match.paper_id, match.score) for match in by_words.matches]
    if by_words.named is not None:
        best = hits[0].score if hits else 1.0
        hits = [Hit(by_words.named, best + 1.0), *(hit for hit in hits if hit.paper_id != by_words.named)]
    return Found(tuple(hits), mode)

"""Papers and what sources said of them, in SQL."""

import asyncio
from collections.abc import Collection
from dataclasses import fields
from datetime import date, datetime
from functools import cache

from sqlalchemy import bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.models import SIGNALS, Added, Batch, Counts, Evidence, Listing, Observation, Paper, SourceStatus
from storage.adding import add
from storage.aliases import present_ids
from storage.engine import reading
from storage.evidence import load_evidence
from storage.known_counts import KnownCounts
from storage.known_papers import KnownPapers
from storage.rows import COLUMNS, AnySelect, counts_from, paper_from
from storage.schema import listing, observation, paper, source_status
from storage.types import UTCDateTime
from storage.upsert import insert_into

_SOURCE = tuple(field.name for field in fields(SourceStatus))
_SOURCES = select(*(source_status.c[name] for name in _SOURCE)).order_by(source_status.c.source)


class SqlPapers:
    """A PaperStore on either database."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._reading = reading(engine)
        self._known = KnownPapers(self._reading)
        self._counts = KnownCounts(self._reading, self._known.generation)

    async def add(self, batch: Batch) -> Added:
        async with self._engine.begin() as connection:
            return await add(connection, batch)

    async def get(self, paper_id: str) -> Paper | None:
        found = (await self.many([paper_id])).get(paper_id)
        if found is not None or ":" not in paper_id:
            return found
        present = await self.present(paper_id)
        return (await self.many([present])).get(present) if present != paper_id else None

    async def present(self, paper_id: str) -> str:
        async with self._reading.connect() as connection:
            return (await present_ids(connection, [paper_id])).get(paper_id, paper_id)

    async def many(self, paper_ids: Collection[str]) -> dict[str, Paper]:
        return await self._known.many(paper_ids)

    async def seen_since(self, since: datetime, as_of: datetime) -> list[Paper]:
        seen = select(*COLUMNS).where(paper.c.first_seen_at.between(since, as_of)).order_by(paper.c.id)
        async with self._reading.connect() as connection:
            return [paper_from(row) for row in await connection.execute(seen)]

    async def evidence(self, since: datetime, as_of: datetime) -> Evidence:
        return await asyncio.to_thread(load_evidence, self._engine.url, since, as_of)

    async def counts(self, paper_ids: Collection[str], as_of: datetime) -> dict[str, Counts]:
        return await self._counts.at(paper_ids, as_of)

    async def observations(self, paper_id: str, as_of: datetime) -> list[Observation]:
        async with self._reading.connect() as connection:
            rows = await connection.execute(observations_of(), {"paper_id": paper_id, "as_of": as_of})
            return [
                Observation(paper_id=paper_id, observed_at=row[0], source=row[1], counts=counts_from(row[2:]))
                for row in rows
            ]

    async def listings(self, first: date, last: date, as_of: datetime) -> list[Listing]:
        shown = (
            select(paper.c.id, listing.c.date, listing.c.position, listing.c.listed_at)
            .join(paper, paper.c.key == listing.c.paper_key)
            .where(listing.c.date.between(first, last), listing.c.listed_at <= as_of)
            .order_by(listing.c.date, listing.c.position, paper.c.id)
        )
        async with self._reading.connect() as connection:
            rows = await connection.execute(shown)
            return [Listing(paper_id=row[0], date=row[1], position=row[2], listed_at=row[3]) for row in rows]

    async def latest_listing_date(self, as_of: datetime, before: date) -> date | None:
        last = (
            select(listing.c.date)
            .where(listing.c.date < before, listing.c.listed_at <= as_of)
            .order_by(listing.c.date.desc())
            .limit(1)
        )
        async with self._reading.connect() as connection:
            return await connection.scalar(last)

    async def generation(self) -> int:
        return await self._known.generation()

    async def written_since(self, generation: int) -> list[str]:
        written = select(paper.c.id).where(paper.c.revision > generation)
        async with self._reading.connect() as connection:
            return list((await connection.execute(written)).scalars())

    async def totals(self) -> tuple[int, int]:
        both = select(
            select(func.count()).select_from(paper).scalar_subquery(),
            select(func.count()).select_from(observation).scalar_subquery(),
        )
        async with self._reading.connect() as connection:
            papers, observations = (await connection.execute(both)).one()
            return papers, observations

    async def note_source(self, status: SourceStatus) -> None:
        values = {name: getattr(status, name) for name in _SOURCE}
        async with self._engine.begin() as connection:
            noted = insert_into(connection, source_status).values(values)
            await connection.execute(noted.on_conflict_do_update(index_elements=["source"], set_=values))

    async def sources(self) -> list[SourceStatus]:
        async with self._reading.connect() as connection:
            rows = await connection.execute(_SOURCES)
            return [SourceStatus(**dict(zip(_SOURCE, row, strict=True))) for row in rows]


@cache
def observations_of() -> AnySelect:
    """Time, source, and each signal of `paper_id` until `as_of`, oldest first."""
    told, as_of = observation.c, bindparam("as_of", type_=UTCDateTime)
    return (
        select(told.observed_at, told.source, *(told[name] for name in SIGNALS))
        .join(paper, paper.c.key == told.paper_key)
        .where(paper.c.id == bindparam("paper_id"), told.observed_at <= as_of)
        .order_by(told.observed_at, told.source)
    )

"""What digests choose from, in SQL."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.ports import CandidateKey, KeptCandidate
from storage.engine import reading
from storage.schema_candidates import candidates as table
from storage.upsert import insert_into


class SqlCandidates:
    """A CandidateStore on either database."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._reading = reading(engine)

    async def candidates(self, key: CandidateKey) -> tuple[KeptCandidate, ...] | None:
        async with self._reading.connect() as connection:
            row = (await connection.execute(select(table.c.made).where(*_of(key)))).first()
        return _read(row.made) if row else None

    async def keep(self, key: CandidateKey, made: tuple[KeptCandidate, ...]) -> tuple[KeptCandidate, ...]:
        written = [[one.paper_id, one.score, list(one.terms)] for one in made]
        values = {"topic_set": key.topic_set, "period": key.period.value, "as_of": key.as_of, "made": written}
        async with self._engine.begin() as connection:
            first = insert_into(connection, table).values(values)
            await connection.execute(first.on_conflict_do_nothing())
            return _read((await connection.execute(select(table.c.made).where(*_of(key)))).scalar_one())

    async def forget(self, before: datetime) -> int:
        async with self._engine.begin() as connection:
            return (await connection.execute(delete(table).where(table.c.as_of < before))).rowcount


def _of(key: CandidateKey) -> tuple[ColumnElement[bool], ...]:
    same = (table.c.topic_set == key.topic_set, table.c.period == key.period.value)
    return (*same, table.c.as_of == key.as_of)


def _read(made: Sequence[Sequence[Any]]) -> tuple[KeptCandidate, ...]:
    return tuple(KeptCandidate(paper_id, score, tuple(terms)) for paper_id, score, terms in made)

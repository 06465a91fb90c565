"""Questions that are asked often: prepared, they give what SQLAlchemy gives."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Executable, bindparam, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine

from storage.engine import async_engine, reading
from storage.inline import InlineEngine
from storage.prepared import OFTEN
from storage.schema import source_status
from storage.types import UTCDateTime

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
BEFORE = select(source_status).where(source_status.c.last_success_at < bindparam("moment", type_=UTCDateTime))


@pytest.fixture
async def engine(sqlite_url: str) -> AsyncIterator[AsyncEngine]:
    made = async_engine(sqlite_url)
    async with made.begin() as connection:
        await connection.execute(source_status.insert(), {"source": "arxiv", "last_success_at": NOON, "reason": None})
    yield made
    await made.dispose()


def prepares(engine: AsyncEngine, statement: Executable) -> bool:
    reader: object = reading(engine)
    assert isinstance(reader, InlineEngine)
    return reader.statements.prepared(statement) is not None


async def rows(engine: AsyncEngine, statement: Executable, values: dict[str, Any] | None = None) -> list[Any]:
    async with reading(engine).connect() as connection:
        return list((await connection.execute(statement, values)).all())


async def test_what_is_asked_often_is_prepared_and_answers_the_same(engine: AsyncEngine) -> None:
    after = NOON.replace(hour=13)
    answers = [await rows(engine, BEFORE, {"moment": after}) for _ in range(OFTEN + 2)]

    assert prepares(engine, BEFORE)
    assert all(answer == answers[0] for answer in answers)
    (row,) = answers[-1]
    assert (row.source, row.last_success_at, row.reason) == ("arxiv", NOON, None)
    assert await rows(engine, BEFORE, {"moment": NOON}) == []


async def test_a_statement_made_for_one_question_is_not_prepared(engine: AsyncEngine) -> None:
    for _ in range(2 * OFTEN):
        made = select(source_status.c.source)
        assert await rows(engine, made) == [("arxiv",)]
        assert not prepares(engine, made)


async def test_values_that_a_statement_holds_itself_are_its_own(engine: AsyncEngine) -> None:
    named = select(source_status.c.source.label("name")).where(source_status.c.source == "arxiv").limit(1)
    answers = [await rows(engine, named) for _ in range(OFTEN + 2)]

    assert prepares(engine, named)
    assert [row.name for answer in answers for row in answer] == ["arxiv"] * len(answers)


async def test_a_statement_whose_text_depends_on_its_values_is_left_to_sqlalchemy(engine: AsyncEngine) -> None:
    among = select(source_status.c.source).where(source_status.c.source.in_(bindparam("names", expanding=True)))
    for names in [["arxiv"], ["arxiv", "github"], ["github"]] * OFTEN:
        assert await rows(engine, among, {"names": names}) == [(name,) for name in names if name == "arxiv"]
    assert not prepares(engine, among)


async def test_scalars_and_one_scalar_come_from_a_prepared_statement_too(engine: AsyncEngine) -> None:
    plain = text("SELECT source FROM source_status")
    for _ in range(OFTEN + 2):
        async with reading(engine).connect() as connection:
            assert await connection.scalar(plain) == "arxiv"
            assert list(await connection.scalars(plain)) == ["arxiv"]
    assert prepares(engine, plain)


async def test_a_prepared_statement_that_fails_says_so_as_others_do(engine: AsyncEngine) -> None:
    seen = text("SELECT source FROM source_status")
    for _ in range(OFTEN + 1):
        await rows(engine, seen)
    async with engine.begin() as connection:
        await connection.execute(text("DROP TABLE source_status"))

    with pytest.raises(OperationalError):
        await rows(engine, seen)

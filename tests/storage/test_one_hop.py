"""Writing SQLite: one hand-over to the thread for each statement, and transactions that end."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from storage.engine import async_engine
from storage.one_hop import OneHop

ADD = text("INSERT INTO lease (name, owner, until) VALUES (:name, 'ann', '2030-01-01') RETURNING name, owner")
NAMES = text("SELECT name FROM lease ORDER BY name")


@pytest.fixture
async def engine(sqlite_url: str) -> AsyncIterator[AsyncEngine]:
    made = async_engine(sqlite_url)
    yield made
    await made.dispose()


@pytest.fixture
async def handed_over(engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Grows by one with each piece of work for the thread, once the connection is open."""
    async with engine.connect() as connection:
        opened = (await connection.get_raw_connection()).driver_connection
    assert isinstance(opened, OneHop)
    found: list[str] = []
    execute: Any = opened._execute

    async def counted(work: Any, *given: Any) -> Any:
        found.append("work")
        return await execute(work, *given)

    monkeypatch.setattr(opened, "_execute", counted)
    return found


async def names(engine: AsyncEngine) -> list[str]:
    async with engine.begin() as connection:
        return list(await connection.scalars(NAMES))


async def test_a_write_is_handed_over_for_its_begin_its_statement_and_its_commit(
    engine: AsyncEngine, handed_over: list[str]
) -> None:
    async with engine.begin() as connection:
        row = (await connection.execute(ADD, {"name": "job"})).one()
    assert len(handed_over) == 3
    assert (row.name, row.owner) == ("job", "ann")


async def test_many_rows_are_one_hand_over(engine: AsyncEngine, handed_over: list[str]) -> None:
    plain = text("INSERT INTO lease (name, owner, until) VALUES (:name, 'ann', '2030-01-01')")
    async with engine.begin() as connection:
        await connection.execute(plain, [{"name": name} for name in "abc"])
    assert len(handed_over) == 3
    assert await names(engine) == ["a", "b", "c"]


async def test_how_many_rows_were_changed_is_known(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        for name in "abc":
            await connection.execute(ADD, {"name": name})
        removed = await connection.execute(text("DELETE FROM lease WHERE name < 'c'"))
    assert removed.rowcount == 2


async def test_what_failed_is_undone_and_the_next_writer_begins_anew(engine: AsyncEngine) -> None:
    async def add_twice() -> None:
        async with engine.begin() as connection:
            await connection.execute(ADD, {"name": "job"})
            await connection.execute(ADD, {"name": "job"})

    with pytest.raises(IntegrityError):
        await add_twice()
    assert await names(engine) == []


async def test_what_was_broken_off_is_undone_and_the_next_writer_begins_anew(engine: AsyncEngine) -> None:
    begun = asyncio.Event()

    async def write() -> None:
        async with engine.begin() as connection:
            await connection.execute(ADD, {"name": "job"})
            begun.set()
            await asyncio.Event().wait()

    writing = asyncio.create_task(write())
    await begun.wait()
    writing.cancel()
    await asyncio.gather(writing, return_exceptions=True)

    assert await names(engine) == []


async def test_who_is_broken_off_at_any_round_leaves_no_transaction_behind(engine: AsyncEngine) -> None:
    async def write(name: str) -> None:
        async with engine.begin() as connection:
            await connection.execute(ADD, {"name": name})

    for rounds in range(12):
        writing = asyncio.create_task(write(f"broken off {rounds}"))
        for _ in range(rounds):
            await asyncio.sleep(0)
        writing.cancel()
        await asyncio.gather(writing, return_exceptions=True)
        await write(f"whole {rounds}")

    assert {f"whole {rounds}" for rounds in range(12)} <= set(await names(engine))

"""Reading SQLite in the loop's thread: one transaction a round, and nobody misses what it waited for."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.pool import QueuePool

from storage.engine import Reader, async_engine, reading
from storage.inline import InlineEngine

COUNT = text("SELECT count(*) FROM lease")
ADD = text("INSERT INTO lease (name, owner, until) VALUES (:name, 'ann', '2030-01-01')")


@pytest.fixture
async def engine(sqlite_url: str) -> AsyncIterator[AsyncEngine]:
    made = async_engine(sqlite_url)
    yield made
    await made.dispose()


@pytest.fixture
def begun(engine: AsyncEngine) -> list[str]:
    """Grows by one with each transaction that readers begin."""
    found: list[str] = []
    event.listen(beneath(engine), "begin", lambda _connection: found.append("begin"))
    return found


def beneath(engine: AsyncEngine) -> Engine:
    reader: object = reading(engine)
    assert isinstance(reader, InlineEngine)
    return reader.engine


async def count(reader: Reader) -> int:
    async with reader.connect() as connection:
        return int(await connection.scalar(COUNT))


async def add(engine: AsyncEngine, name: str) -> None:
    async with engine.begin() as connection:
        await connection.execute(ADD, {"name": name})


async def test_all_who_read_in_one_round_share_a_transaction(engine: AsyncEngine, begun: list[str]) -> None:
    assert await asyncio.gather(*(count(reading(engine)) for _ in range(20))) == [0] * 20
    assert len(begun) == 1

    await count(reading(engine))
    assert len(begun) == 2


async def test_who_waited_for_a_write_sees_it_whoever_else_reads(engine: AsyncEngine) -> None:
    reader, over = reading(engine), asyncio.Event()

    async def read_always() -> None:
        while not over.is_set():
            await count(reader)
            await asyncio.sleep(0)

    others = [asyncio.create_task(read_always()) for _ in range(3)]
    for number in range(100):
        await add(engine, f"job {number}")
        assert await count(reader) == number + 1
    over.set()
    await asyncio.gather(*others)


async def test_a_reader_keeps_its_moment_while_later_ones_see_a_later(engine: AsyncEngine) -> None:
    reader = reading(engine)
    async with reader.connect() as early:
        assert await early.scalar(COUNT) == 0
        await add(engine, "job")
        assert await count(reader) == 1
        assert await early.scalar(COUNT) == 0


async def test_a_block_within_a_block_sees_the_same_moment(engine: AsyncEngine, begun: list[str]) -> None:
    reader = reading(engine)
    async with reader.connect() as outer:
        async with reader.connect() as inner:
            assert await inner.scalar(COUNT) == 0
        assert await outer.scalar(COUNT) == 0
    assert len(begun) == 1


async def test_a_failed_statement_is_its_readers_alone(engine: AsyncEngine) -> None:
    async def fails() -> None:
        async with reading(engine).connect() as connection:
            await connection.execute(text("SELECT nothing FROM nowhere"))

    failed, counted = await asyncio.gather(fails(), count(reading(engine)), return_exceptions=True)

    assert isinstance(failed, OperationalError)
    assert counted == 0
    assert await count(reading(engine)) == 0


async def test_no_transaction_outlives_those_who_read_in_it(engine: AsyncEngine) -> None:
    """An open one would keep SQLite's journal growing."""
    pool = beneath(engine).pool
    assert isinstance(pool, QueuePool)
    async with reading(engine).connect() as connection:
        await connection.scalar(COUNT)
        await asyncio.sleep(0)
        assert pool.checkedout() == 1
    assert pool.checkedout() == 0

    await count(reading(engine))
    await asyncio.sleep(0)
    assert pool.checkedout() == 0

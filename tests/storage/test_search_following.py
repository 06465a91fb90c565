"""The index follows its store, and is made anew where it cannot."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from storage.search import FullText
from storage.store import SqlStore, open_store
from tests.conftest import close_without_leak
from tests.storage.searching import found, keep, titled


@pytest.fixture
def store(sql_store: SqlStore) -> SqlStore:
    """On both databases: the index is a file of the same kind, what it follows is not."""
    return sql_store


@pytest.fixture
async def sqlite_store(sqlite_url: str) -> AsyncIterator[SqlStore]:
    store = open_store(sqlite_url)
    yield store
    await close_without_leak(store)


async def test_two_processes_that_share_an_index_follow_one_store(sqlite_store: SqlStore, sqlite_url: str) -> None:
    other = open_store(sqlite_url)
    await keep(sqlite_store, titled(1, "Comets"))
    assert await other.search.update() == 0
    await keep(other, titled(2, "Comets"))

    assert await sqlite_store.search.update() == 0
    assert await found(sqlite_store, "comets") == ["1", "2"]
    await close_without_leak(other)


async def test_an_index_of_another_store_is_made_anew(sqlite_store: SqlStore, tmp_path: Path) -> None:
    await keep(sqlite_store, titled(1, "Comets"))
    index = tmp_path / "broadsheet.search.db"
    other = open_store(f"sqlite:///{tmp_path / 'other.db'}", search_file=index)

    assert await other.search.update() == 0

    assert await found(other, "comets") == []
    await close_without_leak(other)


async def test_a_store_that_went_back_in_time_is_followed_anew(sqlite_store: SqlStore) -> None:
    """As when somebody copied an older file over it by hand."""
    await keep(sqlite_store, titled(1, "Comets"))
    await keep(sqlite_store, titled(2, "Planets"))
    async with sqlite_store.engine.begin() as connection:
        await connection.execute(text("DELETE FROM paper WHERE id = '2603.00002'"))
        await connection.execute(text("UPDATE broadsheet SET generation = 1"))

    await sqlite_store.search.update()

    assert await found(sqlite_store, "planets") == []
    assert await found(sqlite_store, "comets") == ["1"]


async def test_rebuilding_gives_the_same_answers(store: SqlStore) -> None:
    await keep(store, titled(1, "Comets"), titled(2, "Planets"))

    assert await store.search.rebuild() == 2

    assert await found(store, "comets") == ["1"]


@pytest.mark.parametrize("content", [b"not a database at all, but long enough to look like one" * 20, b""])
async def test_a_file_that_is_no_index_is_replaced(sqlite_url: str, tmp_path: Path, content: bytes) -> None:
    index = tmp_path / "broadsheet.search.db"
    index.write_bytes(content)
    store = open_store(sqlite_url)

    await keep(store, titled(1, "Comets"))

    assert await found(store, "comets") == ["1"]
    await close_without_leak(store)


async def test_an_index_of_another_version_is_replaced(sqlite_url: str, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "broadsheet.search.db")) as connection:
        connection.execute("PRAGMA user_version = 99")
        connection.execute("CREATE TABLE doc(id)")
        connection.commit()
    store = open_store(sqlite_url)

    await keep(store, titled(1, "Comets"))

    assert await found(store, "comets") == ["1"]
    await close_without_leak(store)


async def test_damage_is_repaired_while_searching(sqlite_store: SqlStore, tmp_path: Path) -> None:
    await keep(sqlite_store, *(titled(number, "Comets") for number in range(1, 10)))
    await sqlite_store.search.close()
    index = tmp_path / "broadsheet.search.db"
    with closing(sqlite3.connect(index, isolation_level=None)) as connection:
        connection.execute("UPDATE body_data SET block = x'ffffffffffffffff' WHERE id > 9")
    sqlite_store.search = FullText(sqlite_store.engine, index)

    assert len(await found(sqlite_store, "comets")) == 9


async def test_where_no_index_can_be_kept_it_is_made_in_a_temporary_place(sqlite_url: str, tmp_path: Path) -> None:
    store = open_store(sqlite_url, search_file=tmp_path / "nowhere" / "search.db")

    await keep(store, titled(1, "Comets"))

    assert await found(store, "comets") == ["1"]
    await close_without_leak(store)
    assert not (tmp_path / "nowhere").exists()

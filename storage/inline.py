"""Reading SQLite in the event loop's own thread.

A look at an index takes some microseconds; handing it to a thread and back takes a hundred, four times for each
statement. Half of the time of an answer went there. Readers in WAL mode wait for no writer, so the loop waits for none.

To open a connection, begin, roll back and close takes twice as long as the statement itself. So all who read in one
round of the event loop share one transaction. They see the moment of its first statement: whoever waited for a write
goes on in a later round, since what the writing thread hands to the loop stands behind the end of the round before.
"""

import asyncio
import sqlite3
from types import TracebackType
from typing import Any, Self, cast

from sqlalchemy import Engine, Executable, Result

from storage.prepared import Statements


class _Round:
    """A transaction that is shared until the round is over, and open until the last who shares it has done."""

    def __init__(self, engine: Engine, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.connection = engine.connect()
        self.connection.begin()
        self.raw: sqlite3.Connection = cast("sqlite3.Connection", self.connection.connection.driver_connection)
        self._readers = 0
        self._over = False

    def enter(self) -> None:
        self._readers += 1

    def leave(self) -> None:
        self._readers -= 1
        self._close()

    def end(self) -> None:
        self._over = True
        self._close()

    def _close(self) -> None:
        if self._over and not self._readers:
            self.connection.close()


class InlineConnection:
    """A connection whose statements are done when they are awaited; of an AsyncConnection what readers use."""

    def __init__(self, engine: "InlineEngine") -> None:
        self._engine = engine
        self._round: _Round | None = None

    async def __aenter__(self) -> Self:
        self._round = self._engine.round()
        self._round.enter()
        return self

    async def __aexit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        if self._round is not None:
            self._round.leave()
        self._round = None

    async def execute(self, statement: Executable, parameters: Any = None) -> Result[Any]:
        """The result, with all its rows to be fetched."""
        return self._result(statement, parameters)

    async def scalar(self, statement: Executable, parameters: Any = None) -> Any:
        return self._result(statement, parameters).scalar()

    async def scalars(self, statement: Executable, parameters: Any = None) -> Any:
        return self._result(statement, parameters).scalars()

    def _result(self, statement: Executable, parameters: Any) -> Result[Any]:
        if self._round is None:
            raise RuntimeError("the connection is not open")
        prepared = self._engine.statements.prepared(statement)
        if prepared is not None:
            try:
                return prepared.execute(self._round.raw, parameters or {})
            except sqlite3.Error:
                pass  # SQLAlchemy tells what failed, in errors of its own
        return self._round.connection.execute(statement, parameters)


class InlineEngine:
    """Of an AsyncEngine what readers use; `engine` opens the connections."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.statements = Statements(engine.dialect)
        self._round: _Round | None = None

    def connect(self) -> InlineConnection:
        return InlineConnection(self)

    def round(self) -> _Round:
        """The transaction of this round of the running event loop."""
        loop = asyncio.get_running_loop()
        if self._round is None or self._round.loop is not loop:
            self._round = _Round(self.engine, loop)
            loop.call_soon(self._end, self._round)
        return self._round

    def _end(self, ended: _Round) -> None:
        if self._round is ended:
            self._round = None
        ended.end()

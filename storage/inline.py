"""Reading SQLite in the event loop's own thread.

A look at an index takes some microseconds; handing it to a thread and back takes a hundred, four times for each
statement. Half of the time of an answer went there. Readers in WAL mode wait for no writer, so the loop waits for none.
"""

from types import TracebackType
from typing import Any, Self

from sqlalchemy import Connection, CursorResult, Engine, Executable


class InlineConnection:
    """A connection whose statements are done when they are awaited; of an AsyncConnection what readers use."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Connection | None = None

    async def __aenter__(self) -> Self:
        self._connection = self._engine.connect()
        return self

    async def __aexit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._open.close()
        self._connection = None

    async def execute(self, statement: Executable, parameters: Any = None) -> CursorResult[Any]:
        """The result, with all its rows to be fetched."""
        return self._open.execute(statement, parameters)

    async def scalar(self, statement: Executable, parameters: Any = None) -> Any:
        return self._open.scalar(statement, parameters)

    async def scalars(self, statement: Executable, parameters: Any = None) -> Any:
        return self._open.scalars(statement, parameters)

    @property
    def _open(self) -> Connection:
        if self._connection is None:
            raise RuntimeError("the connection is not open")
        return self._connection


class InlineEngine:
    """Of an AsyncEngine what readers use."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def connect(self) -> InlineConnection:
        return InlineConnection(self._engine)

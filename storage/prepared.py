"""Questions that are asked again and again, as SQLite itself takes them.

For each execution SQLAlchemy looks the statement up, wraps its values and describes its rows, which takes 20 to 40 µs;
SQLite answers from an index in two. A command asks a dozen such questions.
"""

import sqlite3
from collections.abc import Mapping
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import CompoundSelect, Executable, Result, Select, TextClause
from sqlalchemy.engine import Dialect
from sqlalchemy.engine.result import IteratorResult, SimpleResultMetaData
from sqlalchemy.types import TypeEngine

OFTEN = 3
"""So often the very same statement is asked before it is prepared: those that are built for one question never are."""

_Process = Any
"""A function of one value, or None."""


class Prepared:
    """A statement as text, and how its values and the columns of its rows are translated."""

    def __init__(self, statement: Select[Any] | CompoundSelect[Any] | TextClause, dialect: Dialect) -> None:
        """ValueError: its text depends on the values, as that of a list does."""
        compiled: Any = statement.compile(dialect=dialect)
        if compiled.post_compile_params:
            raise ValueError("the text of the statement is not known before its values are")
        self._text: str = compiled.string
        self._own: Mapping[str, Any] = compiled.params
        self._values = [(name, _bound(compiled.binds[name].type, dialect)) for name in compiled.positiontup or ()]
        columns = () if isinstance(statement, TextClause) else statement.selected_columns
        self._columns = [_read(one.type, dialect) for one in columns] or None
        self._rows: SimpleResultMetaData | None = None

    def execute(self, connection: sqlite3.Connection, given: Mapping[str, Any]) -> Result[Any]:
        known = {**self._own, **given}
        values = [process(known[name]) if process else known[name] for name, process in self._values]
        cursor = connection.execute(self._text, values)
        rows = cursor.fetchall()
        if self._rows is None:
            names = [column[0] for column in cursor.description]
            self._rows = SimpleResultMetaData(names, _processors=self._columns)
        return IteratorResult(self._rows, iter(rows))


class Statements:
    """Those that were prepared; others are left to SQLAlchemy."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._known: WeakKeyDictionary[Executable, Prepared | int] = WeakKeyDictionary()
        """What was prepared, or how often a statement may still be asked before; 0: it cannot be."""

    def prepared(self, statement: Executable) -> Prepared | None:
        """None where it is not asked often, or cannot be prepared."""
        known = self._known.get(statement, OFTEN)
        if isinstance(known, Prepared):
            return known
        if known > 1:
            self._known[statement] = known - 1
        elif known == 1:
            self._known[statement] = self._tried(statement)
        return None

    def _tried(self, statement: Executable) -> Prepared | int:
        if not isinstance(statement, Select | CompoundSelect | TextClause):
            return 0
        try:
            return Prepared(statement, self._dialect)
        except ValueError:
            return 0


def _bound(kind: TypeEngine[Any], dialect: Dialect) -> _Process:
    return kind.dialect_impl(dialect).bind_processor(dialect)


def _read(kind: TypeEngine[Any], dialect: Dialect) -> _Process:
    return kind.dialect_impl(dialect).result_processor(dialect, None)

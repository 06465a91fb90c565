"""Many rows as one parameter: a JSON text that the database itself takes apart.

A statement that is run for each row, or has a parameter for each value, costs the driver more than the database. With
this one both are done in microseconds a row.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property, lru_cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    FromClause,
    Text,
    bindparam,
    cast,
    column,
    func,
    literal_column,
    select,
    type_coerce,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeEngine

from storage.types import UTCDateTime

_PARAMETER = "given_rows"


class Rows:
    """Columns of rows that a statement is given; `parameters` goes with every statement made with `of`."""

    def __init__(self, columns: Mapping[str, TypeEngine[Any]]) -> None:
        self._columns = columns
        self._writers: dict[str, list[Callable[[Any], Any] | None]] = {}

    def of(self, dialect: str) -> FromClause:
        """A subquery named `given`, a row for each of the parameter's."""
        return self._on_sqlite if dialect == "sqlite" else self._on_postgresql

    def parameters(self, dialect: Dialect, rows: Iterable[Sequence[Any]]) -> dict[str, str]:
        """Rows of values, each in the order of the columns."""
        writers = self._writers.get(dialect.name)
        if writers is None:
            writers = [_writer(kind, dialect) for kind in self._columns.values()]
            self._writers[dialect.name] = writers
        columns = list(zip(*rows, strict=True)) or [()] * len(writers)
        told = [map(write, column) if write else column for write, column in zip(writers, columns, strict=True)]
        return {_PARAMETER: _write(list(zip(*told, strict=True)))}

    @cached_property
    def _on_sqlite(self) -> FromClause:
        """See https://www.sqlite.org/json1.html#jeach ."""
        each = func.json_each(bindparam(_PARAMETER, type_=Text)).table_valued("value", name="each")
        taken = (
            func.json_extract(each.c.value, literal_column(f"'$[{place}]'"), type_=kind).label(name)
            for place, (name, kind) in enumerate(self._columns.items())
        )
        return select(*taken).subquery("given")

    @cached_property
    def _on_postgresql(self) -> FromClause:
        """See https://www.postgresql.org/docs/current/functions-json.html ."""
        text = cast(bindparam(_PARAMETER, type_=Text), JSONB)
        each = func.jsonb_array_elements(text).table_valued(column("value", JSONB), name="each")
        taken = (
            cast(each.c.value.op("->>")(literal_column(str(place))), kind).label(name)
            for place, (name, kind) in enumerate(self._columns.items())
        )
        return select(*taken).subquery("given")


def elements(dialect: str, listed: ColumnElement[str]) -> tuple[FromClause, ColumnElement[int]]:
    """Of a column with JSON lists of numbers: what to join for a row of each number, and the number."""
    if dialect == "sqlite":
        each = func.json_each(listed).table_valued("value", name="one", joins_implicitly=True)
        return each, type_coerce(each.c.value, BigInteger)
    rows = func.jsonb_array_elements_text(cast(listed, JSONB)).table_valued(column("value", Text), name="one")
    return rows, cast(rows.c.value, BigInteger)


def _writer(kind: TypeEngine[Any], dialect: Dialect) -> Callable[[Any], Any] | None:
    """What makes values of that type fit for JSON; None: they are. Most rows of a batch have their times in common."""
    write = kind.dialect_impl(dialect).bind_processor(dialect)
    if not isinstance(kind, UTCDateTime | Date):
        return write
    return lru_cache(maxsize=1024)(lambda value: _as_text(write(value) if write else value))


def _as_text(value: Any) -> Any:
    """A date or a datetime as PostgreSQL reads it; what SQLite keeps is none any more."""
    return value.isoformat() if isinstance(value, date) else value


_write = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode

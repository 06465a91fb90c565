"""Rows as values, values as rows."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import fields
from typing import Any

from sqlalchemy import Row, Select

from bot.models import SIGNALS, Counts, Paper
from storage.schema import paper

FIELDS = tuple(field.name for field in fields(Paper))
COLUMNS = tuple(paper.c[name] for name in FIELDS)
"""Select these first: `paper_from` reads them by place."""

AnyRow = Row[*tuple[Any, ...]]
AnySelect = Select[*tuple[Any, ...]]

_CHUNK = 500
"""Ids in one statement; SQLite before 3.32 takes 999 parameters."""


def paper_from(row: AnyRow) -> Paper:
    return Paper(**dict(zip(FIELDS, row, strict=False)))


def paper_values(one: Paper) -> dict[str, Any]:
    return {name: getattr(one, name) for name in FIELDS}


def chunks(ids: Collection[str]) -> Iterator[list[str]]:
    """The ids, each once, sorted, so many as one statement takes."""
    unique = sorted(set(ids))
    for start in range(0, len(unique), _CHUNK):
        yield unique[start : start + _CHUNK]


def counts_from(values: Sequence[int | None]) -> Counts:
    """From the columns of `SIGNALS`, in that order."""
    return Counts(**dict(zip(SIGNALS, values, strict=True)))

"""The ranker's columns, straight from the driver: objects for a million rows would cost a minute and a gigabyte."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import URL

from bot.models import SIGNALS, Evidence, Traits
from storage.engine import sync_engine
from storage.types import microseconds

# What only a channel's own feed has shown (Paper.own) is in nobody's ranking.
_BLOCK = 20_000
"""Rows that are Python objects at one time."""

_PAPERS = (
    "SELECT key, id, {first_seen_at}, {published_at}, submitter, authors, organization IS NOT NULL, "
    "github_repo IS NOT NULL, project_page IS NOT NULL, length(title) "
    "FROM paper WHERE first_seen_at BETWEEN {since} AND {as_of} AND sources <> '[\"feed\"]'"
)
_OBSERVATIONS = (
    f"SELECT paper_key, {{observed_at}}, {', '.join(SIGNALS)} FROM observation "  # noqa: S608 - names of ours
    "WHERE paper_key IN (SELECT key FROM paper WHERE first_seen_at BETWEEN {since} AND {as_of} "
    "AND sources <> '[\"feed\"]') "
    "AND observed_at <= {as_of} ORDER BY paper_key, observed_at, source"
)
_MICROSECONDS = "(extract(epoch FROM {0}) * 1000000)::bigint"
_TIMES = ("first_seen_at", "published_at", "observed_at")
_SQLITE = {name: name for name in _TIMES} | {"since": ":since", "as_of": ":as_of"}
_POSTGRESQL = {name: _MICROSECONDS.format(name) for name in _TIMES} | {"since": "%(since)s", "as_of": "%(as_of)s"}


def load_evidence(url: URL, since: datetime, as_of: datetime) -> Evidence:
    """Papers first seen in `[since, as_of]` by id, and what was observed of them up to `as_of`, at one moment.

    Blocks: call it in a thread. Opens a connection of its own.
    """
    with _connection(url) as connection:
        papers = sorted(_rows(connection, _PAPERS, since, as_of), key=lambda row: row[1])
        blocks = [np.empty((0, 2 + len(SIGNALS)))]
        blocks += [np.array(rows, np.float64) for rows in _blocks(connection, _OBSERVATIONS, since, as_of)]
    table = np.concatenate(blocks)
    del blocks
    index = _places([row[0] for row in papers], table[:, 0])
    order = np.argsort(index, kind="stable")
    return Evidence(
        as_of=as_of,
        paper_ids=tuple(row[1] for row in papers),
        first_seen_at=np.array([row[2] for row in papers], np.float64) / 1e6,
        published_at=np.array([row[3] for row in papers], np.float64) / 1e6,
        paper_index=index[order],
        observed_at=table[order, 1] / 1e6,
        values={name: table[order, column] for column, name in enumerate(SIGNALS, 2)},
        traits=_traits(papers),
    )


def _traits(papers: list[tuple[Any, ...]]) -> Traits:
    """Names become numbers here: a list of each paper's authors would cost more than all its counts."""
    submitters: dict[str, int] = {}
    authors: dict[str, int] = {}
    submitter, author, how_many = [], [], []
    for row in papers:
        submitter.append(-1 if row[4] is None else submitters.setdefault(row[4], len(submitters)))
        names = json.loads(row[5]) if row[5] else ()
        author.extend([authors.setdefault(name, len(authors)) for name in names])
        how_many.append(len(names))
    facts = np.array([row[6:10] for row in papers], np.float64).reshape(len(papers), 4)
    return Traits(
        submitter=np.array(submitter, np.int64),
        author=np.array(author, np.int64),
        author_of=np.repeat(np.arange(len(papers)), how_many),
        organization=facts[:, 0],
        repository=facts[:, 1],
        project_page=facts[:, 2],
        title_length=facts[:, 3],
    )


def _places(keys: list[int], of: NDArray[np.float64]) -> NDArray[np.int32]:
    """Where in `keys` each of the values stands."""
    by_key = np.argsort(np.array(keys, np.float64), kind="stable")
    return by_key[np.searchsorted(np.array(keys, np.float64), of, sorter=by_key)].astype(np.int32)


@contextmanager
def _connection(url: URL) -> Iterator[Any]:
    """A driver's connection in a transaction that sees one moment."""
    with closing(sync_engine(url).raw_connection()) as pooled:
        connection: Any = pooled.driver_connection
        if isinstance(connection, sqlite3.Connection):
            connection.execute("BEGIN")
        else:
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield connection


def _rows(connection: Any, statement: str, since: datetime, as_of: datetime) -> Iterator[tuple[Any, ...]]:
    for block in _blocks(connection, statement, since, as_of):
        yield from block


def _blocks(connection: Any, statement: str, since: datetime, as_of: datetime) -> Iterator[list[tuple[Any, ...]]]:
    if isinstance(connection, sqlite3.Connection):
        cursor: Any = connection.cursor()
        cursor.execute(statement.format(**_SQLITE), {"since": microseconds(since), "as_of": microseconds(as_of)})
    else:
        # a cursor of the server: without a name the client would hold all rows at once
        cursor = connection.cursor(name="evidence", binary=True)
        cursor.execute(statement.format(**_POSTGRESQL), {"since": since, "as_of": as_of})
    with closing(cursor):
        while rows := cursor.fetchmany(_BLOCK):
            yield rows

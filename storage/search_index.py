"""The full-text index: one SQLite file with FTS5 that can be thrown away at any time. Calls block: use a thread."""

import math
import sqlite3
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import astuple, replace
from pathlib import Path

from bot.errors import UserError
from storage.search_facets import Narrow, prepare
from storage.search_facets import put as put_facets
from storage.search_query import LONGEST, Query, build_query
from storage.search_values import Asked, Document, Marker, Match

ENOUGH = 100
"""With fewer papers that hold all the words, those that hold some follow."""
PATIENCE = 0.3
"""Seconds of real time one look at the index may take."""
PATIENCE_FOR_PARTS = 2.0
"""The same where all text must be read, for scripts without spaces: 0.2 s at 100,000 papers, cold or busy more."""
STEPS = 10_000
"""Of SQLite's machine between two looks at the clock."""

_TELLING = 16
"""Words of a paper that similar ones are looked for by: with all of them it is hardly better, and slow."""

_VERSION = 2
"""Of the tables below; a file with another one is made anew."""
_TABLES = (
    "CREATE TABLE followed(store_id TEXT NOT NULL, revision INTEGER NOT NULL, key INTEGER NOT NULL)",
    """CREATE TABLE doc(id INTEGER PRIMARY KEY, paper_id TEXT UNIQUE NOT NULL,
                        published_at INTEGER NOT NULL, first_seen_at INTEGER NOT NULL)""",
    "CREATE VIRTUAL TABLE body USING fts5(title, abstract, tokenize='porter unicode61 remove_diacritics 2')",
    "CREATE TABLE vec(id INTEGER PRIMARY KEY, serial INTEGER UNIQUE NOT NULL, model TEXT NOT NULL, v BLOB NOT NULL)",
    "CREATE TABLE unencoded(ticket INTEGER PRIMARY KEY AUTOINCREMENT, id INTEGER UNIQUE NOT NULL)",
    "CREATE TABLE state(epoch INTEGER NOT NULL, model TEXT NOT NULL)",
    "INSERT INTO state VALUES (0, '')",
)
"""`body` and `vec` have the keys of `doc`: the dates that a search filters by are looked up without reading any text.

`serial` grows with each vector that is new, so a reader takes over what came since it last looked. `unencoded` holds
the papers without a vector of their present text. `epoch` grows when everything is thrown away.
"""
# A word in the title counts three times as much: measured best on three test collections.
_MATCH = """
SELECT doc.id, doc.paper_id, -bm25(body, 3.0, 1.0) AS score, doc.published_at FROM body JOIN doc ON doc.id = body.rowid
WHERE body MATCH ? AND doc.first_seen_at <= ? AND doc.published_at >= ?
{narrow} ORDER BY score DESC, doc.published_at DESC, doc.paper_id LIMIT ?
"""
_ANY = _MATCH.format(narrow="")


class Index:
    """One connection to the file, made or remade where there is none that fits. Any thread, one at a time."""

    def __init__(self, path: Path) -> None:
        """OperationalError: the file or its folder cannot be written."""
        try:
            self._connection = _open(path)
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError:  # not a database, or a damaged one
            delete(path)
            self._connection = _open(path)

    @property
    def connection(self) -> sqlite3.Connection:
        """For what else is kept in the file."""
        return self._connection

    def close(self) -> None:
        self._connection.close()

    def marker(self) -> Marker:
        row = self._connection.execute("SELECT store_id, revision, key FROM followed").fetchone()
        return Marker(*row) if row else Marker()

    def put(self, documents: Iterable[Document], before: Marker, after: Marker) -> int | None:
        """Index what came between two markers, or all, if the second is of another or a restored store.

        Returns how many documents were new or changed; None, with nothing written, if somebody else moved the marker.
        """
        with writing(self._connection):
            if self.marker() != before:
                return None
            if after.store_id != before.store_id or after.revision < before.revision:
                for table in ("body", "doc", "vec", "unencoded", "facet"):
                    self._connection.execute(f"DELETE FROM {table}")  # noqa: S608 - names of ours
                self._connection.execute("UPDATE state SET epoch = epoch + 1")
            changed = sum(self._put(document) for document in documents)
            self._connection.execute("DELETE FROM followed")
            self._connection.execute("INSERT INTO followed VALUES (?, ?, ?)", astuple(after))
        return changed

    def holds(self, paper_id: str, since: int, as_of: int) -> bool:
        """Whether a paper could be found at all."""
        found = self._connection.execute(
            "SELECT 1 FROM doc WHERE paper_id = ? AND first_seen_at <= ? AND published_at >= ?",
            (paper_id, as_of, since),
        )
        return found.fetchone() is not None

    def keys(self, narrow: Narrow) -> tuple[int, ...] | None:
        """Of the papers it leaves; None where it leaves all."""
        return narrow.keys(self._connection)

    def key_of(self, paper_id: str) -> int | None:
        """What the tables call a paper."""
        row = self._connection.execute("SELECT id FROM doc WHERE paper_id = ?", (paper_id,)).fetchone()
        return None if row is None else int(row[0])

    def described(self, keys: Iterable[int]) -> list[Match]:
        """These papers, with score 0."""
        rows = (
            self._connection.execute("SELECT id, paper_id, 0.0, published_at FROM doc WHERE id = ?", (key,)).fetchone()
            for key in keys
        )
        return [Match(*row) for row in rows if row]

    def find(self, asked: Asked) -> list[Match]:
        """Papers that hold all terms, best first, then, if they are few, those that hold some; at most its limit.

        Raises:
            UserError: `search_slow`.
        """
        query = asked.query
        if not query.terms:
            return []
        if query.by_parts:
            return self._answer(*_parts(asked), PATIENCE_FOR_PARTS)
        all_of = self._all_of(asked)
        if len(all_of) >= ENOUGH or len(query.terms) == 1:
            return all_of
        try:
            some_of = self._answer(*_match(asked, query.any_of), PATIENCE)
        except UserError:
            return all_of
        return _then(all_of, some_of)[: asked.limit]

    def _all_of(self, asked: Asked) -> list[Match]:
        """Where the words are too common for all papers to be weighed in time, of the tenth that came last."""
        statement, values = _match(asked, asked.query.all_of)
        try:
            return self._answer(statement, values, PATIENCE)
        except UserError:
            (last,) = self._connection.execute("SELECT coalesce(max(id), 0) FROM doc").fetchone()
            newest = statement.replace("WHERE body MATCH ?", "WHERE body.rowid > ? AND body MATCH ?")
            return self._answer(newest, (last - last // 10, *values), PATIENCE)

    def similar(self, paper_id: str, text: str, as_of: int, limit: int) -> list[Match]:
        """Papers that hold some of the words that tell most about a text: the rarest for how often it has them."""
        query = Query(tuple(self._telling(build_query(text[: 4 * LONGEST]).terms, text)))
        if not query.terms:
            return []
        found = self._answer(_ANY, (query.any_of, as_of, -(2**62), limit + 1), PATIENCE_FOR_PARTS)
        return [match for match in found if match.paper_id != paper_id][:limit]

    def _telling(self, terms: Sequence[str], text: str) -> list[str]:
        """The _TELLING best terms by tf-idf."""
        (total,) = self._connection.execute("SELECT count(*) FROM doc").fetchone()
        folded = text.lower()
        weights = {}
        for term in terms:
            (holding,) = self._connection.execute(
                "SELECT count(*) FROM (SELECT 1 FROM body WHERE body MATCH ? LIMIT ?)",
                (f'"{term}"', max(total // 4, 8)),
            ).fetchone()
            weights[term] = math.log1p(folded.count(term)) * math.log((total + 1) / (holding + 0.5))
        return sorted(terms, key=lambda term: -weights[term])[:_TELLING]

    def _answer(self, statement: str, values: Sequence[object], patience: float) -> list[Match]:
        deadline = time.monotonic() + patience
        self._connection.set_progress_handler(lambda: time.monotonic() > deadline, STEPS)
        try:
            return [Match(*row) for row in self._connection.execute(statement, values)]
        except sqlite3.OperationalError as error:
            if "interrupted" not in str(error):
                raise
            raise UserError(
                "search_slow", "That search took too long.", "Use fewer words, or rarer ones: they find more."
            ) from None
        finally:
            self._connection.set_progress_handler(None, 0)

    def _put(self, document: Document) -> bool:
        """False if it was there just so."""
        execute = self._connection.execute
        text = (document.title, document.abstract)
        times = (document.published_at, document.first_seen_at)
        known = execute(
            "SELECT id, published_at, first_seen_at FROM doc WHERE paper_id = ?", (document.paper_id,)
        ).fetchone()
        if known is None:
            made = execute(
                "INSERT INTO doc(paper_id, published_at, first_seen_at) VALUES (?, ?, ?)", (document.paper_id, *times)
            )
            execute("INSERT INTO body(rowid, title, abstract) VALUES (?, ?, ?)", (made.lastrowid, *text))
            execute("INSERT INTO unencoded(id) VALUES (?)", (made.lastrowid,))
            put_facets(self._connection, int(made.lastrowid or 0), document.about)
            return True
        key = known[0]
        same_text = execute("SELECT title, abstract FROM body WHERE rowid = ?", (key,)).fetchone() == text
        if not same_text:
            execute("UPDATE body SET title = ?, abstract = ? WHERE rowid = ?", (*text, key))
            execute("INSERT OR REPLACE INTO unencoded(id) VALUES (?)", (key,))
        if known[1:] != times:
            execute("UPDATE doc SET published_at = ?, first_seen_at = ? WHERE id = ?", (*times, key))
            execute("UPDATE vec SET serial = (SELECT max(serial) + 1 FROM vec) WHERE id = ?", (key,))
        same_facets = not put_facets(self._connection, key, document.about)
        return not same_text or not same_facets or known[1:] != times


def delete(path: Path) -> None:
    """Throw an index away."""
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def _open(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")  # what a power cut takes is indexed again
        with writing(connection):
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            if version == 0:
                for statement in (*_TABLES, f"PRAGMA user_version={_VERSION}"):
                    connection.execute(statement)
            if version not in {0, _VERSION}:
                raise sqlite3.DatabaseError("the index is of another version")
            prepare(connection)
    except sqlite3.Error:
        connection.close()
        raise
    return connection


@contextmanager
def writing(connection: sqlite3.Connection) -> Iterator[None]:
    """One transaction that writes, kept whole or not at all."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _match(asked: Asked, terms: str) -> tuple[str, tuple[object, ...]]:
    values = (terms, asked.as_of, asked.since, *asked.values, asked.limit)
    return _MATCH.format(narrow=asked.condition), values


def _parts(asked: Asked) -> tuple[str, list[object]]:
    """The statement that looks for every term anywhere in the text: titles first, then the newest."""
    patterns = [f"%{term}%" for term in asked.query.terms]  # terms hold letters and digits alone: no % and no _
    in_title = " + ".join(["(body.title LIKE ?)"] * len(patterns))
    anywhere = "".join(" AND (body.title LIKE ? OR body.abstract LIKE ?)" for _ in patterns)
    statement = (
        f"SELECT doc.id, doc.paper_id, 1.0 + {in_title} AS score, doc.published_at "  # noqa: S608 - only question marks are joined in
        "FROM doc JOIN body ON body.rowid = doc.id "
        f"WHERE doc.first_seen_at <= ? AND doc.published_at >= ?{anywhere} {asked.condition} "
        "ORDER BY score DESC, doc.published_at DESC, doc.paper_id LIMIT ?"
    )
    twice = (pattern for pattern in patterns for _ in range(2))
    return statement, [*patterns, asked.as_of, asked.since, *twice, *asked.values, asked.limit]


def _then(first: list[Match], others: list[Match]) -> list[Match]:
    """The first ones, then the others, whose scores are made to stay below."""
    known = {match.key for match in first}
    rest = [match for match in others if match.key not in known]
    scale = min(1.0, first[-1].score / rest[0].score) if first and rest else 1.0
    return first + [replace(match, score=match.score * scale) for match in rest]

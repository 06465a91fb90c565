"""The full-text index: one SQLite file with FTS5 that can be thrown away at any time. Calls block: use a thread."""

import sqlite3
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from pathlib import Path

from bot.errors import UserError
from bot.ports import Hit
from storage.search_query import Query

FOUND = 200
"""The longest answer."""
ENOUGH = 100
"""With fewer papers that hold all the words, those that hold some follow."""
PATIENCE = 0.3
"""Seconds of real time one look at the index may take."""
PATIENCE_FOR_PARTS = 2.0
"""The same where all text must be read, for scripts without spaces: 0.2 s at 100,000 papers, cold or busy more."""

_VERSION = 1
"""Of the tables below; a file with another one is made anew."""
_TABLES = (
    "CREATE TABLE followed(store_id TEXT NOT NULL, revision INTEGER NOT NULL, key INTEGER NOT NULL)",
    """CREATE TABLE doc(id INTEGER PRIMARY KEY, paper_id TEXT UNIQUE NOT NULL,
                        published_at INTEGER NOT NULL, first_seen_at INTEGER NOT NULL)""",
    "CREATE VIRTUAL TABLE body USING fts5(title, abstract, tokenize='porter unicode61 remove_diacritics 2')",
)
"""`body` has the rowids of `doc`: the dates that a search filters by are looked up without reading any text."""
# A word in the title counts three times as much: measured best on three test collections.
_MATCH = """
SELECT doc.paper_id, -bm25(body, 3.0, 1.0) AS score FROM body JOIN doc ON doc.id = body.rowid
WHERE body MATCH ? AND doc.first_seen_at <= ? AND doc.published_at >= ?
ORDER BY score DESC, doc.published_at DESC, doc.paper_id LIMIT ?
"""


@dataclass(frozen=True, slots=True)
class Marker:
    """How far the index has followed a store, and which store that was."""

    store_id: str = ""
    revision: int = -1
    key: int = 0


@dataclass(frozen=True, slots=True)
class Document:
    """What is searched of a paper; times are microseconds since the epoch."""

    paper_id: str
    title: str
    abstract: str
    published_at: int
    """When it was first seen, where nobody says when it was published."""
    first_seen_at: int


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

    def close(self) -> None:
        self._connection.close()

    def marker(self) -> Marker:
        row = self._connection.execute("SELECT store_id, revision, key FROM followed").fetchone()
        return Marker(*row) if row else Marker()

    def put(self, documents: Iterable[Document], before: Marker, after: Marker) -> int | None:
        """Index what came between two markers, or all, if the second is of another or a restored store.

        Returns how many documents were new or changed; None, with nothing written, if somebody else moved the marker.
        """
        with _writing(self._connection):
            if self.marker() != before:
                return None
            if after.store_id != before.store_id or after.revision < before.revision:
                self._connection.execute("DELETE FROM body")
                self._connection.execute("DELETE FROM doc")
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

    def find(self, query: Query, since: int, as_of: int) -> list[Hit]:
        """Papers that hold all terms, best first, then, if they are few, those that hold some; at most FOUND.

        Raises:
            UserError: `search_slow`.
        """
        if not query.terms:
            return []
        if query.by_parts:
            return self._answer(*_parts(query, since, as_of), PATIENCE_FOR_PARTS)
        all_of = self._answer(_MATCH, (query.all_of, as_of, since, FOUND), PATIENCE)
        if len(all_of) >= ENOUGH or len(query.terms) == 1:
            return all_of
        try:
            some_of = self._answer(_MATCH, (query.any_of, as_of, since, FOUND), PATIENCE)
        except UserError:
            return all_of
        return _then(all_of, some_of)[:FOUND]

    def _answer(self, statement: str, values: Sequence[object], patience: float) -> list[Hit]:
        deadline = time.monotonic() + patience
        self._connection.set_progress_handler(lambda: time.monotonic() > deadline, 10_000)
        try:
            return [Hit(paper_id, score) for paper_id, score in self._connection.execute(statement, values)]
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
            return True
        key = known[0]
        same_text = execute("SELECT title, abstract FROM body WHERE rowid = ?", (key,)).fetchone() == text
        if not same_text:
            execute("UPDATE body SET title = ?, abstract = ? WHERE rowid = ?", (*text, key))
        if known[1:] != times:
            execute("UPDATE doc SET published_at = ?, first_seen_at = ? WHERE id = ?", (*times, key))
        return not same_text or known[1:] != times


def delete(path: Path) -> None:
    """Throw an index away."""
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def _open(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")  # what a power cut takes is indexed again
        with _writing(connection):
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            if version == 0:
                for statement in (*_TABLES, f"PRAGMA user_version={_VERSION}"):
                    connection.execute(statement)
        if version not in {0, _VERSION}:
            raise sqlite3.DatabaseError("the index is of another version")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


@contextmanager
def _writing(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _parts(query: Query, since: int, as_of: int) -> tuple[str, list[object]]:
    """The statement that looks for every term anywhere in the text: titles first, then the newest."""
    patterns = [f"%{term}%" for term in query.terms]  # terms hold letters and digits alone: no % and no _
    in_title = " + ".join(["(body.title LIKE ?)"] * len(patterns))
    anywhere = "".join(" AND (body.title LIKE ? OR body.abstract LIKE ?)" for _ in patterns)
    statement = (
        f"SELECT doc.paper_id, 1.0 + {in_title} AS score FROM doc JOIN body ON body.rowid = doc.id "  # noqa: S608 - only question marks are joined in
        f"WHERE doc.first_seen_at <= ? AND doc.published_at >= ?{anywhere} "
        "ORDER BY score DESC, doc.published_at DESC, doc.paper_id LIMIT ?"
    )
    return statement, [*patterns, as_of, since, *(pattern for pattern in patterns for _ in range(2)), FOUND]


def _then(first: list[Hit], others: list[Hit]) -> list[Hit]:
    """The first ones, then the others, whose scores are made to stay below."""
    known = {hit.paper_id for hit in first}
    rest = [hit for hit in others if hit.paper_id not in known]
    scale = min(1.0, first[-1].score / rest[0].score) if first and rest else 1.0
    return first + [Hit(hit.paper_id, hit.score * scale) for hit in rest]

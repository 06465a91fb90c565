"""The vectors of an index: kept in its file as bytes, searched exactly in one array. Calls block: use a thread.

100,000 papers take 38 MB and 20 ms; an approximate index would need a library and lose a few of the best.
"""

import sqlite3
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.ports import Vectors
from storage.search_index import Index, writing

_SCALE = 127 / 0.3
"""Of 384 numbers with length one few are beyond ±0.3, and 8 bits are enough: recall .992 of 32 bits."""
_BLOCK = 2048
"""Rows made floats at a time: 3 MiB, which stay in the processor's cache while others use it too."""
_NONE = -1


@dataclass(frozen=True, slots=True)
class Unencoded:
    """A paper without a vector of its present text."""

    ticket: int
    key: int
    text: str


def quantised(vectors: Vectors) -> NDArray[np.int8]:
    """Rows of bytes in place of rows of length one."""
    whole: NDArray[np.int8] = np.clip(np.rint(vectors * _SCALE), -127, 127).astype(np.int8)
    return whole


def text_of(title: str, abstract: str) -> str:
    """What of a paper is encoded."""
    return f"{title}. {abstract}" if abstract else title


class Encoding:
    """Which papers still need a vector, for the one that writes."""

    def __init__(self, index: Index) -> None:
        self._connection = index.connection

    def use(self, model: str) -> None:
        """Vectors of another model are thrown away, and every paper needs one again."""
        known = self._connection.execute("SELECT model FROM state").fetchone()[0]
        if known == model:
            return
        with writing(self._connection):
            self._connection.execute("DELETE FROM vec")
            self._connection.execute("INSERT OR IGNORE INTO unencoded(id) SELECT id FROM doc ORDER BY id")
            self._connection.execute("UPDATE state SET model = ?, epoch = epoch + 1", (model,))

    def left(self) -> int:
        return int(self._connection.execute("SELECT count(*) FROM unencoded").fetchone()[0])

    def next(self, limit: int) -> list[Unencoded]:
        """Those that came last, first."""
        rows = self._connection.execute(
            "SELECT ticket, id, title, abstract FROM unencoded JOIN body ON body.rowid = id "
            "ORDER BY ticket DESC LIMIT ?",
            (limit,),
        )
        return [Unencoded(ticket, key, text_of(title, abstract)) for ticket, key, title, abstract in rows]

    def put(self, papers: Sequence[Unencoded], vectors: Vectors, model: str) -> None:
        """Keep them, save where the text has changed meanwhile."""
        with writing(self._connection):
            for paper, row in zip(papers, quantised(vectors), strict=True):
                done = self._connection.execute("DELETE FROM unencoded WHERE ticket = ?", (paper.ticket,))
                if done.rowcount:
                    self._connection.execute(
                        "INSERT OR REPLACE INTO vec SELECT ?, coalesce(max(serial), 0) + 1, ?, ? FROM vec",
                        (paper.key, model, row.tobytes()),
                    )


class Nearest:
    """The vectors in memory, for the one that reads."""

    def __init__(self, index: Index) -> None:
        self._connection = index.connection
        self._epoch: int
        self._serial: int
        self._count: int
        self._forget(epoch=0)

    def __len__(self) -> int:
        return self._count

    @property
    def memory(self) -> int:
        """Bytes of the arrays."""
        return sum(array.nbytes for array in (self._rows, self._keys, self._published, self._seen, self._row_of))

    def refresh(self) -> None:
        """Take over what is new in the file."""
        try:
            epoch, serial = self._connection.execute(
                "SELECT epoch, (SELECT max(serial) FROM vec) FROM state"
            ).fetchone()
        except sqlite3.DatabaseError:
            return  # a writer is making the file anew, or it is damaged: then the words find that out
        if epoch != self._epoch:
            self._forget(epoch)
        if serial is None or serial == self._serial:
            return
        fresh = self._connection.execute(
            "SELECT vec.id, v, published_at, first_seen_at, serial FROM vec JOIN doc ON doc.id = vec.id "
            "WHERE serial > ? ORDER BY serial",
            (self._serial,),
        )
        while rows := fresh.fetchmany(_BLOCK):
            self._take(rows)
        self._serial = serial

    def vector(self, key: int) -> Vectors | None:
        """Of one paper, of length one; None where it has none yet."""
        row = self._place(key)
        if row == _NONE:
            return None
        floats = self._rows[row].astype(np.float32)
        unit: Vectors = floats / max(float(np.linalg.norm(floats)), 1e-6)
        return unit

    def vectors(self, paper_ids: Collection[str]) -> dict[str, Vectors]:
        """Of those of the papers that have one, of length one."""
        self.refresh()
        find, found = "SELECT id FROM doc WHERE paper_id = ?", {}
        for paper_id in paper_ids:
            row = self._connection.execute(find, (paper_id,)).fetchone()
            vector = None if row is None else self.vector(row[0])
            if vector is not None:
                found[paper_id] = vector
        return found

    def cosines(self, keys: Sequence[int], vector: Vectors) -> list[float | None]:
        """Of these papers to a vector of length one."""
        places = [self._place(key) for key in keys]
        values = self._rows[places].astype(np.float32) @ vector / _SCALE if self._count else np.zeros(len(keys))
        return [None if row == _NONE else float(value) for row, value in zip(places, values, strict=True)]

    def nearest(
        self, vector: Vectors, limit: int, since: int, as_of: int, among: tuple[int, ...] | None = None
    ) -> list[tuple[int, float]]:
        """Keys and cosines of those closest to a vector of length one, best first."""
        values = np.empty(self._count, np.float32)
        scaled = (vector / _SCALE).astype(np.float32)
        for start in range(0, self._count, _BLOCK):
            block = slice(start, min(start + _BLOCK, self._count))
            np.matmul(self._rows[block].astype(np.float32), scaled, out=values[block])
        allowed = (self._seen[: self._count] <= as_of) & (self._published[: self._count] >= since)
        if among is not None:
            allowed &= np.isin(self._keys[: self._count], np.array(among, np.int64))
        values[~allowed] = -np.inf
        best = np.argpartition(-values, limit)[:limit] if self._count > limit else np.arange(self._count)
        best = best[np.argsort(-values[best], kind="stable")]
        return [(int(self._keys[row]), float(values[row])) for row in best if values[row] > -np.inf]

    def _place(self, key: int) -> int:
        return int(self._row_of[key]) if 0 <= key < len(self._row_of) else _NONE

    def _forget(self, epoch: int) -> None:
        self._epoch = epoch
        self._serial = self._count = 0
        self._rows = np.empty((0, 0), np.int8)
        self._keys, self._published, self._seen = (np.empty(0, np.int64) for _ in range(3))
        self._row_of = np.empty(0, np.int32)

    def _take(self, rows: Sequence[tuple[int, bytes, int, int, int]]) -> None:
        vectors = np.frombuffer(b"".join(row[1] for row in rows), np.int8).reshape(len(rows), -1)
        self._make_room(len(rows), vectors.shape[1], max(row[0] for row in rows))
        for (key, _, published, seen, _), vector in zip(rows, vectors, strict=True):
            row = self._place(key)
            if row == _NONE:
                row, self._count = self._count, self._count + 1
                self._row_of[key] = row
            self._rows[row], self._keys[row], self._published[row], self._seen[row] = vector, key, published, seen

    def _make_room(self, more: int, width: int, largest_key: int) -> None:
        """A quarter more than is needed, so that few papers seldom move many."""
        needed = self._count + more
        if needed > len(self._keys):
            room = needed + needed // 4
            self._rows = np.concatenate(
                [self._rows.reshape(-1, width), np.empty((room - len(self._keys), width), np.int8)]
            )
            self._published, self._seen, self._keys = (
                np.concatenate([array, np.empty(room - len(array), np.int64)])
                for array in (self._published, self._seen, self._keys)
            )
        if largest_key >= len(self._row_of):
            grown = np.full(largest_key + 1 + largest_key // 4, _NONE, np.int32)
            grown[: len(self._row_of)] = self._row_of
            self._row_of = grown

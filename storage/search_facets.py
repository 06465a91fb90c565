"""What of a paper beside its text a search is narrowed by, in the file of the index: the same on both databases."""

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.ports import Facets
from bot.topics.text import WORD, fold, same_person

_TABLE = """CREATE TABLE facet(id INTEGER PRIMARY KEY, authors TEXT NOT NULL, organization TEXT NOT NULL,
                               categories TEXT NOT NULL, code INTEGER NOT NULL)"""
_BEGINNING = 3
"""Letters by which a name is nearly another: who misspells one seldom does so at once."""


@dataclass(frozen=True, slots=True)
class About:
    """The facets of one paper, folded: every word between spaces, every author on a line."""

    authors: str = ""
    organization: str = ""
    categories: str = ""
    code: bool = False

    @classmethod
    def of(
        cls, authors: tuple[str, ...], organization: str | None, categories: tuple[str, ...], repository: str | None
    ) -> "About":
        return cls(
            "\n".join(_words(author) for author in authors),
            _words(organization or ""),
            f" {' '.join(category.lower() for category in categories)} ",
            repository is not None,
        )


NOTHING = About()


@dataclass(frozen=True, slots=True)
class Narrow:
    """A condition on the keys of an index, and its values."""

    sql: str = ""
    values: tuple[object, ...] = ()

    def keys(self, connection: sqlite3.Connection) -> tuple[int, ...] | None:
        """Those that fit; None where all do."""
        if not self.sql:
            return None
        statement = f"SELECT id FROM facet WHERE {self.sql}"  # noqa: S608 - of constants
        return tuple(row[0] for row in connection.execute(statement, self.values))


def narrowed(facets: Facets) -> Narrow:
    """What fits, as bot.topics says of a category, an author and an organization."""
    conditions = list(_conditions(facets))
    values = tuple(value for _, of_one in conditions for value in of_one)
    return Narrow(" AND ".join(f"({sql})" for sql, _ in conditions), values)


def _conditions(facets: Facets) -> Iterator[tuple[str, tuple[object, ...]]]:
    yield from _of_author(_words(facets.author or "").split(), nearly=facets.nearly)
    if facets.organization and facets.nearly:
        for word in _words(facets.organization).split():
            yield "organization LIKE ?", _alike(word)
    elif facets.organization:
        yield "organization LIKE ?", (f"%{_words(facets.organization)}%",)
    if facets.category:
        patterns = _within(facets.category.lower())
        yield " OR ".join("categories LIKE ?" for _ in patterns), patterns
    if facets.has_code is not None:
        yield "code = ?", (int(facets.has_code),)


def _of_author(name: Sequence[str], *, nearly: bool) -> Iterator[tuple[str, tuple[object, ...]]]:
    """The rarest first, and last, for those few that have all of the words, whether one author has them."""
    if not name:
        return
    if not nearly:  # one word of a name is no initial
        whole = tuple(f"% {word} %" for word in name if len(word) > 1 or not word.isascii())
        yield " OR ".join("authors LIKE ?" for _ in whole) or "0", whole
    for word in name:
        patterns = _alike(word) if nearly else _same_name(word)
        yield " OR ".join("authors LIKE ?" for _ in patterns), patterns
    yield "one_author(authors, ?, ?)", (" ".join(name), nearly)


def _same_name(word: str) -> tuple[str, ...]:
    """An initial stands for any name that begins so, here and there."""
    return (f"% {word} %", f"% {word[0]} %") if len(word) > 1 else (f"% {word}%",)


def _alike(word: str) -> tuple[str, ...]:
    return (f"% {word[:_BEGINNING]}%",)


def _within(category: str) -> tuple[str, ...]:
    """`math.*` is any of an archive; so is `cond-mat`."""
    archive = category.removesuffix(".*")
    whole = category.endswith(".*") or "." not in category
    return (f"% {archive} %", f"% {archive}.%") if whole else (f"% {category} %",)


def _words(text: str) -> str:
    words = WORD.findall(fold(text))
    return f" {' '.join(words)} " if words else ""


def _one_author(authors: str, name: str, nearly: int) -> bool:
    """Whether it is the name of one of them, or each word begins as one of theirs does."""
    wanted, each = name.split(), (line.split() for line in authors.split("\n"))
    if not nearly:
        return any(same_person(wanted, parts) for parts in each)
    begun = tuple(word[:_BEGINNING] for word in wanted)
    return any(all(any(part.startswith(word) for part in parts) for word in begun) for parts in each)


def prepare(connection: sqlite3.Connection) -> None:
    """Make the table where a file of before has none, or lacks papers: then the store is followed from its start.

    What is there stays, so nothing is indexed or encoded again.
    """
    connection.create_function("one_author", 3, _one_author, deterministic=True)
    if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'facet'").fetchone() is None:
        connection.execute(_TABLE)
    if connection.execute("SELECT (SELECT count(*) FROM doc) > (SELECT count(*) FROM facet)").fetchone()[0]:
        connection.execute("INSERT INTO facet SELECT id, '', '', '', 0 FROM doc WHERE id NOT IN (SELECT id FROM facet)")
        connection.execute("UPDATE followed SET revision = -1, key = 0")


def put(connection: sqlite3.Connection, key: int, about: About) -> bool:
    """False if it was there just so."""
    row = (about.authors, about.organization, about.categories, int(about.code))
    columns = "authors, organization, categories, code"
    known = connection.execute(f"SELECT {columns} FROM facet WHERE id = ?", (key,)).fetchone()  # noqa: S608 - names of ours
    if known == row:
        return False
    connection.execute("INSERT OR REPLACE INTO facet VALUES (?, ?, ?, ?, ?)", (key, *row))
    return known is not None

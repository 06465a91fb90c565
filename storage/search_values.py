"""What goes into a full-text index, and what comes out. Times are microseconds since the epoch."""

import json
from dataclasses import dataclass

from bot.ports import MOST
from storage.search_facets import NOTHING, About
from storage.search_query import Query


@dataclass(frozen=True, slots=True)
class Marker:
    """How far the index has followed a store, and which store that was."""

    store_id: str = ""
    revision: int = -1
    key: int = 0


@dataclass(frozen=True, slots=True)
class Document:
    """What is searched of a paper."""

    paper_id: str
    title: str
    abstract: str
    published_at: int
    """When it was first seen, where nobody says when it was published."""
    first_seen_at: int
    about: About = NOTHING


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked for."""

    query: Query
    since: int
    as_of: int
    among: tuple[int, ...] | None = None
    """Keys of the papers it is narrowed to; None: of all."""
    limit: int = MOST

    @property
    def condition(self) -> str:
        """To go on with, after other conditions on `doc`."""
        return "" if self.among is None else "AND doc.id IN (SELECT value FROM json_each(?))"

    @property
    def values(self) -> tuple[str, ...]:
        """Of the condition."""
        return () if self.among is None else (json.dumps(self.among),)


@dataclass(frozen=True, slots=True)
class Match:
    """A document that was found; a higher score is better."""

    key: int
    paper_id: str
    score: float
    published_at: int

"""The tables of what people do with papers.

A person is (platform, home, person); see models.PersonKey. A workspace is (platform, workspace).
"""

from sqlalchemy import Boolean, Column, Index, PrimaryKeyConstraint, Table, Text

from storage.schema import metadata
from storage.types import CleanText, Id, UTCDateTime

vote = Table(
    "vote",
    metadata,
    Column("platform", Id, nullable=False),
    Column("workspace", Id, nullable=False),
    Column("paper_id", Id, nullable=False),
    Column("home", Id, nullable=False),
    Column("person", Id, nullable=False),
    Column("channel", Id, nullable=False),
    Column("up", Boolean, nullable=False),
    Column("at", UTCDateTime, nullable=False),
    PrimaryKeyConstraint("platform", "workspace", "paper_id", "home", "person"),
    Index("ix_vote_person", "platform", "home", "person"),
    sqlite_with_rowid=False,
)
"""The key is what makes it one vote a person. On SQLite a workspace's votes lie together."""

saved = Table(
    "saved",
    metadata,
    Column("platform", Id, nullable=False),
    Column("home", Id, nullable=False),
    Column("person", Id, nullable=False),
    Column("paper_id", Id, nullable=False),
    Column("at", UTCDateTime, nullable=False),
    Column("note", CleanText, nullable=False),
    PrimaryKeyConstraint("platform", "home", "person", "paper_id"),
    sqlite_with_rowid=False,
)

suggestion = Table(
    "suggestion",
    metadata,
    Column("platform", Id, nullable=False),
    Column("workspace", Id, nullable=False),
    Column("paper_id", Id, nullable=False),
    Column("url", CleanText, nullable=False),
    Column("why", CleanText, nullable=False),
    Column("home", Id, nullable=False),
    Column("person", Id, nullable=False),
    Column("name", CleanText, nullable=False),
    Column("at", UTCDateTime, nullable=False),
    PrimaryKeyConstraint("platform", "workspace", "paper_id"),
    Index("ix_suggestion_person", "platform", "home", "person"),
    sqlite_with_rowid=False,
)

interest = Table(
    "interest",
    metadata,
    Column("platform", Id, nullable=False),
    Column("home", Id, nullable=False),
    Column("person", Id, nullable=False),
    Column("facet", Text, nullable=False),
    Column("folded", Id, nullable=False),
    Column("stance", Text, nullable=False),
    Column("term", CleanText, nullable=False),
    Column("at", UTCDateTime, nullable=False),
    Column("until", UTCDateTime),
    PrimaryKeyConstraint("platform", "home", "person", "facet", "folded"),
    sqlite_with_rowid=False,
)
"""`folded` is the term without the case of its letters."""

visit = Table(
    "visit",
    metadata,
    Column("platform", Id, nullable=False),
    Column("home", Id, nullable=False),
    Column("person", Id, nullable=False),
    Column("last_at", UTCDateTime, nullable=False),
    Column("before", UTCDateTime),
    PrimaryKeyConstraint("platform", "home", "person"),
    sqlite_with_rowid=False,
)
"""`last_at` is the last sign of somebody, `before` the end of the visit before."""

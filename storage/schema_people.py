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
    Column("team", Id),
    PrimaryKeyConstraint("platform", "home", "person", "paper_id"),
    Index(None, "platform", "team", "at"),
    sqlite_with_rowid=False,
)
"""`team` is the workspace where it was saved, in whose ranking it counts; NULL: in none."""

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

link = Table(
    "link",
    metadata,
    Column("kind", Id, nullable=False),
    Column("platform", Id, nullable=False),
    Column("home", Id, nullable=False),
    Column("person", Id, nullable=False),
    Column("one", Id, nullable=False),
    Column("at", UTCDateTime, nullable=False),
    PrimaryKeyConstraint("kind", "platform", "home", "person"),
    Index(None, "one"),
    sqlite_with_rowid=False,
)
"""Those with the same `one` are one `team` (home: the workspace, no person) or one `person`."""

link_code = Table(
    "link_code",
    metadata,
    Column("code", Id, primary_key=True),
    Column("kind", Id, nullable=False),
    Column("platform", Id, nullable=False),
    Column("home", Id, nullable=False),
    Column("person", Id, nullable=False),
    Column("until", UTCDateTime, nullable=False),
)
"""`code` is the hash of what was shown."""

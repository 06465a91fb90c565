"""The tables of the feeds that channels read of their own."""

from sqlalchemy import Column, ForeignKey, Index, PrimaryKeyConstraint, Table

from storage.schema import metadata
from storage.types import CleanText, Id, UTCDateTime

feed = Table(
    "feed",
    metadata,
    Column("key", Id, primary_key=True),
    Column("url", CleanText, nullable=False),
    Column("checked_at", UTCDateTime),
    Column("reason", CleanText),
    Index(None, "checked_at"),
)
"""One row an address; `key` is the beginning of its SHA-256."""

channel_feed = Table(
    "channel_feed",
    metadata,
    Column("platform", Id, nullable=False),
    Column("workspace", Id, nullable=False),
    Column("channel", Id, nullable=False),
    Column("feed", ForeignKey(feed.c.key), nullable=False),
    Column("added_at", UTCDateTime, nullable=False),
    PrimaryKeyConstraint("platform", "workspace", "channel", "feed"),
    Index(None, "feed"),
    sqlite_with_rowid=False,
)

feed_entry = Table(
    "feed_entry",
    metadata,
    Column("feed", ForeignKey(feed.c.key, ondelete="CASCADE"), nullable=False),
    Column("paper_id", Id, nullable=False),
    Column("at", UTCDateTime, nullable=False),
    PrimaryKeyConstraint("feed", "paper_id"),
    Index(None, "paper_id"),
    sqlite_with_rowid=False,
)
"""When a feed first gave a paper."""

"""The table of lines about changes that channels are still to be told."""

from sqlalchemy import Column, ForeignKey, Index, Table

from storage.schema import change, metadata
from storage.types import Id, UTCDateTime

announcement = Table(
    "announcement",
    metadata,
    Column("change_id", ForeignKey(change.c.id, ondelete="CASCADE"), primary_key=True),
    Column("platform", Id, nullable=False),
    Column("workspace", Id, nullable=False),
    Column("channel", Id, nullable=False),
    Column("asking", Id, nullable=False),
    Column("teller", Id, nullable=False),
    Column("since", UTCDateTime, nullable=False),
    Column("due_at", UTCDateTime),
    Index(None, "due_at"),
    Index(None, "asking"),
)
"""The outbox: a row is written with its change, and what is said is in that. `asking` is the command that made it,
`teller` whoever may tell it now; `due_at`, as a delivery's, is the end of that right, and NULL once the channel was
told. All times are real. Rows are kept for an hour."""

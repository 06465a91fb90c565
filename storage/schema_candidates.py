"""The table of what digests choose from."""

from sqlalchemy import Column, Index, Table, Text

from storage.schema import metadata
from storage.types import Id, JsonText, UTCDateTime

candidates = Table(
    "candidates",
    metadata,
    Column("topic_set", Id, primary_key=True),
    Column("period", Text, primary_key=True),
    Column("as_of", UTCDateTime, primary_key=True),
    Column("made", JsonText, nullable=False),
    Index(None, "as_of"),
)
"""`made` lists [paper's id, score, [places of the topics it matched]], best first."""

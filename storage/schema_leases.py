"""The table of who does what only one process may do."""

from sqlalchemy import Column, Table

from storage.schema import metadata
from storage.types import Id, UTCDateTime

lease = Table(
    "lease",
    metadata,
    Column("name", Id, primary_key=True),
    Column("owner", Id, nullable=False),
    Column("until", UTCDateTime, nullable=False),
)

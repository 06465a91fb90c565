"""The table of how often something may be asked for."""

from sqlalchemy import BigInteger, Column, Index, Table

from storage.schema import metadata
from storage.types import Id

allowance = Table(
    "allowance",
    metadata,
    Column("key", Id, primary_key=True),
    Column("full_at", BigInteger, nullable=False),
    Index(None, "full_at"),
)
"""`full_at`, in microseconds since 1970, is when all of the allowance is left again. It is a number on both databases,
so that one statement can take from it."""

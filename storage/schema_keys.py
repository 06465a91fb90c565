"""The table of this installation's own keys."""

from sqlalchemy import Column, Table, Text

from storage.schema import metadata
from storage.types import Id

signing_key = Table(
    "signing_key",
    metadata,
    Column("name", Id, primary_key=True),
    Column("value", Text, nullable=False),
)
"""Encrypted. They sign links that must work for years, and so outlive the keys of ENCRYPTION_KEYS."""

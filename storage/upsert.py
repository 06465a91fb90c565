"""INSERT … ON CONFLICT, which both databases know and SQLAlchemy writes per dialect."""

from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection


def insert_into(connection: AsyncConnection, table: Table) -> Any:
    """An insert that has `on_conflict_do_nothing` and `on_conflict_do_update`; SQLAlchemy's two share no type."""
    return sqlite.insert(table) if connection.dialect.name == "sqlite" else postgresql.insert(table)

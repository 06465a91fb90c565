"""Everything that is kept: SQLAlchemy Core on SQLite and PostgreSQL, and the full-text index."""

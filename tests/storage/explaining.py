"""How a database would go about a statement."""

from typing import Any

from sqlalchemy import Select, text

from storage.store import SqlStore


async def explain(store: SqlStore, statement: Select[Any]) -> str:
    """The plan a database makes. PostgreSQL, which would read these small tables whole, is kept from it."""
    dialect = store.engine.dialect
    written = statement.compile(dialect=dialect, compile_kwargs={"literal_binds": True, "render_postcompile": True})
    async with store.engine.connect() as connection:
        if dialect.name == "sqlite":
            rows = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {written}")
            return "\n".join(row.detail for row in rows)
        await connection.execute(text("SET LOCAL enable_seqscan = off"))
        rows = await connection.exec_driver_sql(f"EXPLAIN {written}")
        return "\n".join(row[0] for row in rows)

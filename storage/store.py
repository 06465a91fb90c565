"""Everything that is kept, composed."""

from sqlalchemy.ext.asyncio import AsyncEngine

from storage import migrations
from storage.channels import SqlChannels
from storage.engine import async_engine, parse_url
from storage.papers import SqlPapers


class SqlStore:
    """A Store on SQLite or PostgreSQL."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine
        self.papers = SqlPapers(engine)
        self.channels = SqlChannels(engine)

    async def close(self) -> None:
        """Close all connections; nothing else may be asked afterwards."""
        await self.engine.dispose()


def open_store(url: str) -> SqlStore:
    """The store at an address. On SQLite it is made, or brought to this version's schema, first.

    Raises:
        UserError: As `migrations.check` returns it; an older PostgreSQL database waits for `db upgrade`.
    """
    if parse_url(url).get_backend_name() == "sqlite":
        migrations.upgrade(url)
    problem = migrations.check(url)
    if problem:
        raise problem
    return SqlStore(async_engine(url))

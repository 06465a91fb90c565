"""Everything that is kept, composed."""

from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncEngine

from bot.ports import Encoder
from storage import migrations
from storage.allowances import SqlAllowances
from storage.announcements import SqlAnnouncements
from storage.candidates import SqlCandidates
from storage.channels import SqlChannels
from storage.deliveries import SqlDeliveries
from storage.engine import async_engine, parse_url, sqlite_path
from storage.feeds import SqlFeeds
from storage.lanes import SqlLanes
from storage.leases import SqlLeases
from storage.links import SqlLinks
from storage.papers import SqlPapers
from storage.people import SqlPeople
from storage.search import FullText


class SqlStore:
    """A Store on SQLite or PostgreSQL, and the search over it."""

    def __init__(self, engine: AsyncEngine, search_file: Path, encoder: Encoder | None = None) -> None:
        self.engine = engine
        self.papers = SqlPapers(engine)
        self.channels = SqlChannels(engine)
        self.deliveries = SqlDeliveries(engine)
        self.lanes = SqlLanes(engine)
        self.people = SqlPeople(engine)
        self.links = SqlLinks(engine)
        self.feeds = SqlFeeds(engine)
        self.leases = SqlLeases(engine)
        self.allowances = SqlAllowances(engine)
        self.candidates = SqlCandidates(engine)
        self.announcements = SqlAnnouncements(engine)
        self.search = FullText(engine, search_file, encoder)

    async def close(self) -> None:
        """Close all connections; nothing else may be asked afterwards."""
        await self.search.close()
        await self.engine.dispose()


def open_store(url: str, *, search_file: Path | None = None, encoder: Encoder | None = None) -> SqlStore:
    """The store at an address. On SQLite it is made, or brought to this version's schema, first.

    The search index lies beside a SQLite database (`broadsheet.search.db`), else in the working folder (`search.db`).

    Raises:
        UserError: As `migrations.check` returns it; an older PostgreSQL database waits for `db upgrade`.
    """
    path = sqlite_path(parse_url(url))
    if path is not None:
        migrations.upgrade(url)
    problem = migrations.check(url)
    if problem:
        raise problem
    beside = path.with_suffix(".search.db") if path else Path("search.db")
    return SqlStore(async_engine(url), search_file or beside, encoder)

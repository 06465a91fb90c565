"""The store as plain dictionaries: what the contract means, and the fake of every test that needs a store."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from bot.models import (
    Paper,
)
from bot.ports import MOST, Facets, Found, Hit, Vectors
from bot.service.filters import Filters
from bot.topics.text import fold
from tests.memory_allowances import MemoryAllowances
from tests.memory_announcements import MemoryAnnouncements
from tests.memory_candidates import MemoryCandidates
from tests.memory_channels import MemoryChannels
from tests.memory_deliveries import MemoryDeliveries
from tests.memory_feeds import MemoryFeeds
from tests.memory_lanes import MemoryLanes
from tests.memory_leases import MemoryLeases
from tests.memory_links import MemoryLinks
from tests.memory_papers import MemoryPapers
from tests.memory_people import MemoryPeople


class MemorySearch:
    """A Search over MemoryPapers: all the words, anywhere, the newest paper first."""

    def __init__(self, papers: MemoryPapers) -> None:
        self._papers = papers
        self.meanings: dict[str, Vectors] = {}
        """What a model would say; a test fills it in."""

    async def update(self) -> int:
        return 0

    async def find(
        self, query: str, *, since: datetime | None, as_of: datetime, facets: Facets | None = None, limit: int = MOST
    ) -> Found:
        words = query.casefold().split()
        papers = await self._for_everybody(as_of)
        found = [
            paper
            for paper in papers
            if words
            and all(word in f"{paper.title} {paper.abstract}".casefold() for word in words)
            and (since is None or (paper.published_at or paper.first_seen_at) >= since)
            and (facets is None or _has(paper, facets))
        ]
        found.sort(key=lambda paper: (paper.published_at or paper.first_seen_at, paper.id), reverse=True)
        return Found(tuple(Hit(paper.id, 1 / rank) for rank, paper in enumerate(found[:limit], 1)))

    async def similar(self, paper: Paper, *, as_of: datetime, limit: int = 50) -> Found:
        words = set(paper.title.casefold().split())
        papers = await self._for_everybody(as_of)
        shared = {
            other.id: len(words & set(other.title.casefold().split())) for other in papers if other.id != paper.id
        }
        best = sorted((paper_id for paper_id in shared if shared[paper_id]), key=lambda one: (-shared[one], one))
        return Found(tuple(Hit(paper_id, float(shared[paper_id])) for paper_id in best[:limit]))

    async def _for_everybody(self, as_of: datetime) -> list[Paper]:
        papers = await self._papers.seen_since(datetime.min.replace(tzinfo=as_of.tzinfo), as_of)
        return [paper for paper in papers if not paper.own]

    async def vectors(self, paper_ids: Collection[str]) -> dict[str, Vectors]:
        return {paper_id: self.meanings[paper_id] for paper_id in paper_ids if paper_id in self.meanings}


def _has(paper: Paper, facets: Facets) -> bool:
    """By name alone: of nearly the same name is whoever begins so."""
    exact = Filters(category=facets.category, has_code=facets.has_code)
    if facets.nearly:
        begun = [facets.author or "", facets.organization or ""]
        names = fold(" ".join((*paper.authors, paper.organization or ""))).split()
        words = [word[:3] for name in begun for word in fold(name).split()]
        return bool(exact.kept([paper])) and all(any(name.startswith(word) for name in names) for word in words)
    return bool(replace(exact, author=facets.author, organization=facets.organization).kept([paper]))


class MemoryStore:
    """A Store, and the full-text index over it."""

    def __init__(self) -> None:
        self.papers = MemoryPapers()
        self.announcements = MemoryAnnouncements()
        self.channels = MemoryChannels(self.announcements)
        self.lanes = MemoryLanes()
        self.deliveries = MemoryDeliveries(self.channels.subscribed, self.papers.aliases.present, self.lanes)
        self.links = MemoryLinks(self.channels)
        self.people = MemoryPeople(self.links)
        self.feeds = MemoryFeeds(self.papers.kept, self.people.somebody_saved, self.channels)
        self.papers.aliases.moved += [self.people.moved, self.feeds.moved]
        self.leases = MemoryLeases()
        self.allowances = MemoryAllowances()
        self.candidates = MemoryCandidates()
        self.channels.forget_deliveries = self.deliveries.erase
        self.search = MemorySearch(self.papers)

    async def close(self) -> None:
        """There is nothing to close."""

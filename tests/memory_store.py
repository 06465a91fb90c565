"""The store as plain dictionaries: what the contract means, and the fake of every test that needs a store."""

from collections.abc import Collection
from datetime import datetime

from bot.models import (
    Paper,
)
from bot.ports import Found, Hit, Vectors
from tests.memory_allowances import MemoryAllowances
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

    async def find(self, query: str, *, since: datetime | None, as_of: datetime) -> Found:
        words = query.casefold().split()
        papers = await self._for_everybody(as_of)
        found = [
            paper
            for paper in papers
            if words
            and all(word in f"{paper.title} {paper.abstract}".casefold() for word in words)
            and (since is None or (paper.published_at or paper.first_seen_at) >= since)
        ]
        found.sort(key=lambda paper: (paper.published_at or paper.first_seen_at, paper.id), reverse=True)
        return Found(tuple(Hit(paper.id, 1 / rank) for rank, paper in enumerate(found[:200], 1)))

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


class MemoryStore:
    """A Store, and the full-text index over it."""

    def __init__(self) -> None:
        self.papers = MemoryPapers()
        self.channels = MemoryChannels()
        self.lanes = MemoryLanes()
        self.deliveries = MemoryDeliveries(self.channels.subscribed, self.papers.aliases.present, self.lanes)
        self.links = MemoryLinks()
        self.people = MemoryPeople(self.links)
        self.feeds = MemoryFeeds(self.papers.kept, self.people.somebody_saved, self.channels.runs)
        self.papers.aliases.moved += [self.people.moved, self.feeds.moved]
        self.leases = MemoryLeases()
        self.allowances = MemoryAllowances()
        self.candidates = MemoryCandidates()
        self.channels.forget_deliveries = self.deliveries.erase
        self.search = MemorySearch(self.papers)

    async def close(self) -> None:
        """There is nothing to close."""

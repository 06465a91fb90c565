"""The store as plain dictionaries: what the contract means, and the fake of every test that needs a store."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import count
from typing import Any

import numpy as np

from bot import identity
from bot.models import (
    SIGNALS,
    Added,
    Batch,
    Change,
    ChannelKey,
    Counts,
    Evidence,
    Listing,
    Observation,
    Paper,
    SourceStatus,
    Subscription,
    Traits,
)
from bot.ports import AlreadySubscribedError, EditedMeanwhileError, Found, Hit, Vectors
from tests.memory_aliases import Aliases, move
from tests.memory_allowances import MemoryAllowances
from tests.memory_candidates import MemoryCandidates
from tests.memory_deliveries import MemoryDeliveries
from tests.memory_feeds import MemoryFeeds
from tests.memory_leases import MemoryLeases
from tests.memory_links import MemoryLinks
from tests.memory_people import MemoryPeople


class MemoryPapers:
    """A PaperStore."""

    def __init__(self) -> None:
        self._papers: dict[str, Paper] = {}
        self._observations: dict[tuple[str, datetime, str], Observation] = {}
        self._listings: dict[tuple[date, str], Listing] = {}
        self._sources: dict[str, SourceStatus] = {}
        self._generation = 0
        self.aliases = Aliases()
        self.aliases.moved.append(self._moved)
        self._written: dict[str, int] = {}

    async def add(self, batch: Batch) -> Added:
        before = (dict(self._papers), len(self._observations), dict(self._listings))
        self.aliases.learn(batch.papers)
        batch = self.aliases.renamed(batch)
        for paper in (*self.aliases.doubles(self._papers), *batch.papers):
            known = self._papers.get(paper.id)
            self._papers[paper.id] = identity.merge(known, paper) if known else paper
        for observation in batch.observations:
            if observation.paper_id in self._papers:
                key = (observation.paper_id, observation.observed_at, observation.source)
                self._observations.setdefault(key, observation)
        for listing in batch.listings:
            if listing.paper_id in self._papers:
                place = (listing.date, listing.paper_id)
                first = self._listings.get(place, listing)
                self._listings[place] = replace(listing, listed_at=min(first.listed_at, listing.listed_at))
        if before != (self._papers, len(self._observations), self._listings):
            self._generation += 1
        changed = [one for one, paper in self._papers.items() if paper != before[0].get(one)]
        self._written |= dict.fromkeys(changed, self._generation)
        return Added(max(0, len(self._papers) - len(before[0])), len(self._observations) - before[1])

    def _moved(self, old: str, new: str) -> None:
        def renamed(row: Observation | Listing) -> Any:
            return replace(row, paper_id=new) if row.paper_id == old else row

        move(self._observations, lambda at: (new if at[0] == old else at[0], *at[1:]), renamed, lambda _, __: False)
        move(
            self._listings,
            lambda at: (at[0], new if at[1] == old else at[1]),
            renamed,
            lambda said, there: said.listed_at < there.listed_at,
        )

    @property
    def kept(self) -> dict[str, Paper]:
        return self._papers

    async def get(self, paper_id: str) -> Paper | None:
        return self._papers.get(paper_id) or self._papers.get(self.aliases.present(paper_id))

    async def present(self, paper_id: str) -> str:
        return self.aliases.present(paper_id)

    async def many(self, paper_ids: Collection[str]) -> dict[str, Paper]:
        return {paper_id: self._papers[paper_id] for paper_id in paper_ids if paper_id in self._papers}

    async def seen_since(self, since: datetime, as_of: datetime) -> list[Paper]:
        seen = (paper for paper in self._papers.values() if since <= paper.first_seen_at <= as_of)
        return sorted(seen, key=lambda paper: paper.id)

    async def evidence(self, since: datetime, as_of: datetime) -> Evidence:
        papers = [paper for paper in await self.seen_since(since, as_of) if not paper.own]
        index = {paper.id: number for number, paper in enumerate(papers)}
        rows = [row for paper in papers for row in self._observed(paper.id, as_of)]
        return Evidence(
            as_of=as_of,
            paper_ids=tuple(index),
            first_seen_at=_column(paper.first_seen_at.timestamp() for paper in papers),
            published_at=_column(paper.published_at.timestamp() if paper.published_at else None for paper in papers),
            paper_index=np.array([index[row.paper_id] for row in rows], np.int32),
            observed_at=_column(row.observed_at.timestamp() for row in rows),
            values={name: _column(getattr(row.counts, name) for row in rows) for name in SIGNALS},
            traits=_traits(papers),
        )

    async def counts(self, paper_ids: Collection[str], as_of: datetime) -> dict[str, Counts]:
        known = {}
        for paper_id in paper_ids:
            if paper_id in self._papers:
                known[paper_id] = Counts()
                for observation in self._observed(paper_id, as_of):
                    known[paper_id] = known[paper_id].updated(observation.counts)
        return known

    async def observations(self, paper_id: str, as_of: datetime) -> list[Observation]:
        return self._observed(paper_id, as_of)

    async def listings(self, first: date, last: date, as_of: datetime) -> list[Listing]:
        shown = [one for one in self._listings.values() if first <= one.date <= last and one.listed_at <= as_of]
        return sorted(shown, key=lambda one: (one.date, one.position, one.paper_id))

    async def latest_listing_date(self, as_of: datetime, before: date) -> date | None:
        shown = (one.date for one in self._listings.values() if one.date < before and one.listed_at <= as_of)
        return max(shown, default=None)

    async def generation(self) -> int:
        return self._generation

    async def written_since(self, generation: int) -> list[str]:
        return [paper_id for paper_id, written in self._written.items() if written > generation]

    async def totals(self) -> tuple[int, int]:
        return len(self._papers), len(self._observations)

    async def note_source(self, status: SourceStatus) -> None:
        self._sources[status.source] = status

    async def sources(self) -> list[SourceStatus]:
        return [self._sources[name] for name in sorted(self._sources)]

    def _observed(self, paper_id: str, as_of: datetime) -> list[Observation]:
        keys = sorted(key for key in self._observations if key[0] == paper_id and key[1] <= as_of)
        return [self._observations[key] for key in keys]


def _column(values: Iterable[float | None]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.array([np.nan if value is None else value for value in values], np.float64)


def _traits(papers: list[Paper]) -> Traits:
    submitters = sorted({paper.submitter for paper in papers if paper.submitter is not None})
    authors = sorted({name for paper in papers for name in paper.authors})
    made = [(authors.index(name), number) for number, paper in enumerate(papers) for name in paper.authors]
    return Traits(
        submitter=np.array([-1 if p.submitter is None else submitters.index(p.submitter) for p in papers], np.int64),
        author=np.array([author for author, _ in made], np.int64),
        author_of=np.array([number for _, number in made], np.int64),
        organization=_column(float(paper.organization is not None) for paper in papers),
        repository=_column(float(paper.github_repo is not None) for paper in papers),
        project_page=_column(float(paper.project_page is not None) for paper in papers),
        title_length=_column(float(len(paper.title)) for paper in papers),
    )


class MemoryChannels:
    """A ChannelStore."""

    def __init__(self) -> None:
        self.subscribed: dict[int, Subscription] = {}
        """By id, only those not removed; a ledger of the same store reads and pauses these."""
        self._changes: list[Change] = []
        self._commands: dict[str, str] = {}
        self._used: dict[str, datetime] = {}
        self._ids = count(1)
        self.forget_deliveries: Callable[[ChannelKey], None] = lambda _: None
        """Of a ledger of the same store."""

    def runs(self, channel: ChannelKey) -> bool:
        return any(one.channel == channel and one.next_run_at is not None for one in self.subscribed.values())

    async def subscription(self, channel: ChannelKey) -> Subscription | None:
        return next((one for one in self.subscribed.values() if one.channel == channel), None)

    async def create(self, subscription: Subscription, change: Change) -> Subscription:
        if await self.subscription(subscription.channel):
            raise AlreadySubscribedError
        created = replace(subscription, id=next(self._ids))
        self.subscribed[created.id] = created
        self._changes.append(change)
        return created

    async def update(self, subscription: Subscription, change: Change) -> Subscription:
        known = self.subscribed.get(subscription.id)
        if known is None or known.version != subscription.version:
            raise EditedMeanwhileError
        edited = replace(subscription, version=subscription.version + 1)
        self.subscribed[edited.id] = edited
        self._changes.append(change)
        return edited

    async def remove(self, channel: ChannelKey, change: Change) -> bool:
        known = await self.subscription(channel)
        if known is None:
            return False
        del self.subscribed[known.id]
        self._changes.append(change)
        return True

    async def erase(self, channel: ChannelKey) -> bool:
        known, before = await self.subscription(channel), len(self._changes)
        if known is not None:
            del self.subscribed[known.id]
        self._changes = [change for change in self._changes if change.channel != channel]
        self.forget_deliveries(channel)
        return known is not None or len(self._changes) < before

    async def subscriptions(self, platform: str, workspace: str) -> list[Subscription]:
        wanted = (platform, workspace)
        of_workspace = [
            one for one in self.subscribed.values() if (one.channel.platform, one.channel.workspace) == wanted
        ]
        return sorted(of_workspace, key=lambda one: one.channel)

    async def of_platform(self, platform: str, limit: int) -> list[Subscription]:
        there = [one for one in self.subscribed.values() if one.channel.platform == platform]
        return sorted(there, key=lambda one: one.channel)[:limit]

    async def with_alerts(self) -> list[Subscription]:
        wanted = [one for one in self.subscribed.values() if one.preferences.alerts and one.next_run_at is not None]
        return sorted(wanted, key=lambda one: one.id)

    async def total(self) -> int:
        return len(self.subscribed)

    async def log(self, channel: ChannelKey, limit: int) -> list[Change]:
        return [change for change in reversed(self._changes) if change.channel == channel][:limit]

    async def remember_command(self, key: str, command: str) -> None:
        self._commands.setdefault(key, command)
        self._used[key] = datetime.now(UTC)

    async def recall_command(self, key: str) -> str | None:
        return self._commands.get(key)

    async def forget_changes(self, before: datetime) -> int:
        known = len(self._changes)
        self._changes = [change for change in self._changes if change.at >= before]
        return known - len(self._changes)

    async def forget_commands(self, before: datetime) -> int:
        old = [key for key, used in self._used.items() if used < before]
        for key in old:
            del self._commands[key], self._used[key]
        return len(old)


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
        self.deliveries = MemoryDeliveries(self.channels.subscribed, self.papers.aliases.present)
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

"""Papers as plain dictionaries: what the contract means."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import numpy as np

from bot import identity
from bot.models import (
    SIGNALS,
    Added,
    Batch,
    Counts,
    Evidence,
    Listing,
    Observation,
    Paper,
    SourceStatus,
    Traits,
)
from tests.memory_aliases import Aliases, move


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

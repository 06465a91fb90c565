"""Rankings in memory: loaded and scored once for as long as nothing new is known, then only read."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.clock import Clock
from bot.models import Counts, Paper, RankedPaper, Topics, Window
from bot.ports import Search, Store
from bot.ranking import MAXIMUM_AGE, Ranking, fresh, rank
from bot.service.fitting import Fitting
from bot.service.recent import Recent

_KEPT_RANKINGS = 6
"""Three windows now, and three of a past moment somebody pages through."""


class Trends:
    """The trending order at a moment, and which of its papers fit given topics."""

    def __init__(self, store: Store, search: Search, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._rankings: Recent[Ranking] = Recent(_KEPT_RANKINGS)
        self._fitting = Fitting(store.papers, search)
        self._loading = asyncio.Lock()

    async def ranking(self, window: Window, as_of: datetime | None = None) -> Ranking:
        """The order of everything at most 180 days old. Without `as_of`: of now, at most a minute old."""
        now = self._clock.now()
        moment = min(as_of, now) if as_of else now
        minute = None if as_of else now.replace(second=0, microsecond=0)
        key = (await self._store.papers.generation(), window, as_of, minute)
        async with self._loading:
            known = self._rankings.get(key)
            if known is None:
                evidence = await self._store.papers.evidence(moment - MAXIMUM_AGE, moment)
                known = await asyncio.to_thread(rank, evidence, window=window)
                self._rankings.put(key, known)
        return known

    async def matching(
        self, ranking: Ranking, topics: Topics, among: Sequence[str] | None = None
    ) -> dict[str, tuple[str, ...]]:
        """Ids in ranked order that fit, each with the terms it matched; of those `among`, where that is said."""
        if not topics.include and not topics.exclude:
            return ranking.without_topics if among is None else dict.fromkeys(among, ())
        return await self._fitting.of(topics, ranking.order if among is None else among)

    async def fitting(self, topics: Topics, ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """Those of any papers that fit, in their order, each with the terms it matched."""
        if not topics.include and not topics.exclude:
            return dict.fromkeys(ids, ())
        return await self._fitting.of(topics, ids)

    async def alike(self, topics: Topics, papers: Mapping[str, Paper]) -> dict[str, frozenset[str]]:
        """For each of these papers the keys of the topics by example that it is like."""
        return await self._fitting.alike(topics, papers)

    async def describe(
        self, ranking: Ranking, ids: list[str], matched: dict[str, tuple[str, ...]], first_rank: int
    ) -> tuple[RankedPaper, ...]:
        """The papers of one page, with their counts and the parts of their scores."""
        papers = await self._store.papers.many(ids)
        counts = await self._store.papers.counts(ids, ranking.as_of)
        return tuple(
            RankedPaper(
                paper=papers[paper_id],
                rank=first_rank + place,
                counts=counts.get(paper_id, Counts()),
                score=ranking.score(paper_id),
                parts=ranking.parts(paper_id),
                topics=matched.get(paper_id, ()),
                fresh=fresh(papers[paper_id].first_seen_at, ranking.as_of),
            )
            for place, paper_id in enumerate(ids)
        )

"""Rankings in memory: loaded and scored once for as long as nothing new is known, then only read."""

import asyncio
from datetime import datetime

from bot.clock import Clock
from bot.models import Counts, RankedPaper, Topics, Window
from bot.ports import Store
from bot.ranking import MAXIMUM_AGE, Ranking, fresh, rank
from bot.service.recent import Recent
from bot.topics import compile_topics

_KEPT_RANKINGS = 6
"""Three windows now, and three of a past moment somebody pages through."""
_KEPT_MATCHES = 256
_CHUNK = 500
"""Papers whose texts are read at a time while matching topics."""


class Trends:
    """The trending order at a moment, and which of its papers fit given topics."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._rankings: Recent[Ranking] = Recent(_KEPT_RANKINGS)
        self._matches: Recent[dict[str, tuple[str, ...]]] = Recent(_KEPT_MATCHES)
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

    async def matching(self, ranking: Ranking, topics: Topics) -> dict[str, tuple[str, ...]]:
        """Ids in ranked order that fit, each with the terms it matched."""
        if not topics.include and not topics.exclude:
            return ranking.without_topics
        key = (ranking.as_of, ranking.order, topics)
        known = self._matches.get(key)
        if known is None:
            known = await self._match(ranking.order, topics)
            self._matches.put(key, known)
        return known

    async def _match(self, order: tuple[str, ...], topics: Topics) -> dict[str, tuple[str, ...]]:
        matcher = compile_topics(topics)
        found: dict[str, tuple[str, ...]] = {}
        for start in range(0, len(order), _CHUNK):
            ids = order[start : start + _CHUNK]
            papers = await self._store.papers.many(ids)
            for paper_id in ids:
                match = matcher.match(papers[paper_id]) if paper_id in papers else None
                if match is not None:
                    found[paper_id] = match
        return found

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

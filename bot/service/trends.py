"""Rankings in memory: loaded and scored once for as long as nothing new is known, then only read."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.delivery.precedence import Precedence
from bot.models import Counts, Evidence, Paper, RankedPaper, Topics, Window
from bot.ports import Search, Store
from bot.ranking import MAXIMUM_AGE, Ranking, fresh, rank
from bot.service.fitting import Fitting
from bot.service.recent import Recent
from bot.service.unwatched import look_at

_KEPT_RANKINGS = 9
"""Three windows now and a minute ago, and three of a past moment somebody pages through."""
_WARMED = 200
"""Texts between two looks at who waits for an answer."""
_KEPT_PAGES = 64
"""Of lists, and single papers; they hold their rankings, which a next minute's pages soon push out."""
MINUTE = timedelta(minutes=1)

_Key = tuple[int, Window, datetime | None, datetime | None]
"""The store's generation, the window, the moment asked for, and the minute where none was."""


class Trends:
    """The trending order at a moment, and which of its papers fit given topics."""

    def __init__(self, store: Store, search: Search, clock: Clock, precedence: Precedence | None = None) -> None:
        self._precedence = precedence or Precedence()
        self._store = store
        self._clock = clock
        self._rankings: Recent[Ranking] = Recent(_KEPT_RANKINGS)
        self._evidence: Recent[Evidence] = Recent(1)
        self._warmed = -1
        self._renewing: asyncio.Task[Ranking] | None = None
        self._fitting = Fitting(store.papers, search)
        self._described: Recent[tuple[Ranking, tuple[RankedPaper, ...]]] = Recent(_KEPT_PAGES)
        self._loading = asyncio.Lock()

    async def ranking(self, window: Window, as_of: datetime | None = None) -> Ranking:
        """The order of everything at most 180 days old. Without `as_of`: of now, or of at most two minutes ago.

        Nobody waits for a new minute: the order of the last one is given while the next is made. New papers and
        counts are waited for.
        """
        now = self._clock.now()
        moment = min(as_of, now) if as_of else now
        minute = None if as_of else now.replace(second=0, microsecond=0)
        generation = await self._store.papers.generation()
        key = (generation, window, as_of, minute)
        known = self._rankings.get(key)
        last = self._rankings.get((generation, window, None, minute - MINUTE)) if minute else None
        if known is None and last is not None:
            if not self._loading.locked():
                self._renewing = asyncio.create_task(self._made(key, moment))
                self._renewing.add_done_callback(look_at)
            return last
        return known if known is not None else await self._made(key, moment)

    async def warm(self) -> None:
        """Have all windows at hand as soon as new papers or counts are kept, so that nobody waits for them."""
        generation = await self._store.papers.generation()
        if generation != self._warmed:
            for window in Window:
                ranking = await self.ranking(window)
            for start in range(0, len(ranking.order), _WARMED):
                await self._precedence.give_way()
                await self._fitting.read(ranking.order[start : start + _WARMED])
            self._warmed = generation

    async def _made(self, key: _Key, moment: datetime) -> Ranking:
        """Of that moment; the windows of one moment share what is loaded."""
        generation, window, as_of, minute = key
        async with self._loading:
            known = self._rankings.get(key)
            if known is None:
                evidence = self._evidence.get((generation, as_of, minute))
                if evidence is None:
                    evidence = await self._store.papers.evidence(moment - MAXIMUM_AGE, moment)
                    self._evidence.put((generation, as_of, minute), evidence)
                known = await asyncio.to_thread(rank, evidence, window=window)
                self._rankings.put(key, known)
        return known

    async def matching(
        self, ranking: Ranking, topics: Topics, among: Sequence[str] | None = None
    ) -> Mapping[str, tuple[str, ...]]:
        """Ids in ranked order that fit, each with the terms it matched; of those `among`, where that is said."""
        if topics.are_everything:
            return ranking.without_topics if among is None else dict.fromkeys(among, ())
        return await self._fitting.of(topics, ranking.order if among is None else among)

    async def fitting(self, topics: Topics, ids: Sequence[str]) -> Mapping[str, tuple[str, ...]]:
        """Those of any papers that fit, in their order, each with the terms it matched."""
        if topics.are_everything:
            return dict.fromkeys(ids, ())
        return await self._fitting.of(topics, ids)

    async def alike(self, topics: Topics, papers: Mapping[str, Paper]) -> dict[str, frozenset[str]]:
        """For each of these papers the keys of the topics by example that it is like."""
        return await self._fitting.alike(topics, papers)

    async def describe(
        self, ranking: Ranking, ids: list[str], matched: Mapping[str, tuple[str, ...]], first_rank: int
    ) -> tuple[RankedPaper, ...]:
        """The papers of one page, with their counts and the parts of their scores; worked out once for all who look."""
        terms = tuple(matched.get(paper_id, ()) for paper_id in ids)
        key = (id(ranking), tuple(ids), terms, first_rank)
        known = self._described.get(key)
        if known is None or known[0] is not ranking:  # what is kept holds the ranking, so nothing else can have its id
            known = ranking, await self._descriptions(ranking, ids, terms, first_rank)
            self._described.put(key, known)
        return known[1]

    async def _descriptions(
        self, ranking: Ranking, ids: list[str], terms: tuple[tuple[str, ...], ...], first_rank: int
    ) -> tuple[RankedPaper, ...]:
        papers = await self._store.papers.many(ids)
        counts = await self._store.papers.counts(ids, ranking.as_of)
        return tuple(
            RankedPaper(
                paper=papers[paper_id],
                rank=first_rank + place,
                counts=counts.get(paper_id, Counts()),
                score=ranking.score(paper_id),
                parts=ranking.parts(paper_id),
                topics=terms[place],
                fresh=fresh(papers[paper_id].first_seen_at, ranking.as_of),
            )
            for place, paper_id in enumerate(ids)
        )

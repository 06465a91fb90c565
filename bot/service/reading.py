"""Looking papers up: trending, dated lists, search, one paper. Every query can be asked as of a past moment."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from bot.clock import Clock, moment_of
from bot.errors import UserError
from bot.identity import canonical_id
from bot.models import (
    ChannelKey,
    Paper,
    PaperList,
    Period,
    RankedPaper,
    Sort,
    SourceStatus,
    Topics,
    Window,
)
from bot.ports import Store
from bot.service.asked_again import AskedAgain
from bot.service.dated import DatedLists
from bot.service.elsewhere import Elsewhere
from bot.service.filters import Filters, topics_meant
from bot.service.lists import FIRST_PAGE, Page, Standing, age_key, plain, trend_key
from bot.service.people import ANYBODY, Reader
from bot.service.searching import Searching, Wanted
from bot.service.trends import Trends
from bot.service.votes import place_among, reordered, spread_of, with_votes

NO_TOPICS = Topics()
NO_FILTERS = Filters()
_NEARLY = 200
"""Papers among whose words a misspelt topic is looked for: the best of a list."""
_LOOKED_AT = 50
"""Papers whose texts are read at a time while what somebody muted is left out."""


class Reading:
    """Queries over the papers of the store."""

    def __init__(
        self, store: Store, search: AskedAgain, trends: Trends, clock: Clock, elsewhere: Elsewhere | None = None
    ) -> None:
        """Without `elsewhere` a search asks nobody else."""
        self._store = store
        self._searching = Searching(store.papers, search, trends, elsewhere)
        self._trends = trends
        self._clock = clock
        self._dated = DatedLists(store)

    async def warm(self) -> None:
        """Have at hand what everybody asks for: the latest list of each period, the rankings and the papers' words.

        The words take longest, and stand back for people, so they come last.
        """
        moment = self._clock.now()
        for period in Period:
            await self._dated.order(period, await self._dated.first_day(period, None, moment), moment, None)
        await self._trends.warm()

    async def trending(
        self,
        *,
        topics: Topics = NO_TOPICS,
        window: Window = Window.WEEK,
        page: Page = FIRST_PAGE,
        as_of: datetime | None = None,
        channel: ChannelKey | None = None,
        reader: Reader = ANYBODY,
    ) -> PaperList:
        """Papers at most 180 days old by velocity in the window; `channel` adds that channel's topics."""
        ranking = await self._trends.ranking(window, as_of)
        wanted = await self._of_channel(topics, channel)
        matched = await self._trends.matching(ranking, wanted)
        order = reordered(matched, ranking, reader.votes)
        ids, total = await self._cut(order, page, reader)
        papers = await self._trends.describe(ranking, ids, matched, page.first_rank)
        voted = tuple(with_votes(one, reader.votes, spread_of(ranking)) for one in papers)
        listed = await self._list(voted, total, page, ranking.as_of)
        return listed if matched else replace(listed, meant=await self._nearly(topics, ranking.order))

    async def dated(
        self,
        period: Period,
        day: date | None = None,
        *,
        topics: Topics = NO_TOPICS,
        page: Page = FIRST_PAGE,
        as_of: datetime | None = None,
        reader: Reader = ANYBODY,
    ) -> tuple[date, PaperList]:
        """The reference site's list of the period that holds `day`: upvotes descending, then feed order.

        Without a day: the latest complete period. Returns the period's first day too.

        Raises:
            UserError: `future_date`.
        """
        moment = moment_of(as_of, self._clock)
        first = await self._dated.first_day(period, day, moment)
        order = await self._dated.order(period, first, moment, as_of)
        matched = await self._trends.fitting(topics, order)
        ids, total = await self._cut(list(matched), page, reader)
        ranked = await self._described(ids, matched, page.first_rank, moment)
        listed = await self._list(ranked, total, page, moment)
        return first, listed if matched else replace(listed, meant=await self._nearly(topics, order))

    async def search(
        self,
        query: str,
        *,
        topics: Topics = NO_TOPICS,
        since: datetime | None = None,
        sort: Sort = Sort.RELEVANCE,
        page: Page = FIRST_PAGE,
        as_of: datetime | None = None,
        reader: Reader = ANYBODY,
        filters: Filters = NO_FILTERS,
        more: bool = False,
    ) -> PaperList:
        """Papers by words and meaning, the 200 best of those that fit; an id or address finds its paper alone.

        With `more` Hugging Face's own search is asked too, live, and what it finds is merged in.
        """
        moment = moment_of(as_of, self._clock)
        sought = await self._searching.sought(
            Wanted(query=query, topics=topics, filters=filters, since=since, moment=moment, as_of=as_of, more=more)
        )
        order = await self._sorted(list(sought.matched), sought.papers, sort, as_of)
        shown, total = await self._cut(order, page, reader)
        ranked = await self._described(shown, sought.matched, page.first_rank, moment)
        listed = await self._list(ranked, total, page, moment)
        return replace(
            listed,
            mode=sought.mode,
            meant=sought.meant,
            beyond=sought.beyond,
            unknown=sought.unknown,
            muted=bool(order) and not total,
        )

    async def standing(
        self,
        reference: str,
        *,
        window: Window = Window.WEEK,
        as_of: datetime | None = None,
        channel: ChannelKey | None = None,
        reader: Reader = ANYBODY,
    ) -> Standing:
        """The paper of an id, a link or a DOI, and where it stands among those `channel` may see.

        Raises:
            UserError: `unknown_paper`.
        """
        moment = moment_of(as_of, self._clock)
        paper = await self.known(reference, as_of)
        ranking = await self._trends.ranking(window, as_of)
        matched = await self._trends.matching(ranking, await self._of_channel(NO_TOPICS, channel))
        stale = await self.stale()
        if paper.id in matched:
            rank = place_among(matched, ranking, reader.votes, paper.id) + 1
            described = (await self._trends.describe(ranking, [paper.id], matched, rank))[0]
            ranked = with_votes(described, reader.votes, spread_of(ranking))
            missing = ranking.missing(paper.id)
            return Standing(
                ranked=ranked, of=len(matched), window=window, missing=missing, as_of=ranking.as_of, stale=stale
            )
        counts = await self._store.papers.counts([paper.id], moment)
        (unranked,) = plain([paper.id], {paper.id: paper}, counts, {}, None, moment)
        return Standing(ranked=unranked, of=0, window=window, missing=(), as_of=moment, stale=stale)

    async def chosen(self, ids: list[str], page: Page) -> PaperList:
        """Those of these papers that are known, in this order, as they are now."""
        moment = self._clock.now()
        papers = await self._store.papers.many(ids)
        known = [paper_id for paper_id in ids if paper_id in papers]
        ranked = await self._described(page.cut(known), {}, page.first_rank, moment)
        return await self._list(ranked, len(known), page, moment)

    async def beginning(self, start: str, limit: int) -> PaperList:
        """Of those that trend in a week the papers whose ids begin so, best first."""
        ranking = await self._trends.ranking(Window.WEEK, None)
        ids = [paper_id for paper_id in ranking.order if paper_id.startswith(start)][:limit]
        return await self.chosen(ids, Page(limit=limit))

    async def known(self, reference: str, as_of: datetime | None = None) -> Paper:
        """The paper somebody names, if it had been seen by then.

        Raises:
            UserError: `unknown_paper`.
        """
        paper_id = canonical_id(reference)
        shown = reference if len(reference) <= 60 else f"{reference[:59]}…"
        if paper_id is None:
            raise UserError("unknown_paper", f"“{shown}” is no arXiv id, link or DOI.", f"Try: /papers search {shown}")
        paper = await self._store.papers.get(paper_id)
        if paper is None or (as_of is not None and paper.first_seen_at > as_of):
            raise UserError(
                "unknown_paper",
                f"I have not seen a paper {paper_id} yet.",
                "Check the id, or try /papers search and words of its title.",
            )
        return paper

    async def upvotes_read(self, paper_id: str, as_of: datetime) -> list[int]:
        """Every reading of a paper's upvotes up to then, oldest first."""
        read = await self._store.papers.observations(paper_id, as_of)
        return [one.counts.upvotes for one in read if one.counts.upvotes is not None]

    async def stale(self) -> tuple[SourceStatus, ...]:
        """Sources that did not answer the last time they were asked."""
        return tuple(status for status in await self._store.papers.sources() if status.failing_since is not None)

    async def _of_channel(self, topics: Topics, channel: ChannelKey | None) -> Topics:
        if channel is None or not topics.are_everything:
            return topics
        subscription = await self._store.channels.subscription(channel)
        return subscription.topics if subscription else topics

    async def _cut(self, ids: Sequence[str], page: Page, reader: Reader) -> tuple[list[str], int]:
        """The page without what its reader has muted, and how many there are in all.

        Nobody looks beyond the page: those that are muted further down still count in the whole.
        """
        hides = reader.hides()
        if not hides:
            return page.cut(ids), len(ids)
        wanted = len(ids) if page.limit is None else page.number * page.limit
        kept: list[str] = []
        hidden = 0
        for start in range(0, len(ids), _LOOKED_AT):
            looked_at = ids[start : start + _LOOKED_AT]
            papers = await self._store.papers.many(looked_at)
            seen = [one for one in looked_at if one not in papers or not hides.match(papers[one])]
            hidden += len(looked_at) - len(seen)
            kept += seen
            if len(kept) >= wanted:
                break
        return page.cut(kept), len(ids) - hidden

    async def _nearly(self, topics: Topics, ids: tuple[str, ...]) -> tuple[str, ...]:
        """Options for a topic written nearly so, which the first of these papers have."""
        papers = await self._store.papers.many(ids[:_NEARLY]) if topics.include else {}
        return topics_meant(topics, papers.values())

    async def _described(
        self, ids: list[str], matched: Mapping[str, tuple[str, ...]], first_rank: int, moment: datetime
    ) -> tuple[RankedPaper, ...]:
        """The papers of one page that is not ordered by our score."""
        papers = await self._store.papers.many(ids)
        counts = await self._store.papers.counts(ids, moment)
        return plain(ids, papers, counts, matched, first_rank, moment)

    async def _sorted(
        self, ids: list[str], papers: Mapping[str, Paper], sort: Sort, as_of: datetime | None
    ) -> list[str]:
        if sort is Sort.NEWEST:
            return sorted(ids, key=lambda paper_id: age_key(papers[paper_id]), reverse=True)
        if sort is Sort.TRENDING:
            ranking = await self._trends.ranking(Window.WEEK, as_of)
            return sorted(ids, key=lambda paper_id: trend_key(ranking, paper_id))
        return ids

    async def _list(self, papers: tuple[RankedPaper, ...], total: int, page: Page, as_of: datetime) -> PaperList:
        size = page.limit or max(1, total)
        return PaperList(
            as_of=as_of, papers=papers, total=total, stale=await self.stale(), page=page.number, page_size=size
        )

"""Which papers a search finds, before they are put in order and cut into pages."""

import asyncio
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice

from bot.identity import canonical_id
from bot.models import Paper, Topics
from bot.ports import MOST, PaperStore, SearchMode
from bot.service.asked_again import AskedAgain
from bot.service.elsewhere import Elsewhere, Merged
from bot.service.filters import Filters, meant
from bot.service.recent import Recent
from bot.service.trends import Trends

DEPTHS = (MOST, 5 * MOST, 25 * MOST)
"""So many of the best are looked at until enough of them fit the topics: the index knows words, and no topics."""
_ORDERS = 256
"""First pages whose further ones may be asked for."""
NOTHING_MORE = "found nothing more"
_NEARLY = 1000
"""Papers among whose words a misspelt option is looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What somebody searches for."""

    query: str
    topics: Topics
    filters: Filters
    since: datetime | None
    moment: datetime
    as_of: datetime | None
    """The moment, where one was named."""
    more: bool

    @property
    def key(self) -> Hashable:
        """The same for all pages of one answer."""
        since = self.since and self.since.replace(minute=0, second=0, microsecond=0)  # told from each page's own now
        return self.query, self.topics, self.filters, since, self.more, self.moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """What was found."""

    matched: Mapping[str, tuple[str, ...]]
    """Ids, the best first, each with the topics it matched."""
    papers: Mapping[str, Paper]
    """These at least."""
    mode: SearchMode = "bm25"
    meant: tuple[str, ...] = ()
    """Options that are nearly those asked for and would find something."""
    beyond: str | None = None
    """What came of asking elsewhere, in a sentence."""
    unknown: str | None = None
    """The id that the query is, where no such paper has been seen."""


class Searching:
    """The index says what fits the words; topics are held against that, and Hugging Face's own search is merged in."""

    def __init__(self, papers: PaperStore, search: AskedAgain, trends: Trends, elsewhere: Elsewhere | None) -> None:
        self._papers = papers
        self._search = search
        self._trends = trends
        self._elsewhere = elsewhere
        self._orders: Recent[Sought] = Recent(_ORDERS)

    async def sought(self, wanted: Wanted) -> Sought:
        """At most 200; a query that is an id or address finds that paper and nothing else.

        The order of a first page stands for its further ones, which name its moment: what weighs a word changes with
        each paper that comes.

        Raises:
            UserError: `search_slow`.
        """
        key = wanted.key
        known = self._orders.get(key) if wanted.as_of else None
        if known is not None:
            return replace(known, papers=await self._papers.many(known.matched))
        found = await self._found(wanted)
        if wanted.as_of is None and found.matched:
            self._orders.put(key, replace(found, papers={}))
        return found

    async def _found(self, wanted: Wanted) -> Sought:
        named = canonical_id(wanted.query)
        found = await (self._by_words(wanted) if named is None else self._by_name(wanted, named))
        if found.matched or found.unknown:
            return found
        return replace(found, meant=await self._meant(wanted, found.papers))

    async def _by_name(self, wanted: Wanted, named: str) -> Sought:
        merged = await self._merged(wanted, ()) if wanted.more else None
        named = await self._papers.present(named)
        papers = await self._papers.many([named])
        if papers and papers[named].first_seen_at > wanted.moment:
            papers = {}
        matched = await self._fitting(wanted, papers.values())
        return Sought(
            matched=matched,
            papers=papers,
            unknown=None if papers else named,
            beyond=None if papers else told_of(merged, "does not know it either"),
        )

    async def _by_words(self, wanted: Wanted) -> Sought:
        merged: Merged | None = None
        papers: dict[str, Paper] = {}
        for depth in DEPTHS:
            found = await self._search.find(
                wanted.query, since=wanted.since, as_of=wanted.moment, facets=wanted.filters, limit=depth
            )
            ids = [hit.paper_id for hit in found.hits]
            if wanted.more:
                merged = merged or await self._merged(wanted, ids)
                ids = list(dict.fromkeys((*merged.ids, *ids)))
            papers |= await self._papers.many([one for one in ids if one not in papers])
            matched = await self._fitting(wanted, [papers[one] for one in ids if one in papers])
            if len(matched) >= MOST or len(found.hits) < depth or not wanted.topics.include:
                break
        best = dict(islice(matched.items(), None if merged else MOST))
        return Sought(matched=best, papers=papers, mode=found.mode, beyond=told_of(merged))

    async def _fitting(self, wanted: Wanted, papers: Iterable[Paper]) -> Mapping[str, tuple[str, ...]]:
        recent = [paper for paper in papers if _since(paper, wanted.since)]
        return await self._trends.fitting(wanted.topics, [paper.id for paper in wanted.filters.kept(recent)])

    async def _meant(self, wanted: Wanted, papers: Mapping[str, Paper]) -> tuple[str, ...]:
        """Names are looked for among the papers that these words find, of whoever is called nearly so."""
        if wanted.filters.named:
            nearly = replace(wanted.filters, nearly=True)
            found = await self._search.find(wanted.query, since=wanted.since, as_of=wanted.moment, facets=nearly)
            papers = await self._papers.many([hit.paper_id for hit in found.hits]) or papers
        few = list(islice(papers.values(), _NEARLY))
        return await asyncio.to_thread(meant, wanted.filters, wanted.topics, few)

    async def _merged(self, wanted: Wanted, ids: Iterable[str]) -> Merged:
        if self._elsewhere is None:
            return Merged(tuple(ids), reason="Hugging Face's own search is not asked from here.")
        return await self._elsewhere.merged(wanted.query, tuple(ids), wanted.as_of)


def _since(paper: Paper, since: datetime | None) -> bool:
    """Whether a paper is new enough; of those that are found here the search has seen to it."""
    return since is None or (paper.published_at or paper.first_seen_at) >= since


def told_of(merged: Merged | None, nothing: str = NOTHING_MORE) -> str | None:
    """What came of asking elsewhere, in a sentence."""
    if merged is None:
        return None
    if merged.reason is not None:
        return f"Papers known here alone: {merged.reason}"
    if not merged.theirs or nothing != NOTHING_MORE:
        return f"Hugging Face's own search {nothing}."
    return f"Hugging Face's own search found {merged.theirs} more."

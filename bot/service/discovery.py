"""Papers found from other papers, or from where somebody stopped reading."""

from datetime import datetime, timedelta
from itertools import islice

from bot.clock import Clock, moment_of
from bot.models import Counts, Paper, PaperList, RankedPaper, ScorePart, Window
from bot.ports import Store
from bot.ranking import fresh
from bot.service.asked_again import AskedAgain
from bot.service.interests import Interests
from bot.service.lists import Page
from bot.service.people import Reader
from bot.service.reading import Reading
from bot.service.similarity import Likeness, diverse, likeness, telling_terms
from bot.service.trends import Trends
from bot.service.votes import reordered, spread_of, with_votes

FIRST_CATCHUP = timedelta(days=7)
"""How far back somebody looks who was never here before."""


class Discovery:
    """Lists that begin with one paper, or with one person."""

    def __init__(self, store: Store, search: AskedAgain, trends: Trends, reading: Reading, clock: Clock) -> None:
        self._store = store
        self._search = search
        self._trends = trends
        self._reading = reading
        self._clock = clock

    async def similar(self, paper: Paper, reader: Reader, page: Page, as_of: datetime | None = None) -> PaperList:
        """The papers most alike, and why: the telling words they share. No two in a row for the same words alone."""
        moment = moment_of(as_of, self._clock)
        found = await self._search.similar(paper, as_of=moment)
        papers = await self._store.papers.many([hit.paper_id for hit in found.hits])
        terms, hides = telling_terms(paper), reader.hides()
        seen = [hit for hit in found.hits if hit.paper_id in papers and not hides.match(papers[hit.paper_id])]
        shown = diverse(likeness(papers[hit.paper_id], hit.score, terms) for hit in seen)
        start = (page.number - 1) * (page.limit or 0)
        cut = list(islice(shown, start, None if page.limit is None else start + page.limit))
        counts = await self._store.papers.counts([one.paper_id for one in cut], moment)
        ranked = tuple(
            _alike(one, papers[one.paper_id], counts.get(one.paper_id, Counts()), start + place, moment)
            for place, one in enumerate(cut, 1)
        )
        return PaperList(
            as_of=moment,
            papers=ranked,
            total=len(seen),
            stale=await self._reading.stale(),
            page=page.number,
            page_size=page.limit or max(1, len(seen)),
        )

    async def catchup(self, since: datetime, reader: Reader, page: Page, as_of: datetime | None = None) -> PaperList:
        """Papers first seen since then, ranked; those that fit what the reader follows before the others."""
        moment = moment_of(as_of, self._clock)
        ranking = await self._trends.ranking(_window(moment - since), as_of)
        new = reordered(ranking.seen_since(since), ranking, reader.votes)
        papers = await self._store.papers.many(new)
        follows, hides = Interests(reader.followed), reader.hides()
        fits = {paper_id: follows.match(papers[paper_id]) for paper_id in new if paper_id in papers}
        shown = [paper_id for paper_id in fits if not (hides and hides.match(papers[paper_id]))]
        shown.sort(key=lambda paper_id: not fits[paper_id])
        ids = page.cut(shown)
        ranked = await self._trends.describe(ranking, ids, fits, page.first_rank)
        return PaperList(
            as_of=ranking.as_of,
            papers=tuple(with_votes(one, reader.votes, spread_of(ranking)) for one in ranked),
            total=len(shown),
            stale=await self._reading.stale(),
            page=page.number,
            page_size=page.limit or max(1, len(shown)),
        )


def _window(span: timedelta) -> Window:
    return next((window for window in Window if span <= timedelta(hours=window.hours)), Window.MONTH)


def _alike(one: Likeness, paper: Paper, counts: Counts, rank: int, moment: datetime) -> RankedPaper:
    part = ScorePart(signal="likeness", value=one.score, unit="", part=one.score, text=one.reason)
    return RankedPaper(
        paper=paper,
        rank=rank,
        counts=counts,
        score=one.score,
        parts=(part,),
        fresh=fresh(paper.first_seen_at, moment),
    )

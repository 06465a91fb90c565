"""Hugging Face's own search beside ours, asked live when somebody wants more than what is kept here."""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.fetch import Fetcher, FetchError
from bot.models import Batch, Paper
from bot.ports import PaperStore
from bot.service.recent import Recent
from bot.sources import SourceError
from bot.sources.arxiv import first_public
from bot.sources.documents import read
from bot.sources.hugging_face import HuggingFace

SECONDS = 5.0
"""Real ones, within which somebody who waits is told what there is."""
MOST_A_MINUTE = 20
"""So that searches leave most of the quota of 500 in five minutes to the lists."""
PAGE_STANDS = timedelta(minutes=10)
"""So long the pages of one answer are cut from one order."""
_HITS = 50
_LONGEST = 250
_EVEN = 60
"""Of reciprocal rank fusion, https://doi.org/10.1145/1571941.1572114: their answer has an order and no scores."""


@dataclass(frozen=True, slots=True)
class Merged:
    """Ids of both, best first."""

    ids: tuple[str, ...]
    theirs: int = 0
    """How many of them ours had not found."""
    reason: str | None = None
    """Why theirs are not among them, in a sentence."""


class Elsewhere:
    """What it finds is kept like a list's papers, but as old as it is: an old paper is not new for being looked for."""

    def __init__(
        self,
        papers: PaperStore,
        fetcher: Fetcher,
        hub: HuggingFace,
        clock: Clock,
        *,
        seconds: float = SECONDS,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._papers = papers
        self._fetcher = fetcher
        self._hub = hub
        self._clock = clock
        self._seconds = seconds
        self._monotonic = monotonic
        self._asked: deque[float] = deque(maxlen=MOST_A_MINUTE)
        self._orders: Recent[tuple[datetime, Merged]] = Recent(64)

    async def merged(self, words: str, ours: Sequence[str], as_of: datetime | None) -> Merged:
        """Theirs among ours. The order of a first page stands for its further ones, which name its moment."""
        now = self._clock.now()
        known = self._orders.get(words)
        if known is not None and as_of is not None and timedelta(0) <= now - known[0] <= PAGE_STANDS:
            return known[1]
        if as_of is not None and now - as_of > PAGE_STANDS:
            return Merged(tuple(ours), reason="Hugging Face's own search knows only of now.")
        try:
            theirs = await self._ask(words, now)
        except (FetchError, SourceError) as error:
            return Merged(tuple(ours), reason=error.reason)
        except TimeoutError:
            return Merged(tuple(ours), reason=f"Hugging Face took longer than {self._seconds:g} s.")
        merged = Merged(fused(ours, theirs), theirs=len(set(theirs).difference(ours)))
        self._orders.put(words, (now, merged))
        return merged

    async def _ask(self, words: str, now: datetime) -> list[str]:
        moment = self._monotonic()
        if len(self._asked) == MOST_A_MINUTE and moment - self._asked[0] < 60:
            raise FetchError("Hugging Face was asked very often just now.")
        self._asked.append(moment)
        ask = self._hub.search(words[:_LONGEST], _HITS)
        async with asyncio.timeout(self._seconds):
            answer = await self._fetcher.fetch(ask.request)
            parsed = ask.parse(await read(ask.reads, answer.body, ask.request.label), now)
        papers = tuple(_as_old_as_it_is(paper, now) for paper in parsed.batch.papers)
        await self._papers.add(Batch(papers=papers, observations=parsed.batch.observations))
        return [paper.id for paper in papers]


def _as_old_as_it_is(paper: Paper, now: datetime) -> Paper:
    """First seen when it was public, where that is known to be earlier."""
    return replace(
        paper, first_seen_at=min(paper.first_seen_at, paper.published_at or now, first_public(paper.id, now))
    )


def fused(ours: Sequence[str], theirs: Sequence[str]) -> tuple[str, ...]:
    """Each once, by its places in both; at equal worth ours first."""
    worth: dict[str, float] = {}
    for ids in (ours, theirs):
        for place, paper_id in enumerate(dict.fromkeys(ids), 1):
            worth[paper_id] = worth.get(paper_id, 0.0) + 1.0 / (_EVEN + place)
    return tuple(sorted(worth, key=lambda one: -worth[one]))

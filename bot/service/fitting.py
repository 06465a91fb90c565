"""Which papers fit which topics: a text is read once for a set of topics, for as long as nothing new is known."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.models import Paper, Topics
from bot.ports import PaperStore, Search
from bot.service.alike import Alike, Example
from bot.service.recent import Recent
from bot.topics import Matcher, compile_topics

Terms = tuple[str, ...]
KEPT = 256
"""Sets of topics."""
CHUNK = 200
"""Papers read at a time; the event loop is not free while their rows become papers."""


@dataclass(slots=True)
class _Read:
    """What is known of one set of topics. Whoever asks for it first reads, and others wait for that."""

    matcher: Matcher
    examples: tuple[Example, ...]
    terms: dict[str, Terms | None] = field(default_factory=dict)
    """By paper; None: it does not fit."""
    reading: asyncio.Lock = field(default_factory=asyncio.Lock)


class Fitting:
    """Holds topics against papers."""

    def __init__(self, papers: PaperStore, search: Search) -> None:
        self._papers = papers
        self._alike = Alike(papers, search)
        self._read: Recent[_Read] = Recent(KEPT)

    async def of(self, topics: Topics, ids: Sequence[str]) -> dict[str, Terms]:
        """Those of the ids that fit, in their order, each with the terms it matched."""
        key = (await self._papers.generation(), topics)
        read = self._read.get(key)
        if read is None:
            read = _Read(compile_topics(topics), await self._alike.examples(topics))
            self._read.put(key, read)
        async with read.reading:
            await self._read_more(read, [paper_id for paper_id in ids if paper_id not in read.terms])
        return {paper_id: terms for paper_id in ids if (terms := read.terms.get(paper_id)) is not None}

    async def _read_more(self, read: _Read, ids: Sequence[str]) -> None:
        for start in range(0, len(ids), CHUNK):
            asked = ids[start : start + CHUNK]
            papers = await self._papers.many(asked)
            alike = await self._alike.keys(read.examples, papers)
            read.terms |= await asyncio.to_thread(_matched, read.matcher, asked, papers, alike)

    async def alike(self, topics: Topics, papers: Mapping[str, Paper]) -> dict[str, frozenset[str]]:
        """Of the topics by example among these: for each paper the keys of those it is like."""
        return await self._alike.keys(await self._alike.examples(topics), papers)


def _matched(
    matcher: Matcher, ids: Sequence[str], papers: Mapping[str, Paper], alike: Mapping[str, frozenset[str]]
) -> dict[str, Terms | None]:
    return {one: matcher.match(papers[one], alike.get(one, ())) if one in papers else None for one in ids}

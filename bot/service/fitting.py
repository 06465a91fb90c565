"""Which papers fit which topics: a text is held once against a set of topics, and again when the paper has changed."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from bot.models import Paper, Topics
from bot.ports import PaperStore, Search
from bot.service.alike import Alike, Example
from bot.service.recent import Recent
from bot.service.texts import Texts
from bot.topics import Matcher, PaperText, compile_topics, likes_of

Terms = tuple[str, ...]
KEPT = 256
"""Sets of topics."""
CHUNK = 200
"""Papers at a time, where topics by example want them whole."""
AT_ONCE = 500
"""Texts looked into in the loop's own thread, which takes a millisecond; more go to another one."""


@dataclass(slots=True)
class _Read:
    """What is known of one set of topics. Whoever asks for it first reads, and others wait for that."""

    matcher: Matcher
    generation: int
    """Of the store, when it was known."""
    by_example: bool
    examples: tuple[Example, ...]
    terms: dict[str, Terms | None] = field(default_factory=dict)
    """By paper; None: it does not fit."""
    found: tuple[tuple[str, ...], dict[str, Terms]] | None = None
    """What was answered last, for as long as the same order is asked for and nothing has changed."""
    reading: asyncio.Lock = field(default_factory=asyncio.Lock)


class Fitting:
    """Holds topics against papers."""

    def __init__(self, papers: PaperStore, search: Search) -> None:
        self._papers = papers
        self._alike = Alike(papers, search)
        self._texts = Texts(papers)
        self._read: Recent[_Read] = Recent(KEPT)
        self._generation: int | None = None

    async def of(self, topics: Topics, ids: Sequence[str]) -> Mapping[str, Terms]:
        """Those of the ids that fit, in their order, each with the terms it matched."""
        generation = await self._followed()
        read = self._read.get(topics)
        if read is None:
            read = _Read(compile_topics(topics), generation, bool(likes_of(topics)), await self._alike.examples(topics))
            self._read.put(topics, read)
        async with read.reading:
            if read.generation < generation:
                await self._renew(read, topics, generation)
            if read.found is None or read.found[0] is not ids:
                await self._read_more(read, [paper_id for paper_id in ids if paper_id not in read.terms])
                found = {paper_id: terms for paper_id in ids if (terms := read.terms.get(paper_id)) is not None}
                read.found = (ids, found) if isinstance(ids, tuple) else None
                return found
            return read.found[1]

    async def read(self, ids: Sequence[str]) -> None:
        """Have the words of these papers at hand, so that nobody waits for them."""
        await self._followed()
        await self._texts.of(ids)

    async def alike(self, topics: Topics, papers: Mapping[str, Paper]) -> dict[str, frozenset[str]]:
        """Of the topics by example among these: for each paper the keys of those it is like."""
        return await self._alike.keys(await self._alike.examples(topics), papers)

    async def _followed(self) -> int:
        """The store's generation, once no text is older. A store that went back was restored: all is read again."""
        generation, known = await self._papers.generation(), self._generation
        if known is not None and generation > known:
            self._texts.forget(await self._papers.written_since(known))
        elif known is not None and generation < known:
            self._texts, self._read = Texts(self._papers), Recent(KEPT)
        self._generation = generation
        return generation

    async def _renew(self, read: _Read, topics: Topics, generation: int) -> None:
        if read.by_example:
            read.examples = await self._alike.examples(topics)
            read.terms.clear()
        else:
            for paper_id in await self._papers.written_since(read.generation):
                read.terms.pop(paper_id, None)
        read.generation, read.found = generation, None

    async def _read_more(self, read: _Read, ids: Sequence[str]) -> None:
        if read.by_example:
            await self._compare(read, ids)
        elif ids:
            texts = await self._texts.of(ids)
            work = partial(_matched, read.matcher, ids, texts)
            read.terms |= work() if len(ids) <= AT_ONCE else await asyncio.to_thread(work)

    async def _compare(self, read: _Read, ids: Sequence[str]) -> None:
        for start in range(0, len(ids), CHUNK):
            papers = await self._papers.many(ids[start : start + CHUNK])
            alike = await self._alike.keys(read.examples, papers)
            texts = {one: PaperText(paper, alike.get(one, ())) for one, paper in papers.items()}
            work = partial(_matched, read.matcher, ids[start : start + CHUNK], texts)
            read.terms |= await asyncio.to_thread(work)


def _matched(matcher: Matcher, ids: Sequence[str], texts: Mapping[str, PaperText]) -> dict[str, Terms | None]:
    return {one: matcher.match_text(texts[one]) if one in texts else None for one in ids}

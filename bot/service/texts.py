"""The words of papers in memory: each paper's are read once, and again when it has changed."""

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence

from bot.models import Paper
from bot.ports import PaperStore
from bot.service.recent import Recent
from bot.topics import PaperText

KEPT = 30_000
"""Papers, of some 2 KB each: twice what the daily lists hold of the half year that is ranked."""
CHUNK = 100
"""Papers read at a time; the event loop is not free while their rows become papers."""


class Texts:
    """What topics look into."""

    def __init__(self, papers: PaperStore) -> None:
        self._papers = papers
        self._texts: Recent[PaperText] = Recent(KEPT)
        self._reading = asyncio.Lock()
        self._edition = 0
        """Grows with what is forgotten: what was being read meanwhile may be older, and is not kept."""

    async def of(self, ids: Sequence[str]) -> dict[str, PaperText]:
        """Of those of the papers that are known."""
        async with self._reading:  # whoever asks first reads, and others wait for that
            edition = self._edition
            unread = [one for one in ids if self._texts.get(one) is None]
            read: dict[str, PaperText] = {}
            for start in range(0, len(unread), CHUNK):
                papers = await self._papers.many(unread[start : start + CHUNK])
                read |= await asyncio.to_thread(_folded, papers)
            known = {one: text for one in ids if (text := read.get(one) or self._texts.get(one)) is not None}
            for one, text in read.items() if edition == self._edition else ():
                self._texts.put(one, text)
        return known

    def forget(self, ids: Collection[str]) -> None:
        """Have them read again when they are asked for."""
        self._edition += 1
        for one in ids:
            self._texts.drop(one)


def _folded(papers: Mapping[str, Paper]) -> dict[str, PaperText]:
    texts = {one: PaperText(paper) for one, paper in papers.items()}
    _fold_now(texts.values())
    return texts


def _fold_now(texts: Iterable[PaperText]) -> None:
    """While a thread is at it; whoever looks into them later is in a hurry."""
    for text in texts:
        _ = text.joined

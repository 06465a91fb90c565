"""The words of papers in memory: each paper's are read once, and again when it has changed."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from itertools import islice

from bot.models import Paper
from bot.ports import PaperStore
from bot.topics import PaperText

KEPT = 30_000
"""Papers, of some 2 KB each: twice what the daily lists hold of the half year that is ranked."""
CHUNK = 100
"""Papers read at a time; the event loop is not free while their rows become papers."""


class Texts:
    """What topics look into."""

    def __init__(self, papers: PaperStore, kept: int = KEPT) -> None:
        self._papers = papers
        self._kept = kept
        self._texts: dict[str, PaperText] = {}
        self._reading = asyncio.Lock()
        self._edition = 0
        """Grows with what is forgotten: what was being read meanwhile may be older, and is not kept."""

    async def of(self, ids: Sequence[str]) -> Mapping[str, PaperText]:
        """Of those of the papers that are known, and maybe of others."""
        async with self._reading:  # whoever asks first reads, and others wait for that
            edition, known = self._edition, self._texts
            unread = [one for one in ids if one not in known]
            if not unread:
                return known
            read: dict[str, PaperText] = {}
            for start in range(0, len(unread), CHUNK):
                papers = await self._papers.many(unread[start : start + CHUNK])
                read |= await asyncio.to_thread(_folded, papers)
            known = known | read
            if edition == self._edition:
                self._texts = dict(islice(known.items(), max(0, len(known) - self._kept), None))
            return known

    def forget(self, ids: Collection[str]) -> None:
        """Have them read again when they are asked for. Who is looking into the texts goes on with what there was."""
        self._edition += 1
        gone = frozenset(ids)
        self._texts = {one: text for one, text in self._texts.items() if one not in gone}


def _folded(papers: Mapping[str, Paper]) -> dict[str, PaperText]:
    texts = {one: PaperText(paper) for one, paper in papers.items()}
    for text in texts.values():
        _ = text.joined  # now, in a thread of its own: whoever looks into it later is in a hurry
    return texts

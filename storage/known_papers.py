"""Papers as they were read a moment ago, for as long as nobody has written them again."""

import asyncio
from collections import OrderedDict
from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.models import Paper
from storage.engine import Reader
from storage.rows import COLUMNS, chunks, paper_from
from storage.schema import broadsheet, paper

GENERATION = select(broadsheet.c.generation)
"""Made once: putting a statement together takes as long as asking it."""
KEPT = 2_000
"""Papers, of some 5 KB each. Everybody reads the same few hundred: those of the day, of the week, of the list."""


class KnownPapers:
    """Looks at the store's generation each time, and reads what is new or changed since."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._papers: OrderedDict[str, Paper] = OrderedDict()
        self._generation = 0
        self._now: int | None = None
        """The store's generation in this round of the event loop. Who has written goes on in a later one."""

    async def generation(self) -> int:
        """Of the store; an answer asks for it a dozen times, and is made within one round on SQLite."""
        if self._now is not None:
            return self._now
        async with self._reader.connect() as connection:
            generation: int = (await connection.execute(GENERATION)).scalar_one()
        self._note(generation)
        return generation

    async def many(self, paper_ids: Collection[str]) -> dict[str, Paper]:
        """Those of the ids that are known, as they are now."""
        if self._now == self._generation and all(one in self._papers for one in paper_ids):
            return {one: self._papers[one] for one in paper_ids}
        async with self._reader.connect() as connection:
            generation = (await connection.execute(GENERATION)).scalar_one()
            self._note(generation)
            await self._follow(connection, generation)
            found = {one: self._papers[one] for one in dict.fromkeys(paper_ids) if one in self._papers}
            read: dict[str, Paper] = {}
            for chunk in chunks([one for one in paper_ids if one not in found]):
                rows = await connection.execute(select(*COLUMNS).where(paper.c.id.in_(chunk)))
                read.update({row.id: paper_from(row) for row in rows})
        if generation == self._generation:  # else somebody who saw a later moment was here meanwhile
            self._keep(found | read)
        return found | read

    def _note(self, generation: int) -> None:
        self._now = generation
        asyncio.get_running_loop().call_soon(self._forget)

    def _forget(self) -> None:
        self._now = None

    async def _follow(self, connection: AsyncConnection, generation: int) -> None:
        """A store that went back was restored: nothing is known of it."""
        if generation < self._generation:
            self._papers.clear()
        elif generation > self._generation and self._papers:
            written = await connection.execute(select(paper.c.id).where(paper.c.revision > self._generation))
            for paper_id in written.scalars():
                self._papers.pop(paper_id, None)
        self._generation = generation

    def _keep(self, papers: dict[str, Paper]) -> None:
        for paper_id, one in papers.items():
            if not one.own and ":" not in paper_id:  # of what is deleted, or gets another name, no generation tells
                self._papers[paper_id] = one
                self._papers.move_to_end(paper_id)
        while len(self._papers) > KEPT:
            self._papers.popitem(last=False)

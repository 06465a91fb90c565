"""The latest counts of papers as they were read a moment ago, for as long as nothing new is known."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Collection
from datetime import UTC, datetime
from functools import cache

from sqlalchemy import bindparam, select

from bot.models import SIGNALS, Counts
from storage.engine import Reader
from storage.rows import AnySelect, chunks, counts_from
from storage.schema import observation, paper
from storage.types import UTCDateTime

KEPT = 5_000
"""Papers. Every list of the day shows the same few."""
_EVER = datetime(1, 1, 1, tzinfo=UTC)


class KnownCounts:
    """Looks at the store's generation each time, and reads anew once it has changed."""

    def __init__(self, reader: Reader, generation: Callable[[], Awaitable[int]]) -> None:
        self._reader = reader
        self._now = generation
        self._generation = 0
        self._latest: OrderedDict[str, tuple[datetime, Counts]] = OrderedDict()
        """When a paper was read for the last time, and what is known of it from then on."""

    async def at(self, paper_ids: Collection[str], as_of: datetime) -> dict[str, Counts]:
        """Of those of the papers that are known, as they were then."""
        generation = await self._now()
        if generation != self._generation:
            self._latest.clear()
            self._generation = generation
        found = {one: self._latest[one] for one in paper_ids if one in self._latest and self._latest[one][0] <= as_of}
        read = await self._read([one for one in paper_ids if one not in found], as_of)
        if generation == self._generation:  # else somebody who saw a later moment was here meanwhile
            self._keep(read, as_of)
        return {paper_id: counts for paper_id, (_, counts) in (found | read).items()}

    async def _read(self, paper_ids: Collection[str], as_of: datetime) -> dict[str, tuple[datetime, Counts]]:
        read: dict[str, tuple[datetime, Counts]] = {}
        if paper_ids:
            async with self._reader.connect() as connection:
                for chunk in chunks(paper_ids):
                    rows = await connection.execute(latest_counts(), {"ids": chunk, "as_of": as_of})
                    read.update({row[0]: (row[1] or _EVER, counts_from(row[2:])) for row in rows})
        return read

    def _keep(self, read: dict[str, tuple[datetime, Counts]], as_of: datetime) -> None:
        """Those that were read at no later time than the one they are asked for; what has another name is not told."""
        for paper_id, (last, counts) in read.items():
            if last <= as_of and ":" not in paper_id:
                self._latest[paper_id] = last, counts
        while len(self._latest) > KEPT:
            self._latest.popitem(last=False)


@cache
def latest_counts() -> AnySelect:
    """The id of each paper of `ids`, when it was read last, and the value of each signal that was known `as_of` then.

    A value is one step down the observations' key, a signal that nobody ever told a short scan. Made once: putting so
    many parts together takes longer than asking.
    """
    told, as_of = observation.c, bindparam("as_of", type_=UTCDateTime)
    last = (
        select(told.observed_at)
        .where(told.paper_key == paper.c.key)
        .order_by(told.observed_at.desc())
        .limit(1)
        .scalar_subquery()
    )
    latest = [
        select(told[name])
        .where(told.paper_key == paper.c.key, told.observed_at <= as_of, told[name].is_not(None))
        .order_by(told.observed_at.desc(), told.source.desc())
        .limit(1)
        .scalar_subquery()
        for name in SIGNALS
    ]
    return select(paper.c.id, last, *latest).where(paper.c.id.in_(bindparam("ids", expanding=True)))

"""What was searched for a moment ago: a team that reads one digest presses the same buttons at once."""

import asyncio
import time
from collections.abc import Callable, Coroutine, Hashable
from datetime import datetime
from typing import Any

from bot.models import Paper
from bot.ports import MOST, Facets, Found, PaperStore, Search
from bot.service.recent import Recent
from bot.service.unwatched import look_at

SECONDS = 2.0
"""How long an answer is good for, as long as nothing new is kept."""
_KEPT = 256


class AskedAgain:
    """The searches of a Search, each made once for all who ask within two seconds of real time."""

    def __init__(self, search: Search, papers: PaperStore, real: Callable[[], float] = time.monotonic) -> None:
        self._search = search
        self._papers = papers
        self._real = real
        self._under_way: Recent[asyncio.Task[Found]] = Recent(_KEPT)

    async def find(
        self, query: str, *, since: datetime | None, as_of: datetime, facets: Facets | None = None, limit: int = MOST
    ) -> Found:
        """As the port says."""
        return await self._once(
            ("find", query, since, facets, limit),
            as_of,
            lambda: self._search.find(query, since=since, as_of=as_of, facets=facets, limit=limit),
        )

    async def similar(self, paper: Paper, *, as_of: datetime) -> Found:
        """As the port says."""
        return await self._once(("similar", paper), as_of, lambda: self._search.similar(paper, as_of=as_of))

    async def _once(self, what: Hashable, as_of: datetime, ask: Callable[[], Coroutine[Any, Any, Found]]) -> Found:
        now = self._real()
        moment = as_of.timestamp() // SECONDS  # pages of one list name the same moment, and new questions the present
        key = (what, moment, now // SECONDS, await self._papers.generation())
        task = self._under_way.get(key)
        if task is None or (task.done() and (task.cancelled() or task.exception() is not None)):
            task = asyncio.create_task(ask())
            task.add_done_callback(look_at)
            self._under_way.put(key, task)
        return await asyncio.shield(task)

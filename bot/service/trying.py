"""What topics would have brought lately, before or after somebody saves them."""

import asyncio
from datetime import timedelta

from bot.clock import Clock
from bot.models import Topics
from bot.ports import Store
from bot.service.trends import Trends
from bot.topics.advice import Advice, advise

DAYS = 7
"""How far back it looks."""


class Trying:
    """Holds topics against the papers of the last week."""

    def __init__(self, store: Store, trends: Trends, clock: Clock) -> None:
        self._store = store
        self._trends = trends
        self._clock = clock

    async def advice(self, topics: Topics, limit: int) -> Advice:
        """For a digest of so many papers."""
        now = self._clock.now()
        papers = await self._store.papers.seen_since(now - timedelta(days=DAYS), now)
        alike = await self._trends.alike(topics, {paper.id: paper for paper in papers})
        return await asyncio.to_thread(advise, topics, papers, days=DAYS, limit=limit, alike=alike)

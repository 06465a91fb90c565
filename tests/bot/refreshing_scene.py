"""Three sources on one wire, and what is refreshed from them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from bot.models import SourceStatus
from bot.progress import Silent
from bot.service.refreshing import Refreshing
from bot.sources import Source
from bot.sources.arxiv import Arxiv
from bot.sources.github import GitHub
from bot.sources.hugging_face import HuggingFace
from tests.bot.documents import QUERY_ANSWER, atom_entry, atom_feed, daily_item
from tests.bot.wire import Reply, Wire, reply
from tests.memory_papers import MemoryPapers

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
HUB, GITHUB = "huggingface.co", "api.github.com"


class ManualClock:
    def __init__(self) -> None:
        self.time = NOW

    def now(self) -> datetime:
        return self.time


class World:
    """All three sources on one wire; `answers` overrides what a path begins with."""

    def __init__(self, *, token: str | None = None, sources: tuple[Source, ...] | None = None) -> None:
        self.answers: dict[str, Callable[[], Reply]] = {}
        self.wire = Wire(self._answer)
        self.store = MemoryPapers()
        self.clock = ManualClock()
        self.fetcher = self.wire.fetcher()
        sources = sources or (HuggingFace(), Arxiv(), GitHub(token=token))
        self.refreshing = Refreshing(self.store, self.fetcher, sources, self.clock, timedelta(minutes=15))

    def _answer(self, request: httpx.Request) -> Reply:
        place = f"{request.headers['host']}{request.url.raw_path.decode()}"
        for start, answer in self.answers.items():
            if place.startswith(start):
                return answer()
        return self._usual(place)

    def _usual(self, place: str) -> Reply:
        if "daily_papers?date=2026-03-10" in place:
            return reply(body=[daily_item(), daily_item("2603.00002", upvotes=40, githubRepo=None, projectPage=None)])
        if place.startswith(f"{HUB}/api/daily_papers"):
            return reply(body=b"[]")
        if place.startswith(f"{HUB}/api/papers/"):
            return reply(body=daily_item(place.rpartition("/")[2])["paper"] | {"numTotalModels": 2})
        if place.startswith("rss.arxiv.org"):
            return reply(body=atom_feed(atom_entry("2603.00009v1"), atom_entry("2501.00001v4", "replace")))
        if place.startswith("export.arxiv.org"):
            return reply(body=QUERY_ANSWER)
        return reply(body={"full_name": "ada-example/study", "stargazers_count": 12, "forks_count": 3})

    async def refresh(self) -> dict[str, dict[str, Any]]:
        report = await self.refreshing.refresh(Silent())
        return {str(source.as_json()["source"]): source.as_json() for source in report.sources}

    async def statuses(self) -> dict[str, SourceStatus]:
        return {status.source: status for status in await self.store.sources()}

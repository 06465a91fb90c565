"""The product over sources that a stand-in serves."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.config import Settings
from bot.fetch import Fetcher, KeptAnswers, Limits, lanes
from bot.models import Listing
from bot.progress import Silent
from bot.service.refreshing import Refreshing, RefreshReport
from bot.service.sources import sources_from
from tests.end_to_end.stage import Stand, replay
from tests.memory_papers import MemoryPapers

NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
TODAY = date(2026, 3, 10)
GAP = 0.05
"""Seconds between two requests to arXiv, here and at the stand-in, where a test is not about that gap."""


@contextmanager
def serving(folder: Path) -> Iterator[Stand]:
    """The stand-in, with its data read."""
    with replay(folder, now=NOON.isoformat(), speed=0) as stand:
        httpx.get(f"{stand.environment['ARXIV_RSS_URL']}/atom/cs.AI", timeout=60, trust_env=False)
        yield stand


def reset(stand: Stand) -> Stand:
    """As it was at the start, with the limits that the sources have."""
    stand.post("/control/reset")
    stand.post("/control/settings", arxiv_gap=3.0, s2_gap=1.0, hf_quota=100_000, github_quota=60, hn_invented=True)
    return stand


def hurry(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> Stand:
    """With a short gap between two requests to arXiv, and to Semantic Scholar."""
    for lane in ("arxiv", "semantic_scholar"):
        monkeypatch.setitem(lanes.GAPS, lane, GAP)
    stand.post("/control/settings", arxiv_gap=GAP, s2_gap=GAP, github_quota=100_000, hn_invented=True)
    return stand


class SameTime:
    """The product's clock, moved together with the stand-in's."""

    def __init__(self, stand: Stand, start: datetime) -> None:
        self._stand = stand
        self._now = start
        self.set(start)

    def now(self) -> datetime:
        return self._now

    def set(self, moment: datetime) -> None:
        self._now = moment
        self._stand.post("/control/clock", now=moment.isoformat(), speed=0)


class Product:
    """Sources, fetcher and store as the product joins them."""

    def __init__(
        self, stand: Stand, clock: SameTime, fetcher: Fetcher, settings: Settings, store: MemoryPapers
    ) -> None:
        self.store = store
        self.stand = stand
        self.clock = clock
        self._refreshing = Refreshing(store, fetcher, sources_from(settings), clock, timedelta(minutes=15))

    async def refresh(self) -> RefreshReport:
        return await self._refreshing.refresh(Silent())

    async def listed(self, day: date = TODAY) -> list[Listing]:
        return await self.store.listings(day, day, self.clock.now())


def settings_of(stand: Stand, token: str | None = None) -> Settings:
    values = {name.lower(): value for name, value in stand.environment.items() if name.lower() in Settings.model_fields}
    return Settings(_env_file=None, github_token=token, **values)  # type: ignore[call-arg,arg-type]  # pydantic's own


@asynccontextmanager
async def fetcher_for(stand: Stand, kept: KeptAnswers | None = None) -> AsyncIterator[Fetcher]:
    bases = [url for name, url in stand.environment.items() if name.endswith(("_API_URL", "_RSS_URL"))]
    limits = Limits(seconds=2.0, patience=5.0, tries=2)
    fetcher = Fetcher(trusted=bases, kept=kept, limits=limits, dice=lambda: 0.02)
    try:
        yield fetcher
    finally:
        await fetcher.close()


@asynccontextmanager
async def product(
    stand: Stand,
    *,
    at: datetime = NOON,
    token: str | None = None,
    kept: KeptAnswers | None = None,
    store: MemoryPapers | None = None,
) -> AsyncIterator[Product]:
    async with fetcher_for(stand, kept) as fetcher:
        yield Product(stand, SameTime(stand, at), fetcher, settings_of(stand, token), store or MemoryPapers())


def by_source(report: RefreshReport) -> dict[str, dict[str, Any]]:
    return {source.source: source.as_json() for source in report.sources}


def reasons(report: RefreshReport) -> list[str]:
    return [source.reason for source in report.sources if source.reason]

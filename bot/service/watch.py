"""The papers a refresh may have to ask about, small enough to stay in memory; the store is read once a process."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.models import Batch, Paper
from bot.ports import PaperStore
from bot.ranking import MAXIMUM_AGE
from bot.service.needs import Watched

WINDOW = timedelta(days=3)
"""So much of the store is read at a time: a few thousand papers."""


class Watch:
    """Follows what is kept; a paper that another process adds is met at the next start, or in the next list."""

    def __init__(self) -> None:
        self._papers: dict[str, Watched] = {}
        self._loaded = False

    def all(self, now: datetime) -> list[Watched]:
        """Those that may be asked about; the others are forgotten."""
        self._papers = {key: one for key, one in self._papers.items() if one.is_of_use(now)}
        return list(self._papers.values())

    async def load(self, store: PaperStore, now: datetime) -> None:
        """Read the store's papers that are young enough, the first time."""
        if self._loaded:
            return
        since = now - MAXIMUM_AGE
        while since <= now:
            until = min(since + WINDOW, now)
            papers = [paper for paper in await store.seen_since(since, until) if watched(paper).is_of_use(now)]
            counts = await store.counts([paper.id for paper in papers], now)
            for paper in papers:
                known = counts.get(paper.id)
                self._papers[paper.id] = replace(watched(paper), upvotes=(known.upvotes if known else None) or 0)
            since += WINDOW
        self._loaded = True

    def note(self, batch: Batch) -> None:
        """A batch was kept."""
        for paper in batch.papers:
            self._papers[paper.id] = _joined(self._papers.get(paper.id), watched(paper))
        for observation in batch.observations:
            known = self._papers.get(observation.paper_id)
            if known and observation.counts.upvotes is not None:
                self._papers[known.id] = replace(known, upvotes=observation.counts.upvotes)


def watched(paper: Paper) -> Watched:
    return Watched(
        id=paper.id,
        first_seen_at=paper.first_seen_at,
        repository=paper.github_repo,
        categorised=bool(paper.categories),
        daily="hugging_face" in paper.sources,
    )


def _joined(known: Watched | None, new: Watched) -> Watched:
    if known is None:
        return new
    return Watched(
        id=known.id,
        first_seen_at=min(known.first_seen_at, new.first_seen_at),
        repository=new.repository or known.repository,
        categorised=known.categorised or new.categorised,
        daily=known.daily or new.daily,
        upvotes=known.upvotes,
    )

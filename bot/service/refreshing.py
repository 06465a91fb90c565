"""Asking the sources: what they say is kept, and how they answered is noted. No source holds up or empties another."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

import structlog

from bot.clock import Clock
from bot.fetch import Fetcher, FetchError
from bot.models import Batch, Paper, SourceStatus
from bot.ports import PaperStore
from bot.progress import Progress, Silent
from bot.service import needs
from bot.service.novelty import Novelty
from bot.service.watch import Watch
from bot.sources import Ask, Needs, Parsed, Source, SourceError, arxiv, github, semantic_scholar
from bot.sources.documents import read

MOST_QUERIED = arxiv.MOST_IDS * arxiv.MOST_QUERIES
MOST_DETAILS = 20
MOST_REPOSITORIES = 5 * github.PER_QUERY
MOST_CITED = semantic_scholar.PER_BATCH * semantic_scholar.MOST_BATCHES
_A_MOMENT = timedelta(microseconds=1)
_CONCERN_ONE_REQUEST = frozenset({400, 404, 410, 422, 451})
"""Statuses after which the other requests may still be answered."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceReport:
    """What one source gave: how many papers and observations were new, how many items were of no use."""

    source: str
    label: str
    ok: bool
    papers: int
    observations: int
    skipped: int
    reason: str | None
    """Why it is not ok, in one sentence."""

    def as_json(self) -> dict[str, object]:
        names = ("source", "ok", "papers", "observations", "reason")
        return {name: getattr(self, name) for name in names}

    def in_words(self) -> str:
        found = f"{self.label}: {self.papers} new papers, {self.observations} observations"
        return f"{found}. {self.reason}" if self.reason else f"{found}."


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshReport:
    """What each source gave."""

    sources: tuple[SourceReport, ...]

    def as_json(self) -> dict[str, object]:
        return {"sources": [source.as_json() for source in self.sources]}


@dataclass(slots=True)
class _Visit:
    """What happened at one source so far."""

    source: Source
    progress: Progress
    papers: int = 0
    observations: int = 0
    skipped: int = 0
    steps: int = 0
    gave_up: bool = False
    reasons: list[str] = field(default_factory=list)

    def report(self, before: SourceStatus | None) -> SourceReport:
        """Nothing asked is nothing learned: then it is as well as it was."""
        if not self.steps and before is not None and before.reason:
            self.reasons.append(before.reason)
        return SourceReport(
            source=self.source.name,
            label=self.source.label,
            ok=not self.reasons,
            papers=self.papers,
            observations=self.observations,
            skipped=self.skipped,
            reason=self.reasons[0] if self.reasons else None,
        )


def status_after(report: SourceReport, before: SourceStatus | None, now: datetime) -> SourceStatus:
    """A failure dates from the first in a row; a success clears it."""
    if report.ok:
        return SourceStatus(source=report.source, last_success_at=now)
    return SourceStatus(
        source=report.source,
        last_success_at=before.last_success_at if before else None,
        failing_since=(before.failing_since if before else None) or now,
        reason=report.reason,
    )


class Refreshing:
    """One refresh at a time; sources side by side, the requests of each one after another."""

    def __init__(
        self, papers: PaperStore, fetcher: Fetcher, sources: Sequence[Source], clock: Clock, interval: timedelta
    ) -> None:
        """`interval` between two refreshes is in the product's time; waits that servers ask for are real."""
        self._papers = papers
        self._fetcher = fetcher
        self._sources = sources
        self._clock = clock
        self._interval = interval
        self._lock = asyncio.Lock()
        self._novelty = Novelty()
        self._watch = Watch()
        self._asked: defaultdict[str, dict[str, datetime]] = defaultdict(dict)
        """By source: when it was last asked about an id or a name."""
        self._renamed: dict[str, str] = {}
        """Old names of repositories, which other sources go on using, and the present ones."""
        self._started_at: datetime | None = None
        self._feed_read: date | None = None
        self._days_asked: set[date] = set()

    def due(self, now: datetime) -> bool:
        """Whether the interval is over since the last refresh began, or that was by a clock that was set back since."""
        return self._started_at is None or not self._started_at <= now < self._started_at + self._interval

    async def refresh_if_due(self) -> RefreshReport | None:
        """None while it is too early, or one is under way."""
        if self._lock.locked() or not self.due(self._clock.now()):
            return None
        return await self.refresh(Silent())

    async def refresh(self, progress: Progress) -> RefreshReport:
        """Ask every source what is wanted now. What fails is in the report and the store's statuses, not raised.

        First the lists, then what is missing of the papers in them: a first refresh fills an empty store.
        """
        async with self._lock:
            now = self._started_at = self._clock.now()
            await self._watch.load(self._papers, now)
            visits = [_Visit(source, progress) for source in self._sources]
            await self._side_by_side(visits, [await self._lists_wanted(now)] * len(visits))
            await self._side_by_side(visits, [self._facts_wanted(visit.source, now) for visit in visits])
            known = {status.source: status for status in await self._papers.sources()}
            reports = [visit.report(known.get(visit.source.name)) for visit in visits]
            for report in reports:
                await self._papers.note_source(status_after(report, known.get(report.source), self._clock.now()))
            return RefreshReport(sources=tuple(reports))

    async def _side_by_side(self, visits: Sequence[_Visit], wanted: Sequence[Needs]) -> None:
        async with asyncio.TaskGroup() as group:
            for visit, needs_of_source in zip(visits, wanted, strict=True):
                group.create_task(self._go_on(visit, needs_of_source))

    async def _lists_wanted(self, now: datetime) -> Needs:
        feed_asked_at = self._asked[arxiv.NAME].get(arxiv.FEED)
        listings = await self._papers.listings((now - needs.REACH_BACK).date(), now.date(), now)
        earlier = needs.earlier_days(now, {listing.date for listing in listings} | self._days_asked)
        self._days_asked.update(earlier)
        feed = needs.feed_is_due(now, self._feed_read, feed_asked_at)
        return Needs(now=now, lists=True, feed=feed, earlier=earlier)

    def _facts_wanted(self, source: Source, now: datetime) -> Needs:
        watched, asked = self._watch.all(now), self._asked[source.name]
        return Needs(
            now=now,
            uncategorised=needs.uncategorised(watched, asked, now, MOST_QUERIED),
            details=needs.details(watched, asked, now, MOST_DETAILS),
            repositories=needs.repositories(watched, asked, now, MOST_REPOSITORIES),
            discussions=True,
            code=needs.code(watched, now),
            cited=needs.cited(watched, asked, now, MOST_CITED),
            requests_left=self._fetcher.allowance(source.name),
        )

    async def _go_on(self, visit: _Visit, wanted: Needs) -> None:
        """All that is wanted of one source, until it stops answering."""
        asks = [] if visit.gave_up else visit.source.asks(wanted)
        while asks:
            visit.progress.report(visit.source.label, visit.steps, visit.steps + len(asks))
            asks = await self._step(visit, asks[0], asks[1:])
            visit.steps += 1
        visit.progress.report(visit.source.label, visit.steps, visit.steps)

    async def _step(self, visit: _Visit, ask: Ask, rest: list[Ask]) -> list[Ask]:
        """One ask. Returns what is to be asked next: nothing once the source as a whole does not answer."""
        try:
            parsed, now = await self._ask(ask)
        except SourceError as error:
            visit.reasons.append(error.reason)
            return rest
        except FetchError as error:
            visit.reasons.append(error.reason)
            visit.gave_up = error.status not in _CONCERN_ONE_REQUEST
            return [] if visit.gave_up else rest
        await self._keep(visit, parsed, now)
        self._asked[visit.source.name].update(dict.fromkeys(ask.about, now))
        if ask.about == (arxiv.FEED,):
            self._feed_read = needs.day_of_feed(parsed.batch.papers, now)
        return [*parsed.more, *rest]

    async def _ask(self, ask: Ask) -> tuple[Parsed, datetime]:
        """What the answer says, and when. One of no use is asked for once more: it may have been cut on its way."""
        try:
            return await self._ask_once(ask)
        except SourceError:
            return await self._ask_once(ask)

    async def _ask_once(self, ask: Ask) -> tuple[Parsed, datetime]:
        answer = await self._fetcher.fetch(ask.request)
        now = self._clock.now()
        try:
            return ask.parse(await read(ask.reads, answer.body, ask.request.label), now), now
        except SourceError:
            self._fetcher.forget(answer)
            raise
        except Exception as error:
            self._fetcher.forget(answer)
            log.exception("an answer broke its parser", url=answer.url)
            raise SourceError(f"{ask.request.label} answered something we failed to read.") from error

    async def _keep(self, visit: _Visit, parsed: Parsed, now: datetime) -> None:
        """What is new of it goes to the store."""
        papers = (*parsed.batch.papers, *await self._of_known(parsed, now))
        batch = replace(parsed.batch, papers=tuple(self._under_present_name(paper) for paper in papers))
        news = self._novelty.of(visit.source.name, batch)
        visit.skipped += parsed.skipped
        if news == Batch():
            return
        try:
            added = await self._papers.add(news)
        except Exception:
            self._novelty.forget()
            raise
        self._watch.note(news)
        visit.papers += added.papers
        visit.observations += added.observations

    async def _of_known(self, parsed: Parsed, now: datetime) -> list[Paper]:
        """News of papers that are in the store; they are seen no earlier or later for it."""
        ids = [*(paper.id for paper in parsed.updates), *parsed.moved]
        known = await self._papers.many(ids) if ids else {}
        updates = [
            replace(paper, first_seen_at=known[paper.id].first_seen_at) for paper in parsed.updates if paper.id in known
        ]
        return updates + [
            self._moved(known[paper_id], name, now) for paper_id, name in parsed.moved.items() if paper_id in known
        ]

    def _moved(self, paper: Paper, name: str, now: datetime) -> Paper:
        """The paper with the new name of its repository, which is later than whatever was known."""
        self._renamed[paper.github_repo or name] = name
        self._renamed.pop(name, None)  # moved back, or never known by another
        return replace(paper, github_repo=name, updated_at=max(now, paper.updated_at + _A_MOMENT))

    def _under_present_name(self, paper: Paper) -> Paper:
        present = self._renamed.get(paper.github_repo or "")
        return replace(paper, github_repo=present) if present else paper

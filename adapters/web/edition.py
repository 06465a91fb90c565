"""What every page says at its head: the date, how much has been read, and what cannot be reached."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from adapters.web.state import Web
from bot.cards import SOURCE_NAMES, day
from bot.models import SourceStatus


@dataclass(frozen=True, slots=True)
class Edition:
    now: datetime
    papers: int
    observations: int
    notices: tuple[str, ...]
    """One sentence for each thing that is not as it should be."""

    @property
    def date(self) -> str:
        """`Tuesday, 10 March 2026`."""
        return f"{self.now:%A}, {self.now.day} {self.now:%B %Y}"


async def edition(shared: Web) -> Edition:
    papers, observations = await shared.service.store.papers.totals()
    sources = await shared.service.store.papers.sources()
    now = shared.service.clock.now()
    return Edition(now, papers, observations, notices(papers, sources, now, shared.settings.fetch_interval))


def notices(papers: int, sources: Sequence[SourceStatus], now: datetime, interval: int) -> tuple[str, ...]:
    """Which source could not be reached, since when, and that it is asked again."""
    again = f"it is asked again every {in_words(interval)}"
    told = tuple(
        _failing(source, _moment(source.failing_since, now), now, again)
        for source in sources
        if source.failing_since is not None
    )
    if papers == 0 and not told:
        return (f"No papers have arrived yet; the sources are being asked, and again every {in_words(interval)}.",)
    return told


def in_words(seconds: int) -> str:
    """`15 minutes`, `hour`: what follows `every`."""
    for size, name in ((3600, "hour"), (60, "minute"), (1, "second")):
        count = seconds // size
        if count and seconds % size == 0:
            return name if count == 1 else f"{count} {name}s"
    return f"{seconds} seconds"


def _failing(source: SourceStatus, since: str, now: datetime, again: str) -> str:
    name = SOURCE_NAMES.get(source.source, source.source)
    reason = f" ({source.reason.rstrip('.')})" if source.reason else ""
    if source.last_success_at is None:
        return f"{name} could not be reached since {since}{reason}; nothing of it has been read yet, and {again}."
    when = _moment(source.last_success_at, now)
    return f"{name} could not be reached since {since}{reason}; what it says here is from {when}, and {again}."


def _moment(moment: datetime, now: datetime) -> str:
    return f"{moment:%H:%M} UTC" if moment.date() == now.date() else f"{day(moment)}, {moment:%H:%M} UTC"

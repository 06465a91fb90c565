"""Parts of lists, and papers that are not ordered by our score; pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from datetime import time as wall_time

from bot.models import (
    Counts,
    Paper,
    RankedPaper,
    SourceStatus,
    Topics,
    Window,
)
from bot.ranking import Ranking, fresh
from bot.topics import compile_topics


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Which part of a list is wanted. `limit` None: all of it."""

    limit: int | None = 5
    number: int = 1

    def cut(self, ids: Sequence[str]) -> list[str]:
        if self.limit is None:
            return list(ids)
        start = (self.number - 1) * self.limit
        return list(ids[start : start + self.limit])

    @property
    def first_rank(self) -> int:
        return 1 + (self.number - 1) * (self.limit or 0)


FIRST_PAGE = Page()


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One paper, its place in the trending order, and what speaks for and against it."""

    ranked: RankedPaper
    of: int
    """How many papers were ranked; 0 if this one was not among them."""
    window: Window
    missing: tuple[str, ...]
    """Signals nobody has reported, in words."""
    as_of: datetime
    stale: tuple[SourceStatus, ...]


def matching(topics: Topics, papers: Iterable[Paper]) -> dict[str, tuple[str, ...]]:
    """Ids of the papers that fit, in their order, each with the terms it matched."""
    matcher = compile_topics(topics)
    found = ((paper.id, matcher.match(paper)) for paper in papers)
    return {paper_id: match for paper_id, match in found if match is not None}


def start_of(day: date) -> datetime:
    return datetime.combine(day, wall_time(0), tzinfo=UTC)


def since_moment(since: date | timedelta | None, now: datetime) -> datetime | None:
    """A moment itself, a date's first instant, or that long before now."""
    if since is None or isinstance(since, datetime):
        return since
    return now - since if isinstance(since, timedelta) else start_of(since)


def plain(
    ids: list[str],
    papers: dict[str, Paper],
    counts: dict[str, Counts],
    matched: Mapping[str, tuple[str, ...]],
    first_rank: int | None,
    as_of: datetime,
) -> tuple[RankedPaper, ...]:
    """Papers of a list that is not ordered by our score."""
    return tuple(
        RankedPaper(
            paper=papers[paper_id],
            rank=None if first_rank is None else first_rank + place,
            counts=counts.get(paper_id, Counts()),
            topics=matched.get(paper_id, ()),
            fresh=fresh(papers[paper_id].first_seen_at, as_of),
        )
        for place, paper_id in enumerate(ids)
    )


def age_key(paper: Paper) -> tuple[datetime, str]:
    return paper.published_at or paper.first_seen_at, paper.id


def trend_key(ranking: Ranking, paper_id: str) -> tuple[bool, float, str]:
    score = ranking.score(paper_id)
    return score is None, -(score or 0.0), paper_id

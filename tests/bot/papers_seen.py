"""Papers as a test tells them, the evidence they make, and where a ranking puts them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from bot.models import SIGNALS, Counts, Evidence
from bot.ranking import Ranking
from bot.ranking.series import HOUR

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Seen:
    """A paper as a test tells it; hours before `NOW`."""

    id: str
    age: float
    readings: tuple[tuple[float, Counts], ...] = ()
    published: float | None = None


def evidence(papers: Sequence[Seen], as_of: datetime = NOW) -> Evidence:
    readings = [(row, hours, counts) for row, paper in enumerate(papers) for hours, counts in paper.readings]
    readings.sort(key=lambda reading: (reading[0], -reading[1]))
    now = NOW.timestamp()
    return Evidence(
        as_of=as_of,
        paper_ids=tuple(paper.id for paper in papers),
        first_seen_at=np.array([now - paper.age * HOUR for paper in papers]),
        published_at=np.array([math.nan if p.published is None else now - p.published * HOUR for p in papers]),
        paper_index=np.array([row for row, _, _ in readings], dtype=np.int32),
        observed_at=np.array([now - hours * HOUR for _, hours, _ in readings]),
        values={name: np.array([_value(counts, name) for _, _, counts in readings]) for name in SIGNALS},
    )


def _value(counts: Counts, name: str) -> float:
    value = getattr(counts, name)
    return math.nan if value is None else float(value)


def growing(paper_id: str, age: float, upvotes: int, **counts: int) -> Seen:
    """Read three times while its upvotes grew evenly."""
    readings = tuple((age * left, Counts(upvotes=round(upvotes * (1 - left)))) for left in (0.75, 0.4))
    return Seen(paper_id, age, (*readings, (0.5, Counts(upvotes=upvotes, **counts))))


def crowd(size: int) -> list[Seen]:
    """An ordinary week: many papers with few upvotes."""
    return [
        growing(f"2603.{number:05}", 2 + number * 3 % 160, 1 + number % 17, comments=number % 4)
        for number in range(size)
    ]


def place_of(ranking: Ranking, paper_id: str) -> int:
    place = ranking.place(paper_id)
    assert place is not None
    return place


def score_of(ranking: Ranking, paper_id: str) -> float:
    score = ranking.score(paper_id)
    assert score is not None
    return score

"""Recorded papers of ordinary days, made up."""

import math
from collections.abc import Sequence
from dataclasses import replace

from bot.backtest.recorded import Recorded, RecordedPaper, recorded
from bot.ranking.series import HOUR

START = 1_746_057_600.0
"""2025-05-01, midnight UTC."""
DAY = 24 * HOUR
Reading = tuple[str, float, tuple[float, ...]]


def paper(number: int, day: int = 0, **changes: object) -> RecordedPaper:
    """Submitted at 03:00 of a day of May 2025, and a minute later for each number."""
    told = RecordedPaper(
        id=f"2505.{day:02}{number:03}",
        date=f"2025-05-{day + 1:02}",
        submitted_at=START + day * DAY + 3 * HOUR + 60 * number,
        title="A title",
        authors=(f"Author {number % 4}",),
        submitter=f"shows {number % 3}",
    )
    return replace(told, **changes)  # type: ignore[arg-type]  # a test names fields by keyword


def reading(one: RecordedPaper, hours: float, upvotes: float, stars: float = math.nan) -> Reading:
    return one.id, one.submitted_at + hours * HOUR, (upvotes, math.nan, stars)


def history(papers: Sequence[RecordedPaper], readings: Sequence[Reading]) -> Recorded:
    return recorded(list(papers), iter(readings))


def ordinary(count: int = 9, days_of: int = 1) -> tuple[list[RecordedPaper], list[Reading]]:
    """Read after 4 and after 26 hours, and 6 days later."""
    papers = [paper(number, day) for day in range(days_of) for number in range(count)]
    readings = [
        reading(one, hours, (number % 7 + 1) * factor)
        for number, one in enumerate(papers)
        for hours, factor in ((4, 1), (26, 3), (6 * 24, 5))
    ]
    return papers, readings

"""A count over time as a small drawing, from our own readings of it; pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.cards import day
from bot.models import Observation
from bot.ranking.sparkline import thinned

WIDTH, HEIGHT, MARGIN = 320, 64, 5
"""Of the drawing, in its own units."""
MOST = 60
"""Points; of more readings some are left out, never the first and the last."""

Reading = tuple[datetime, int]


@dataclass(frozen=True, slots=True)
class Chart:
    """What a template draws; all is text or numbers."""

    label: str
    words: str
    """What the drawing shows, for those who do not see it."""
    points: str
    """For a polyline; empty where there are not two readings."""
    end: tuple[float, float]
    first: str
    last: str


def charts(observations: Sequence[Observation]) -> list[Chart]:
    """Of upvotes and stars, as far as anybody has reported them."""
    upvotes = [(one.observed_at, one.counts.upvotes) for one in observations if one.counts.upvotes is not None]
    found = [chart("Upvotes", upvotes), chart("GitHub stars", _stars(observations))]
    return [one for one in found if one is not None]


def _stars(observations: Sequence[Observation]) -> list[Reading]:
    """GitHub's own word where it gave one more than once: others repeat it late."""
    read = [
        (one.source, one.observed_at, one.counts.github_stars)
        for one in observations
        if one.counts.github_stars is not None
    ]
    own = [(at, stars) for source, at, stars in read if source == "github"]
    return own if len(own) > 1 else [(at, stars) for _, at, stars in read]


def chart(label: str, readings: Sequence[Reading]) -> Chart | None:
    """None where nothing was read."""
    if not readings:
        return None
    drawn = thinned(sorted(readings), MOST)
    (begin, first), (end, last) = drawn[0], drawn[-1]
    if len(drawn) == 1:
        return Chart(label, f"{label}: {last:,}, read once, on {day(end)}.", "", (0.0, 0.0), "", f"{last:,}")
    places = _places(drawn)
    words = f"{label} from {first:,} on {day(begin)} to {last:,} on {day(end)}, at {len(readings):,} readings."
    return Chart(label, words, " ".join(f"{x:g},{y:g}" for x, y in places), places[-1], f"{first:,}", f"{last:,}")


def _places(readings: Sequence[Reading]) -> list[tuple[float, float]]:
    begin, end = readings[0][0], readings[-1][0]
    least, most = min(count for _, count in readings), max(count for _, count in readings)
    wide, high = (end - begin).total_seconds() or 1.0, max(1, most - least)
    return [
        (
            round(MARGIN + (WIDTH - 2 * MARGIN) * (at - begin).total_seconds() / wide, 1),
            round(HEIGHT - MARGIN - (HEIGHT - 2 * MARGIN) * (count - least) / high, 1),
        )
        for at, count in readings
    ]

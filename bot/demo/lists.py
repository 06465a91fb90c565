"""The bundled papers, laid out in dated lists around the moment at which a demo starts."""

import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib.resources import files

from bot.demo.attention import Attention, Story
from bot.models import Batch, Listing, Observation, Paper

_LISTS_OPEN = time(2)
"""UTC; a list is filled within two hours."""
_LIST_FILLED = time(4)
_BETWEEN_PAPERS = timedelta(minutes=15)


@dataclass(frozen=True, kw_only=True)
class Sketch:
    """An invented paper as it is bundled: its text, and how much attention it gets."""

    id: str
    title: str
    abstract: str
    summary: str | None
    authors: list[str]
    organization: str | None
    categories: list[str]
    keywords: list[str]
    repository: str | None
    weekdays_back: int
    """Which list it is in, counted from the latest one; negative: one to come."""
    upvotes: int | None
    """After some days; None for a paper that only arXiv knows."""
    comments: int
    stars: int
    story: Story | None


def demo_batches(now: datetime, *, started: datetime | None = None) -> list[Batch]:
    """What the sources would have said up to `now`: a batch for each dated list, then GitHub's, then arXiv's.

    The past is laid out around `started`, by default `now`. Called again with the same `started` and a later `now` it
    says the same and what came since.
    """
    start = started or now
    latest = _latest_list(start)
    by_list: dict[date, list[Sketch]] = defaultdict(list)
    for sketch in sketches():
        by_list[_weekdays_before(latest, sketch.weekdays_back)].append(sketch)
    batches, stars, alone = [], [], []
    for day in sorted(by_list):
        listed = [sketch for sketch in by_list[day] if sketch.upvotes is not None]
        batches.append(_daily_list(day, listed, start, now))
        stars += [reading for sketch in listed for reading in _attention(sketch, day, listed, start).stars(now)]
        alone += [_paper(sketch, _opening(day)) for sketch in by_list[day] if sketch.upvotes is None]
    known = tuple(paper for paper in alone if paper.first_seen_at <= now)
    batches += [Batch(observations=tuple(stars)), Batch(papers=known)]
    return [batch for batch in batches if batch != Batch()]


@cache
def sketches() -> tuple[Sketch, ...]:
    """All bundled papers, by id."""
    document = files("bot.demo").joinpath("papers.json").read_text(encoding="utf-8")
    return tuple(Sketch(**(row | {"story": row["story"] and Story(row["story"])})) for row in json.loads(document))


def _daily_list(day: date, listed: list[Sketch], start: datetime, now: datetime) -> Batch:
    papers: list[Paper] = []
    observations: list[Observation] = []
    for place, sketch in enumerate(listed):
        paper = _paper(sketch, _opening(day) + place * _BETWEEN_PAPERS)
        if paper.first_seen_at <= now:
            papers.append(paper)
            observations += _attention(sketch, day, listed, start).upvotes(now)
    listings = () if _is_found_later(listed) else _places(papers, day)
    return Batch(papers=tuple(papers), observations=tuple(observations), listings=listings)


def _places(papers: list[Paper], day: date) -> tuple[Listing, ...]:
    return tuple(
        Listing(paper_id=paper.id, date=day, position=place, listed_at=paper.first_seen_at)
        for place, paper in enumerate(papers)
    )


def _attention(sketch: Sketch, day: date, listed: list[Sketch], start: datetime) -> Attention:
    return Attention(
        paper_id=sketch.id,
        since=_opening(day) + listed.index(sketch) * _BETWEEN_PAPERS,
        start=start,
        upvotes_in_all=sketch.upvotes or 0,
        comments_in_all=sketch.comments,
        stars_in_all=sketch.stars,
        has_repository=sketch.repository is not None,
        story=sketch.story,
    )


def _paper(sketch: Sketch, first_seen_at: datetime) -> Paper:
    is_listed = sketch.upvotes is not None
    published = first_seen_at - timedelta(hours=20 + int(sketch.id[-3:]) * 7 % 40)
    return Paper(
        id=sketch.id,
        title=sketch.title,
        abstract=sketch.abstract,
        summary=sketch.summary,
        authors=tuple(sketch.authors),
        organization=sketch.organization,
        categories=tuple(sketch.categories),
        keywords=tuple(sketch.keywords),
        version=1,
        published_at=published,
        announced_at=first_seen_at,
        github_repo=sketch.repository,
        sources=("arxiv", "hugging_face") if is_listed else ("arxiv",),
        first_seen_at=first_seen_at,
        updated_at=first_seen_at,
    )


def _is_found_later(listed: list[Sketch]) -> bool:
    """A paper that takes off late was in no list."""
    return any(sketch.story is Story.SURGE for sketch in listed)


def _opening(day: date) -> datetime:
    return datetime.combine(day, _LISTS_OPEN, UTC)


def _latest_list(moment: datetime) -> date:
    """The latest weekday whose list is filled by then."""
    day = moment.astimezone(UTC).date()
    if moment < datetime.combine(day, _LIST_FILLED, UTC):
        day -= timedelta(days=1)
    return day - timedelta(days=max(0, day.weekday() - 4))


def _weekdays_before(day: date, count: int) -> date:
    step = timedelta(days=1 if count < 0 else -1)
    for _ in range(abs(count)):
        day += step
        while day.weekday() > 4:
            day += step
    return day

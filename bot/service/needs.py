"""What a refresh should ask for: pure decisions from what is watched and what was asked before."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.models import Paper
from bot.ranking import MAXIMUM_AGE, fresh
from bot.sources import hugging_face

ASK_AGAIN = timedelta(hours=24)
"""About what was not known a moment ago: categories, linked repositories, a repository that is gone."""
STARS_OF_FRESH = timedelta(hours=1)
STARS_OF_OLDER = timedelta(hours=24)
CITABLE = timedelta(days=1)
"""Semantic Scholar learns of a paper a day or more after arXiv shows it."""
CITATIONS_OF_OLDER = timedelta(days=7)
FEED_IS_BUILT = timedelta(minutes=30)
"""After midnight Eastern, when arXiv rebuilds its feeds: https://info.arxiv.org/help/rss.html."""
REACH_BACK = timedelta(days=35)
"""How far back a new installation asks for daily lists: a month and the week it begins in."""
FEED_RETRY = timedelta(hours=1)

_EASTERN = ZoneInfo("America/New_York")

Asked = Mapping[str, datetime]
"""When we last asked about a paper (by its id) or a repository (by its name)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """What has to be known of a paper to decide whether to ask about it."""

    id: str
    first_seen_at: datetime
    repository: str | None = None
    categorised: bool = False
    daily: bool = False
    """Whether it was in one of Hugging Face's lists."""
    upvotes: int = 0

    def is_fresh(self, now: datetime) -> bool:
        return fresh(self.first_seen_at, now)

    def is_of_use(self, now: datetime) -> bool:
        """Whether there may ever be something to ask about it."""
        if now - self.first_seen_at > MAXIMUM_AGE:  # it appears in no trending list
            return False
        return self.repository is not None or self.daily or self.is_fresh(now)


def feed_day(now: datetime) -> date:
    """The Eastern day whose announcements the feed should hold."""
    return (now.astimezone(_EASTERN) - FEED_IS_BUILT).date()


def feed_is_due(now: datetime, read: date | None, asked_at: datetime | None) -> bool:
    """Once a day; `read` is the day of the feed read last. A feed that came late is looked for each hour."""
    if read is not None and read >= feed_day(now):
        return False
    return asked_at is None or now - asked_at >= FEED_RETRY or feed_day(asked_at) != feed_day(now)


def day_of_feed(papers: Iterable[Paper], now: datetime) -> date:
    """The day a feed is of: that of its newest announcement; an empty one is of the day it was asked for."""
    announced = [paper.announced_at for paper in papers if paper.announced_at is not None]
    return max(announced).astimezone(_EASTERN).date() if announced else feed_day(now)


def uncategorised(watched: Iterable[Watched], asked: Asked, now: datetime, limit: int) -> tuple[str, ...]:
    """ArXiv ids of fresh papers without categories, the newest first."""
    wanted = [
        one
        for one in watched
        if not one.categorised and ":" not in one.id and one.is_fresh(now) and _is_due(one.id, asked, now, ASK_AGAIN)
    ]
    newest_first = sorted(wanted, key=lambda one: (-one.first_seen_at.timestamp(), one.id))
    return tuple(one.id for one in newest_first[:limit])


def details(watched: Iterable[Watched], asked: Asked, now: datetime, limit: int) -> tuple[str, ...]:
    """Ids of fresh papers of the daily lists, those that people like best first."""
    wanted = [one for one in watched if one.daily and one.is_fresh(now) and _is_due(one.id, asked, now, ASK_AGAIN)]
    return tuple(one.id for one in sorted(wanted, key=_promise)[:limit])


def repositories(watched: Iterable[Watched], asked: Asked, now: datetime, limit: int) -> dict[str, tuple[str, ...]]:
    """Repositories with their papers: those of fresh papers first, the longest unasked first, then by upvotes."""
    by_name: dict[str, list[Watched]] = {}
    for one in sorted(watched, key=_promise):
        if one.repository is not None and now - one.first_seen_at <= MAXIMUM_AGE:
            by_name.setdefault(one.repository, []).append(one)
    fresh = {name: papers for name, papers in by_name.items() if any(one.is_fresh(now) for one in papers)}
    older = {name: papers for name, papers in by_name.items() if name not in fresh}
    due = [name for name in fresh if _is_due(name, asked, now, STARS_OF_FRESH)]
    due_older = [name for name in older if _is_due(name, asked, now, STARS_OF_OLDER)]

    def last_asked(name: str) -> float:
        return asked[name].timestamp() if name in asked else 0.0

    ordered = sorted(due, key=last_asked) + sorted(due_older, key=last_asked)
    return {name: tuple(one.id for one in by_name[name]) for name in ordered[:limit]}


def code(watched: Iterable[Watched], now: datetime) -> dict[str, tuple[str, ...]]:
    """The papers of every repository, by its name in lower case: GitHub's names are the same in any case."""
    found: dict[str, tuple[str, ...]] = {}
    for one in sorted(watched, key=_promise):
        if one.repository is not None and now - one.first_seen_at <= MAXIMUM_AGE:
            found[one.repository.lower()] = (*found.get(one.repository.lower(), ()), one.id)
    return found


def cited(watched: Iterable[Watched], asked: Asked, now: datetime, limit: int) -> tuple[str, ...]:
    """Papers that are at least a day old: fresh ones each day, others each week; those that people like best first."""

    def is_due(one: Watched) -> bool:
        age = now - one.first_seen_at
        pause = ASK_AGAIN if one.is_fresh(now) else CITATIONS_OF_OLDER
        return CITABLE <= age <= MAXIMUM_AGE and _is_due(one.id, asked, now, pause)

    return tuple(one.id for one in sorted(filter(is_due, watched), key=_promise)[:limit])


def _promise(one: Watched) -> tuple[int, str]:
    return -one.upvotes, one.id


def _is_due(key: str, asked: Asked, now: datetime, pause: timedelta) -> bool:
    return key not in asked or now - asked[key] >= pause


def earlier_days(now: datetime, known: Collection[date]) -> tuple[date, ...]:
    """Weekdays of the last weeks whose list is not known, newest first: what weeks and months of a new store lack."""
    today, days = now.astimezone(UTC).date(), REACH_BACK.days
    back = (today - timedelta(days=number) for number in range(hugging_face.DAYS_BACK + 1, days + 1))
    return tuple(day for day in back if day.weekday() < 5 and day not in known)

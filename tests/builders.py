"""Values for tests, each with sensible defaults; a test names only what it is about. All content is invented."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from bot.models import (
    Batch,
    Change,
    ChannelKey,
    Counts,
    Delivery,
    DeliveryState,
    Digest,
    Listing,
    MessagePart,
    Observation,
    Paper,
    PaperList,
    Period,
    Person,
    RankedPaper,
    Schedule,
    ScorePart,
    SourceStatus,
    Subscription,
    Topics,
    Weekdays,
)

NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
"""The present of most tests: a Tuesday."""
YESTERDAY = NOON - timedelta(days=1)

CHANNEL = ChannelKey("slack", "T0001", "C0001")
ADA = Person(id="U0001", name="Ada")


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


def days(count: float) -> timedelta:
    return timedelta(days=count)


def make_paper(paper_id: str = "2603.00001", **changes: Any) -> Paper:
    """A paper first seen a day before NOON; `changes` are fields of Paper."""
    values: dict[str, Any] = {
        "id": paper_id,
        "title": f"A study of {paper_id}",
        "abstract": f"We study {paper_id} and find what we looked for.",
        "authors": ("Ada Example", "Ben Sample"),
        "categories": ("cs.LG",),
        "published_at": NOON - days(2),
        "first_seen_at": YESTERDAY,
        "updated_at": YESTERDAY,
        "sources": ("hugging_face",),
    }
    return Paper(**(values | changes))


def make_papers(count: int, *, first_seen_at: datetime = YESTERDAY, **changes: Any) -> tuple[Paper, ...]:
    """Papers 2603.00001, 2603.00002, …, an hour apart, the newest first."""
    return tuple(
        make_paper(f"2603.{number:05}", first_seen_at=first_seen_at - hours(number - 1), **changes)
        for number in range(1, count + 1)
    )


def make_observation(
    paper_id: str = "2603.00001", at: datetime = NOON, source: str = "hugging_face", **counts: int | None
) -> Observation:
    """`counts` are fields of Counts; without any, 10 upvotes."""
    return Observation(paper_id=paper_id, source=source, observed_at=at, counts=Counts(**(counts or {"upvotes": 10})))


def make_listing(
    paper_id: str = "2603.00001",
    day: date = date(2026, 3, 10),
    position: int = 0,
    listed_at: datetime = NOON,
) -> Listing:
    return Listing(paper_id=paper_id, date=day, position=position, listed_at=listed_at)


def make_batch(*items: Paper | Observation | Listing) -> Batch:
    """The items, each in its place."""
    return Batch(
        papers=tuple(item for item in items if isinstance(item, Paper)),
        observations=tuple(item for item in items if isinstance(item, Observation)),
        listings=tuple(item for item in items if isinstance(item, Listing)),
    )


def make_schedule(
    zone: str = "Europe/Berlin",
    at: time = time(9, 0),
    on: Weekdays = Weekdays.WORKDAYS,
    period: Period = Period.DAILY,
) -> Schedule:
    return Schedule(zone=zone, at=at, days=on, period=period)


def make_subscription(channel: ChannelKey = CHANNEL, **changes: Any) -> Subscription:
    """Five papers at nine in Berlin on workdays, set up by Ada; next at NOON. `changes` are fields of Subscription."""
    values: dict[str, Any] = {
        "channel": channel,
        "schedule": make_schedule(),
        "topics": Topics(include=("diffusion",)),
        "set_up_by": ADA,
        "created_at": NOON - days(10),
        "next_run_at": NOON,
    }
    return Subscription(**(values | changes))


def make_change(what: str = "subscribed", channel: ChannelKey = CHANNEL, at: datetime = NOON) -> Change:
    return Change(channel=channel, at=at, by=ADA, what=what)


def make_source(source: str = "hugging_face", **changes: Any) -> SourceStatus:
    """A source that answered at NOON."""
    values: dict[str, Any] = {"source": source, "last_success_at": NOON}
    return SourceStatus(**(values | changes))


def make_ranked(paper: Paper | None = None, rank: int = 1, **changes: Any) -> RankedPaper:
    """A ranked paper with 10 upvotes, whose score is its one part."""
    values: dict[str, Any] = {
        "paper": paper or make_paper(),
        "rank": rank,
        "counts": Counts(upvotes=10),
        "score": 1.5,
        "parts": (ScorePart(signal="upvotes", value=10.0, unit="upvotes", part=1.5, text="10 upvotes so far"),),
    }
    return RankedPaper(**(values | changes))


def make_list(*papers: RankedPaper, **changes: Any) -> PaperList:
    """A page that holds these, of a list that has no others."""
    values: dict[str, Any] = {"as_of": NOON, "papers": papers, "total": len(papers)}
    return PaperList(**(values | changes))


def make_digest(*papers: RankedPaper, channel: ChannelKey = CHANNEL, **changes: Any) -> Digest:
    """The digest of NOON's date with these papers, all of which matched."""
    values: dict[str, Any] = {
        "channel": channel,
        "slot": NOON.date(),
        "schedule": make_schedule(),
        "topics": Topics(),
        "papers": papers,
        "considered": len(papers),
        "matched": len(papers),
        "as_of": NOON,
        "set_up_by": ADA,
    }
    return Digest(**(values | changes))


def make_delivery(channel: ChannelKey = CHANNEL, **changes: Any) -> Delivery:
    """A delivery of NOON's date that is due."""
    values: dict[str, Any] = {
        "id": 1,
        "subscription_id": 1,
        "channel": channel,
        "slot": NOON.date(),
        "state": DeliveryState.PENDING,
        "due_at": NOON,
    }
    return Delivery(**(values | changes))


def make_part(number: int = 0, **changes: Any) -> MessagePart:
    values: dict[str, Any] = {"number": number, "payload": {"text": f"part {number}"}}
    return MessagePart(**(values | changes))

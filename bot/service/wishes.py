"""What somebody wants of a channel's digest, and how it is told; pure."""

from dataclasses import dataclass, field, replace
from datetime import time

from bot.errors import UserError
from bot.models import (
    Combine,
    Period,
    Schedule,
    Subscription,
    Topics,
    Weekdays,
)
from bot.schedule import slots_in_words
from bot.topics import MOST_TERMS, compile_topics

PAUSED_BY = " paused it"
"""After the name of whoever paused a digest: the reason that no platform gives."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSchedule:
    """What somebody wants changed; None keeps what is."""

    at: time | None = None
    zone: str | None = None
    days: Weekdays | None = None
    period: Period | None = None

    def changed(self, known: Schedule) -> Schedule:
        return Schedule(
            at=known.at if self.at is None else self.at,
            zone=self.zone or known.zone,
            days=self.days or known.days,
            period=self.period or known.period,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSettings:
    """What a form holds, to be saved at once; None keeps what is."""

    include: tuple[str, ...] | None = None
    exclude: tuple[str, ...] | None = None
    combine: Combine | None = None
    limit: int | None = None
    schedule: NewSchedule = NewSchedule()
    preset: Topics = field(default_factory=Topics)
    """Terms that are added to the others."""

    def topics(self, known: Topics) -> Topics:
        named = Topics(
            include=known.include if self.include is None else self.include,
            exclude=known.exclude if self.exclude is None else self.exclude,
            combine=self.combine or known.combine,
        )
        return combined(named, self.preset)


def configured(before: Subscription, wanted: NewSettings) -> Subscription:
    """With the new settings, all but when it runs next.

    Raises:
        UserError: `too_many_topics` or what a term is refused for, with its option.
    """
    topics = wanted.topics(before.topics)
    check_topics(topics)
    schedule = wanted.schedule.changed(before.schedule)
    return replace(before, topics=topics, schedule=schedule, limit=wanted.limit or before.limit)


def check_topics(topics: Topics) -> None:
    """Nothing, if a channel can have these.

    Raises:
        UserError: `too_many_topics`, or what a term is refused for.
    """
    count = len(topics.include) + len(topics.exclude)
    if count > MOST_TERMS:
        message = f"That would be {count} terms; {MOST_TERMS} are the most."
        raise UserError("too_many_topics", message, "Remove some: /papers digest topics remove TERM", option="topics")
    compile_topics(topics)


def changes(before: Subscription, after: Subscription) -> tuple[str, ...]:
    """What differs, each in words."""
    told = []
    if before.schedule != after.schedule:
        told.append(describe_schedule(after.schedule))
    if before.topics != after.topics:
        told.append(f"topics {describe_topics(after.topics)}")
    if before.limit != after.limit:
        told.append(f"up to {after.limit} papers")
    return tuple(told)


def combined(known: Topics, added: Topics) -> Topics:
    """Both lists in order; what is newly included is no longer excluded, and the other way round."""
    include = [term for term in known.include if term not in added.exclude]
    exclude = [term for term in known.exclude if term not in added.include]
    return Topics(
        include=tuple(dict.fromkeys([*include, *added.include])),
        exclude=tuple(dict.fromkeys([*exclude, *added.exclude])),
        combine=known.combine,
    )


def without(known: Topics, removed: Topics) -> Topics:
    """What is left; a term that is named with a minus is also the one that was kept with it, as forms once did."""
    signed = (f"{minus}{term}" for term in removed.exclude for minus in "-−–")
    gone = {term.casefold() for term in (*removed.include, *removed.exclude, *signed)}
    return Topics(
        include=tuple(term for term in known.include if term.casefold() not in gone),
        exclude=tuple(term for term in known.exclude if term.casefold() not in gone),
        combine=known.combine,
    )


def describe_topics(topics: Topics) -> str:
    """`any of “robotics”, “agents”, but not “survey”`."""
    if topics.are_everything:
        return "everything"
    included = ", ".join(f"“{term}”" for term in topics.include)
    several = len(topics.include) > 1
    head = f"{'all' if topics.combine is Combine.ALL else 'any'} of {included}" if several else included or "everything"
    excluded = ", ".join(f"“{term}”" for term in topics.exclude)
    return f"{head}, but not {excluded}" if excluded else head


def describe_schedule(schedule: Schedule) -> str:
    """`daily at 09:00 (Europe/Berlin) on weekdays`."""
    days = slots_in_words(schedule.period, schedule.days)
    return f"{schedule.period} at {schedule.at:%H:%M} ({schedule.zone}) {days}"


def no_digest(hint: str) -> UserError:
    return UserError("not_subscribed", "This channel has no digest yet.", hint)


def already(period: Period) -> UserError:
    """What is said to those who set up what is there."""
    return UserError(
        "already_subscribed",
        f"This channel already has a {period} digest.",
        "See it with /papers digest status; change it with /papers digest schedule or topics.",
    )

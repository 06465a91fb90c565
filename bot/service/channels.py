"""Setting up who reads what, when. Every change is kept with its author."""

from dataclasses import dataclass, replace
from datetime import datetime, time

from bot.clock import Clock
from bot.errors import UserError
from bot.models import Change, ChannelKey, Combine, Period, Person, Schedule, Subscription, Topics, Weekdays
from bot.ports import AlreadySubscribedError, EditedMeanwhileError, Store
from bot.schedule import days_in_words, next_slot
from bot.topics import compile_topics

MAXIMUM_TERMS = 50
"""Of one channel: a list that people can still read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSchedule:
    """What somebody wants changed; None keeps what is."""

    at: time | None = None
    zone: str | None = None
    days: Weekdays | None = None
    period: Period | None = None


class Channels:
    """Subscriptions and their log."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def get(self, channel: ChannelKey) -> Subscription:
        """The channel's digest.

        Raises:
            UserError: `not_subscribed`.
        """
        subscription = await self._store.channels.subscription(channel)
        if subscription is None:
            raise UserError(
                "not_subscribed", "This channel has no digest yet.", "Set one up: /papers digest subscribe daily"
            )
        return subscription

    async def of_workspace(self, channel: ChannelKey) -> list[Subscription]:
        """The digests of the workspace that the channel belongs to."""
        return await self._store.channels.subscriptions(channel.platform, channel.workspace)

    async def subscribe(self, channel: ChannelKey, by: Person, period: Period, zone: str | None) -> Subscription:
        """Start a digest at 09:00 on workdays in that zone (else UTC); a second time only changes the period.

        Raises:
            UserError: `already_subscribed`, `edited_meanwhile`.
        """
        known = await self._store.channels.subscription(channel)
        if known is not None:
            return await self._subscribe_again(known, by, period)
        now = self._clock.now()
        schedule = Schedule(zone=zone or "UTC", period=period)
        subscription = Subscription(
            channel=channel, schedule=schedule, set_up_by=by, created_at=now, next_run_at=next_slot(schedule, now)[1]
        )
        try:
            return await self._store.channels.create(
                subscription, self._change(channel, by, f"set up a {period} digest")
            )
        except AlreadySubscribedError:
            raise _already(period) from None

    async def unsubscribe(self, channel: ChannelKey, by: Person) -> Subscription:
        """End the digest; its history stays.

        Raises:
            UserError: `not_subscribed`.
        """
        known = await self.get(channel)
        await self._store.channels.remove(channel, self._change(channel, by, "ended the digest"))
        return known

    async def reschedule(self, channel: ChannelKey, by: Person, wanted: NewSchedule) -> Subscription:
        """Change when the digest comes; today's slot still comes if its new time is ahead and it is not out yet.

        Raises:
            UserError: `not_subscribed`, `edited_meanwhile`.
        """
        known = await self.get(channel)
        old = known.schedule
        schedule = Schedule(
            at=wanted.at if wanted.at is not None else old.at,
            zone=wanted.zone or old.zone,
            days=wanted.days or old.days,
            period=wanted.period or old.period,
        )
        edited = replace(known, schedule=schedule, next_run_at=self._next_run(known, schedule))
        return await self._save(edited, by, f"changed the schedule to {describe_schedule(schedule)}")

    async def retopic(self, channel: ChannelKey, by: Person, topics: Topics) -> Subscription:
        """Change what the digest is about.

        Raises:
            UserError: `not_subscribed`, `edited_meanwhile`, `too_many_topics`, or what a term is refused for.
        """
        known = await self.get(channel)
        if len(topics.include) + len(topics.exclude) > MAXIMUM_TERMS:
            message = f"That would be {len(topics.include) + len(topics.exclude)} terms; {MAXIMUM_TERMS} are the most."
            raise UserError("too_many_topics", message, "Remove some: /papers digest topics remove TERM")
        compile_topics(topics)
        return await self._save(replace(known, topics=topics), by, f"changed the topics to {describe_topics(topics)}")

    async def resume(self, channel: ChannelKey, by: Person) -> Subscription:
        """Run again after a pause; does nothing to one that runs."""
        known = await self.get(channel)
        if known.paused_because is None:
            return known
        edited = replace(known, paused_because=None, next_run_at=self._next_run(known, known.schedule, force=True))
        return await self._save(edited, by, "resumed the digest")

    async def _subscribe_again(self, known: Subscription, by: Person, period: Period) -> Subscription:
        if known.paused_because is not None:
            return await self.resume(known.channel, by)
        if known.schedule.period is period:
            raise _already(period)
        return await self.reschedule(known.channel, by, NewSchedule(period=period))

    async def _save(self, edited: Subscription, by: Person, what: str) -> Subscription:
        try:
            return await self._store.channels.update(edited, self._change(edited.channel, by, what))
        except EditedMeanwhileError:
            raise UserError(
                "edited_meanwhile",
                "Somebody else changed this digest a moment ago.",
                "Look at it with /papers digest status, then try again.",
            ) from None

    def _next_run(self, known: Subscription, schedule: Schedule, *, force: bool = False) -> datetime | None:
        if known.next_run_at is None and not force:
            return None
        return next_slot(schedule, self._clock.now())[1]

    def _change(self, channel: ChannelKey, by: Person, what: str) -> Change:
        return Change(channel=channel, at=self._clock.now(), by=by, what=what)


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
    gone = {term.casefold() for term in (*removed.include, *removed.exclude)}
    return Topics(
        include=tuple(term for term in known.include if term.casefold() not in gone),
        exclude=tuple(term for term in known.exclude if term.casefold() not in gone),
        combine=known.combine,
    )


def describe_topics(topics: Topics) -> str:
    """`any of “robotics”, “agents”, but not “survey”`."""
    if not topics.include and not topics.exclude:
        return "everything"
    included = ", ".join(f"“{term}”" for term in topics.include)
    several = len(topics.include) > 1
    head = f"{'all' if topics.combine is Combine.ALL else 'any'} of {included}" if several else included or "everything"
    excluded = ", ".join(f"“{term}”" for term in topics.exclude)
    return f"{head}, but not {excluded}" if excluded else head


def describe_schedule(schedule: Schedule) -> str:
    """`daily at 09:00 (Europe/Berlin) on weekdays`."""
    return f"{schedule.period} at {schedule.at:%H:%M} ({schedule.zone}) on {days_in_words(schedule.days)}"


def _already(period: Period) -> UserError:
    return UserError(
        "already_subscribed",
        f"This channel already has a {period} digest.",
        "See it with /papers digest status; change it with /papers digest schedule or topics.",
    )

"""Setting up who reads what, when. Every change is kept with its author."""

from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

from bot.clock import Clock
from bot.errors import UserError
from bot.models import ChannelKey, Period, Person, Preferences, Subscription, Topics
from bot.ports import Store
from bot.schedule import next_slot, wanted_runs
from bot.service.editing import Editing
from bot.service.wishes import (
    PAUSED_BY,
    NewSchedule,
    NewSettings,
    already,
    changes,
    check_topics,
    combined,
    configured,
    describe_schedule,
    describe_topics,
    no_digest,
)

EVERYTHING = Topics()


class Channels:
    """Subscriptions and their log."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self.editing = Editing(store, clock)
        """For those too who change a digest unasked."""

    async def get(self, channel: ChannelKey) -> Subscription:
        """The channel's digest.

        Raises:
            UserError: `not_subscribed`.
        """
        subscription = await self._store.channels.subscription(channel)
        if subscription is None:
            raise no_digest("Set one up: /papers digest subscribe daily")
        return subscription

    async def present(self, channel: ChannelKey) -> Subscription:
        """The channel's digest, whose channel is still there.

        Raises:
            UserError: `not_subscribed`, `channel_deleted`.
        """
        known = await self.get(channel)
        if known.deleted:
            hint = (
                f"Type /papers digest subscribe in another; /papers digest unsubscribe channel:{channel} ends this one."
            )
            raise UserError("channel_deleted", "That channel was deleted, and nothing brings it back.", hint)
        return known

    async def left_behind(self, channel: ChannelKey, by: Person) -> bool:
        """Whether it is a deleted channel's digest that this person set up, in which nobody can be any more."""
        known = await self._store.channels.subscription(channel)
        return known is not None and known.deleted and known.set_up_by.id == by.id

    async def of_workspace(self, channel: ChannelKey) -> list[Subscription]:
        """The digests of the workspace that the channel belongs to."""
        return await self._store.channels.subscriptions(channel.platform, channel.workspace)

    async def subscribe(
        self, channel: ChannelKey, by: Person, period: Period | None, zone: str | None, topics: Topics = EVERYTHING
    ) -> Subscription:
        """Start a digest at 09:00 on workdays in that zone (else UTC), daily unless a period is given.

        A second time it changes the period if one is given, and adds the topics to those there are.

        Raises:
            UserError: `already_subscribed`, `edited_meanwhile`.
        """
        known = await self._store.channels.subscription(channel)
        if known is not None:
            return await self._subscribe_again(known, by, period or known.schedule.period, topics)
        check_topics(topics)
        fresh = replace(self.editing.unsaved(channel, by, zone), topics=topics)
        schedule = replace(fresh.schedule, period=period or Period.DAILY)
        return await self.editing.create(
            replace(fresh, schedule=schedule, next_run_at=await self.editing.next_run(fresh, schedule, force=True))
        )

    async def configure(self, channel: ChannelKey, by: Person, wanted: NewSettings, zone: str | None) -> Subscription:
        """Save several settings in one edit, starting a digest where there is none; all of them or none.

        Raises:
            UserError: `edited_meanwhile`, `too_many_topics` or what a term is refused for, with its option.
        """
        known = await self._store.channels.subscription(channel)
        edited = configured(known or self.editing.unsaved(channel, by, zone), wanted)
        schedule = edited.schedule
        if known is None:
            return await self.editing.create(
                replace(edited, next_run_at=await self.editing.next_run(edited, schedule, force=True))
            )
        if edited == known:
            return known
        if schedule != known.schedule:
            edited = replace(edited, next_run_at=await self.editing.next_run(known, schedule))
        return await self.editing.save(edited, by, f"changed the settings: {', '.join(changes(known, edited))}")

    async def proposed(self, channel: ChannelKey, by: Person, wanted: NewSettings, zone: str | None) -> Subscription:
        """What `configure` would save; nothing is kept.

        Raises:
            UserError: `too_many_topics` or what a term is refused for, with its option.
        """
        known = await self._store.channels.subscription(channel)
        return configured(known or self.editing.unsaved(channel, by, zone), wanted)

    async def unsubscribe(self, channel: ChannelKey, by: Person) -> Subscription:
        """End the digest; its history stays.

        Raises:
            UserError: `not_subscribed`.
        """
        known = await self.get(channel)
        author = replace(by, asking="") if known.deleted else by  # nobody reads there, so no line is owed
        await self.editing.remove(channel, author)
        return known

    async def reschedule(self, channel: ChannelKey, by: Person, wanted: NewSchedule) -> Subscription:
        """Change when the digest comes; today's slot still comes if its new time is ahead and it is not out yet.

        Raises:
            UserError: `not_subscribed`, `edited_meanwhile`.
        """
        known = await self.get(channel)
        schedule = wanted.changed(known.schedule)
        edited = replace(known, schedule=schedule, next_run_at=await self.editing.next_run(known, schedule))
        return await self.editing.save(edited, by, f"changed the schedule to {describe_schedule(schedule)}")

    async def retopic(self, channel: ChannelKey, by: Person, topics: Topics) -> Subscription:
        """Change what the digest is about.

        Raises:
            UserError: `not_subscribed`, `edited_meanwhile`, `too_many_topics`, or what a term is refused for.
        """
        known = await self.get(channel)
        check_topics(topics)
        return await self.editing.save(
            replace(known, topics=topics), by, f"changed the topics to {describe_topics(topics)}"
        )

    async def resume(self, channel: ChannelKey, by: Person) -> Subscription:
        """Run again after a pause, now; does nothing to one that runs.

        Raises:
            UserError: `not_subscribed`, `edited_meanwhile`, `channel_deleted`.
        """
        known = await self.present(channel)
        wishes = replace(known.preferences, paused_until=None, skip_slot=None)
        if known.paused_because is None and wishes == known.preferences:
            return known
        edited = replace(
            known,
            paused_because=None,
            preferences=wishes,
            next_run_at=await self.editing.next_run(known, known.schedule, force=True),
        )
        return await self.editing.save(edited, by, "resumed the digest")

    async def pause(self, channel: ChannelKey, by: Person, until: date | None) -> Subscription:
        """No digests until that local date, or until somebody resumes them.

        Raises:
            UserError: `not_subscribed`, `channel_deleted`, `edited_meanwhile`, `past_date`.
        """
        known = await self.present(channel)
        if until is None:
            edited = replace(known, paused_because=f"{by.name}{PAUSED_BY}", next_run_at=None)
            return await self.editing.save(edited, by, "paused the digest")
        today = self._clock.now().astimezone(ZoneInfo(known.schedule.zone)).date()
        if until <= today:
            message = f"{until} is not ahead; today is {today} there."
            raise UserError("past_date", message, "Example: /papers digest pause until:2026-08-31", option="until")
        edited = replace(
            known,
            paused_because=None,
            preferences=replace(known.preferences, paused_until=until),
            next_run_at=await self.editing.next_run(known, known.schedule, force=True),
        )
        return await self.editing.save(edited, by, f"paused the digest until {until}")

    async def skip_next(self, channel: ChannelKey, by: Person) -> tuple[Subscription, date]:
        """Leave out the next digest, whose date is returned too."""
        known = await self.get(channel)
        runs = wanted_runs(replace(known, preferences=replace(known.preferences, skip_slot=None)), self._clock.now(), 1)
        moment = runs[0] if runs else next_slot(known.schedule, self._clock.now())[1]
        slot = moment.astimezone(ZoneInfo(known.schedule.zone)).date()
        wishes = replace(known.preferences, skip_slot=slot)
        return await self.prefer(channel, by, wishes, f"skips the digest of {slot}"), slot

    async def sent_early(self, channel: ChannelKey, by: Person, slot: date) -> None:
        """The digest of a date is out before its time, so the next one is another date's."""

        def concerns(known: Subscription) -> bool:
            run, zone = known.next_run_at, ZoneInfo(known.schedule.zone)
            return run is not None and run.astimezone(zone).date() == slot

        async def passed(known: Subscription) -> Subscription:
            return replace(known, next_run_at=await self.editing.next_run(known, known.schedule))

        await self.editing.save_unasked(
            channel, concerns, passed, f"asked for the digest of {slot} before its time", by
        )

    async def prefer(
        self, channel: ChannelKey, by: Person, wishes: Preferences, what: str, limit: int | None = None
    ) -> Subscription:
        """Keep preferences, and a number of papers; `what` is the line of the log. The same again change nothing.

        Raises:
            UserError: `not_subscribed`, `edited_meanwhile`.
        """
        known = await self.get(channel)
        edited = replace(known, preferences=wishes, limit=limit or known.limit)
        return known if edited == known else await self.editing.save(edited, by, what)

    async def take_over(self, channel: ChannelKey, by: Person, wanted: Subscription) -> Subscription:
        """Give the channel the settings of another subscription, all at once, starting a digest where there is none.

        Raises:
            UserError: `edited_meanwhile`, `too_many_topics` or what a term is refused for.
        """
        check_topics(wanted.topics)
        known = await self._store.channels.subscription(channel)
        before = known or self.editing.unsaved(channel, by, None)
        edited = replace(
            before,
            schedule=wanted.schedule,
            topics=wanted.topics,
            limit=wanted.limit,
            preferences=replace(wanted.preferences, own_post=before.preferences.own_post),
        )
        if known is None:
            next_run = await self.editing.next_run(edited, edited.schedule, force=True)
            return await self.editing.create(replace(edited, next_run_at=next_run))
        edited = replace(edited, next_run_at=await self.editing.next_run(known, edited.schedule))
        return await self.editing.save(edited, by, "imported settings")

    async def _subscribe_again(self, known: Subscription, by: Person, period: Period, topics: Topics) -> Subscription:
        wanted = known.topics if topics == EVERYTHING else combined(known.topics, topics)
        changed = wanted != known.topics
        if changed:
            known = await self.retopic(known.channel, by, wanted)
        if known.paused_because is not None:
            return await self.resume(known.channel, by)
        if known.schedule.period is not period:
            return await self.reschedule(known.channel, by, NewSchedule(period=period))
        if not changed:
            raise already(period)
        return known

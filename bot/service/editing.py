"""Keeping an edited digest with its author, whoever else edits it at the same time, and when it comes next."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.clock import Clock, SystemClock
from bot.errors import UserError
from bot.models import Change, ChannelKey, DeliveryKind, Owed, Person, Schedule, Subscription
from bot.ports import AlreadySubscribedError, EditedMeanwhileError, Store
from bot.schedule import first_run
from bot.service.wishes import already

LOOKED_BACK = 10
"""Deliveries, newest first, among which that of a date still ahead must be."""
EDITS_AT_ONCE = 5
"""Of one digest, before what the platform told is given up."""


class Editing:
    """The way every change of a digest takes into the store."""

    def __init__(self, store: Store, clock: Clock, real: Clock | None = None) -> None:
        self._store = store
        self._clock = clock
        self._real = real or SystemClock()

    def unsaved(self, channel: ChannelKey, by: Person, zone: str | None) -> Subscription:
        """What a digest begins as, in that zone (else UTC)."""
        schedule = Schedule(zone=zone or "UTC")
        return Subscription(channel=channel, schedule=schedule, set_up_by=by, created_at=self._clock.now())

    async def create(self, subscription: Subscription) -> Subscription:
        """Keep a new one.

        Raises:
            UserError: `already_subscribed`.
        """
        period, by = subscription.schedule.period, subscription.set_up_by
        change = self.change(subscription.channel, by, f"set up a {period} digest")
        try:
            return await self._store.channels.create(subscription, change)
        except AlreadySubscribedError:
            raise already(period) from None

    async def save(self, edited: Subscription, by: Person, what: str) -> Subscription:
        """Keep what somebody changed; `what` is the line of the log.

        Raises:
            UserError: `edited_meanwhile`.
        """
        try:
            return await self._store.channels.update(edited, self.change(edited.channel, by, what))
        except EditedMeanwhileError:
            raise UserError(
                "edited_meanwhile",
                "Somebody else changed this digest a moment ago.",
                "Look at it with /papers digest status, then try again.",
            ) from None

    async def save_unasked(
        self,
        channel: ChannelKey,
        concerns: Callable[[Subscription], bool],
        edit: Callable[[Subscription], Awaitable[Subscription]],
        what: str,
        by: Person | None = None,
    ) -> bool:
        """Nobody asked for it, so an edit at the same time comes first, this one looks again, and no line is owed."""
        author = by or Person(id="", name=channel.platform.capitalize())
        change = Change(channel=channel, at=self._clock.now(), by=author, what=what)
        for _ in range(EDITS_AT_ONCE):
            known = await self._store.channels.subscription(channel)
            if known is None or not concerns(known):
                return False
            try:
                await self._store.channels.update(await edit(known), change)
            except EditedMeanwhileError:
                continue
            return True
        return False

    async def remove(self, channel: ChannelKey, by: Person) -> None:
        await self._store.channels.remove(channel, self.change(channel, by, "ended the digest"))

    async def next_run(self, known: Subscription, schedule: Schedule, *, force: bool = False) -> datetime | None:
        """After now, and not on a date whose digest is out: that came early, or the schedule was another one.

        One that is paused stays so, unless with `force`.
        """
        if known.next_run_at is None and not force:
            return None
        run = first_run(schedule, known.channel, self._clock.now())
        latest = await self._store.deliveries.history(known.channel, LOOKED_BACK)
        out = {one.slot for one in latest if one.kind is DeliveryKind.DIGEST}
        while run.astimezone(ZoneInfo(schedule.zone)).date() in out:
            run = first_run(schedule, known.channel, run)
        return run

    def change(self, channel: ChannelKey, by: Person, what: str) -> Change:
        """A line of the log; owed to the channel if its author gave a command. One's own direct message needs none."""
        owed = Owed(by.asking, self._real.now()) if by.asking and not channel.personal else None
        return Change(channel=channel, at=self._clock.now(), by=by, what=what, owed=owed)

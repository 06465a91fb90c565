"""Plan, claim, deliver: the loop that a ticker starts again and again, in any number of processes."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import count, groupby

import structlog

from bot import schedule
from bot.clock import Clock, SystemClock
from bot.delivery.attempt import Attempts, Compose, Means
from bot.delivery.backoff import Jitter, Pace, random_jitter
from bot.delivery.keys import lane_of
from bot.delivery.precedence import Precedence
from bot.delivery.traffic import Traffic
from bot.errors import UserError
from bot.holder import new_holder
from bot.models import Delivery, DeliveryKind, Subscription
from bot.ports import Decide, Lease, Platform, SlotPlan, Store

log = structlog.get_logger(__name__)

SOON = timedelta(seconds=1)
"""A lane's turn that comes within this time is waited for; for a later one the ticker comes again."""
BROKEN_SCHEDULE = "its schedule cannot be read any more; set the time and the zone again"


class Courier:
    """Brings digests to their channels: each slot once, or the ledger says why not."""

    def __init__(
        self,
        store: Store,
        platforms: Mapping[str, Platform],
        compose: Compose,
        *,
        clock: Clock,
        real: Clock | None = None,
        decide: Decide = schedule.decide,
        pace: Pace | None = None,
        jitter: Jitter = random_jitter,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        precedence: Precedence | None = None,
    ) -> None:
        """`clock` is product time; `real` is the machine's, for leases and waits that others ask for; so is `sleep`.

        `precedence` is of those who wait for an answer; a lease goes on while a digest stands back.
        """
        self._clock = clock
        self._real = real or SystemClock()
        self._pace = pace or Pace()
        self._ledger = store.deliveries
        self._platforms = platforms
        self._decide = decide
        self._precedence = precedence or Precedence()
        means = Means(
            store=store,
            platforms=platforms,
            compose=compose,
            clock=clock,
            real=self._real,
            pace=self._pace,
            jitter=jitter,
            precedence=self._precedence,
        )
        self._attempts = Attempts(means)
        self._name = new_holder()
        self._claims = count(1)
        self._traffic = Traffic(self._pace.rates)
        self._sleep = sleep
        self._asked: set[asyncio.Task[None]] = set()
        self._delivering = asyncio.Lock()
        self._stopping = False
        self._renewed = False
        self._planned_at = self._real.now()

    async def tick(self) -> None:
        """All that is due now: plan it, then deliver it."""
        await self.renew_rules()
        await self.plan_due()
        await self.deliver_due()

    async def renew_rules(self, edition: str | None = None) -> None:
        """Once in a process: have the next runs follow the edition of the time zone database that it reads."""
        if self._renewed:
            return
        edition = edition or schedule.rules_edition()
        moved = await self._ledger.renew_next_runs(edition, _moved_or_not, self._pace.renew_batch)
        self._renewed = True
        if moved:
            log.info("next runs follow the rules of the time zones", edition=edition, moved=moved)

    async def plan_due(self) -> int:
        """Put the slots that are due into the ledger. Returns how many subscriptions were looked at.

        What goes beyond one batch is done side by side, if the ledger can. Should one fail, the others end before that
        is told.
        """
        self._planned_at = self._real.now()
        first = await self._plan_batch()
        if first < self._pace.plan_batch:
            return first
        planners = (self._plan_batches() for _ in range(self._ledger.planners))
        rest = await asyncio.gather(*planners, return_exceptions=True)
        for one in rest:
            if isinstance(one, BaseException):
                raise one
        return first + sum(number for number in rest if isinstance(number, int))

    async def _plan_batches(self) -> int:
        """Until nothing is left, in its own or another's hands."""
        total, handled = 0, self._pace.plan_batch
        while handled == self._pace.plan_batch:
            handled = await self._plan_batch()
            total += handled
        return total

    async def _plan_batch(self) -> int:
        if self._stopping:
            return 0
        return await self._ledger.plan(
            self._clock.now(), self._real.now(), self._pace.plan_batch, self._decide_or_pause, self._pace.grace
        )

    async def deliver_due(self) -> int:
        """Claim and deliver until nothing is left. Returns how many deliveries were claimed.

        Lanes work side by side, each at its platform's pace. One that takes long goes on by itself after a while, so
        that the others do not wait for it.
        """
        async with self._delivering:
            total = await self._claim(overdue=True)
            while not self._stopping:
                await self._precedence.give_way()
                if self._real.now() - self._planned_at >= SOON:  # a long backlog must not keep others from their time
                    await self.plan_due()
                claimed = await self._claim()
                total += claimed
                if not claimed and not await self._something_can_be_claimed():
                    break
            return total

    async def send_now(
        self,
        subscription: Subscription,
        slot: date,
        *,
        again: bool = False,
        kind: DeliveryKind = DeliveryKind.DIGEST,
    ) -> Delivery:
        """Send a slot because somebody asks, whatever its time; returns what became of it.

        Raises:
            UserError: `already_sent`, `on_its_way`, `not_connected`, `lane_waits`, `stopping`.
        """
        await self._refuse_if_impossible(subscription)
        lease = self._lease()
        opened = await self._ledger.open_slot(
            subscription,
            slot,
            now=self._clock.now(),
            expires_at=lease.real + self._pace.grace,
            lease=lease,
            again=again,
            kind=kind,
        )
        known = opened or await self._ledger.delivery(subscription.id, slot, kind)
        if opened is None:
            raise _already(known)
        await self._finish(opened, lease.owner)
        return await self._ledger.delivery(subscription.id, slot, kind) or opened

    async def drain(self, seconds: float) -> bool:
        """Claim nothing more, and wait for what is being sent. False if something was still on its way then.

        What was claimed and not begun is given back, so that another worker may take it at once. What is still on its
        way is broken off: its mark in the ledger says that it may have arrived.
        """
        self._stopping = self._traffic.closed = True
        tasks = {*self._traffic.tasks, *self._asked}
        if not tasks:
            return True
        _, pending = await asyncio.wait(tasks, timeout=seconds)
        for task in pending:
            task.cancel()
        await asyncio.gather(*pending, return_exceptions=True)
        return not pending

    def _decide_or_pause(self, subscription: Subscription, now: datetime) -> SlotPlan:
        """One subscription that cannot be decided must not hold up the others of its batch."""
        try:
            return _advancing(self._decide(subscription, now), now)
        except Exception:
            log.exception("a schedule cannot be planned", channel=str(subscription.channel))
            return SlotPlan(slot=None, due_at=now, skip_because=None, next_run_at=None, pause_because=BROKEN_SCHEDULE)

    async def _claim(self, *, overdue: bool = False) -> int:
        """Start the lanes that have something due. Returns how many deliveries that are."""
        free = self._pace.parallel_lanes - len(self._traffic)
        if free <= 0:
            return 0
        lease = self._lease()
        deliveries = await self._ledger.claim(
            lease,
            lanes=free,
            per_lane=self._pace.batch,
            platforms=self._platforms.keys(),
            busy=self._traffic.busy(),
            overdue=overdue,
            rates={} if overdue else self._pace.rates,
        )
        self._start(deliveries, lease.owner)
        return len(deliveries)

    def _start(self, deliveries: list[Delivery], owner: str) -> None:
        async def attempt(delivery: Delivery) -> str | None:
            await self._precedence.give_way()
            return await self._attempt(delivery, owner)

        async def give_back(left: Sequence[Delivery], because: str | None) -> None:
            await self._ledger.release(left, owner, self._real.now(), because)

        by_lane = sorted(deliveries, key=lambda one: (lane_of(one.channel), one.due_at, one.id))
        for lane, of_lane in groupby(by_lane, key=lambda one: lane_of(one.channel)):
            self._traffic.start(lane, list(of_lane), attempt, give_back)

    async def _attempt(self, delivery: Delivery, owner: str) -> str | None:
        try:
            return await self._attempts.make(delivery, owner)
        except Exception:
            # The database, most likely. The lease ends by itself, and the marks of the parts say how far it came.
            log.exception("an attempt broke off", channel=str(delivery.channel), slot=str(delivery.slot))
            return None

    async def _something_can_be_claimed(self) -> bool:
        """Wait until something under way ends, or a lane may go on that only its pace held up. False: neither soon."""
        now = self._real.now()
        turn = await self._ledger.next_turn(now, SOON, self._platforms.keys())
        wait = min(self._pace.patience, turn - now) if turn else self._pace.patience
        if self._traffic.tasks:
            return await self._traffic.ends(wait.total_seconds()) or turn is not None
        if turn is None:
            return False
        await self._sleep(wait.total_seconds())
        return True

    async def _finish(self, delivery: Delivery, owner: str) -> None:
        """An attempt that somebody waits for, and that `drain` waits for too."""

        async def attempt() -> None:
            await self._attempts.make(delivery, owner, asked=True)

        task = asyncio.create_task(attempt(), name=f"asked {delivery.channel}")
        self._asked.add(task)
        task.add_done_callback(self._asked.discard)
        await asyncio.shield(task)

    async def _refuse_if_impossible(self, subscription: Subscription) -> None:
        channel = subscription.channel
        if self._stopping:
            raise UserError("stopping", "I am about to restart.", "Try again in a minute.")
        if channel.platform not in self._platforms:
            message = f"No connection to {channel.platform.capitalize()} is set up here."
            raise UserError("not_connected", message, "See `broadsheet settings` for the tokens it needs.")
        block = await self._ledger.last_block(lane_of(channel))
        if block is not None and block.until > self._real.now():
            message = f"I cannot post right now: {block.because}."
            raise UserError("lane_waits", message, f"I try again at {block.until:%H:%M:%S} UTC; or ask again then.")

    def _lease(self) -> Lease:
        return Lease(f"{self._name}/{next(self._claims)}", self._real.now(), self._pace.lease)


def _moved_or_not(subscription: Subscription) -> datetime | None:
    """One whose zone is known no more stays as it is, and is found when it is due."""
    try:
        return schedule.moved(subscription)
    except (KeyError, ValueError):
        return subscription.next_run_at


def _advancing(plan: SlotPlan, now: datetime) -> SlotPlan:
    """The plan. ValueError if it would be due again at once, for ever."""
    if plan.next_run_at is not None and plan.next_run_at <= now:
        raise ValueError(f"the next run, {plan.next_run_at}, is not later than {now}")
    return plan


def _already(known: Delivery | None) -> UserError:
    if known is not None and known.open:
        return UserError("on_its_way", f"The digest of {known.slot} is being sent now.", "See /papers digest status.")
    when = f"The digest of {known.slot} is out already." if known else "This digest is out already."
    if known is not None and known.reason:
        when = f"The digest of {known.slot} may be out already: {known.reason}."
    return UserError("already_sent", when, "To send it once more: /papers digest send again:yes")

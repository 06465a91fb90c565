"""Plan, claim, deliver: the loop that a ticker starts again and again, in any number of processes."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from itertools import count, groupby

import structlog

from bot import schedule
from bot.clock import Clock, SystemClock
from bot.delivery.attempt import Attempts
from bot.delivery.backoff import Jitter, Pace, random_jitter
from bot.delivery.drawing import Compose, Drawing
from bot.delivery.keys import lane_of
from bot.delivery.means import Means
from bot.delivery.planning import Planning
from bot.delivery.precedence import Precedence
from bot.delivery.traffic import Traffic
from bot.delivery.waiting import as_it_waits
from bot.errors import UserError
from bot.holder import new_holder
from bot.models import Delivery, DeliveryKind, DeliveryState, Subscription
from bot.ports import Decide, Lease, Platform, Store

log = structlog.get_logger(__name__)

SOON = timedelta(seconds=1)
"""A lane's turn that comes within this time is waited for; for a later one the ticker comes again."""


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
        """`clock` is product time, `real` the machine's; `sleep` is as real as that."""
        self._means = Means(
            store=store,
            platforms=platforms,
            drawing=Drawing(platforms, compose),
            clock=clock,
            real=real or SystemClock(),
            pace=pace or Pace(),
            jitter=jitter,
            precedence=precedence or Precedence(),
        )
        self._ledger, self._lanes = store.deliveries, store.lanes
        self._planning = Planning(self._means, decide)
        self._attempts = Attempts(self._means)
        self._name = new_holder()
        self._claims = count(1)
        self._traffic = Traffic(self._means.pace.rates)
        self._sleep = sleep
        self._asked: set[asyncio.Task[None]] = set()
        self._delivering = asyncio.Lock()
        self._stopping = self._opened = False

    async def tick(self) -> None:
        """All that is due now: plan it, then deliver it."""
        await self._open_lanes()
        await self._planning.renew_rules()
        await self.plan_due()
        await self.deliver_due()

    async def _open_lanes(self) -> None:
        """Once in a process: a restart is how a new token or another setting comes, so what rested is tried again."""
        if self._opened:
            return
        opened = await self._lanes.open_all(self._means.platforms.keys(), self._means.real.now())
        self._opened = True
        if opened:
            log.info("lanes that rested are tried again", lanes=opened)

    async def plan_due(self) -> int:
        """Put the slots that are due into the ledger. Returns how many subscriptions were looked at."""
        return await self._planning.plan_due()

    async def deliver_due(self) -> int:
        """Claim and deliver until nothing is left. Returns how many deliveries were claimed.

        Lanes work side by side, each at its platform's pace. One that takes long goes on by itself after a while, so
        that the others do not wait for it.
        """
        async with self._delivering:
            total = await self._claim(overdue=True)
            while not self._stopping:
                await self._means.precedence.give_way()
                if self._means.real.now() - self._planning.planned_at >= SOON:
                    await self.plan_due()  # a long backlog must not keep others from their time
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
            now=self._means.clock.now(),
            expires_at=lease.real + self._means.pace.grace,
            lease=lease,
            again=again,
            kind=kind,
        )
        known = opened or await self._ledger.delivery(subscription.id, slot, kind)
        if opened is None:
            raise _already(known)
        await self._finish(opened, lease.owner)
        return await self._ledger.delivery(subscription.id, slot, kind) or opened

    async def as_they_wait(self, deliveries: Iterable[Delivery]) -> list[Delivery]:
        """The same, those with what their lanes wait for that are held up by it."""
        known, real = list(deliveries), self._means.real.now()
        lanes = {lane_of(one.channel) for one in known if one.state is DeliveryState.PENDING}
        blocks = {lane: await self._lanes.last_block(lane) for lane in lanes}
        return [as_it_waits(one, blocks.get(lane_of(one.channel)), real) for one in known]

    async def drain(self, seconds: float) -> bool:
        """Claim nothing more, and wait for what is being sent. False if something was still on its way then.

        What was claimed and not begun is given back, so that another worker may take it at once. What is still on its
        way is broken off: its mark in the ledger says that it may have arrived.
        """
        self._stopping = self._planning.closed = self._traffic.closed = True
        tasks = {*self._traffic.tasks, *self._asked}
        if not tasks:
            return True
        _, pending = await asyncio.wait(tasks, timeout=seconds)
        for task in pending:
            task.cancel()
        await asyncio.gather(*pending, return_exceptions=True)
        return not pending

    async def _claim(self, *, overdue: bool = False) -> int:
        """Start the lanes that have something due. Returns how many deliveries that are."""
        free = self._means.pace.parallel_lanes - len(self._traffic)
        if free <= 0:
            return 0
        lease = self._lease()
        deliveries = await self._ledger.claim(
            lease,
            lanes=free,
            per_lane=self._means.pace.batch,
            platforms=self._means.platforms.keys(),
            busy=self._traffic.busy(),
            overdue=overdue,
            rates={} if overdue else self._means.pace.rates,
        )
        self._start(deliveries, lease.owner)
        return len(deliveries)

    def _start(self, deliveries: list[Delivery], owner: str) -> None:
        async def attempt(delivery: Delivery) -> str | None:
            await self._means.precedence.give_way()
            return await self._attempt(delivery, owner)

        async def give_back(left: Sequence[Delivery], because: str | None) -> None:
            await self._ledger.release(left, owner, self._means.real.now(), because)

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
        now = self._means.real.now()
        turn = await self._ledger.next_turn(now, SOON, self._means.platforms.keys())
        wait = min(self._means.pace.patience, turn - now) if turn else self._means.pace.patience
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
        await asyncio.wait([task])
        if task.cancelled():
            message = "I am about to restart, and nobody has confirmed the message: it may have arrived or not."
            raise UserError("stopping", message, "In a minute /papers digest status tells more.")
        await task

    async def _refuse_if_impossible(self, subscription: Subscription) -> None:
        channel = subscription.channel
        if self._stopping:
            raise UserError("stopping", "I am about to restart.", "Try again in a minute.")
        if channel.platform not in self._means.platforms:
            message = f"No connection to {channel.platform.capitalize()} is set up here."
            raise UserError("not_connected", message, "See `broadsheet settings` for the tokens it needs.")
        block = await self._lanes.last_block(lane_of(channel))
        if block is not None and block.asked(self._means.real.now()):  # a rest of our own is ended by one who asks
            message = f"I cannot post right now: {block.because}."
            raise UserError("lane_waits", message, f"I try again at {block.until:%H:%M:%S} UTC; or ask again then.")

    def _lease(self) -> Lease:
        return Lease(f"{self._name}/{next(self._claims)}", self._means.real.now(), self._means.pace.lease)


def _already(known: Delivery | None) -> UserError:
    if known is not None and known.open:
        return UserError("on_its_way", f"The digest of {known.slot} is being sent now.", "See /papers digest status.")
    when = f"The digest of {known.slot} is out already." if known else "This digest is out already."
    if known is not None and known.reason:
        when = f"The digest of {known.slot} may be out already: {known.reason}."
    return UserError("already_sent", when, "To send it once more: /papers digest send again:yes")

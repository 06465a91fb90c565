"""The ledger as plain dictionaries: what the contract means, and the fake of every test that delivers."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from bot.delivery.keys import lane_of
from bot.delivery.opening import Opening, opening
from bot.models import Delivery, DeliveryKind, DeliveryState, MessagePart, PartState, Subscription
from bot.ports import NOT_PACED, Decide, Lease, Move, PartEnd, Payload, Rate, Record, SlotPlan, Standing
from tests.memory_lanes import MemoryLanes
from tests.memory_rows import OUT, MemoryRows, Row

DIGEST = DeliveryKind.DIGEST


class MemoryDeliveries(MemoryRows):
    """A DeliveryStore over the subscriptions of MemoryChannels."""

    planners = 1

    def __init__(
        self,
        subscribed: dict[int, Subscription],
        present: Callable[[str], str] = str,
        lanes: MemoryLanes | None = None,
    ) -> None:
        super().__init__(present)
        self._subscribed = subscribed
        self._lanes = lanes or MemoryLanes()
        self._edition: str | None = None
        self._ids = count(1)

    async def plan(self, now: datetime, real: datetime, limit: int, decide: Decide, grace: timedelta) -> int:
        due = [one for one in self._subscribed.values() if one.next_run_at is not None and one.next_run_at <= now]
        due.sort(key=lambda one: (one.next_run_at, one.id))
        for subscription in due[:limit]:
            plan = decide(subscription, now)
            self._subscribed[subscription.id] = replace(subscription, next_run_at=plan.next_run_at)
            if plan.pause_because is not None:
                await self.pause(subscription.id, plan.pause_because)
            if plan.slot is not None and (subscription.id, plan.slot, DIGEST) not in self._rows:
                self._keep_plan(subscription, plan.slot, plan, real, real + (plan.due_at + grace - now))
        return len(due[:limit])

    async def renew_next_runs(self, edition: str, move: Move, limit: int) -> int:
        running = {} if edition == self._edition else self._subscribed
        moves = {key: (one, move(one)) for key, one in running.items() if limit and one.next_run_at is not None}
        changed = {key: replace(one, next_run_at=at) for key, (one, at) in moves.items() if at != one.next_run_at}
        self._subscribed.update(changed)
        self._edition = edition
        return len(changed)

    async def open_slot(
        self,
        subscription: Subscription,
        slot: date,
        *,
        now: datetime,
        expires_at: datetime,
        lease: Lease,
        again: bool,
        kind: DeliveryKind = DeliveryKind.DIGEST,
    ) -> Delivery | None:
        row = self._rows.get((subscription.id, slot, kind)) or self._new(subscription, slot, now, kind)
        known, parts = row.delivery, self._parts[row.delivery.id]
        way = opening(known, parts, again=again, real=lease.real)
        if way is None:
            return None
        if way is Opening.RESTART:
            seen = known.state in OUT or any(part.state is PartState.SENT for part in parts)
            known = replace(
                known,
                generation=known.generation + 1,
                due_at=now,
                selection=known.selection if seen else (),
                outcome=None,
                reason=None,
                sent_at=None,
                url=None,
            )
            row.plain, self._parts[known.id] = None, []
        row.owner, row.fresh = lease.owner, False
        self._lanes.charge(lane_of(subscription.channel), 1, lease.real)
        row.delivery = replace(
            known, state=DeliveryState.SENDING, next_attempt_at=lease.until, expires_at=expires_at, attempts=0
        )
        return row.delivery

    async def add_alert(
        self, subscription: Subscription, slot: date, paper_id: str, *, now: datetime, real: datetime, grace: timedelta
    ) -> bool:
        if (subscription.id, slot, DeliveryKind.ALERT) in self._rows:
            return False
        row = self._new(subscription, slot, now, DeliveryKind.ALERT)
        row.delivery = replace(row.delivery, next_attempt_at=real, expires_at=real + grace, selection=(paper_id,))
        return True

    async def claim(
        self,
        lease: Lease,
        *,
        lanes: int,
        per_lane: int,
        platforms: Collection[str],
        busy: Collection[str] = (),
        overdue: bool = False,
        rates: Mapping[str, Rate] = NOT_PACED,
    ) -> list[Delivery]:
        due = [
            row for row in self._rows.values() if self._claimable(row.delivery, lease.real, platforms, busy, overdue)
        ]
        names = self._lanes.in_turn({lane_of(row.delivery.channel) for row in due})
        claimed: list[Delivery] = []
        for name in names[:lanes]:
            self._lanes.serve(name, lease.real)
            of_lane = [row for row in due if lane_of(row.delivery.channel) == name]
            of_lane.sort(key=lambda row: (row.fresh, row.delivery.next_attempt_at, row.delivery.id))
            share = self._lanes.share(name, lease.real, per_lane, rates, self._probed)
            claimed += [self._take(row, lease) for row in of_lane[:share]]
        for name, messages in Counter(lane_of(one.channel) for one in claimed).items():
            self._lanes.charge(name, messages, lease.real)
        return sorted(claimed, key=lambda one: (one.due_at, one.id))

    async def next_turn(self, real: datetime, within: timedelta, platforms: Collection[str]) -> datetime | None:
        due = [row.delivery for row in self._rows.values() if self._claimable(row.delivery, real, platforms, (), False)]
        turns = [self._lanes.free(lane_of(one.channel)) for one in due]
        return min((turn for turn in turns if turn is not None and real < turn <= real + within), default=None)

    async def release(self, deliveries: Collection[Delivery], owner: str, real: datetime, reason: str | None) -> None:
        for one in deliveries:
            row = self._held(one, owner)
            if row is not None:
                back = replace(row.delivery, state=DeliveryState.PENDING, next_attempt_at=real)
                row.owner, row.delivery = None, replace(back, reason=reason or back.reason)

    async def standing(self, delivery: Delivery) -> Standing:
        slots = [slot for of, slot, kind in self._rows if (of, kind) == (delivery.subscription_id, delivery.kind)]
        return Standing(
            parts=tuple(self._parts[delivery.id]),
            subscription=self._subscribed.get(delivery.subscription_id),
            newest_slot=max(slots),
            block=await self._lanes.last_block(lane_of(delivery.channel)),
            failures=self._lanes.failures(lane_of(delivery.channel)),
        )

    async def freeze(
        self, delivery: Delivery, lease: Lease, selection: Sequence[str], payloads: Sequence[Payload], plain: Payload
    ) -> bool:
        row = self._held(delivery, lease.owner)
        if row is None:
            return False
        leased = row.delivery.next_attempt_at
        fresh = leased is not None and leased >= lease.until - lease.span / 8
        until = leased if fresh else lease.until
        row.delivery = replace(row.delivery, next_attempt_at=until, selection=tuple(selection))
        row.plain = plain
        self._lanes.charge(lane_of(delivery.channel), len(payloads) - 1, lease.real)
        self._parts[delivery.id] = [MessagePart(number=i, payload=payload) for i, payload in enumerate(payloads)]
        self._change(delivery, 0, state=PartState.SENDING, marked_at=lease.real)
        return True

    async def begin_part(self, delivery: Delivery, lease: Lease, number: int) -> bool:
        if self._renew(delivery, lease) is None:
            return False
        if self._parts[delivery.id][number].state is not PartState.SENDING:
            self._change(delivery, number, state=PartState.SENDING, marked_at=lease.real)
        return True

    async def finish_part(self, delivery: Delivery, lease: Lease, end: PartEnd) -> bool:
        row = self._renew(delivery, lease)
        if row is None:
            return False
        row.delivery = replace(row.delivery, url=row.delivery.url or end.url)
        self._change(delivery, end.number, state=end.state, remote_id=end.remote_id)
        return True

    async def use_plain(self, delivery: Delivery, lease: Lease, number: int) -> bool:
        row = self._held(delivery, lease.owner)
        if row is None or row.plain is None:
            return False
        self._renew(delivery, lease)
        plain, row.plain = row.plain, None
        self._parts[delivery.id][number:] = [MessagePart(number=number, payload=plain)]
        return True

    async def record(self, delivery: Delivery, owner: str, record: Record) -> bool:
        row = self._held(delivery, owner)
        if row is None:
            return False
        row.owner = None
        row.delivery = replace(
            row.delivery,
            state=record.state,
            outcome=record.outcome,
            reason=record.reason,
            next_attempt_at=record.next_attempt_at,
            sent_at=record.sent_at,
            attempts=row.delivery.attempts + record.counts_as_attempt,
            url=row.delivery.url or (record.part.url if record.part else None),
        )
        if record.part is not None:
            self._change(delivery, record.part.number, state=record.part.state, remote_id=record.part.remote_id)
        if record.lane_works:
            self._lanes.works(lane_of(delivery.channel))
        if record.pause_because is not None:
            await self.pause(delivery.subscription_id, record.pause_because)
        return True

    async def pause(self, subscription_id: int, because: str) -> None:
        known = self._subscribed.get(subscription_id)
        if known is not None and known.paused_because is None:
            stopped = replace(known, paused_because=because, next_run_at=None, version=known.version + 1)
            self._subscribed[subscription_id] = stopped

    def _probed(self, name: str, real: datetime) -> bool:
        """Whether a delivery is out to see if the lane works again."""
        of_lane = (row.delivery for row in self._rows.values() if lane_of(row.delivery.channel) == name)
        return any(one.state is DeliveryState.SENDING and (one.next_attempt_at or real) > real for one in of_lane)

    def _new(
        self, subscription: Subscription, slot: date, due_at: datetime, kind: DeliveryKind = DeliveryKind.DIGEST
    ) -> Row:
        fresh = Delivery(
            id=next(self._ids),
            subscription_id=subscription.id,
            channel=subscription.channel,
            slot=slot,
            state=DeliveryState.PENDING,
            due_at=due_at,
            kind=kind,
        )
        self._lanes.meet(lane_of(subscription.channel), datetime.min.replace(tzinfo=due_at.tzinfo))
        self._parts[fresh.id] = []
        self._rows[subscription.id, slot, kind] = Row(fresh)
        return self._rows[subscription.id, slot, kind]

    def _keep_plan(
        self, subscription: Subscription, slot: date, plan: SlotPlan, real: datetime, expires_at: datetime
    ) -> None:
        row = self._new(subscription, slot, plan.due_at)
        if plan.skip_because is None:
            row.delivery = replace(row.delivery, next_attempt_at=real, expires_at=expires_at)
        else:
            row.delivery = replace(row.delivery, state=DeliveryState.SKIPPED, reason=plan.skip_because)

    def _claimable(
        self, one: Delivery, real: datetime, platforms: Collection[str], busy: Collection[str], overdue: bool
    ) -> bool:
        lane = lane_of(one.channel)
        if one.next_attempt_at is None or one.next_attempt_at > real or lane in busy:
            return False
        if self._lanes.blocked(lane, real):
            return False
        if overdue:
            return one.channel.platform not in platforms and one.expires_at is not None and one.expires_at < real
        return one.channel.platform in platforms

    def _take(self, row: Row, lease: Lease) -> Delivery:
        cut_off = row.delivery.state is DeliveryState.SENDING
        row.owner, row.fresh = lease.owner, False
        row.delivery = replace(
            row.delivery,
            state=DeliveryState.SENDING,
            next_attempt_at=lease.until,
            attempts=row.delivery.attempts + cut_off,
        )
        return row.delivery

    def _held(self, delivery: Delivery, owner: str) -> Row | None:
        row = self._rows[delivery.subscription_id, delivery.slot, delivery.kind]
        return row if row.owner == owner else None

    def _renew(self, delivery: Delivery, lease: Lease) -> Row | None:
        row = self._held(delivery, lease.owner)
        if row is not None:
            row.delivery = replace(row.delivery, next_attempt_at=lease.until)
        return row

    def _change(self, delivery: Delivery, number: int, **changes: Any) -> None:
        parts = self._parts[delivery.id]
        parts[number] = replace(parts[number], **changes)

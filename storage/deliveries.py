"""The ledger in SQL: the same statements on both databases.

On PostgreSQL `FOR UPDATE SKIP LOCKED` keeps workers out of each other's way. SQLite, for which it is left out, has one
writer at a time.
"""

import asyncio
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from datetime import date, datetime, timedelta

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.delivery.keys import lane_of
from bot.models import ChannelKey, Delivery, DeliveryKind, DeliveryState, MessagePart, Subscription
from bot.ports import NOT_PACED, Decide, Lease, Move, PartEnd, Payload, Rate, Record, Shown, Standing
from storage import schema_deliveries
from storage.aliases import other_names, present_ids
from storage.delivery_lanes import (
    charge,
    held_by_pace,
    lanes_to_serve,
    serve,
    shares,
    soonest,
    take,
    wake_lanes,
)
from storage.delivery_plans import add_lanes, move_next_runs, plan_batch
from storage.delivery_rows import (
    AS_DELIVERY,
    ONCE,
    PART_COLUMNS,
    among,
    around,
    delivery_from,
    held,
    new_delivery,
    newest,
    outlived,
    part_rows,
    planned,
    shown,
    shown_among,
    shown_from,
    standing_from,
)
from storage.delivery_steps import (
    parts_of,
    parts_of_all,
    pause_subscription,
    renewed,
    reopen,
)
from storage.delivery_writes import Begin, End, Finish, Freeze, Write, write_all
from storage.engine import reading
from storage.grouping import Grouped
from storage.schema import broadsheet
from storage.upsert import insert_into

_DELIVERY = schema_deliveries.delivery
_PART = schema_deliveries.part


class SqlDeliveries:
    """A DeliveryStore on either database."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._reading = reading(engine)
        self._stand = Grouped(self._standings)
        self._write = Grouped(self._write_all)
        self._turn: AbstractAsyncContextManager[object] = nullcontext()
        """SQLite has one writer; who waits for it there looks again and again, here each is woken in turn."""
        self.planners = 2  # while one waits for a commit or for this process, the server works for the other
        if engine.dialect.name == "sqlite":
            self._turn = asyncio.Lock()
            self.planners = 1  # more would only be in front of everybody else who waits for a turn

    async def plan(self, now: datetime, real: datetime, limit: int, decide: Decide, grace: timedelta) -> int:
        async with self._turn, self._engine.begin() as connection:
            return await plan_batch(connection, now, real, limit, decide, grace)

    async def renew_next_runs(self, edition: str, move: Move, limit: int) -> int:
        async with self._reading.connect() as connection:
            if await connection.scalar(select(broadsheet.c.zone_rules)) == edition:
                return 0
        last: int | None = 0
        total = 0
        while last is not None:
            async with self._turn, self._engine.begin() as connection:
                last, moved = await move_next_runs(connection, last, move, limit)
                total += moved
        async with self._turn, self._engine.begin() as connection:
            await connection.execute(update(broadsheet).values(zone_rules=edition))
        return total

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
        taken = {
            "state": DeliveryState.SENDING,
            "owner": lease.owner,
            "next_attempt_at": lease.until,
            "expires_at": expires_at,
            "attempts": 0,
            "fresh": 0,
            "kind": kind,
        }
        async with self._engine.begin() as connection:
            made = insert_into(connection, _DELIVERY).values(new_delivery(subscription, slot=slot, due_at=now, **taken))
            unless_there = made.on_conflict_do_nothing(index_elements=ONCE)
            row = (await connection.execute(unless_there.returning(*AS_DELIVERY))).first()
            if row is not None:
                opened: Delivery | None = delivery_from(row)
            else:
                opened = await reopen(connection, subscription.id, slot, now, lease, taken, again=again, kind=kind)
            if opened is not None:  # lanes come last, as in planning and in recording: who waits for whom goes one way
                await add_lanes(connection, {subscription.channel}, lease.until)
                await charge(connection, {lane_of(subscription.channel): 1}, lease.real)
            return opened

    async def add_alert(
        self, subscription: Subscription, slot: date, paper_id: str, *, now: datetime, real: datetime, grace: timedelta
    ) -> bool:
        due = {"next_attempt_at": real, "expires_at": real + grace, "selection": (paper_id,)}
        row = new_delivery(subscription, slot=slot, due_at=now, kind=DeliveryKind.ALERT, **due)
        async with self._engine.begin() as connection:
            made = insert_into(connection, _DELIVERY).values(row).on_conflict_do_nothing(index_elements=ONCE)
            added = (await connection.execute(made.returning(_DELIVERY.c.id))).first() is not None
            if added:
                await add_lanes(connection, {subscription.channel}, real)
            return added

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
        async with self._turn, self._engine.begin() as connection:
            serving = lanes_to_serve(lease, lanes, platforms, busy, overdue=overdue)
            found = (await connection.execute(serving)).all()
            if not found:
                return []
            most = shares(found, rates, lease.real, per_lane)
            taken = await take(connection, most, lease, per_lane, overdue=overdue)
            await serve(connection, found, Counter(row.lane for row in taken), rates, lease)
        return sorted((delivery_from(row) for row in taken), key=lambda one: (one.due_at, one.id))

    async def next_turn(self, real: datetime, within: timedelta, platforms: Collection[str]) -> datetime | None:
        async with self._reading.connect() as connection:
            rows = await connection.execute(soonest(real, within, platforms))
            return next((row.next_attempt_at for row in rows if held_by_pace(row)), None)

    async def release(self, deliveries: Collection[Delivery], owner: str, real: datetime, reason: str | None) -> None:
        async with self._engine.begin() as connection:
            for one in deliveries:
                back = {"state": DeliveryState.PENDING, "owner": None, "next_attempt_at": real}
                await connection.execute(held(one, owner).values(back | ({"reason": reason} if reason else {})))
            await wake_lanes(connection, {(lane_of(one.channel), real) for one in deliveries})

    async def standing(self, delivery: Delivery) -> Standing:
        return await self._stand(delivery)

    async def _standings(self, deliveries: Sequence[Delivery]) -> list[Standing]:
        ids = {one.id for one in deliveries}
        async with self._reading.connect() as connection:
            rows = {row.of_id: row for row in await connection.execute(around(ids))}
            parts = await parts_of_all(connection, ids)
        return [standing_from(rows[one.id], parts.get(one.id, [])) for one in deliveries]

    async def parts(self, delivery_id: int) -> list[MessagePart]:
        async with self._reading.connect() as connection:
            return await parts_of(connection, delivery_id)

    async def freeze(
        self, delivery: Delivery, lease: Lease, selection: Sequence[str], payloads: Sequence[Payload], plain: Payload
    ) -> bool:
        return await self._write(Freeze(delivery, lease, selection, payloads, plain))

    async def begin_part(self, delivery: Delivery, lease: Lease, number: int) -> bool:
        return await self._write(Begin(delivery, lease, number))

    async def finish_part(self, delivery: Delivery, lease: Lease, end: PartEnd) -> bool:
        return await self._write(Finish(delivery, lease, end))

    async def use_plain(self, delivery: Delivery, lease: Lease, number: int) -> bool:
        left = select(_DELIVERY.c.plain).where(_DELIVERY.c.id == delivery.id, _DELIVERY.c.owner == lease.owner)
        async with self._engine.begin() as connection:
            plain: Payload | None = await connection.scalar(left.with_for_update())
            if plain is None:
                return False
            await connection.execute(renewed(delivery, lease).values(plain=None))
            replaced = (_PART.c.delivery_id == delivery.id, _PART.c.number >= number)
            await connection.execute(delete(_PART).where(*replaced))
            (row,) = part_rows(delivery.id, number, [plain])
            await connection.execute(insert(_PART).values(dict(zip(PART_COLUMNS, row, strict=True))))
        return True

    async def record(self, delivery: Delivery, owner: str, record: Record) -> bool:
        return await self._write(End(delivery, owner, record))

    async def _write_all(self, writes: Sequence[Write]) -> list[bool]:
        async with self._turn, self._engine.begin() as connection:
            return await write_all(connection, writes)

    async def pause(self, subscription_id: int, because: str) -> None:
        async with self._engine.begin() as connection:
            await pause_subscription(connection, subscription_id, because)

    async def history(self, channel: ChannelKey, limit: int) -> list[Delivery]:
        async with self._reading.connect() as connection:
            rows = await connection.execute(newest(), {"channel": str(channel), "most": limit})
            return [delivery_from(row) for row in rows]

    async def listed(self, *, channel: ChannelKey | None, state: DeliveryState | None, limit: int) -> list[Delivery]:
        wanted = select(*AS_DELIVERY).order_by(_DELIVERY.c.id.desc()).limit(limit)
        if channel is not None:
            wanted = wanted.where(_DELIVERY.c.channel == str(channel))
        if state is not None:
            wanted = wanted.where(_DELIVERY.c.state == state)
        async with self._reading.connect() as connection:
            return [delivery_from(row) for row in await connection.execute(wanted)]

    async def prune(self, before: datetime, limit: int) -> int:
        async with self._engine.begin() as connection:
            ids = list(await connection.scalars(outlived(before, limit)))
            await connection.execute(delete(_PART).where(_PART.c.delivery_id.in_(ids)))
            await connection.execute(delete(_DELIVERY).where(_DELIVERY.c.id.in_(ids)))
        return len(ids)

    async def delivery(
        self, subscription_id: int, slot: date, kind: DeliveryKind = DeliveryKind.DIGEST
    ) -> Delivery | None:
        values = {"subscription": subscription_id, "slot": slot, "kind": kind}
        async with self._reading.connect() as connection:
            row = (await connection.execute(planned(), values)).first()
        return delivery_from(row) if row else None

    async def shown_since(self, channel: ChannelKey, since: datetime) -> set[str]:
        async with self._reading.connect() as connection:
            selections = await connection.scalars(shown(), {"channel": str(channel), "since": since})
            ids = {paper_id for selection in selections for paper_id in selection}
            return ids | set((await present_ids(connection, ids)).values())

    async def shown_in(self, platform: str, workspace: str, paper_ids: Collection[str], since: datetime) -> list[Shown]:
        if not paper_ids:
            return []
        async with self._reading.connect() as connection:
            names = dict.fromkeys(paper_ids) | await other_names(connection, paper_ids)
            values = among(platform, workspace, names, since)
            rows = await connection.execute(shown_among(len(names)), values)
            found = [shown_from(row, names) for row in rows]
        return [one for one in found if one.paper_ids]

    async def totals(self) -> Mapping[DeliveryState, int]:
        counted = select(_DELIVERY.c.state, func.count()).group_by(_DELIVERY.c.state)
        async with self._reading.connect() as connection:
            return {DeliveryState(state): number for state, number in await connection.execute(counted)}

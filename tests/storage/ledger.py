"""Steps that tests of the ledger share; product time is NOON, real time runs apart from it."""

from datetime import date, datetime, timedelta

from bot.models import ChannelKey, Delivery, PartState, Subscription
from bot.ports import Lease, Payload, SlotPlan
from tests.builders import CHANNEL, NOON, days, hours, make_change, make_subscription
from tests.conftest import AnyStore

SLOT = NOON.date()
REAL = datetime(2030, 1, 1, tzinfo=NOON.tzinfo)
GRACE = hours(3)
MINUTE = timedelta(minutes=1)
PAYLOADS: list[Payload] = [{"text": "one"}, {"text": "two"}]
PLAIN: Payload = {"text": "plain"}


def tomorrow(subscription: Subscription, now: datetime) -> SlotPlan:
    assert subscription.id
    return SlotPlan(slot=now.date(), due_at=now - hours(1), skip_because=None, next_run_at=now + days(1))


def skipping(_subscription: Subscription, now: datetime) -> SlotPlan:
    return SlotPlan(slot=now.date(), due_at=now - hours(9), skip_because="too late", next_run_at=now + days(1))


def nothing(_subscription: Subscription, now: datetime) -> SlotPlan:
    return SlotPlan(slot=None, due_at=now, skip_because=None, next_run_at=now + days(1))


def lease(owner: str = "ann", real: datetime = REAL) -> Lease:
    return Lease(owner, real, MINUTE)


async def subscribe(store: AnyStore, channel: ChannelKey = CHANNEL, **changes: object) -> Subscription:
    return await store.channels.create(make_subscription(channel, **changes), make_change(channel=channel))


async def plan(store: AnyStore, now: datetime = NOON) -> int:
    return await store.deliveries.plan(now, REAL, 100, tomorrow, GRACE)


async def claim(store: AnyStore, owner: str = "ann", real: datetime = REAL, **changes: object) -> list[Delivery]:
    given: dict[str, object] = {"lanes": 16, "per_lane": 4, "platforms": ("slack", "discord")}
    return await store.deliveries.claim(lease(owner, real), **(given | changes))  # type: ignore[arg-type]  # a test's


async def claimed(store: AnyStore) -> Delivery:
    """The one delivery of a store, claimed by Ann."""
    await subscribe(store)
    await plan(store)
    (only,) = await claim(store)
    return only


async def frozen(store: AnyStore) -> Delivery:
    """The same with two messages."""
    only = await claimed(store)
    assert await store.deliveries.freeze(only, lease(), ["2603.00001", "2603.00002"], PAYLOADS, PLAIN)
    return only


async def known(store: AnyStore, one: Delivery) -> Delivery:
    found = await store.deliveries.delivery(one.subscription_id, one.slot)
    assert found is not None
    return found


async def states(store: AnyStore, one: Delivery) -> list[PartState]:
    return [part.state for part in await store.deliveries.parts(one.id)]


async def open_slot(
    store: AnyStore, slot: date = SLOT, *, real: datetime = REAL, again: bool = False
) -> Delivery | None:
    subscription = await store.channels.subscription(CHANNEL) or await subscribe(store)
    return await store.deliveries.open_slot(
        subscription, slot, now=NOON, expires_at=real + GRACE, lease=lease("asked", real), again=again
    )

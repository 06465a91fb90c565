"""Alerts beside digests in the ledger, on every store."""

from datetime import timedelta
from typing import Any

from bot.delivery.keys import idempotency_key
from bot.models import ChannelKey, DeliveryKind, DeliveryState, Outcome, PartState, Preferences
from bot.ports import PartEnd, Record
from tests.builders import CHANNEL, NOON, days
from tests.conftest import AnyStore
from tests.storage.ledger import GRACE, PAYLOADS, PLAIN, REAL, SLOT, claim, lease, open_slot, plan, subscribe

ALERTING = Preferences(alerts=True)


async def add(store: AnyStore, paper_id: str = "2603.00007", later: timedelta = timedelta(0)) -> bool:
    subscription = await store.channels.subscription(CHANNEL)
    assert subscription is not None
    day = SLOT + later
    return await store.deliveries.add_alert(subscription, day, paper_id, now=NOON + later, real=REAL, grace=GRACE)


async def test_a_date_has_one_digest_and_one_alert(store: AnyStore) -> None:
    await subscribe(store)
    assert await add(store)
    assert not await add(store, "2603.00008")
    await plan(store)

    claimed = await claim(store)

    assert sorted(one.kind for one in claimed) == [DeliveryKind.ALERT, DeliveryKind.DIGEST]
    assert {one.slot for one in claimed} == {SLOT}
    (alert,) = [one for one in claimed if one.kind is DeliveryKind.ALERT]
    assert (alert.selection, alert.due_at) == (("2603.00007",), NOON)
    assert len({idempotency_key(one, 0) for one in claimed}) == 2


async def test_a_newer_alert_does_not_take_a_digest_s_place(store: AnyStore) -> None:
    await subscribe(store)
    await plan(store)
    await add(store, later=days(1))
    newest = {one.kind: (await store.deliveries.standing(one)).newest_slot for one in await claim(store)}
    assert newest == {DeliveryKind.DIGEST: SLOT, DeliveryKind.ALERT: SLOT + days(1)}


async def test_asking_for_the_digest_of_a_date_never_finds_its_alert(store: AnyStore) -> None:
    subscription = await subscribe(store)
    await add(store)
    assert await store.deliveries.delivery(subscription.id, SLOT) is None
    opened = await open_slot(store)
    assert opened is not None
    assert opened.kind is DeliveryKind.DIGEST
    assert len(await store.deliveries.history(CHANNEL, 9)) == 2


async def sent_alert(store: AnyStore, later: timedelta) -> None:
    await add(store, later=later)
    (only,) = await claim(store)
    await store.deliveries.freeze(only, lease(), only.selection, PAYLOADS[:1], PLAIN)
    done = Record(state=DeliveryState.SENT, outcome=Outcome.SENT, sent_at=NOON + later)
    assert await store.deliveries.record(only, "ann", done)


async def test_a_paper_of_an_alert_is_in_no_digest_while_it_waits_and_once_it_was_sent(store: AnyStore) -> None:
    await subscribe(store)
    await add(store)
    assert await store.deliveries.shown_since(CHANNEL, NOON - days(30)) == {"2603.00007"}
    await claim(store)
    later = REAL + timedelta(minutes=5)
    (again,) = await claim(store, real=later)
    assert await store.deliveries.freeze(again, lease(real=later), again.selection, PAYLOADS, PLAIN)
    assert await store.deliveries.shown_since(CHANNEL, NOON - days(30)) == {"2603.00007"}


async def test_a_paper_of_an_alert_that_did_not_go_out_is_free_again(store: AnyStore) -> None:
    await subscribe(store)
    await add(store)
    (only,) = await claim(store)
    await store.deliveries.record(only, "ann", Record(state=DeliveryState.SKIPPED, reason="it does not climb any more"))
    assert await store.deliveries.shown_since(CHANNEL, NOON - days(30)) == set()


async def test_a_paper_of_a_digest_that_is_tried_again_is_no_alert_meanwhile(store: AnyStore) -> None:
    await subscribe(store)
    await plan(store)
    (only,) = await claim(store)
    assert await store.deliveries.freeze(only, lease(), ["2603.00001"], PAYLOADS[:1], PLAIN)
    untouched = PartEnd(number=0, state=PartState.READY)
    again = Record(state=DeliveryState.PENDING, outcome=Outcome.NOT_SENT, next_attempt_at=REAL, part=untouched)
    assert await store.deliveries.record(only, "ann", again)
    assert await store.deliveries.shown_since(CHANNEL, NOON - days(30)) == {"2603.00001"}


async def test_pruning_keeps_the_newest_of_each_kind(store: AnyStore) -> None:
    await subscribe(store)
    for number in range(3):
        await sent_alert(store, days(number))
    await plan(store, NOON + days(9))

    assert await store.deliveries.prune(NOON + days(20), 100) == 2
    kept = [(one.kind, one.slot) for one in await store.deliveries.history(CHANNEL, 9)]
    assert (DeliveryKind.ALERT, SLOT + days(2)) in kept
    assert len(kept) == 2


async def test_those_that_want_alerts_are_those_that_run(store: AnyStore) -> None:
    keys = [ChannelKey("slack", "T0001", f"C{number}") for number in range(4)]
    wishes: list[dict[str, Any]] = [
        {"preferences": ALERTING},
        {},
        {"preferences": ALERTING, "paused_because": "gone", "next_run_at": None},
        {"preferences": Preferences(alerts=True, compact=True)},
    ]
    for key, wish in zip(keys, wishes, strict=True):
        await subscribe(store, key, **wish)
    assert [one.channel for one in await store.channels.with_alerts()] == [keys[0], keys[3]]


async def test_an_alert_in_doubt_is_claimed_again_with_its_paper_and_the_digest_of_its_date_is_left_alone(
    store: AnyStore,
) -> None:
    subscription = await subscribe(store)
    await add(store)
    (only,) = await claim(store)
    await store.deliveries.freeze(only, lease(), only.selection, PAYLOADS[:1], PLAIN)
    await store.deliveries.record(only, "ann", Record(state=DeliveryState.UNKNOWN, outcome=Outcome.UNKNOWN))
    asked = {"now": NOON, "expires_at": REAL + GRACE, "lease": lease("ben"), "kind": DeliveryKind.ALERT}

    assert await store.deliveries.open_slot(subscription, SLOT, again=False, **asked) is None  # type: ignore[arg-type]  # a test's
    opened = await store.deliveries.open_slot(subscription, SLOT, again=True, **asked)  # type: ignore[arg-type]  # the same

    assert opened is not None
    assert (opened.id, opened.kind, opened.generation) == (only.id, DeliveryKind.ALERT, 1)
    assert opened.selection == only.selection
    assert await store.deliveries.parts(only.id) == []
    assert await store.deliveries.delivery(subscription.id, SLOT, DeliveryKind.ALERT) == opened
    assert await store.deliveries.delivery(subscription.id, SLOT) is None

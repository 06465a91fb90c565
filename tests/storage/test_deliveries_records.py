"""What whoever holds a delivery can write, and nobody else, on every store: parts, ends, pauses and giving it back."""

from dataclasses import replace

import pytest

from bot.models import DeliveryState, Outcome, PartState
from bot.ports import EditedMeanwhileError, PartEnd, Payload, Record
from tests.builders import CHANNEL, NOON, days, hours, make_change
from tests.conftest import AnyStore
from tests.storage.ledger import MINUTE, PAYLOADS, PLAIN, REAL, claim, claimed, frozen, known, lease, states, subscribe


async def test_a_lease_that_ran_out_is_due_again_and_counts_as_an_attempt(store: AnyStore) -> None:
    only = await claimed(store)

    (again,) = await claim(store, "ben", REAL + MINUTE)

    assert again == replace(only, next_attempt_at=REAL + 2 * MINUTE, attempts=1)


async def test_whoever_lost_the_lease_writes_nothing_any_more(store: AnyStore) -> None:
    only = await frozen(store)
    (taken,) = await claim(store, "ben", REAL + MINUTE)
    ledger, late = store.deliveries, lease("ann", REAL + MINUTE)

    assert not await ledger.freeze(only, late, ["other"], [{"text": "other"}], {})
    assert not await ledger.begin_part(only, late, 0)
    assert not await ledger.finish_part(only, late, PartEnd(number=0, state=PartState.SENT, remote_id="m1"))
    assert not await ledger.use_plain(only, late, 0)
    end = PartEnd(number=0, state=PartState.SENT)
    record = Record(state=DeliveryState.SENT, outcome=Outcome.SENT, part=end, pause_because="never")
    assert not await ledger.record(only, "ann", record)
    await ledger.release([only], "ann", REAL, "never")

    assert await known(store, only) == taken
    assert await states(store, only) == [PartState.SENDING, PartState.READY]
    subscription = await store.channels.subscription(CHANNEL)
    assert subscription is not None
    assert subscription.paused_because is None


async def test_released_deliveries_are_due_at_once_and_untried(store: AnyStore) -> None:
    only = await claimed(store)

    await store.deliveries.release([only], "ann", REAL, "slow down")

    back = await known(store, only)
    assert back == replace(only, state=DeliveryState.PENDING, next_attempt_at=REAL, reason="slow down")
    assert [one.id for one in await claim(store, "ben")] == [only.id]


async def test_frozen_parts_come_back_as_they_were(store: AnyStore) -> None:
    only = await claimed(store)
    payload: Payload = {"text": "日本語 🦉 \x00", "blocks": [{"n": 1, "none": None, "yes": True}]}

    assert await store.deliveries.freeze(only, lease(real=REAL + MINUTE / 2), ["2603.00001"], [payload], PLAIN)

    (part,) = await store.deliveries.parts(only.id)
    assert (part.number, part.payload) == (0, payload)
    assert (part.state, part.marked_at) == (PartState.SENDING, REAL + MINUTE / 2), "the first is begun with it"
    kept = await known(store, only)
    assert (kept.selection, kept.next_attempt_at) == (("2603.00001",), REAL + MINUTE * 1.5)


async def test_a_part_keeps_the_mark_of_its_first_request(store: AnyStore) -> None:
    only = await frozen(store)
    ledger = store.deliveries

    assert await ledger.begin_part(only, lease(real=REAL + MINUTE / 2), 0)
    assert await ledger.begin_part(only, lease(real=REAL + MINUTE / 2), 1)

    first, second = await ledger.parts(only.id)
    assert (first.state, first.marked_at) == (PartState.SENDING, REAL)
    assert (second.state, second.marked_at) == (PartState.SENDING, REAL + MINUTE / 2)
    assert (await known(store, only)).next_attempt_at == REAL + MINUTE * 1.5


async def test_the_url_of_a_delivery_is_that_of_its_first_message(store: AnyStore) -> None:
    only = await frozen(store)
    ledger = store.deliveries

    first = PartEnd(number=0, state=PartState.SENT, remote_id="m0", url="https://chat.example/m0")
    last = PartEnd(number=1, state=PartState.SENT, remote_id="m1", url="https://chat.example/m1")
    assert await ledger.finish_part(only, lease(), first)
    done = Record(state=DeliveryState.SENT, outcome=Outcome.SENT, sent_at=NOON + hours(1), part=last)
    assert await ledger.record(only, "ann", done)

    sent = await known(store, only)
    assert (sent.state, sent.outcome, sent.sent_at, sent.url) == (
        DeliveryState.SENT,
        Outcome.SENT,
        NOON + hours(1),
        "https://chat.example/m0",
    )
    assert (sent.attempts, sent.next_attempt_at) == (1, None)
    assert [part.remote_id for part in await ledger.parts(only.id)] == ["m0", "m1"]
    assert await claim(store, real=REAL + days(9)) == []


async def test_the_plain_message_replaces_a_part_and_all_after_it_once(store: AnyStore) -> None:
    only = await frozen(store)
    ledger = store.deliveries
    await ledger.finish_part(only, lease(), PartEnd(number=0, state=PartState.SENT))

    assert await ledger.use_plain(only, lease(), 1)
    assert not await ledger.use_plain(only, lease(), 1)

    assert [(part.number, part.payload, part.state) for part in await ledger.parts(only.id)] == [
        (0, PAYLOADS[0], PartState.SENT),
        (1, PLAIN, PartState.READY),
    ]


async def test_what_waits_with_its_lane_has_not_made_an_attempt(store: AnyStore) -> None:
    only = await claimed(store)
    wait = Record(state=DeliveryState.PENDING, outcome=Outcome.LIMITED, next_attempt_at=REAL, counts_as_attempt=False)

    assert await store.deliveries.record(only, "ann", wait)

    assert (await known(store, only)).attempts == 0
    assert not await store.deliveries.record(only, "ann", wait), "its lease is over"


async def test_a_record_can_pause_the_subscription_with_it(store: AnyStore) -> None:
    only = await claimed(store)
    before = await store.channels.subscription(CHANNEL)
    assert before is not None

    dead = Record(state=DeliveryState.FAILED, outcome=Outcome.DEAD_CHANNEL, reason="gone", pause_because="gone")
    assert await store.deliveries.record(only, "ann", dead)

    after = await store.channels.subscription(CHANNEL)
    assert after == replace(before, paused_because="gone", next_run_at=None, version=before.version + 1)
    with pytest.raises(EditedMeanwhileError):
        await store.channels.update(before, make_change("an edit that would undo it"))


async def test_a_pause_keeps_the_first_reason(store: AnyStore) -> None:
    subscription = await subscribe(store)

    await store.deliveries.pause(subscription.id, "first")
    await store.deliveries.pause(subscription.id, "second")
    await store.deliveries.pause(999, "nobody's")

    after = await store.channels.subscription(CHANNEL)
    assert after is not None
    assert (after.paused_because, after.next_run_at) == ("first", None)

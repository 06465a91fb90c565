"""What every DeliveryStore does when somebody asks, and what it tells: in memory, on SQLite and on PostgreSQL."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.models import ChannelKey, DeliveryState, Outcome, PartState
from bot.ports import Block, PartEnd, Record, Standing
from tests.builders import CHANNEL, NOON, days, hours, make_change
from tests.conftest import AnyStore
from tests.storage.ledger import (
    GRACE,
    MINUTE,
    PAYLOADS,
    PLAIN,
    REAL,
    SLOT,
    claim,
    claimed,
    frozen,
    lease,
    open_slot,
    plan,
    states,
    subscribe,
)


async def shown(store: AnyStore, since: datetime = NOON - timedelta(days=30)) -> set[str]:
    return await store.deliveries.shown_since(CHANNEL, since)


async def test_somebody_may_ask_for_a_slot_before_its_time_and_it_comes_once(store: AnyStore) -> None:
    opened = await open_slot(store)

    assert opened is not None
    assert (opened.state, opened.due_at, opened.next_attempt_at) == (DeliveryState.SENDING, NOON, REAL + MINUTE)
    assert opened.expires_at == REAL + GRACE
    assert await plan(store) == 1
    assert await claim(store) == []
    assert await store.deliveries.freeze(opened, lease("asked"), [], PAYLOADS, PLAIN), "it is still the asker's"


async def test_a_slot_that_is_being_sent_is_not_opened_again_even_if_asked(store: AnyStore) -> None:
    await claimed(store)

    assert await open_slot(store) is None
    assert await open_slot(store, again=True) is None
    assert await open_slot(store, real=REAL + MINUTE) is not None, "a lease that ran out"


async def test_what_waits_for_a_retry_can_be_taken_at_once(store: AnyStore) -> None:
    only = await frozen(store)
    retry = Record(state=DeliveryState.PENDING, outcome=Outcome.NOT_SENT, next_attempt_at=REAL + hours(1))
    await store.deliveries.record(only, "ann", retry)

    opened = await open_slot(store)

    assert opened is not None
    assert (opened.generation, opened.attempts) == (0, 0)
    assert len(await store.deliveries.parts(only.id)) == 2


@pytest.mark.parametrize("state", [DeliveryState.SENT, DeliveryState.UNKNOWN])
async def test_what_is_out_is_opened_again_only_if_asked_and_then_made_anew(
    store: AnyStore, state: DeliveryState
) -> None:
    only = await frozen(store)
    end = PartEnd(number=1, state=PartState.SENT, url="https://chat.example/m1")
    await store.deliveries.record(only, "ann", Record(state=state, reason="so it was", sent_at=NOON, part=end))

    assert await open_slot(store) is None
    opened = await open_slot(store, again=True)

    assert opened is not None
    assert (opened.id, opened.generation, opened.state) == (only.id, 1, DeliveryState.SENDING)
    assert (opened.reason, opened.sent_at, opened.url) == (None, None, None)
    assert await store.deliveries.parts(only.id) == []
    assert opened.selection == ("2603.00001", "2603.00002"), "people saw these"
    assert not await store.deliveries.use_plain(opened, lease("asked"), 0), "the old plain message is gone"


@pytest.mark.parametrize("state", [DeliveryState.SKIPPED, DeliveryState.FAILED])
async def test_what_did_not_go_out_is_made_anew_without_again(store: AnyStore, state: DeliveryState) -> None:
    only = await frozen(store)
    await store.deliveries.record(only, "ann", Record(state=state, reason="no"))

    opened = await open_slot(store)

    assert opened is not None
    assert (opened.generation, opened.attempts, opened.selection) == (1, 0, ())
    assert await store.deliveries.parts(only.id) == []


async def test_what_went_out_half_goes_on_with_the_other_half(store: AnyStore) -> None:
    only = await frozen(store)
    await store.deliveries.finish_part(only, lease(), PartEnd(number=0, state=PartState.SENT))
    await store.deliveries.record(only, "ann", Record(state=DeliveryState.FAILED, reason="no"))

    opened = await open_slot(store)

    assert opened is not None
    assert opened.generation == 0
    assert await states(store, only) == [PartState.SENT, PartState.READY]


async def test_history_shows_the_newest_slot_first_of_former_subscriptions_too(store: AnyStore) -> None:
    for number in range(3):
        await open_slot(store, SLOT - days(number))
    former = await store.channels.subscription(CHANNEL)
    await store.channels.remove(CHANNEL, make_change("ended"))
    await open_slot(store, SLOT)
    current = await store.channels.subscription(CHANNEL)
    assert former is not None
    assert current is not None

    history = await store.deliveries.history(CHANNEL, 3)

    assert [(one.subscription_id, one.slot) for one in history] == [
        (current.id, SLOT),
        (former.id, SLOT),
        (former.id, SLOT - days(1)),
    ]
    assert await store.deliveries.history(ChannelKey("slack", "T0001", "C0002"), 3) == []


async def test_where_a_delivery_stands(store: AnyStore) -> None:
    older = await open_slot(store, SLOT - days(1))
    await open_slot(store)
    await store.lanes.block("slack:T0001", Block(REAL + MINUTE, "slow down", REAL + MINUTE))
    assert older is not None

    standing = await store.deliveries.standing(older)

    assert standing == Standing(
        parts=(),
        subscription=await store.channels.subscription(CHANNEL),
        newest_slot=SLOT,
        block=Block(REAL + MINUTE, "slow down", REAL + MINUTE),
    )


async def test_a_delivery_whose_digest_was_ended_has_no_subscription_even_if_there_is_a_new_one(
    store: AnyStore,
) -> None:
    former = await open_slot(store)
    await store.channels.remove(CHANNEL, make_change("ended"))
    await subscribe(store)
    assert former is not None

    standing = await store.deliveries.standing(former)

    assert (standing.subscription, standing.block, standing.newest_slot) == (None, None, SLOT)
    assert await store.deliveries.delivery(former.subscription_id, SLOT + days(1)) is None


async def test_papers_count_as_shown_once_a_message_may_have_arrived(store: AnyStore) -> None:
    only = await claimed(store)
    assert await shown(store) == set(), "nothing is chosen yet"

    await store.deliveries.freeze(only, lease(), ["2603.00001", "2603.00002"], PAYLOADS, PLAIN)

    assert await shown(store) == {"2603.00001", "2603.00002"}
    assert await shown(store, NOON) == set(), "it was due an hour before"
    assert await store.deliveries.shown_since(ChannelKey("slack", "T0001", "C0002"), NOON - days(30)) == set()


@pytest.mark.parametrize(
    ("state", "seen"),
    [
        (DeliveryState.SENT, True),
        (DeliveryState.UNKNOWN, True),
        (DeliveryState.FAILED, False),
        (DeliveryState.SKIPPED, False),
    ],
)
async def test_papers_of_final_deliveries_count_as_shown_if_they_may_be_out(
    store: AnyStore, state: DeliveryState, seen: bool
) -> None:
    only = await frozen(store)
    came = PartState.READY if state in {DeliveryState.FAILED, DeliveryState.SKIPPED} else PartState.SENT
    await store.deliveries.record(only, "ann", Record(state=state, part=PartEnd(number=0, state=came)))

    assert bool(await shown(store)) is seen


OTHER = ChannelKey("slack", "T0001", "C0002")
MONTH_AGO = NOON - days(30)


async def shown_in(store: AnyStore, *paper_ids: str, workspace: str = "T0001", since: datetime = MONTH_AGO) -> Any:
    found = await store.deliveries.shown_in("slack", workspace, paper_ids, since)
    return [(str(one.channel), one.slot, one.paper_ids, one.url) for one in found]


async def test_what_came_to_a_workspace_is_found_by_its_papers_with_its_address(store: AnyStore) -> None:
    for channel, ids in ((CHANNEL, ["2603.00001", 'doi:10.1/a"%_é']), (OTHER, ["2603.00001"])):
        await subscribe(store, channel)
        await plan(store)
        (one,) = await claim(store)
        await store.deliveries.freeze(one, lease(), ids, PAYLOADS, PLAIN)
        assert await shown_in(store, ids[-1]) == [] or channel == OTHER, "it is not out yet"
        end = PartEnd(number=0, state=PartState.SENT, url=f"https://chat.example/{channel.channel}")
        await store.deliveries.record(one, "ann", Record(state=DeliveryState.SENT, part=end))

    first = (str(CHANNEL), SLOT, ("2603.00001",), "https://chat.example/C0001")
    second = (str(OTHER), SLOT, ("2603.00001",), "https://chat.example/C0002")
    assert await shown_in(store, "2603.00001", "2603.00009") == [second, first], "the last one first"
    assert await shown_in(store, 'doi:10.1/a"%_é') == [(*first[:2], ('doi:10.1/a"%_é',), first[3])]
    assert await shown_in(store, "603.00001", "doi:10.1/A", "%") == [], "a paper's whole id, letter by letter"
    assert await shown_in(store) == []
    assert await shown_in(store, "2603.00001", workspace="T000") == []
    assert await shown_in(store, "2603.00001", since=NOON) == [], "they were due an hour before"


@pytest.mark.parametrize(
    ("state", "url"), [(DeliveryState.UNKNOWN, "https://chat.example/m1"), (DeliveryState.SENT, None)]
)
async def test_what_may_not_be_there_or_has_no_address_is_no_place_to_link_to(
    store: AnyStore, state: DeliveryState, url: str | None
) -> None:
    only = await frozen(store)
    end = PartEnd(number=0, state=PartState.SENT, url=url)
    await store.deliveries.record(only, "ann", Record(state=state, part=end))

    assert await shown_in(store, "2603.00001") == []


async def test_totals_count_by_state(store: AnyStore) -> None:
    for number in range(3):
        await subscribe(store, ChannelKey("slack", "T0001", f"C{number}"))
    await plan(store)
    first, *_ = await claim(store, per_lane=1)
    await store.deliveries.record(first, "ann", Record(state=DeliveryState.FAILED))

    assert await store.deliveries.totals() == {DeliveryState.PENDING: 2, DeliveryState.FAILED: 1}

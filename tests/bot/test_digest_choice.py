"""A channel's papers from day to day: none twice, the same whenever they are chosen, quiet below the bar."""

from datetime import datetime, time, timedelta
from typing import Any

import pytest

from bot.clock import VirtualClock
from bot.models import DeliveryState, Topics
from bot.service import Service
from bot.views import DigestPost
from tests.builders import (
    NOON,
    days,
    hours,
    make_batch,
    make_change,
    make_delivery,
    make_observation,
    make_paper,
    make_schedule,
    make_subscription,
)
from tests.memory_store import MemoryStore
from tests.service import Postbox

MINUTE = timedelta(minutes=1)
AT_NOON = make_schedule("UTC", time(12, 0))


def service_at(store: MemoryStore, moment: datetime) -> Service:
    return Service.over(store, store.search, {"slack": Postbox()}, VirtualClock(moment, 0))


async def add(store: MemoryStore, number: int, at: datetime, *, upvotes: int = 10, **changes: Any) -> None:
    paper = make_paper(f"2603.{number:05}", first_seen_at=at, published_at=at, **changes)
    await store.papers.add(make_batch(paper, make_observation(paper.id, at + hours(0.5), upvotes=upvotes)))


async def composed(store: MemoryStore, at: datetime, due: datetime = NOON) -> DigestPost:
    subscription = await store.channels.subscription(make_subscription().channel)
    assert subscription is not None
    delivery = make_delivery(subscription_id=subscription.id, due_at=due, state=DeliveryState.SENDING)
    post = await service_at(store, at).digests.compose(delivery)
    assert post is not None
    return post


def ids(post: DigestPost) -> list[str]:
    return [card.ranked.paper.id for card in post.cards]


@pytest.fixture
async def store() -> MemoryStore:
    """A dozen papers of the last day, and a channel that reads everything."""
    store = MemoryStore()
    for number in range(1, 13):
        await add(store, number, NOON - hours(number), upvotes=number)
    await store.channels.create(
        make_subscription(topics=Topics(), schedule=AT_NOON, next_run_at=NOON + days(1)), make_change()
    )
    return store


async def test_no_paper_comes_twice_to_a_channel_in_thirty_days(store: MemoryStore) -> None:
    shown = [paper_id for day in range(4) for paper_id in await sent(store, NOON + days(day))]
    assert len(shown) == len(set(shown)) == 12


async def test_a_digest_is_the_same_however_often_it_is_made_while_it_is_on_its_way(store: MemoryStore) -> None:
    first = await composed(store, NOON)
    await add(store, 50, NOON + MINUTE, upvotes=500)
    again = await composed(store, NOON + 10 * MINUTE)
    assert again.digest == first.digest


async def test_channels_that_are_spread_over_their_minute_tell_the_same(store: MemoryStore) -> None:
    first = await composed(store, NOON)
    spread = await composed(store, NOON + MINUTE, due=NOON + MINUTE / 2)
    assert spread.digest == first.digest


async def test_one_that_somebody_asks_for_tells_what_is_known_now(store: MemoryStore) -> None:
    await add(store, 50, NOON + MINUTE, upvotes=500)
    later = NOON + hours(0.75)
    assert ids(await composed(store, later, due=later))[0] == "2603.00050"


async def test_after_an_outage_it_tells_what_is_known_now(store: MemoryStore) -> None:
    await add(store, 50, NOON + MINUTE, upvotes=500)
    assert ids(await composed(store, NOON + hours(2)))[0] == "2603.00050"


async def sent(store: MemoryStore, at: datetime) -> tuple[str, ...]:
    service = service_at(store, at)
    await service.courier.send_now(await service.channels.get(make_subscription().channel), at.date())
    (last, *_) = await store.deliveries.history(make_subscription().channel, 1)
    return last.selection if last.state is DeliveryState.SENT else ()


async def test_a_new_version_is_no_new_paper(store: MemoryStore) -> None:
    first = await sent(store, NOON)
    assert "2603.00012" in first
    await add(store, 12, NOON + hours(20), version=2, title="A study, revised", upvotes=500)
    assert "2603.00012" not in await sent(store, NOON + days(1))


async def test_what_is_in_the_title_goes_before_what_is_mentioned(store: MemoryStore) -> None:
    for number, title, abstract in ((51, "A study", "Of robots."), (52, "Robots", "A study.")):
        await add(store, number, NOON - hours(1), title=title, abstract=abstract, upvotes=20)
    known = await store.channels.subscription(make_subscription().channel)
    assert known is not None
    await service_at(store, NOON).channels.retopic(known.channel, known.set_up_by, Topics(include=("robots",)))
    post = await composed(store, NOON)
    assert ids(post) == ["2603.00052", "2603.00051"]
    texts = [part.text for card in post.cards for part in card.ranked.parts if part.signal == "topic_fit"]
    assert texts == ["topic: “robots” in its title", "topic: “robots” in its text"]

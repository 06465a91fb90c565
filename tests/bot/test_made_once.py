"""What the channels of a topic set choose from is made once, in whichever process."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, time

from bot.clock import VirtualClock
from bot.models import ChannelKey, Combine, DeliveryState, Period, Topics, Window
from bot.ranking import Ranking
from bot.service import Service
from bot.service.made_once import MadeOnce, key_of
from bot.service.trends import Trends
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
from tests.conftest import AnyStore
from tests.service import Postbox

AT_NOON = make_schedule("UTC", time(12, 0))
ROBOTS = Topics(include=("graphs", "robots"))
HERE, THERE = ChannelKey("slack", "T0001", "C0001"), ChannelKey("slack", "T0002", "C0002")


class CountingTrends(Trends):
    """Notes how often papers were held against topics."""

    asked = 0

    async def matching(
        self, ranking: Ranking, topics: Topics, among: Sequence[str] | None = None
    ) -> Mapping[str, tuple[str, ...]]:
        self.asked += 1
        return await super().matching(ranking, topics, among)


def of_a_process(store: AnyStore) -> CountingTrends:
    return CountingTrends(store, store.search, VirtualClock(NOON, 0))


async def filled(store: AnyStore) -> None:
    """A dozen papers on robots, every second one on graphs too, and two workspaces' channels that read them."""
    for number in range(1, 13):
        await add(store, number, "Robots" if number % 2 else "Robots on graphs", NOON - hours(number))
    for channel in (HERE, THERE):
        subscription = make_subscription(channel, topics=ROBOTS, schedule=AT_NOON, next_run_at=NOON + days(1))
        await store.channels.create(subscription, make_change(channel=channel))


async def add(store: AnyStore, number: int, title: str, at: datetime, upvotes: int = 10) -> None:
    paper = make_paper(f"2603.{number:05}", title=title, first_seen_at=at, published_at=at)
    await store.papers.add(make_batch(paper, make_observation(paper.id, at + hours(0.5), upvotes=upvotes + number)))


async def composed(store: AnyStore, channel: ChannelKey, moment: datetime) -> list[str]:
    """The papers of the digest of noon, chosen by a fresh process at that moment."""
    subscription = await store.channels.subscription(channel)
    assert subscription is not None
    service = Service.over(store, store.search, {"slack": Postbox()}, VirtualClock(moment, 0))
    delivery = make_delivery(channel, subscription_id=subscription.id, due_at=NOON, state=DeliveryState.SENDING)
    post = await service.digests.compose(delivery)
    assert post is not None
    return sorted(one.paper.id for one in post.digest.papers)


async def test_the_second_process_reads_what_the_first_made(store: AnyStore) -> None:
    await filled(store)
    made = []
    for trends, asked in ((of_a_process(store), 1), (of_a_process(store), 0)):
        ranking = await trends.ranking(Window.DAY, NOON)
        made.append(await MadeOnce(store.candidates, trends).of(Period.DAILY, ROBOTS, ranking, ranking.order))
        assert trends.asked == asked

    assert made[0] == made[1]
    matched, scores = made[0]
    assert matched["2603.00002"] == ("graphs", "robots")
    assert matched["2603.00001"] == ("robots",)
    assert list(matched) == list(scores)
    assert len(scores) == 12


async def test_two_processes_at_once_choose_from_the_same(store: AnyStore) -> None:
    await filled(store)

    async def one(trends: CountingTrends) -> object:
        ranking = await trends.ranking(Window.DAY, NOON)
        return await MadeOnce(store.candidates, trends).of(Period.DAILY, ROBOTS, ranking, ranking.order)

    first, second = await asyncio.gather(one(of_a_process(store)), one(of_a_process(store)))
    assert first == second


async def test_what_a_later_process_knows_more_of_the_past_changes_no_digest_of_the_same_moment(
    store: AnyStore,
) -> None:
    await filled(store)
    first = await composed(store, HERE, NOON)
    await add(store, 60, "Robots again", NOON - hours(1), upvotes=900)

    candidates = await store.candidates.candidates(
        key_of(Period.DAILY, ROBOTS, await of_a_process(store).ranking(Window.DAY, NOON))
    )
    there = await composed(store, THERE, NOON + hours(0.1))

    assert candidates is not None
    assert "2603.00060" not in {one.paper_id for one in candidates}
    assert "2603.00060" not in there
    assert len(there) == len(first) > 0


async def test_a_preview_makes_none_and_an_answer_to_somebody_neither(store: AnyStore) -> None:
    await filled(store)
    service = Service.over(store, store.search, {"slack": Postbox()}, VirtualClock(NOON + hours(1), 0))
    await service.digests.preview(HERE, await store.channels.subscription(HERE), NOON.date())

    assert await store.candidates.forget(NOON + days(9)) == 0


async def test_topic_sets_that_differ_anyhow_have_keys_of_their_own_that_tell_nothing(store: AnyStore) -> None:
    ranking = await of_a_process(store).ranking(Window.DAY, NOON)
    others = [
        ROBOTS,
        replace(ROBOTS, include=("robots", "graphs")),
        replace(ROBOTS, exclude=("graphs",)),
        replace(ROBOTS, combine=Combine.ALL),
        Topics(),
    ]
    keys = [key_of(Period.DAILY, topics, ranking).topic_set for topics in others]
    assert len(set(keys)) == len(keys)
    assert not any("robot" in key for key in keys)

"""A digest links to where another channel of the workspace had its paper before, and names no channel."""

import pytest

from bot.buttons import Link
from bot.clock import VirtualClock
from bot.delivery.keys import lane_of
from bot.models import ChannelKey, DeliveryState, Preferences, Topics
from bot.service import Service
from tests.builders import (
    CHANNEL,
    NOON,
    days,
    hours,
    make_batch,
    make_change,
    make_observation,
    make_paper,
    make_subscription,
)
from tests.memory_store import MemoryStore
from tests.service import Postbox

OTHER = ChannelKey("slack", "T0001", "C0002")
SEEN = "2603.00001"


@pytest.fixture
async def store() -> MemoryStore:
    store = MemoryStore()
    await add(store, SEEN, NOON - hours(3))
    return store


async def add(store: MemoryStore, paper_id: str, at: object) -> None:
    paper = make_paper(paper_id, first_seen_at=at, published_at=at)
    await store.papers.add(make_batch(paper, make_observation(paper_id, NOON - hours(2), upvotes=9)))


def service_of(store: MemoryStore, later: int = 0) -> Service:
    ways_out = {"slack": Postbox(), "discord": Postbox()}
    return Service.over(store, store.search, ways_out, VirtualClock(NOON + days(later), 0))


async def sent(store: MemoryStore, channel: ChannelKey) -> None:
    wanted = make_subscription(channel, topics=Topics(), next_run_at=NOON + days(1))
    subscription = await store.channels.create(wanted, make_change(channel=channel))
    await service_of(store).courier.send_now(subscription, NOON.date())
    (last,) = await store.deliveries.history(channel, 1)
    assert last.state is DeliveryState.SENT, lane_of(channel)


async def earlier(
    store: MemoryStore, channel: ChannelKey = CHANNEL, later: int = 0, wishes: Preferences | None = None
) -> dict[str, Link | None]:
    shown = make_subscription(channel, topics=Topics(), preferences=wishes or Preferences())
    post = await service_of(store, later).digests.preview(channel, shown, None)
    return {card.ranked.paper.id: card.earlier for card in post.cards}


async def test_a_paper_another_channel_had_links_to_its_message_without_naming_the_channel(store: MemoryStore) -> None:
    await sent(store, OTHER)
    await add(store, "2603.00002", NOON - hours(3))
    (url,) = [one.url for one in await store.deliveries.history(OTHER, 1)]
    assert await earlier(store) == {
        SEEN: Link("In another channel on 10 Mar", url or ""),
        "2603.00002": None,
    }


async def test_a_compact_digest_says_it_too(store: MemoryStore) -> None:
    await sent(store, OTHER)
    assert (await earlier(store, wishes=Preferences(compact=True)))[SEEN] is not None


@pytest.mark.parametrize(
    "place",
    [
        ChannelKey("slack", "T0002", "C0002"),
        ChannelKey("slack", "T0001", "U0001"),
        ChannelKey("slack", "T0001", "D0001"),
        ChannelKey("slack", "T0001", "G0001"),
        ChannelKey("discord", "T0001", "C0002"),
    ],
    ids=str,
)
async def test_other_workspaces_and_what_only_some_read_are_never_linked(store: MemoryStore, place: ChannelKey) -> None:
    await sent(store, place)
    assert await earlier(store) == {SEEN: None}


async def test_direct_messages_of_discord_share_nothing(store: MemoryStore) -> None:
    await sent(store, ChannelKey("discord", "@me", "1"))
    assert await earlier(store, ChannelKey("discord", "@me", "2")) == {SEEN: None}


async def test_a_servers_channels_share_theirs(store: MemoryStore) -> None:
    await sent(store, ChannelKey("discord", "7", "1"))
    assert (await earlier(store, ChannelKey("discord", "7", "2")))[SEEN] is not None


async def test_what_came_more_than_thirty_days_ago_is_forgotten(store: MemoryStore) -> None:
    await sent(store, OTHER)
    for day, known in ((30, True), (31, False)):
        found = await service_of(store, day).store.deliveries.shown_in(
            "slack", "T0001", [SEEN], NOON + days(day) - days(30)
        )
        assert bool(found) is known

"""What every AnnouncementStore does: in memory, on SQLite and on PostgreSQL."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.clock import VirtualClock
from bot.models import Change, ChannelKey, Owed, Workspace
from bot.ports import EditedMeanwhileError, Payload, SentMessage, Telling
from bot.ports.announcements import FIRST
from bot.service.announcing import Announcing
from bot.views import PublicLine, View
from tests.builders import ADA, CHANNEL, NOON, days, hours, make_change, make_subscription
from tests.conftest import AnyStore
from tests.storage.ledger import REAL

OTHER = ChannelKey("slack", "T0001", "C0002")
ON_DISCORD = ChannelKey("discord", "900", "901")
FEED_URL = "https://example.org/feed.xml"
AFTER, HELD = REAL + FIRST, timedelta(seconds=20)
HERS = Telling("ask 1", CHANNEL, "ask 1")


def owing(what: str = "paused the digest", channel: ChannelKey = CHANNEL, asking: str = "ask 1") -> Change:
    return replace(make_change(what, channel), owed=Owed(asking, REAL))


async def subscribe(store: AnyStore, change: Change) -> None:
    await store.channels.create(make_subscription(change.channel), change)


async def claim(
    store: AnyStore, teller: str = "late", now: datetime = AFTER, platforms: tuple[str, ...] = ("slack", "discord")
) -> list[str]:
    """Who is owed what, in words."""
    taken = await store.announcements.claim(teller, platforms, now, now + HELD, now - hours(1))
    return [f"{change.channel.channel} {change.what}" for change in taken]


async def test_a_change_is_owed_to_its_channel_from_the_moment_it_is_kept(store: AnyStore) -> None:
    await subscribe(store, owing("set up a daily digest"))
    known = await store.channels.subscription(CHANNEL)
    assert known is not None
    await store.channels.update(known, owing("changed the topics to “robotics”", asking="ask 2"))
    assert await store.channels.remove(CHANNEL, owing("ended the digest", asking="ask 3"))
    taken = await store.announcements.claim("late", ["slack"], AFTER, AFTER + HELD, REAL)
    words = [change.what for change in taken]
    assert words == ["set up a daily digest", "changed the topics to “robotics”", "ended the digest"]
    assert [change.owed for change in taken] == [Owed(f"ask {number}", REAL) for number in (1, 2, 3)]
    assert {(change.channel, change.at, change.by) for change in taken} == {(CHANNEL, NOON, ADA)}


async def test_a_feed_its_line_of_the_log_and_what_is_owed_are_kept_together(store: AnyStore) -> None:
    assert await store.feeds.add_feed(CHANNEL, FEED_URL, NOON, owing("added a feed"))
    assert not await store.feeds.add_feed(CHANNEL, FEED_URL, NOON, owing("added it again"))
    assert await store.feeds.remove_feed(CHANNEL, FEED_URL, owing("removed a feed"))
    assert not await store.feeds.remove_feed(CHANNEL, FEED_URL, owing("removed it again"))
    assert [change.what for change in await store.channels.log(CHANNEL, 9)] == ["removed a feed", "added a feed"]
    assert await claim(store) == ["C0001 added a feed", "C0001 removed a feed"]


async def test_a_link_its_line_of_the_log_and_what_is_owed_are_kept_together(store: AnyStore) -> None:
    team, server = Workspace.of(CHANNEL), Workspace.of(ON_DISCORD)
    await store.links.link(team, server, NOON, owing("linked the team"))
    assert await store.links.unlink(team, owing("ended the link"))
    assert not await store.links.unlink(team, owing("ended it again"))
    assert [change.what for change in await store.channels.log(CHANNEL, 9)] == ["ended the link", "linked the team"]
    assert await claim(store) == ["C0001 linked the team", "C0001 ended the link"]


async def test_what_is_not_kept_is_not_owed(store: AnyStore) -> None:
    await subscribe(store, make_change())
    known = await store.channels.subscription(CHANNEL)
    assert known is not None
    with pytest.raises(EditedMeanwhileError):
        await store.channels.update(replace(known, version=7), owing())
    assert not await store.channels.remove(OTHER, owing(channel=OTHER))
    assert await claim(store) == []


async def test_whoever_answers_has_a_while_to_begin(store: AnyStore) -> None:
    await subscribe(store, owing())
    assert await claim(store, now=AFTER - timedelta(seconds=1)) == []
    assert await claim(store) == ["C0001 paused the digest"]


async def test_one_of_many_takes_what_is_owed(store: AnyStore) -> None:
    await subscribe(store, owing())
    await subscribe(store, owing(channel=OTHER))
    taken = await asyncio.gather(*(claim(store, teller) for teller in ("a", "b", "c")))
    assert sorted(line for lines in taken for line in lines) == ["C0001 paused the digest", "C0002 paused the digest"]


async def test_what_is_held_nobody_takes_before_the_hold_is_over(store: AnyStore) -> None:
    await subscribe(store, owing())
    assert await store.announcements.hold(HERS, AFTER + HELD)
    assert await claim(store) == []
    assert await claim(store, now=AFTER + HELD) == ["C0001 paused the digest"]


async def test_whoever_answers_too_late_leaves_it_to_the_one_who_took_it(store: AnyStore) -> None:
    await subscribe(store, owing())
    await claim(store)
    late = replace(HERS, teller="late")
    assert not await store.announcements.hold(HERS, AFTER + HELD)
    await store.announcements.settle(HERS)
    assert await store.announcements.hold(late, AFTER + HELD)
    await store.announcements.settle(late)
    assert not await store.announcements.hold(HERS, AFTER + HELD), "told"
    assert not await store.announcements.hold(late, AFTER + HELD), "told"


async def test_a_teller_that_died_is_followed_by_another(store: AnyStore) -> None:
    await subscribe(store, owing())
    assert await claim(store, "died") == ["C0001 paused the digest"]
    assert await claim(store, "next", AFTER + HELD) == ["C0001 paused the digest"]
    assert not await store.announcements.hold(replace(HERS, teller="died"), AFTER + HELD)


async def test_told_is_told(store: AnyStore) -> None:
    await subscribe(store, owing())
    assert await store.announcements.hold(HERS, AFTER)
    await store.announcements.settle(HERS)
    assert await claim(store, now=AFTER + HELD) == []


async def test_each_channel_of_one_command_is_told_by_itself(store: AnyStore) -> None:
    await subscribe(store, owing())
    await subscribe(store, owing(channel=OTHER))
    await store.announcements.settle(HERS)
    assert await claim(store) == ["C0002 paused the digest"]


async def test_where_nothing_was_owed_nobody_else_will_tell(store: AnyStore) -> None:
    await subscribe(store, owing())
    assert await store.announcements.hold(Telling("ask 9", CHANNEL, "ask 9"), AFTER)
    assert await store.announcements.hold(replace(HERS, channel=OTHER), AFTER)


async def test_only_those_take_it_who_post_there(store: AnyStore) -> None:
    await subscribe(store, owing(channel=ON_DISCORD))
    assert await claim(store, platforms=("slack",)) == []
    assert await claim(store, platforms=()) == []
    assert await claim(store, platforms=("discord",)) == ["901 paused the digest"]


async def test_what_is_too_old_is_told_to_nobody_and_counted(store: AnyStore) -> None:
    await subscribe(store, owing())
    await subscribe(store, owing(channel=OTHER, asking="ask 2"))
    await store.announcements.settle(HERS)
    assert await claim(store, now=REAL + hours(1) + HELD) == []
    assert await store.announcements.forget(REAL) == 0
    assert await store.announcements.forget(REAL + hours(1)) == 1
    assert await store.announcements.forget(REAL + hours(1)) == 0
    assert await store.announcements.hold(HERS, AFTER), "forgotten"


async def test_what_is_erased_or_forgotten_is_owed_no_more(store: AnyStore) -> None:
    await subscribe(store, owing())
    await subscribe(store, owing(channel=OTHER))
    await store.channels.erase(CHANNEL)
    assert await claim(store) == ["C0002 paused the digest"]
    await store.channels.forget_changes(NOON + days(1))
    assert await claim(store, now=AFTER + HELD) == []


class Wall:
    """A platform that keeps what it posts; each post takes a turn of the loop, as over a network."""

    name = "slack"
    idempotent = False

    def __init__(self) -> None:
        self.posted: list[str] = []

    def render(self, view: View) -> list[Payload]:
        assert isinstance(view, PublicLine)
        return [{"text": view.text}]

    def fallback(self, view: View) -> Payload:
        raise NotImplementedError(view)

    async def send(self, channel: ChannelKey, payload: Payload, key: str) -> SentMessage:
        await asyncio.sleep(0)
        self.posted.append(f"{channel.channel}: {payload['text']}")
        return SentMessage(key)


async def test_processes_that_look_at_once_say_each_line_once(store: AnyStore) -> None:
    channels = [ChannelKey("slack", "T0001", f"C{number:04}") for number in range(12)]
    for channel in channels:
        await subscribe(store, owing(channel=channel))
    wall, clock = Wall(), VirtualClock(AFTER, 0)
    processes = [Announcing(store, {"slack": wall}, clock) for _ in range(4)]
    answering = processes[0].telling("ask 1", channels[0])
    async with answering as ours:
        told = await asyncio.gather(*(one.tell_late() for one in processes))
    assert ours
    assert sum(told) == len(channels) - 1
    assert sorted(wall.posted) == [f"{channel.channel}: @Ada paused the digest." for channel in channels[1:]]
    assert await claim(store, now=AFTER + HELD) == []

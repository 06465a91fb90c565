"""Every change is owed to its channel until it is told, and told late by another if whoever answers did not live to."""

import asyncio
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest
from structlog.testing import capture_logs

from bot.clock import VirtualClock
from bot.delivery.keys import announcement_key
from bot.models import ChannelKey, Outcome, Owed, Preferences
from bot.ports import Payload, SendError, SentMessage, Telling
from bot.ports.announcements import FIRST
from bot.service.announcing import HELD, KEPT, LATE, Announcing, late_line, public_line
from bot.views import PublicLine, View
from tests.builders import CHANNEL, make_change, make_subscription
from tests.memory_store import MemoryStore
from tests.storage.ledger import REAL

OTHER = ChannelKey("slack", "T0001", "C0002")
FORUM = ChannelKey("discord", "900", "901")
SECOND = timedelta(seconds=1)


class Hand(VirtualClock):
    """Set by hand."""

    def __init__(self) -> None:
        super().__init__(REAL + FIRST, 0)

    def set(self, moment: datetime) -> None:
        self._start = moment


@dataclass
class Wall:
    """A platform that keeps what it was to say, and fails as it is told."""

    name: str = "slack"
    idempotent: bool = False
    said: list[tuple[ChannelKey, str, str]] = field(default_factory=list)
    """Where, what, with which key; failed ones too."""
    failures: list[Exception] = field(default_factory=list)

    def render(self, view: View) -> list[Payload]:
        assert isinstance(view, PublicLine)
        return [{"text": f"{view.text} {view.hint}".strip()}]

    def fallback(self, view: View) -> Payload:
        raise NotImplementedError(view)

    async def send(self, channel: ChannelKey, payload: Payload, key: str) -> SentMessage:
        self.said.append((channel, str(payload["text"]), key))
        if self.failures:
            raise self.failures.pop(0)
        return SentMessage("1")

    def fail(self, outcome: Outcome, retry_after: float | None = None) -> None:
        self.failures.append(SendError(outcome, "as the test says", retry_after=retry_after))


@dataclass
class Room:
    """A store, a platform, and two processes of which one tells late."""

    store: MemoryStore = field(default_factory=MemoryStore)
    wall: Wall = field(default_factory=Wall)
    clock: Hand = field(default_factory=Hand)
    pauses: "asyncio.Queue[None]" = field(default_factory=asyncio.Queue)

    async def owe(self, what: str = "paused the digest", channel: ChannelKey = CHANNEL, asking: str = "ask 1") -> None:
        change = replace(make_change(what, channel), owed=Owed(asking, REAL))
        known = await self.store.channels.subscription(channel)
        if known is None:
            await self.store.channels.create(make_subscription(channel), change)
        else:
            await self.store.channels.update(known, change)

    @property
    def announcing(self) -> Announcing:
        return Announcing(self.store, {self.wall.name: self.wall}, self.clock, lambda _: self.pauses.get())

    async def late(self, after: timedelta = timedelta(0)) -> list[str]:
        """What is said when somebody looks, so long after the first moment that it may be."""
        self.clock.set(REAL + FIRST + after)
        before = len(self.wall.said)
        await self.announcing.tell_late()
        return [text for _, text, _ in self.wall.said[before:]]


@pytest.fixture
def room() -> Room:
    return Room()


LINE = f"@Ada paused the digest. {LATE}"


async def test_what_nobody_told_is_told_once(room: Room) -> None:
    await room.owe()
    assert await room.late(-SECOND) == []
    assert await room.late() == [LINE]
    assert await room.late(HELD * 2) == []
    assert room.wall.said[0] == (CHANNEL, LINE, announcement_key("ask 1", CHANNEL))


async def test_what_was_told_is_not_told_again(room: Room) -> None:
    await room.owe()
    async with room.announcing.telling("ask 1", CHANNEL) as ours:
        assert ours
    assert await room.late(HELD * 2) == []


async def test_who_comes_too_late_does_not_say_it_a_second_time(room: Room) -> None:
    await room.owe()
    assert await room.late() == [LINE]
    async with room.announcing.telling("ask 1", CHANNEL) as ours:
        assert not ours


async def test_a_line_that_takes_long_to_post_stays_with_whoever_posts_it(room: Room) -> None:
    await room.owe()
    held = room.store.announcements.held
    async with room.announcing.telling("ask 1", CHANNEL):
        for after in (HELD - SECOND, HELD * 2 - SECOND * 2):
            room.clock.set(REAL + FIRST + after)
            until = held(CHANNEL)
            room.pauses.put_nowait(None)
            while held(CHANNEL) == until:  # noqa: ASYNC110  # what the store says is what is waited for
                await asyncio.sleep(0)
            assert await room.late(after + SECOND) == []
    assert await room.late(HELD * 9) == []


async def test_a_line_whose_teller_fails_or_dies_is_told_late(room: Room) -> None:
    await room.owe()
    with pytest.raises(ZeroDivisionError):
        async with room.announcing.telling("ask 1", CHANNEL):
            raise ZeroDivisionError
    assert await room.late(HELD - SECOND) == []
    assert await room.late(HELD) == [LINE]


async def test_all_that_one_command_did_in_a_channel_is_one_message(room: Room) -> None:
    await room.owe("changed the topics to “robotics”")
    await room.owe("resumed the digest")
    await room.owe("ended the digest", asking="ask 2")
    await room.owe(channel=OTHER)
    assert await room.late() == [
        f"@Ada changed the topics to “robotics”. @Ada resumed the digest. {LATE}",
        f"@Ada ended the digest. {LATE}",
        LINE,
    ]
    assert [channel for channel, _, _ in room.wall.said] == [CHANNEL, CHANNEL, OTHER]


async def test_after_an_hour_it_is_no_news(room: Room) -> None:
    await room.owe()
    assert await room.late(KEPT) == []
    with capture_logs() as logs:
        assert await room.announcing.forget() == 1
        assert await room.announcing.forget() == 0
    assert [(log["log_level"], log["changes"]) for log in logs] == [("warning", 1)]


@pytest.mark.parametrize("outcome", [Outcome.DEAD_CHANNEL, Outcome.DEAD_LANE, Outcome.CONTENT_BUG, Outcome.UNKNOWN])
async def test_where_it_cannot_be_said_or_may_have_been_it_ends_quietly(room: Room, outcome: Outcome) -> None:
    await room.owe()
    room.wall.fail(outcome)
    with capture_logs() as logs:
        assert await room.late() == [LINE]
    assert {log["log_level"] for log in logs} == {"info"}
    assert await room.late(HELD * 2) == []
    known = await room.store.channels.subscription(CHANNEL)
    assert known is not None
    assert known.paused_because is None


@pytest.mark.parametrize("outcome", [Outcome.NOT_SENT, Outcome.LIMITED])
async def test_what_surely_did_not_arrive_is_said_again_later(room: Room, outcome: Outcome) -> None:
    await room.owe()
    room.wall.fail(outcome)
    assert await room.late() == [LINE]
    assert await room.late(HELD - SECOND) == []
    assert await room.late(HELD) == [LINE]
    assert await room.late(HELD * 3) == []


async def test_a_platform_that_asks_for_a_wait_gets_it(room: Room) -> None:
    await room.owe()
    room.wall.fail(Outcome.LIMITED, retry_after=90.0)
    assert await room.late() == [LINE]
    assert await room.late(timedelta(seconds=89)) == []
    assert await room.late(timedelta(seconds=90)) == [LINE]


async def test_with_a_key_a_doubtful_line_is_said_again_as_long_as_the_key_counts(room: Room) -> None:
    room.wall.idempotent = True
    await room.owe()
    for after in (0, 30, 60, 90):
        room.wall.fail(Outcome.UNKNOWN)
        assert await room.late(timedelta(seconds=after)) == [LINE]
    assert await room.late(timedelta(seconds=120)) == []
    assert len({key for _, _, key in room.wall.said}) == 1


async def test_a_forums_post_has_no_key_that_would_count(room: Room) -> None:
    room.wall.idempotent = True
    await room.owe()
    known = await room.store.channels.subscription(CHANNEL)
    assert known is not None
    in_forum = replace(known, preferences=Preferences(own_post=True))
    await room.store.channels.update(in_forum, make_change("posts in a forum"))
    room.wall.fail(Outcome.UNKNOWN)
    assert await room.late() == [LINE]
    assert await room.late(HELD * 2) == []


async def test_a_fault_of_ours_in_one_line_keeps_no_other_from_its_channel(room: Room) -> None:
    await room.owe()
    await room.owe(channel=OTHER)
    room.wall.failures.append(ZeroDivisionError())
    assert await room.late() == [LINE, LINE]
    assert await room.late(HELD * 2) == []


async def test_a_process_that_was_asleep_leaves_the_rest_to_the_one_that_took_it_over(room: Room) -> None:
    await room.owe()
    await room.owe(channel=OTHER)
    send = room.wall.send

    async def asleep(channel: ChannelKey, payload: Payload, key: str) -> SentMessage:
        room.wall.send = send  # type: ignore[method-assign]  # awake again
        lines = room.store.announcements
        assert await lines.hold(Telling("ask 1", CHANNEL, lines.teller(CHANNEL)), REAL + FIRST + HELD * 3)
        assert await room.late(HELD) == [LINE]
        return await send(channel, payload, key)

    room.wall.send = asleep  # type: ignore[method-assign]  # a machine that sleeps amid a request
    assert await room.announcing.tell_late() == 1
    assert [channel for channel, _, _ in room.wall.said] == [OTHER, CHANNEL]


async def test_at_the_end_the_line_on_its_way_is_waited_for_and_no_other_is_taken_up(room: Room) -> None:
    await room.owe()
    await room.owe(channel=OTHER)
    posting, arrives = asyncio.Event(), asyncio.Event()
    one, send = room.announcing, room.wall.send

    async def slow(channel: ChannelKey, payload: Payload, key: str) -> SentMessage:
        posting.set()
        await arrives.wait()
        return await send(channel, payload, key)

    room.wall.send = slow  # type: ignore[method-assign]  # a network
    telling = asyncio.create_task(one.tell_late())
    await posting.wait()
    assert not await one.drain(0.0)
    arrives.set()
    assert await one.drain(60.0)
    assert await telling == 1
    assert await one.tell_late() == 0
    assert [channel for channel, _, _ in room.wall.said] == [CHANNEL]
    assert await room.late(HELD) == [LINE], "another process tells the other channel"


class Gone:
    """Announcements of a database that is away."""

    async def hold(self, *_: object) -> bool:
        raise ConnectionError

    async def settle(self, *_: object) -> None:
        raise ConnectionError


async def test_while_the_database_is_away_the_line_waits(room: Room) -> None:
    await room.owe()
    kept = room.store.announcements
    room.store.announcements = Gone()  # type: ignore[assignment]  # only what is asked of it here
    async with room.announcing.telling("ask 1", CHANNEL) as ours:
        assert not ours
    room.store.announcements = kept
    assert await room.late() == [LINE]


async def test_a_line_that_was_posted_fails_nobody_because_it_could_not_be_noted(room: Room) -> None:
    await room.owe()
    async with room.announcing.telling("ask 1", CHANNEL) as ours:
        assert ours
        room.store.announcements = Gone()  # type: ignore[assignment]  # the same


def test_a_forum_gets_the_line_as_a_post_with_its_tags() -> None:
    known = make_subscription(FORUM, preferences=Preferences(own_post=True, tags=("Papers",)))
    line = late_line([make_change("paused the digest", FORUM)], known)
    assert (line.own_post, line.tags) == (True, ("Papers",))
    assert not public_line("x", None).own_post
    assert not public_line("x", make_subscription()).own_post

"""Surge alerts: off unless wanted, one a day, through the same ledger as digests."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest

from bot.models import DeliveryKind, DeliveryState, Outcome, Subscription
from bot.ports import Payload
from bot.ranking.surge import takes_off
from bot.service import Service
from bot.service.alerts import climb_of
from bot.views import DigestPost, Notice, View
from tests.builders import CHANNEL, NOON, days, hours, make_batch, make_observation, make_paper
from tests.memory_store import MemoryStore
from tests.service import Desk, Postbox

QUICK, SLOW, OTHER = "2603.00001", "2603.00002", "2603.00003"


class Hands:
    """A clock that stands until it is moved."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def now(self) -> datetime:
        return self.moment


class Showing(Postbox):
    """Keeps the views too."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: list[View] = []

    def render(self, view: View) -> list[Payload]:
        self.shown.append(view)
        return super().render(view)


@dataclass(frozen=True)
class Newsroom(Desk):
    clock: Hands
    showing: Showing

    async def read(self, paper_id: str, *upvotes: tuple[float, int]) -> None:
        """Upvotes, by hours before now."""
        readings = [make_observation(paper_id, self.clock.now() - hours(back), upvotes=n) for back, n in upvotes]
        await self.store.papers.add(make_batch(*readings))

    async def look(self) -> int:
        found = await self.service.alerts.look()
        await self.service.courier.deliver_due()
        return found

    async def alerts(self) -> list[Any]:
        last = await self.store.deliveries.history(CHANNEL, 99)
        return [one for one in last if one.kind is DeliveryKind.ALERT]


@pytest.fixture
async def room() -> Newsroom:
    """Three papers about robots of the day before yesterday, none of which moves; a digest that wants alerts."""
    store, clock, showing = MemoryStore(), Hands(NOON), Showing()
    service = Service.over(store, store.search, {"slack": showing}, clock)
    room = Newsroom(service, store, showing, clock, showing)
    papers = [make_paper(one, title=f"Robots {one}", first_seen_at=NOON - days(2)) for one in (QUICK, SLOW, OTHER)]
    await store.papers.add(make_batch(*papers))
    for one in (QUICK, SLOW, OTHER):
        await room.read(one, (40, 3), (8, 4))
    await room.ask("digest subscribe")
    await room.ask("digest topics add robots")
    await room.ask("digest alerts on")
    return room


async def test_a_paper_that_takes_off_is_posted_once_with_the_reason(room: Newsroom) -> None:
    await room.read(QUICK, (1, 44))
    assert await room.look() == 1
    await room.read(QUICK, (0, 60))
    assert await room.look() == 0

    (alert,) = await room.alerts()
    assert (alert.state, alert.selection) == (DeliveryState.SENT, (QUICK,))
    (post,) = [view for view in room.showing.shown if isinstance(view, DigestPost)]
    assert post.title == "A paper takes off"
    assert post.footer[0].startswith("Why now: 40 upvotes in the last 6 h, ")
    assert post.footer[0].endswith("; topic: robots.")
    assert [shown.ranked.paper.id for shown in post.cards] == [QUICK]


async def test_a_look_that_fails_is_made_again(room: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    async def away() -> list[Subscription]:
        raise ConnectionError("the database is away")

    await room.read(QUICK, (1, 44))
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(room.store.channels, "with_alerts", away)
        with pytest.raises(ConnectionError):
            await room.look()
    assert await room.look() == 1, "though nothing new is known"
    assert await room.look() == 0


async def test_nothing_is_posted_where_nobody_asked(room: Newsroom) -> None:
    await room.ask("digest alerts off")
    await room.read(QUICK, (1, 44))
    assert await room.look() == 0
    assert await room.alerts() == []


async def test_at_most_one_a_day_and_the_fastest_of_them(room: Newsroom) -> None:
    await room.read(SLOW, (1, 30))
    await room.read(QUICK, (1, 44))
    assert await room.look() == 1
    await room.read(SLOW, (0, 50))
    assert await room.look() == 0
    assert [one.selection for one in await room.alerts()] == [(QUICK,)]

    room.clock.moment += days(1)
    await room.read(SLOW, (8, 50), (1, 150))
    assert await room.look() == 1
    assert [one.selection for one in await room.alerts()] == [(SLOW,), (QUICK,)]


async def test_it_counts_as_posted_and_takes_no_digest_away(room: Newsroom) -> None:
    await room.read(QUICK, (1, 44))
    await room.look()

    await room.ask("digest send")

    digests = [one for one in await room.store.deliveries.history(CHANNEL, 9) if one.kind is DeliveryKind.DIGEST]
    (digest,) = digests
    assert digest.state is DeliveryState.SENT
    assert set(digest.selection) == {SLOW, OTHER}, "a paper comes to a channel once in 30 days"


async def test_while_it_waits_no_digest_takes_its_paper(room: Newsroom) -> None:
    """As behind a lane that rests: both would go out in the same minute."""
    await room.read(QUICK, (1, 44))
    assert await room.service.alerts.look() == 1
    await room.ask("digest send")
    await room.service.courier.deliver_due()
    sent = {one.kind: set(one.selection) for one in await room.store.deliveries.history(CHANNEL, 9)}
    assert sent == {DeliveryKind.ALERT: {QUICK}, DeliveryKind.DIGEST: {SLOW, OTHER}}
    assert len(room.showing.sent) == 2


async def test_what_the_digest_showed_already_is_no_alert(room: Newsroom) -> None:
    await room.ask("digest send")
    await room.read(QUICK, (1, 44))
    assert await room.look() == 0


@pytest.mark.parametrize(
    "command",
    [
        "digest topics remove robots",
        "digest filters upvotes:500",
        "digest pause",
        "digest pause until:2026-03-20",
        "digest quiet 2026-03-10..2026-03-11",
        "digest unsubscribe",
    ],
)
async def test_it_keeps_to_topics_filters_and_quiet_days(room: Newsroom, command: str) -> None:
    await room.ask("digest topics add zymurgy")
    await room.ask(command)
    await room.read(QUICK, (1, 44))
    assert await room.look() == 0


async def test_switched_off_before_it_went_out_it_is_not_posted(room: Newsroom) -> None:
    await room.read(QUICK, (1, 44))
    assert await room.service.alerts.look() == 1
    await room.ask("digest alerts off")
    await room.service.courier.deliver_due()

    (alert,) = await room.alerts()
    assert (alert.state, alert.reason) == (DeliveryState.SKIPPED, "alerts were switched off")
    assert room.showing.sent == []


async def test_one_that_is_in_doubt_is_never_posted_again(room: Newsroom) -> None:
    room.showing.fail(Outcome.UNKNOWN, "the connection broke")
    await room.read(QUICK, (1, 44))
    await room.look()
    room.clock.moment += hours(1)
    await room.look()
    (alert,) = await room.alerts()
    assert alert.state is DeliveryState.UNKNOWN
    assert room.showing.sent == []


async def test_one_that_is_in_doubt_is_posted_again_where_somebody_asks(room: Newsroom) -> None:
    refused: Any = await room.ask("digest alerts again:yes")
    assert refused.code == "nothing_to_send"
    room.showing.fail(Outcome.UNKNOWN, "the connection broke")
    await room.read(QUICK, (1, 44))
    await room.look()
    status: Any = await room.ask("digest status")
    (again,) = [button for button in status.buttons if button.label == "Send alert again"]

    answer: Any = await room.ask(again.command)

    assert answer.text == "The alert of 2026-03-10 is sent."
    (alert,) = await room.alerts()
    assert (alert.state, alert.generation, alert.selection) == (DeliveryState.SENT, 1, (QUICK,))
    assert len(room.showing.sent) == 1
    assert [one for one in await room.store.deliveries.history(CHANNEL, 9) if one.kind is DeliveryKind.DIGEST] == []
    status = await room.ask("digest status")
    assert "Send alert again" not in [button.label for button in status.buttons]
    refused = await room.ask("digest alerts again:yes")
    assert refused.code == "nothing_to_send"


async def test_status_and_history_call_it_an_alert(room: Newsroom) -> None:
    await room.read(QUICK, (1, 44))
    await room.look()
    for command in ("digest status", "digest history"):
        view: Any = await room.ask(command)
        assert view.last[0].reason.startswith("alert: 1 paper at "), command
    status: Any = await room.ask("digest status")
    assert status.headline.startswith("Last: an alert, sent for 2026-03-10.")
    assert "Send again" not in [button.label for button in status.buttons]
    of_date: Any = await room.ask("digest status 2026-03-10")
    assert of_date.headline.startswith("2026-03-10: no digest"), "an alert is none"


async def test_the_command_tells_the_rule_and_the_channel_who_switched(room: Newsroom) -> None:
    told = await room.ask("digest alerts")
    assert isinstance(told, Notice)
    assert told.text == (
        "Alerts are on; they are for a paper that gets at least 15 upvotes in 6 h, 4 times as fast as before; "
        "at most one a day."
    )
    again = await room.answer("digest alerts on")
    assert again.announcement is None
    assert "Nothing was changed" in str(again.view)
    off = await room.answer("digest alerts off")
    assert off.announcement is not None
    assert off.announcement.text == "@Ada switched alerts off."
    exported: Any = await room.ask("digest export")
    assert "alerts" not in exported.text
    await room.ask("digest alerts on")
    assert '"alerts": true' in str(getattr(await room.ask("digest export"), "text", ""))


def test_a_gap_in_the_readings_is_no_surge() -> None:
    paper = make_paper(first_seen_at=NOON - days(3))
    gap = [make_observation(at=NOON - hours(30), upvotes=3), make_observation(at=NOON, upvotes=90)]
    near = [make_observation(at=NOON - hours(7), upvotes=3), make_observation(at=NOON, upvotes=90)]
    late = [make_observation(at=NOON - hours(2), upvotes=80), make_observation(at=NOON, upvotes=190)]
    assert climb_of(paper, gap, NOON) is None
    assert climb_of(paper, late, NOON) is None, "it is older than the first reading of it"
    found = climb_of(paper, near, NOON)
    assert found is not None
    assert (found.before, found.now, found.hours_before) == (3, 90, 66.0)


def test_a_paper_that_is_new_began_with_nothing() -> None:
    paper = make_paper(first_seen_at=NOON - hours(2), published_at=NOON - hours(3))
    found = climb_of(paper, [make_observation(at=NOON, upvotes=20)], NOON)
    assert found is not None
    assert (found.before, found.hours_before) == (0, 0.0)
    assert climb_of(paper, [], NOON) is None


@pytest.mark.parametrize("published_at", [NOON - days(12), None])
def test_what_a_paper_had_when_we_first_looked_is_not_gained_today(published_at: datetime | None) -> None:
    paper = make_paper(first_seen_at=NOON - hours(2), published_at=published_at)
    first = make_observation(at=NOON - hours(2), upvotes=99)
    for now, gains in ((101, False), (160, published_at is not None)):
        found = climb_of(paper, [first, make_observation(at=NOON, upvotes=now)], NOON)
        assert found is not None
        assert (found.before, found.gained) == (99, now - 99)
        assert takes_off(found) is gains
    unlooked = climb_of(paper, [make_observation(at=NOON, upvotes=99)], NOON)
    assert unlooked is not None
    assert unlooked.gained == 0


async def test_in_a_forum_it_is_a_post_of_its_own(room: Newsroom) -> None:
    """A forum takes nothing else, and a refusal would pause the digest with it."""
    await room.service.halting.note_own_posts(CHANNEL, own_post=True)
    await room.read(QUICK, (1, 44))
    await room.look()
    (post,) = [view for view in room.showing.shown if isinstance(view, DigestPost)]
    assert post.own_post

"""What commands change is owed to its channels, with its author; what changes nothing, or nobody asked for, is not."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.commands import Answer, Call
from bot.commands.grammar import parse
from bot.commands.turns import Turns
from bot.models import Change, ChannelKey, Person
from bot.ports import Telling
from bot.service.announcing import HELD, late_line
from bot.views import Notice
from tests.builders import ADA, CHANNEL, NOON
from tests.service import Desk, make_desk
from tests.storage.ledger import REAL

ON_DISCORD = ChannelKey("discord", "900", "901")

CHANGES = (
    "digest subscribe daily", "digest topics add robotics", "digest schedule 10:00", "digest filters upvotes:10",
    "digest format papers:8", "digest quiet most:3", "digest alerts on", "digest pause", "digest resume",
    "digest pause skip:next", 'digest import {"papers":5} yes:yes', "digest settings papers:6",
    "digest feeds add https://example.org/feed.xml", "digest feeds remove https://example.org/feed.xml",
    "digest pause all", "digest resume all", "digest unsubscribe", "digest subscribe weekly", "digest unsubscribe all",
)  # fmt: skip


async def typed(desk: Desk, text: str, channel: ChannelKey = CHANNEL) -> Answer:
    """As from chat."""
    command, raw = parse(text)
    return await Turns(desk.service).answer(command, raw, Call(ADA, channel))


async def owed(desk: Desk) -> list[Change]:
    """All that is owed, which nobody is told."""
    lines = desk.store.announcements
    far = datetime.max.replace(tzinfo=NOON.tzinfo) - HELD
    return await lines.claim("test", ["slack", "discord"], far, far, REAL - timedelta(days=9999))


def lines_of(answer: Answer, channel: ChannelKey) -> list[tuple[ChannelKey, Notice]]:
    lines = [*answer.elsewhere]
    if answer.announcement is not None:
        lines.append((answer.announce_in or channel, answer.announcement))
    return lines


@pytest.mark.parametrize("channel", [CHANNEL, ON_DISCORD], ids=["slack", "discord"])
async def test_every_line_of_a_change_is_owed_with_its_author_until_it_is_told(channel: ChannelKey) -> None:
    desk = make_desk()
    for text in CHANGES:
        answer = await typed(desk, text, channel)
        lines = lines_of(answer, channel)
        (change,) = await owed(desk)
        assert [(place, change.owed and change.owed.asking) for place, _ in lines] == [(channel, answer.asking)], text
        assert change.by == ADA
        assert "@Ada" in late_line([change], None).text
        await desk.store.announcements.settle(Telling(answer.asking, channel, "test"))
        assert await owed(desk) == []


async def test_what_one_command_owes_is_settled_by_itself() -> None:
    desk = make_desk()
    one, two = [await typed(desk, text) for text in ("digest subscribe daily", "digest pause")]
    assert one.asking != two.asking
    async with desk.service.announcing.telling(two.asking, CHANNEL):
        pass
    assert [change.what for change in await owed(desk)] == ["set up a daily digest"]


async def test_what_changes_nothing_and_what_nobody_asked_for_owes_nothing() -> None:
    desk = make_desk()
    await desk.ask("digest subscribe daily")
    for text in ("digest topics list", "digest resume", "digest format papers:5", "digest send", "trending"):
        await typed(desk, text)
    await desk.service.halting.halt(CHANNEL, "The channel is archived.")
    assert await owed(desk) == []


async def test_ones_own_direct_message_is_owed_no_line() -> None:
    desk, inbox = make_desk(), ChannelKey("slack", "T0001", ADA.id)
    await typed(desk, "subscribe daily")
    answer = await typed(desk, "digest pause", inbox)
    async with desk.service.announcing.telling(answer.asking, inbox) as ours:
        assert ours, "where a way in says it all the same"
    assert await owed(desk) == []


async def test_a_terminal_and_a_page_tell_no_channel() -> None:
    desk = make_desk()
    answer = await desk.answer("digest subscribe daily", Call(Person(id="terminal", name="x"), CHANNEL, operator=True))
    assert answer.asking == ""
    async with desk.service.announcing.telling(answer.asking, CHANNEL) as ours:
        assert ours
    assert await owed(desk) == []


async def test_a_platforms_own_name_for_a_command_is_kept() -> None:
    desk = make_desk()
    command, raw = parse("digest subscribe daily")
    caller = replace(ADA, asking="1234")
    assert (await Turns(desk.service).answer(command, raw, Call(caller, CHANNEL))).asking == "1234"

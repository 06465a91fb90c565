"""What a channel is told of its digest: what came, what did not and why, and how to go on."""

from dataclasses import replace
from typing import Any

import pytest

from bot.clock import VirtualClock
from bot.commands import Call
from bot.models import ChannelKey, Outcome, Person
from bot.views import Status
from tests.builders import ADA, CHANNEL, NOON, days
from tests.service import Desk, Postbox, make_desk, make_desk_of_robots


@pytest.fixture
async def desk() -> Desk:
    return await make_desk_of_robots()


async def test_status_tells_what_happened_and_what_comes(desk: Desk) -> None:
    none: Any = await desk.ask("digest status")
    assert isinstance(none, Status)
    assert none.state == "none"
    await desk.ask("digest subscribe")
    await desk.ask("digest send")
    status: Any = await desk.ask("digest status")
    assert status.state == "active"
    assert (status.last[0].slot, status.last[0].state, status.last[0].outcome) == ("2026-03-10", "sent", "sent")
    assert status.last[0].url
    assert len(status.next_runs) == 3


async def test_a_channel_that_refuses_is_paused_and_the_status_says_how_to_go_on(desk: Desk) -> None:
    await desk.ask("digest subscribe")
    desk.postbox.fail(Outcome.DEAD_CHANNEL, "I am not in this channel; invite me with /invite @Broadsheet")
    await desk.ask("digest send")
    status: Any = await desk.ask("digest status")
    assert status.state == "paused"
    assert "/invite" in status.headline
    assert [(button.label, button.command) for button in status.buttons] == [
        ("Retry", "digest send"),
        ("Preview", "digest preview"),
    ], "one way to send it, which lets it run again too"
    await desk.ask("digest subscribe")
    after: Any = await desk.ask("digest status")
    assert after.state == "active"


@pytest.mark.parametrize(
    ("date", "told"),
    [
        ("2026-03-10", "2026-03-10: sent, 5 papers at Tue 10 March, 13:00 (Europe/Berlin)."),
        ("2026-03-09", "2026-03-09: no digest, it was set up on 2026-03-10."),
        ("2026-03-14", "2026-03-14: no digest, it is due daily on weekdays, and not on that day."),
        ("2026-03-11", "2026-03-11: no digest, it is due at Wed 11 March, 09:00 (Europe/Berlin)."),
        ("2026-03-12", "2026-03-12: no digest, these are quiet days, 2026-03-12 to 2026-03-13."),
    ],
)
async def test_status_tells_of_any_date_what_happened_and_why(desk: Desk, date: str, told: str) -> None:
    await desk.ask("digest subscribe")
    await desk.ask("digest quiet 2026-03-12..2026-03-13")
    await desk.ask("digest send")
    status: Any = await desk.ask(f"digest status {date}")
    assert status.headline == told
    assert [run.slot for run in status.last] == ([date] if date == "2026-03-10" else [])
    assert status.next_runs


async def test_status_tells_of_a_date_without_a_digest_that_there_is_none(desk: Desk) -> None:
    status: Any = await desk.ask("digest status 2026-03-10")
    assert status.headline == "2026-03-10: no digest, this channel has none."


async def refused(desk: Desk, at: Call) -> None:
    await desk.ask("digest subscribe", at)
    desk.postbox.fail(Outcome.DEAD_CHANNEL, "I am not in that channel")
    await desk.ask("digest send", at)


async def test_status_tells_of_a_date_after_a_refusal_that_it_was_paused(desk: Desk) -> None:
    await refused(desk, Call(ADA, CHANNEL))
    later = replace(desk, service=replace(desk.service, clock=VirtualClock(NOON + days(2), 0)))
    assert "2026-03-11: no digest, it was paused: I am not" in str(await later.ask("digest status 2026-03-11"))


async def test_retry_posts_today_s_digest_and_lets_it_run_again(desk: Desk) -> None:
    await refused(desk, Call(ADA, CHANNEL))
    inbox = Call(ADA, ChannelKey("slack", "T0001", ADA.id))

    assert "is sent" in str(await desk.ask(f"digest send channel:{CHANNEL}", inbox))

    status: Any = await desk.ask("digest status")
    assert (status.state, status.last[0].state) == ("active", "sent")
    assert status.next_runs


async def test_a_retry_that_is_refused_again_leaves_it_stopped(desk: Desk) -> None:
    await refused(desk, Call(ADA, CHANNEL))
    desk.postbox.fail(Outcome.DEAD_CHANNEL, "I am not in that channel")
    await desk.ask("digest send")
    status: Any = await desk.ask("digest status")
    assert status.state == "paused"


async def test_sending_once_resumes_nothing_that_a_person_paused(desk: Desk) -> None:
    await desk.ask("digest subscribe")
    await desk.ask("digest pause")
    assert "is sent" in str(await desk.ask("digest send"))
    status: Any = await desk.ask("digest status")
    assert status.state == "paused"


ON_DISCORD = ChannelKey("discord", "900", "901")
INBOX = ChannelKey("discord", "@me", ADA.id)


@pytest.fixture
async def discord(desk: Desk) -> Desk:
    """The same desk, where Discord is the way out."""
    postbox = Postbox()
    postbox.name = "discord"
    there = make_desk(store=desk.store, platforms={"discord": postbox})
    there = replace(there, postbox=postbox)
    await refused(there, Call(ADA, ON_DISCORD))
    return there


async def test_on_discord_too_whoever_set_it_up_may_retry_from_their_inbox(discord: Desk) -> None:
    assert "is sent" in str(await discord.ask(f"digest send channel:{ON_DISCORD}", Call(ADA, INBOX)))


async def test_nobody_else_may_and_nothing_but_a_refused_digest(discord: Desk) -> None:
    ben = Person(id="U0002", name="Ben")
    theirs = Call(ben, ChannelKey("discord", "@me", ben.id))
    assert "bad_channel" in str(await discord.ask(f"digest send channel:{ON_DISCORD}", theirs))
    await discord.ask(f"digest send channel:{ON_DISCORD}", Call(ADA, INBOX))
    assert "bad_channel" in str(await discord.ask(f"digest send again channel:{ON_DISCORD}", Call(ADA, INBOX)))

"""Pausing, resuming and ending all digests of a workspace that somebody may change."""

from dataclasses import replace

import pytest

from bot.commands import Answer, Call
from bot.models import ChannelKey
from bot.views import Notice, Tone
from tests.builders import ADA, CHANNEL, make_change, make_subscription
from tests.service import Desk, make_desk

MINE = replace(CHANNEL, channel="C0MINE01")
CLOSED = replace(CHANNEL, channel="C0CLOSED")
DIRECT = replace(CHANNEL, channel="U0SOMEBODY")
ELSEWHERE = ChannelKey("slack", "T0OTHER", "C0OTHER1")


async def allowed(channel: ChannelKey) -> bool:
    return channel != CLOSED


CALL = Call(ADA, CHANNEL, zone="Europe/Berlin", allowed=allowed)


@pytest.fixture
async def desk() -> Desk:
    desk = make_desk()
    for channel in (CHANNEL, MINE, CLOSED, DIRECT, ELSEWHERE):
        await desk.store.channels.create(make_subscription(channel), make_change(channel=channel))
    return desk


async def paused(desk: Desk) -> set[ChannelKey]:
    known = [await desk.store.channels.subscription(key) for key in (CHANNEL, MINE, CLOSED, DIRECT, ELSEWHERE)]
    return {one.channel for one in known if one and one.paused_because}


def lines(answer: Answer) -> dict[ChannelKey, str]:
    return {channel: notice.text for channel, notice in answer.elsewhere}


@pytest.mark.parametrize("text", ["digest pause all", "digest pause where:all", "digest pause channel:all"])
async def test_all_are_those_of_the_workspace_that_the_caller_may_change(desk: Desk, text: str) -> None:
    answer = await desk.answer(text, CALL)
    assert await paused(desk) == {CHANNEL, MINE}
    assert lines(answer) == {CHANNEL: "@Ada paused the digest.", MINE: "@Ada paused the digest."}
    assert isinstance(answer.view, Notice)
    assert [(field.label, field.text.partition(":")[0]) for field in answer.view.fields] == [
        ("Changed", "2 digests"),
        ("Not touched", "1 digest"),
    ]


async def test_what_runs_already_is_left_and_told_to_nobody(desk: Desk) -> None:
    await desk.ask("digest pause", CALL)
    answer = await desk.answer("digest resume all", CALL)
    assert lines(answer) == {CHANNEL: "@Ada resumed the digest."}
    again = await desk.answer("digest resume all", CALL)
    assert again.elsewhere == ()
    assert "Nothing was changed." in str(again.view)


async def test_all_can_be_ended(desk: Desk) -> None:
    answer = await desk.answer("digest unsubscribe all", CALL)
    assert set(lines(answer)) == {CHANNEL, MINE}
    left = await desk.store.channels.subscriptions("slack", CHANNEL.workspace)
    assert {one.channel for one in left} == {CLOSED, DIRECT}


async def test_nobody_is_asked_of_other_channels_where_nobody_can_tell(desk: Desk) -> None:
    await desk.ask("digest pause all", replace(CALL, allowed=None))
    assert await paused(desk) == {CHANNEL}


@pytest.mark.parametrize("text", ["digest unsubscribe yes", "digest unsubscribe a", "digest pause everything"])
async def test_nothing_but_that_word_means_all(desk: Desk, text: str) -> None:
    answer = await desk.answer(text, CALL)
    assert isinstance(answer.view, Notice)
    assert answer.view.tone is Tone.ERROR
    assert len(await desk.store.channels.subscriptions("slack", CHANNEL.workspace)) == 4


async def test_without_any_digest_it_says_so() -> None:
    view = await make_desk().ask("digest pause all", CALL)
    assert isinstance(view, Notice)
    assert (view.code, view.text) == ("not_subscribed", "This workspace has no digest.")

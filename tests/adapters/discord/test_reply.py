"""Answers to an interaction arrive although a call fails, and never twice."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from adapters.discord.reply import Reply
from adapters.discord.rest import CallError, RefusedError, Rest
from tests.adapters.discord.fake_discord import FakeClock, Script, fake_discord

PAYLOAD: dict[str, object] = {"flags": 1 << 15, "components": []}
CALLBACK = ("POST", "/interactions/5/token/callback")
WEBHOOK = "/webhooks/900/token"
ORIGINAL = f"{WEBHOOK}/messages/@original"
BUSY = (500, {"message": "busy", "code": 0})


@pytest.fixture
async def discord() -> AsyncIterator[Script]:
    async with fake_discord() as script:
        yield script


@pytest.fixture
async def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def reply(discord: Script, clock: FakeClock) -> AsyncIterator[Reply]:
    rest = Rest("invented.token", discord.url, clock=clock, sleep=clock.sleep)
    yield Reply(rest, "900", "5", "token", clock.sleep)
    await rest.close()


def made(discord: Script) -> list[tuple[str, str]]:
    return [(method, path) for method, path, _ in discord.calls]


@pytest.mark.parametrize(("thinking", "body"), [(True, {"type": 5, "data": {"flags": 64}}), (False, {"type": 6})])
async def test_an_acknowledgement_is_private_or_invisible(
    reply: Reply, discord: Script, thinking: bool, body: object
) -> None:
    discord.then(204)
    await reply.acknowledge(thinking=thinking)
    assert discord.calls == [(*CALLBACK, body)]


async def test_a_lost_acknowledgement_is_looked_for_before_it_is_repeated(reply: Reply, discord: Script) -> None:
    discord.then(200, "<html></html>").then(200, {"id": "1"})
    await reply.acknowledge(thinking=True)
    assert made(discord) == [CALLBACK, ("GET", ORIGINAL)]


async def test_an_acknowledgement_that_did_not_arrive_is_repeated(reply: Reply, discord: Script) -> None:
    discord.then(200, "<html></html>").then(404, {"code": 10015, "message": "Unknown Webhook"}).then(204)
    await reply.acknowledge(thinking=True)
    assert made(discord) == [CALLBACK, ("GET", ORIGINAL), CALLBACK]


@pytest.mark.parametrize("code", [10062, 40060])
async def test_an_interaction_that_is_over_is_not_acknowledged_again(reply: Reply, discord: Script, code: int) -> None:
    discord.then(404, {"code": code, "message": "over"})
    with pytest.raises(RefusedError):
        await reply.acknowledge(thinking=True)
    assert made(discord) == [CALLBACK]


async def test_an_edit_is_repeated_until_it_is_there(reply: Reply, discord: Script, clock: FakeClock) -> None:
    discord.then(*BUSY).then(200, "<html></html>").then(200, {"id": "1"})
    await reply.edit(PAYLOAD)
    assert made(discord) == [("PATCH", ORIGINAL)] * 3
    assert clock.slept == [1, 2]


async def test_a_message_that_may_have_arrived_is_not_posted_again(reply: Reply, discord: Script) -> None:
    discord.then(*BUSY)
    with pytest.raises(CallError):
        await reply.post(PAYLOAD, private=True)
    assert made(discord) == [("POST", WEBHOOK)]


async def test_a_limited_message_waits_as_long_as_it_is_told(reply: Reply, discord: Script, clock: FakeClock) -> None:
    discord.then(429, {"message": "slow", "retry_after": 2.5, "global": False}).then(200, {"id": "1"})
    await reply.post(PAYLOAD, private=False)
    assert made(discord) == [("POST", WEBHOOK)] * 2
    assert sum(clock.slept) == 2.5


async def test_an_overloaded_discord_is_asked_again_soon(reply: Reply, discord: Script, clock: FakeClock) -> None:
    discord.then(503, {"code": 130000, "message": "Overloaded"}).then(200, {"id": "1"})
    await reply.edit(PAYLOAD)
    assert made(discord) == [("PATCH", ORIGINAL)] * 2
    assert sum(clock.slept) < 5


async def test_a_wait_that_nobody_would_sit_through_ends_it(reply: Reply, discord: Script) -> None:
    discord.then(429, {"message": "slow", "retry_after": 600, "global": False})
    with pytest.raises(CallError):
        await reply.post(PAYLOAD, private=False)
    assert len(discord.calls) == 1


@pytest.mark.parametrize(("private", "flag"), [(True, 1 << 6), (False, 1 << 12)])
async def test_a_further_message_is_private_or_silent(reply: Reply, discord: Script, private: bool, flag: int) -> None:
    discord.then(200, {"id": "1"})
    await reply.post(PAYLOAD, private=private)
    assert discord.calls[0][2]["flags"] == 1 << 15 | flag


async def test_the_first_answer_can_be_taken_away(reply: Reply, discord: Script) -> None:
    discord.then(204)
    await reply.drop()
    assert made(discord) == [("DELETE", ORIGINAL)]


async def test_the_message_of_a_button_is_read_as_it_stands(reply: Reply, discord: Script) -> None:
    discord.then(*BUSY).then(200, {"id": "1", "components": []})
    assert await reply.original() == {"id": "1", "components": []}
    assert made(discord) == [("GET", ORIGINAL)] * 2


async def test_a_guest_posts_five_more_messages_and_says_how_many_are_left_out() -> None:
    """A person brought the app along to where it is no member."""
    async with fake_discord() as discord:
        discord.then(200, {"id": "1"})
        rest = Rest("invented.token", discord.url)
        member, guest = (Reply(rest, "900", "5", "token", guest=guest) for guest in (False, True))
        assert member.fitting([PAYLOAD] * 9) == [PAYLOAD] * 9
        assert guest.fitting([PAYLOAD] * 5) == [PAYLOAD] * 5
        *kept, last = guest.fitting([PAYLOAD] * 9)
        assert kept == [PAYLOAD] * 4
        assert str(last["content"]).startswith("5 more messages")
        for _ in range(5):
            await guest.post(PAYLOAD, private=True)
        assert guest.fitting([PAYLOAD]) == []
        await rest.close()


EXCUSE: dict[str, object] = {"flags": 1 << 15, "components": [{"type": 10, "content": "restarting"}]}


async def thinking(reply: Reply, discord: Script) -> None:
    discord.then(204).then(200, {"id": "1"})
    await reply.acknowledge(thinking=True)
    discord.calls.clear()


async def test_an_excuse_takes_the_place_of_thinking_once(reply: Reply, discord: Script) -> None:
    await thinking(reply, discord)
    await reply.excuse(EXCUSE)
    await reply.excuse(EXCUSE)
    assert discord.calls == [("PATCH", ORIGINAL, EXCUSE)]


async def test_there_is_no_excuse_before_an_acknowledgement_nor_under_a_button(reply: Reply, discord: Script) -> None:
    await reply.excuse(EXCUSE)
    discord.then(204)
    await reply.acknowledge(thinking=False)
    await reply.excuse(EXCUSE)
    assert made(discord) == [CALLBACK], "a message that held a button is no place for it"


@pytest.mark.parametrize("method", ["edit", "post", "drop"])
async def test_an_excuse_never_takes_the_place_of_an_answer(reply: Reply, discord: Script, method: str) -> None:
    await thinking(reply, discord)
    answers = {"edit": reply.edit(PAYLOAD), "post": reply.post(PAYLOAD, private=True), "drop": reply.drop()}
    answer = answers.pop(method)
    for unused in answers.values():
        unused.close()
    await asyncio.gather(answer, reply.excuse(EXCUSE))
    assert EXCUSE not in [body for _, _, body in discord.calls]


async def test_an_answer_that_comes_after_an_excuse_waits_for_it_and_replaces_it(reply: Reply, discord: Script) -> None:
    await thinking(reply, discord)
    await asyncio.gather(reply.excuse(EXCUSE), reply.edit(PAYLOAD))
    assert [body for _, _, body in discord.calls] == [EXCUSE, PAYLOAD]

"""One attempt a call, and each failure told exactly."""

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest

from adapters.discord.rest import HeldError, NoAnswerError, NotReachedError, RefusedError, Rest
from tests.adapters.discord.fake_discord import FakeClock, Script, fake_discord

ROUTE = "/channels/{channel_id}/messages"
CHANNEL = {"channel_id": "1"}
TOKEN = "secret.invented.token"


@pytest.fixture
async def discord() -> AsyncIterator[Script]:
    async with fake_discord() as script:
        yield script


@pytest.fixture
async def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def rest(discord: Script, clock: FakeClock) -> AsyncIterator[Rest]:
    made = Rest(TOKEN, discord.url, "https://papers.example.org", clock=clock, sleep=clock.sleep)
    yield made
    await made.close()


async def test_an_answer_is_its_json(rest: Rest, discord: Script) -> None:
    discord.then(200, {"id": "7"})
    assert await rest.call("POST", ROUTE, CHANNEL, {"content": "x"}) == {"id": "7"}
    assert discord.calls == [("POST", "/channels/1/messages", {"content": "x"})]
    assert discord.agents == {next(iter(discord.agents))}
    assert next(iter(discord.agents)).startswith("DiscordBot (https://papers.example.org, ")


async def test_an_answer_without_a_body_is_none(rest: Rest, discord: Script) -> None:
    discord.then(204)
    assert await rest.call("DELETE", ROUTE, CHANNEL) is None


async def test_parameters_cannot_leave_their_place(rest: Rest, discord: Script) -> None:
    discord.then(200, {})
    await rest.call("GET", ROUTE, {"channel_id": "1/../2?x"})
    assert discord.calls[0][1] == "/channels/1/../2?x/messages"  # as the server unquotes it: one segment


async def test_a_refusal_carries_its_code_and_what_it_objects_to(rest: Rest, discord: Script) -> None:
    errors = {"components": {"0": {"content": {"_errors": [{"code": "X", "message": "Must be 4000 or fewer."}]}}}}
    discord.then(400, {"code": 50035, "message": "Invalid Form Body", "errors": errors})
    with pytest.raises(RefusedError) as caught:
        await rest.call("POST", ROUTE, CHANNEL, {})
    assert (caught.value.status, caught.value.code) == (400, 50035)
    assert "components.0.content: Must be 4000 or fewer." in str(caught.value)
    assert TOKEN not in str(caught.value)


@pytest.mark.parametrize("body", ["<html>oops</html>", None])
async def test_a_success_that_cannot_be_read_is_no_answer(rest: Rest, discord: Script, body: str | None) -> None:
    discord.then(200, body)
    with pytest.raises(NoAnswerError):
        await rest.call("POST", ROUTE, CHANNEL, {})


async def test_a_cut_connection_is_no_answer(rest: Rest, discord: Script) -> None:
    discord.cut = True
    discord.then(200, {})
    with pytest.raises(NoAnswerError):
        await rest.call("POST", ROUTE, CHANNEL, {})
    assert len(discord.calls) == 1


async def test_a_silent_server_is_no_answer(discord: Script) -> None:
    discord.silent = True
    rest = Rest(TOKEN, discord.url, timeout=aiohttp.ClientTimeout(total=0.05))
    with pytest.raises(NoAnswerError):
        await rest.call("POST", ROUTE, CHANNEL, {})
    await rest.close()


@pytest.mark.parametrize("address", ["http://127.0.0.1:9", "http://nowhere.invalid"])
async def test_a_server_that_is_not_there_is_not_reached(address: str) -> None:
    rest = Rest(TOKEN, address)
    with pytest.raises(NotReachedError):
        await rest.call("POST", ROUTE, CHANNEL, {})
    await rest.close()


# --- limits -----------------------------------------------------------------------------------------------------


async def test_a_used_up_bucket_is_waited_for(rest: Rest, discord: Script, clock: FakeClock) -> None:
    discord.then(200, {}, X_RateLimit_Remaining="0", X_RateLimit_Reset_After="4.5")
    await rest.call("POST", ROUTE, CHANNEL, {})
    await rest.call("POST", ROUTE, CHANNEL, {})
    assert clock.slept == [4.5]


async def test_a_wait_longer_than_our_patience_is_told_without_a_call(rest: Rest, discord: Script) -> None:
    discord.then(200, {}, X_RateLimit_Remaining="0", X_RateLimit_Reset_After="90")
    await rest.call("POST", ROUTE, CHANNEL, {})
    with pytest.raises(HeldError) as caught:
        await rest.call("POST", ROUTE, CHANNEL, {})
    assert caught.value.retry_after == 90
    assert len(discord.calls) == 1


async def test_a_refused_bucket_holds_only_its_channel(rest: Rest, discord: Script, clock: FakeClock) -> None:
    discord.then(429, {"message": "slow", "retry_after": 2.5, "global": False}, X_RateLimit_Scope="shared").then(
        200, {}
    )
    with pytest.raises(RefusedError) as caught:
        await rest.call("POST", ROUTE, CHANNEL, {})
    assert caught.value.retry_after == 2.5
    await rest.call("POST", ROUTE, {"channel_id": "2"}, {})
    assert clock.slept == []
    await rest.call("POST", ROUTE, CHANNEL, {})
    assert clock.slept == [2.5]


async def test_a_global_refusal_holds_every_channel_but_no_answer_to_a_person(
    rest: Rest, discord: Script, clock: FakeClock
) -> None:
    discord.then(429, {"message": "slow", "retry_after": 3, "global": True}).then(200, {})
    with pytest.raises(RefusedError):
        await rest.call("POST", ROUTE, CHANNEL, {})
    await rest.call(
        "POST", "/webhooks/{webhook_id}/{webhook_token}", {"webhook_id": "1", "webhook_token": "t"}, {}, counted=False
    )
    assert clock.slept == []
    await rest.call("POST", ROUTE, {"channel_id": "2"}, {})
    assert clock.slept == [3]


@pytest.mark.parametrize("status", [403, 429])
async def test_a_block_in_front_of_discord_keeps_us_away(rest: Rest, discord: Script, status: int) -> None:
    """The network answers HTML and no code."""
    discord.then(status, "<html>error 1015</html>")
    with pytest.raises(RefusedError) as caught:
        await rest.call("POST", ROUTE, CHANNEL, {})
    assert caught.value.retry_after == 600
    if status == 429:
        with pytest.raises(HeldError):
            await rest.call("POST", ROUTE, {"channel_id": "2"}, {})


async def test_calls_to_one_channel_go_one_after_the_other(rest: Rest, discord: Script) -> None:
    discord.then(200, {}, X_RateLimit_Remaining="4", X_RateLimit_Reset_After="5")
    await asyncio.gather(*(rest.call("POST", ROUTE, CHANNEL, {"n": number}) for number in range(4)))
    assert [body["n"] for _, _, body in discord.calls] == [0, 1, 2, 3]

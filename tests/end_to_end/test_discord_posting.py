"""Posting by REST against a strict stand-in for Discord: every fault has its outcome, and nothing arrives twice."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import aiohttp
import pytest

from adapters.discord.platform import DiscordPlatform
from adapters.discord.registration import registered
from adapters.discord.render import fallback, render
from adapters.discord.rest import Rest
from bot.commands import all_commands
from bot.models import ChannelKey, Outcome
from bot.ports import SendError
from tests.adapters.discord.views import HOSTILE, VIEWS
from tests.end_to_end.discord_stage import discord_marks, settings_for, shown, simulator, strict

pytestmark = discord_marks

KEY = "0123456789abcdef01234567"
POSTING = "POST /channels/{channel_id}/messages"
SEND, VIEW = 1 << 11, 1 << 10


@pytest.fixture
async def sim() -> AsyncIterator[Any]:
    async with strict() as discord:
        assert discord.spec is not None
        discord.taint(HOSTILE)
        yield discord


@pytest.fixture
async def platform(sim: Any) -> AsyncIterator[DiscordPlatform]:
    made = DiscordPlatform.from_settings(settings_for(sim))
    yield made
    await made.close()


def key_of(sim: Any, channel: str = "general") -> ChannelKey:
    return ChannelKey("discord", sim.default_guild.id, sim.channel(channel).id)


async def failing(platform: DiscordPlatform, channel: ChannelKey, key: str = KEY) -> SendError:
    with pytest.raises(SendError) as caught:
        await platform.send(channel, render(VIEWS["digest"])[0], key)
    return caught.value


# --- what is accepted -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", VIEWS)
async def test_every_view_and_its_fallback_is_accepted(sim: Any, platform: DiscordPlatform, name: str) -> None:
    """By the stand-in's own rules, and by Discord's OpenAPI document."""
    for number, payload in enumerate([*render(VIEWS[name]), fallback(VIEWS[name])]):
        sent = await platform.send(key_of(sim), payload, f"{number}")
        assert sent.url == f"https://discord.com/channels/{sim.default_guild.id}/{sim.channel().id}/{sent.remote_id}"
    for payload in [*render(VIEWS[name]), fallback(VIEWS[name])]:
        for method, route in (
            ("POST", "/channels/{channel_id}/messages"),
            ("PATCH", "/webhooks/{webhook_id}/{webhook_token}/messages/@original"),
            ("POST", "/webhooks/{webhook_id}/{webhook_token}"),
        ):
            assert sim.spec.request(method, route, payload) == []


def test_the_registered_commands_fit_discords_own_document() -> None:
    spec = simulator().spec
    for command in registered(all_commands()):
        assert spec.request("POST", "/applications/{application_id}/commands", command) == []


async def test_posts_are_silent_and_mention_nobody(sim: Any, platform: DiscordPlatform) -> None:
    await platform.send(key_of(sim), render(VIEWS["digest"])[0], KEY)
    message = sim.messages()[-1]
    assert message["flags"] & 1 << 12
    assert not message["mentions"]
    assert not message["mention_everyone"]


async def test_the_same_key_twice_is_one_message(sim: Any, platform: DiscordPlatform) -> None:
    payload = render(VIEWS["digest"])[0]
    first = await platform.send(key_of(sim), payload, KEY)
    again = await platform.send(key_of(sim), payload, KEY)
    other = await platform.send(key_of(sim), payload, KEY[::-1])
    assert first == again != other
    assert len(sim.messages()) == 2


async def test_a_person_gets_a_direct_message(sim: Any, platform: DiscordPlatform) -> None:
    sent = await platform.send(ChannelKey("discord", "@me", sim.bob.id), render(VIEWS["digest"])[0], KEY)
    assert "Trending papers" in shown(sim.messages(sim.dm(sim.bob))[-1])
    assert sent.url is not None
    assert "/channels/@me/" in sent.url


# --- every fault ------------------------------------------------------------------------------------------------

FAULTS: dict[str, tuple[dict[str, Any], Outcome, int]] = {
    "server error": ({"kind": "http", "status": 500}, Outcome.UNKNOWN, 0),
    "bad gateway": ({"kind": "http", "status": 502}, Outcome.UNKNOWN, 0),
    "blocked": ({"kind": "http", "status": 429}, Outcome.LIMITED, 0),
    "reset": ({"kind": "reset"}, Outcome.UNKNOWN, 0),
    "reset after": ({"kind": "reset_after"}, Outcome.UNKNOWN, 1),
    "timeout": ({"kind": "timeout", "seconds": 1}, Outcome.UNKNOWN, 0),
    "slow": ({"kind": "slow", "seconds": 0.6}, Outcome.UNKNOWN, 1),
    "garbage": ({"kind": "garbage"}, Outcome.UNKNOWN, 0),
    "user limit": ({"kind": "ratelimited", "retry_after": 7, "scope": "user"}, Outcome.LIMITED, 0),
    "shared limit": ({"kind": "ratelimited", "retry_after": 7, "scope": "shared"}, Outcome.LIMITED, 0),
    "global limit": ({"kind": "ratelimited", "retry_after": 7, "scope": "global"}, Outcome.LIMITED, 0),
    "unauthorized": ({"kind": "error", "status": 401, "code": 0, "message": "401"}, Outcome.DEAD_LANE, 0),
    "unknown channel": ({"kind": "error", "status": 404, "code": 10003}, Outcome.DEAD_CHANNEL, 0),
    "unknown guild": ({"kind": "error", "status": 404, "code": 10004}, Outcome.DEAD_CHANNEL, 0),
    "no access": ({"kind": "error", "status": 403, "code": 50001}, Outcome.DEAD_CHANNEL, 0),
    "no permission": ({"kind": "error", "status": 403, "code": 50013}, Outcome.DEAD_CHANNEL, 0),
    "no direct messages": ({"kind": "error", "status": 403, "code": 50007}, Outcome.DEAD_CHANNEL, 0),
    "archived": ({"kind": "error", "status": 400, "code": 50083}, Outcome.DEAD_CHANNEL, 0),
    "locked": ({"kind": "error", "status": 400, "code": 160005}, Outcome.DEAD_CHANNEL, 0),
    "write rate": ({"kind": "error", "status": 429, "code": 20028}, Outcome.LIMITED, 0),
    "overloaded": ({"kind": "error", "status": 503, "code": 130000}, Outcome.LIMITED, 0),
    "form": ({"kind": "error", "status": 400, "code": 50035}, Outcome.CONTENT_BUG, 0),
    "harmful link": ({"kind": "error", "status": 400, "code": 240000}, Outcome.CONTENT_BUG, 0),
    "too large": ({"kind": "error", "status": 413, "code": 40005}, Outcome.CONTENT_BUG, 0),
}


@pytest.mark.parametrize("name", FAULTS)
async def test_each_fault_has_its_outcome(sim: Any, name: str) -> None:
    fault, outcome, arrived = FAULTS[name]
    rest = Rest(sim.bot_token, sim.api_url, timeout=aiohttp.ClientTimeout(total=0.4))
    sim.faults.add(POSTING, **fault)
    error = await failing(DiscordPlatform(rest), key_of(sim))
    await rest.close()
    assert error.outcome is outcome
    assert (error.retry_after is not None) == (outcome is Outcome.LIMITED)
    assert sim.bot_token not in error.reason
    assert len(sim.calls("POST", "/channels/{channel_id}/messages")) == 1
    if name == "slow":
        await asyncio.sleep(0.4)
    assert len(sim.messages()) == arrived


@pytest.mark.parametrize("kind", ["reset", "reset_after", "garbage", "http"])
async def test_after_a_lost_answer_the_same_key_gives_one_message(
    sim: Any, platform: DiscordPlatform, kind: str
) -> None:
    sim.faults.add(POSTING, kind)
    assert (await failing(platform, key_of(sim))).outcome is Outcome.UNKNOWN
    await platform.send(key_of(sim), render(VIEWS["digest"])[0], KEY)
    assert len(sim.messages()) == 1


async def test_the_worlds_own_refusals_have_their_outcomes(sim: Any, platform: DiscordPlatform) -> None:
    """As they come without any fault: a lost permission, a deleted channel, closed direct messages."""
    sim.overwrite("random", sim.bot, deny=SEND)
    error = await failing(platform, key_of(sim, "random"))
    assert error.outcome is Outcome.DEAD_CHANNEL
    assert "Send Messages" in error.reason
    sim.overwrite("random", sim.bot, deny=VIEW)
    assert (await failing(platform, key_of(sim, "random"))).outcome is Outcome.DEAD_CHANNEL
    gone = key_of(sim, "news")
    sim.delete_channel("news")
    assert (await failing(platform, gone)).outcome is Outcome.DEAD_CHANNEL
    sim.bob["_dm_closed"] = True
    assert (await failing(platform, ChannelKey("discord", "@me", sim.bob.id))).outcome is Outcome.DEAD_CHANNEL
    assert (await failing(platform, ChannelKey("discord", "@me", "1"))).outcome is Outcome.DEAD_CHANNEL


async def test_a_wrong_token_and_a_server_that_is_not_there(sim: Any) -> None:
    for rest, outcome in (
        (Rest("wrong", sim.api_url), Outcome.DEAD_LANE),
        (Rest(sim.bot_token, "http://127.0.0.1:9"), Outcome.NOT_SENT),
    ):
        assert (await failing(DiscordPlatform(rest), key_of(sim))).outcome is outcome
        await rest.close()


async def test_a_limited_channel_delays_no_other(sim: Any, platform: DiscordPlatform) -> None:
    sim.faults.add(POSTING, "ratelimited", retry_after=60, scope="user", where={"channel_id": sim.channel("random").id})
    assert (await failing(platform, key_of(sim, "random"))).retry_after == 60
    assert (await failing(platform, key_of(sim, "random"))).outcome is Outcome.LIMITED
    await platform.send(key_of(sim), render(VIEWS["digest"])[0], KEY)
    assert len(sim.calls("POST", "/channels/{channel_id}/messages")) == 2


# --- pace -------------------------------------------------------------------------------------------------------


async def test_a_burst_to_one_channel_keeps_its_bucket(sim: Any, platform: DiscordPlatform) -> None:
    payload = render(VIEWS["preview"])[0]
    await asyncio.gather(*(platform.send(key_of(sim), payload, f"{number}") for number in range(6)))
    assert len(sim.messages()) == 6


async def test_many_channels_keep_the_tokens_pace(sim: Any, platform: DiscordPlatform) -> None:
    payload = render(VIEWS["preview"])[0]
    guild = sim.default_guild
    channels = [sim.add_channel(guild, f"c{number}") for number in range(100)]
    started = time.monotonic()
    await asyncio.gather(
        *(platform.send(replace(key_of(sim), channel=channel.id), payload, "k") for channel in channels)
    )
    assert time.monotonic() - started > 2.0
    assert all(len(channel["_messages"]) == 1 for channel in channels)

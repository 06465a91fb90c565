"""Servers that come and go, and the menu of messages, against a strict stand-in for Discord."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from adapters.discord.servers import WELCOME
from bot.models import ChannelKey, Period, Person
from tests.adapters.discord.service import make_service
from tests.end_to_end.discord_stage import Running, discord_marks, running, shown, strict, until

pytestmark = discord_marks
ADA = Person(id="1", name="Ada")


@pytest.fixture
async def sim() -> AsyncIterator[Any]:
    async with strict() as discord:
        yield discord


async def test_a_server_is_greeted_once_where_the_bot_may_write(sim: Any) -> None:
    service = await make_service()
    async with running(sim, service):
        guild = sim.join_guild("New Server")
        greeting = await sim.wait_message(contains="trending research papers", guild=guild)
        assert "/papers-digest settings" in shown(greeting)
        sim.leave_guild(guild)
    async with running(sim, service):
        pass
    assert len(sim.messages(guild=guild)) == 1


async def test_leaving_a_server_stops_all_of_its_digests_and_no_others(sim: Any) -> None:
    async with running(sim) as bot:
        there = sim.join_guild("Short Visit")
        await sim.wait_message(contains="Hello", guild=there)
        gone = ChannelKey("discord", there.id, sim.channel(guild=there).id)
        stays = ChannelKey("discord", sim.default_guild.id, sim.channel().id)
        for channel in (gone, stays):
            await bot.service.channels.subscribe(channel, ADA, Period.DAILY, None)
        sim.leave_guild(there)
        known = bot.service.store.channels
        stopped = await known.subscription(gone)
        for _ in range(100):
            if stopped is not None and stopped.paused_because:
                break
            await bot.platform.rest.call("GET", "/users/@me", {})  # the event comes over the same loop
            stopped = await known.subscription(gone)
        assert stopped is not None
        assert "removed from the server" in str(stopped.paused_because)
        running_on = await known.subscription(stays)
        assert running_on is not None
        assert running_on.paused_because is None


async def test_a_server_that_is_joined_again_is_told_once_what_waits_there(sim: Any) -> None:
    async with running(sim) as bot:
        there = sim.join_guild("Second Visit")
        await sim.wait_message(contains="Hello", guild=there)
        channel = ChannelKey("discord", there.id, sim.channel(guild=there).id)
        await bot.service.channels.subscribe(channel, ADA, Period.DAILY, None)
        member = there["_members"][sim.bot.id]
        sim.leave_guild(there)
        await stopped(bot, channel)
        there["_members"][sim.bot.id] = member
        for _ in range(2):
            sim.dispatch("GUILD_CREATE", sim._guild_payload(there), guild_id=there.id, intent=1)
        told = shown(await sim.wait_message(contains="I am back", guild=there))
        assert "/papers-digest resume where:all" in told
        answer = await sim.slash("papers-digest resume", guild=there)
        await answer.wait_message("Digests come again")
        sim.dispatch("GUILD_CREATE", sim._guild_payload(there), guild_id=there.id, intent=1)
        await bot.platform.rest.call("GET", "/users/@me", {})
    assert sum("I am back" in shown(one) for one in sim.messages(guild=there)) == 1


async def stopped(bot: Running, channel: ChannelKey) -> None:
    async with asyncio.timeout(15):
        while (known := await bot.service.channels.get(channel)).paused_because is None:
            await bot.platform.rest.call("GET", "/users/@me", {})  # the event comes over the same loop
    assert "removed from the server" in str(known.paused_because)


async def test_papers_named_in_a_message_are_found_in_private(sim: Any) -> None:
    async with running(sim):
        message = sim.say("see https://arxiv.org/abs/2603.00007v2, and 2603.00003!", user="bob")
        asked = await sim.context_menu("Find papers in this message", message, user="bob")
        first = await asked.wait_message("Study 7")
        assert first["_ephemeral_to"] == sim.bob.id
        await until(lambda: len(asked.followups) == 1)
        assert "Study 3" in shown(asked.followups[0])


async def test_papers_that_have_no_room_or_are_unknown_are_named_in_a_last_message(sim: Any) -> None:
    unknown = [f"2411.{number:05}" for number in range(12)]
    async with running(sim):
        message = sim.say(" ".join([*unknown, *(f"2603.{number:05}" for number in range(1, 7))]), user="bob")
        asked = await sim.context_menu("Find papers in this message", message, user="bob")
        await asked.wait_message("Study 1")
        await until(lambda: len(asked.followups) == 4)
        assert "Study 4" in shown(asked.followups[2])
        told = shown(asked.followups[3])
    assert "It names 2 more: 2603.00005, 2603.00006" in told
    assert "2411.00009 and 2 more" in told


async def test_a_message_without_papers_says_so(sim: Any) -> None:
    async with running(sim):
        message = sim.say("good morning", user="bob")
        asked = await sim.context_menu("Find papers in this message", message, user="bob")
        assert "no paper" in shown(await asked.wait_message())


async def test_posting_goes_on_while_the_gateway_is_down_and_commands_come_back(sim: Any) -> None:
    async with running(sim) as bot:
        sim.gateway_outage(2)
        await until(lambda: not bot.adapter.connected)
        here = ChannelKey("discord", sim.default_guild.id, sim.channel().id)
        sent = await bot.platform.send(here, bot.platform.render(WELCOME)[0], "outage")
        assert any(message.id == sent.remote_id for message in sim.messages())
        await until(lambda: bot.adapter.connected, seconds=30)
        asked = await sim.slash("papers trending")
        await asked.wait_message("2603.000")


async def test_a_server_joined_while_nobody_listened_or_while_starting_is_greeted_once(sim: Any) -> None:
    service = await make_service()
    away = sim.join_guild("While Away")
    async with running(sim, service):
        early = sim.join_guild("While Starting")
        for guild in (away, early):
            await sim.wait_message(contains="Hello", guild=guild)
    async with running(sim, service):
        await (await sim.slash("papers trending")).wait_message("2603.000")
    assert [len(sim.messages(guild=guild)) for guild in (away, early, sim.default_guild)] == [1, 1, 1]


async def test_a_digest_ends_with_its_channel_or_its_thread(sim: Any) -> None:
    async with running(sim) as bot:
        thread = await bot.platform.rest.call(
            "POST", "/channels/{channel_id}/threads", {"channel_id": sim.channel().id}, {"name": "reading", "type": 11}
        )
        keys = [ChannelKey("discord", sim.default_guild.id, one) for one in (sim.channel("random").id, thread["id"])]
        for key in keys:
            await bot.service.channels.subscribe(key, ADA, Period.DAILY, None)
        await until(lambda: bot.adapter._gateways[0].get_channel(int(thread["id"])) is not None)
        for key in keys:
            sim.delete_channel(key.channel)
        for key in keys:
            await (await sim.slash("papers help")).wait_message("/papers")
            stopped = await bot.service.store.channels.subscription(key)
            assert stopped is not None
            assert stopped.paused_because == "its channel was deleted"

"""Several processes and one token: each shard is served once, and handed on, against a strict stand-in for Discord."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import pytest

from adapters.discord.app import DiscordAdapter
from adapters.discord.platform import DiscordPlatform
from adapters.discord.sync import sync
from bot.service import Service
from tests.adapters.discord.service import make_service
from tests.end_to_end.discord_stage import discord_marks, settings_for, strict, until

pytestmark = discord_marks


@pytest.fixture
async def sim() -> AsyncIterator[Any]:
    async with strict(spec=False) as discord:
        discord.shards = 2
        discord.session_limit.max_concurrency = 2
        yield discord


@contextlib.asynccontextmanager
async def process(sim: Any, service: Service) -> AsyncIterator[DiscordAdapter]:
    """The adapter of a process of its own, which looks for free shards all the time."""
    platform = DiscordPlatform.from_settings(settings_for(sim))
    adapter = DiscordAdapter(settings_for(sim), service, platform, sleep=lambda _: asyncio.sleep(0.05))
    task = asyncio.create_task(adapter.run())
    try:
        yield adapter
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await platform.close()


def live(sim: Any) -> list[list[int]]:
    return sorted(session.shard for session in sim.sessions.values() if session["_conn"] is not None)


async def test_a_second_process_stands_by_and_takes_over_when_the_first_ends(sim: Any) -> None:
    await sync(settings_for(sim), None, dry_run=False)
    service = await make_service()
    async with contextlib.AsyncExitStack() as life:
        first = await life.enter_async_context(process(sim, service))
        await sim.wait_shards(2)
        await until(lambda: first.connected)
        async with process(sim, service) as second:
            await until(lambda: second.connected)
            assert not second._gateways
            assert live(sim) == [[0, 2], [1, 2]]
            await (await sim.slash("papers trending")).wait_message("2603.000")
            await life.aclose()
            await sim.wait_shards(2)
            await until(lambda: bool(second._gateways) and second.connected)
            assert live(sim) == [[0, 2], [1, 2]]
            await (await sim.slash("papers trending")).wait_message("2603.000")


async def test_one_that_lost_a_shard_answers_nothing_more_of_it(sim: Any) -> None:
    service = await make_service()
    async with process(sim, service) as adapter:
        await sim.wait_shards(2)
        leases: Any = service.store.leases
        owner, until_then = leases._held["discord shard 1"]
        leases._held["discord shard 1"] = (f"not {owner}", until_then)
        await until(lambda: not adapter._gateways)
        await until(lambda: not live(sim))
        assert leases._held.keys() == {"discord shard 1", "discord identify 0", "discord identify 1"}

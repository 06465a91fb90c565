"""The Discord adapter, with the real discord.py, before a strict stand-in for Discord in the same process."""

import asyncio
import contextlib
import importlib
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

import pytest

from adapters.discord.app import DiscordAdapter
from adapters.discord.platform import DiscordPlatform
from adapters.discord.sync import sync
from bot.config import Settings
from bot.ports import ParkedError
from bot.service import Service
from tests.adapters.discord.service import make_service, make_settings
from tests.end_to_end.stage import SHARED, needs_chatsim

discord_marks = [
    needs_chatsim,
    pytest.mark.filterwarnings("ignore:Bare functions are deprecated:DeprecationWarning"),  # the stand-in's own
    pytest.mark.usefixtures("discord_addresses"),
]
"""Of every module whose tests have the adapter in their own process."""


def simulator(**options: Any) -> Any:
    """A DiscordSim, whose package stands beside the checkout; it checks against Discord's OpenAPI document."""
    folder = str(SHARED / "chatsim")
    if folder not in sys.path:
        sys.path.append(folder)
    sim = importlib.import_module("chatsim.discordsim").DiscordSim(**options)
    sim.default_guild["_joined"] = "2026-01-05T12:00:00.000000+00:00"  # long enough ago to be greeted no more
    sim.default_guild["_members"][sim.bot.id].joined_at = sim.default_guild["_joined"]
    return sim


@contextlib.asynccontextmanager
async def strict(**options: Any) -> AsyncIterator[Any]:
    """The same while it is up; in the end no rule was broken, and nothing was warned of."""
    async with simulator(**options) as discord:
        yield discord
        discord.assert_clean()
        assert not discord.warnings


def settings_for(sim: Any, **changes: Any) -> Settings:
    return make_settings(
        **{
            "discord_api_url": sim.api_url,
            "discord_bot_token": sim.bot_token,
            "discord_application_id": sim.app_id,
            **changes,
        }
    )


@dataclass
class Running:
    adapter: DiscordAdapter
    platform: DiscordPlatform
    service: Service
    task: asyncio.Task[None]


@contextlib.asynccontextmanager
async def running(sim: Any, service: Service | None = None, **changes: Any) -> AsyncIterator[Running]:
    """The adapter, connected, its commands registered."""
    settings = settings_for(sim, **changes)
    await sync(settings_for(sim), None, dry_run=False)
    platform = DiscordPlatform.from_settings(settings)
    service = service or await make_service({"discord": platform})
    adapter = DiscordAdapter(settings, service, platform)
    task = asyncio.create_task(adapter.run())
    try:
        await until(lambda: adapter.connected or task.done())
        yield Running(adapter, platform, service, task)
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError, ParkedError, ConnectionError):
            await task
        await platform.close()


async def until(true: Callable[[], bool], seconds: float = 15) -> None:
    async with asyncio.timeout(seconds):
        while not true():  # noqa: ASYNC110  # what the adapter shows others is what is waited for
            await asyncio.sleep(0.005)


def shown(message: Any) -> str:
    """Everything that is written in a message."""
    found = [str(message.get("content") or "")]
    waiting = list(message.get("components") or [])
    while waiting:
        part = waiting.pop(0)
        found.append(str(part.get("content") or part.get("label") or ""))
        waiting = [*(part.get("components") or []), *waiting]
    return "\n".join(text for text in found if text)


async def slash_picking(sim: Any, path: str, picked: str, *, user: str = "alice", **options: Any) -> Any:
    """A command typed in #general whose option `channel` is picked; `sim.slash` knows that word as the place."""
    place, person = sim.channel("general"), sim.user(user)
    root, *words = path.split()
    command = sim._find_command(root, place, person)
    chain, definitions = sim._walk(command, words)
    resolved: dict[str, Any] = {}
    chosen = {**options, "channel": picked}
    values = [
        {
            "name": one["name"],
            "type": one["type"],
            "value": sim._option_value(one, chosen[one["name"]], place, resolved),
        }
        for one in definitions
        if one["name"] in chosen
    ]
    data = sim._command_data(command, chain, values) | {"resolved": resolved}
    return await sim._interact(2, path, place, person, data, cmd_type=1, cmd=command)

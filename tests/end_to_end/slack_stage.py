"""The Slack adapter, with the real slack_bolt, beside a strict stand-in for Slack in the same process."""

import asyncio
import contextlib
import importlib
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
from aiohttp import web

from adapters.slack.app import SlackAdapter
from adapters.slack.client import open_session
from bot.commands import grammar
from bot.config import Settings
from bot.models import ChannelKey
from bot.ports import ParkedError
from bot.service import Service
from tests.adapters.examples import HOSTILE
from tests.adapters.slack.commands import NO_SERVICE, parse
from tests.end_to_end.stage import SHARED, needs_chatsim

marks = [
    needs_chatsim,
    pytest.mark.filterwarnings("ignore:Bare functions are deprecated:DeprecationWarning"),  # the stand-in's own
]

TEAM = "T0SIM0001"
GENERAL = ChannelKey("slack", TEAM, "C0GENERAL")


def simulator(**options: Any) -> Any:
    """A SlackSim, whose package stands beside the checkout."""
    folder = str(SHARED / "chatsim")
    if folder not in sys.path:
        sys.path.append(folder)
    return importlib.import_module("chatsim.slacksim").SlackSim(rate_limits=True, **options)


def settings_for(slack: Any, **changes: Any) -> Settings:
    values: dict[str, Any] = {
        "slack_api_url": slack.api_url,
        "slack_bot_token": slack.bot_token,
        "slack_app_token": slack.app_token,
        "slack_signing_secret": slack.signing_secret,
    }
    return Settings(_env_file=None, **(values | changes))  # type: ignore[call-arg]  # pydantic-settings' own option


@contextlib.asynccontextmanager
async def stand_in(**options: Any) -> AsyncIterator[Any]:
    """One that must not be broken a rule of."""
    async with simulator(**options) as sim:
        sim.taint(HOSTILE)
        yield sim
        sim.assert_clean()
        assert not sim.warnings


@dataclass
class Running:
    adapter: SlackAdapter
    task: asyncio.Task[None]


@contextlib.asynccontextmanager
async def running(slack: Any, service: Service | None = None, **changes: Any) -> AsyncIterator[Running]:
    """The adapter, over Socket Mode, or over HTTP where the stand-in delivers so.

    With the product's own commands where there is a service, else with those made for tests.
    """
    if slack.delivery == "http":
        changes = {"slack_app_token": None} | changes
    configured = settings_for(slack, **changes)
    async with open_session() as session:
        reader = parse if service is None else grammar.parse
        adapter = SlackAdapter(configured, service or NO_SERVICE, session, parse=reader)
        server = await serve(adapter, slack)
        task = asyncio.create_task(adapter.run())
        try:
            if configured.slack_app_token:
                await slack.wait_socket()
                await until_connected(adapter)
            yield Running(adapter, task)
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError, ParkedError):
                await task
            await server.cleanup()


async def until_connected(adapter: SlackAdapter) -> None:
    async with asyncio.timeout(5):
        while not adapter.connected:  # noqa: ASYNC110  # what the adapter shows others is what is waited for
            await asyncio.sleep(0.005)


async def serve(adapter: SlackAdapter, slack: Any) -> web.AppRunner:
    app = web.Application()
    app.add_routes(adapter.routes())
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    slack.http_url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    return runner

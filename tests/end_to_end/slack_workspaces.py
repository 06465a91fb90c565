"""The product's Slack side set up for many workspaces, over HTTP, beside a strict stand-in for Slack."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import aiohttp

from adapters.slack.app import SlackAdapter
from adapters.slack.client import open_session
from adapters.slack.manifest import manifest
from adapters.slack.platform import SlackPlatform
from adapters.slack.workspaces import Workspaces, utc_now
from bot.commands import grammar
from bot.config import Settings
from bot.delivery.keys import lane_of
from bot.models import ChannelKey
from storage.installations import SqlInstallations, open_installations
from tests.end_to_end.slack_stage import serve, settings_for, stand_in
from tests.service import Desk, make_desk

TWO = "T0SIM0002"


@contextlib.asynccontextmanager
async def two_workspaces() -> AsyncIterator[Any]:
    """The stand-in, with a second workspace that has not installed the app."""
    async with stand_in(delivery="http") as sim:
        sim.add_team(TWO, "Two", "two")
        yield sim


@dataclass
class Stage:
    """The product's Slack side over a database of its own, and a browser."""

    slack: Any
    settings: Settings
    desk: Desk
    installations: SqlInstallations
    platform: SlackPlatform
    browser: aiohttp.ClientSession
    base: str

    async def install(self, **where: str) -> aiohttp.ClientResponse:
        """All the way through Slack's consent page."""
        begun = await self.browser.get(f"{self.base}/slack/install", allow_redirects=False)
        chosen = "".join(f"&{name}={value}" for name, value in where.items())
        consented = await self.browser.get(begun.headers["Location"] + chosen, allow_redirects=False)
        return await self.browser.get(consented.headers["Location"])

    async def post(self, workspace: str, channel: str) -> str:
        sent = await self.platform.send(ChannelKey("slack", workspace, channel), {"text": "hello"}, "key")
        return sent.remote_id

    async def gone(self, workspace: str) -> bool:
        return await self.installations.find("slack", workspace) is None

    async def no_token_of(self, organization: str) -> bool:
        return await self.installations.made_for("slack", organization=organization) is None

    async def stopped(self, channel: ChannelKey) -> bool:
        known = await self.desk.store.channels.subscription(channel)
        return known is not None and known.paused_because is not None

    async def open(self, channel: ChannelKey) -> bool:
        """Whether its lane rests no more."""
        block = await self.desk.store.lanes.last_block(lane_of(channel))
        return block is None or not block.rests(utc_now())

    async def runs(self, channel: ChannelKey) -> bool:
        known = await self.desk.store.channels.subscription(channel)
        return known is not None and known.paused_because is None and known.next_run_at is not None


async def until(holds: Callable[[], Awaitable[object]]) -> None:
    """What Slack tells is acknowledged first and done afterwards."""
    async with asyncio.timeout(5):
        while not await holds():  # noqa: ASYNC110  # what is kept is what is waited for
            await asyncio.sleep(0.01)


@contextlib.asynccontextmanager
async def workspaces_stage(slack: Any, sqlite_url: str) -> AsyncIterator[Stage]:
    """Running, with its installations in the database of that address."""
    settings = settings_for(
        slack,
        slack_app_token=None,
        slack_client_id=slack.client_id,
        slack_client_secret=slack.client_secret,
        slack_authorize_url=f"{slack.url}/oauth/v2/authorize",
    )
    async with contextlib.AsyncExitStack() as stack:
        installations = await stack.enter_async_context(open_installations(sqlite_url, None))
        session = await stack.enter_async_context(open_session())
        workspaces = Workspaces(settings, session, installations)
        desk = make_desk()
        adapter = SlackAdapter(settings, desk.service, session, parse=grammar.parse, workspaces=workspaces)
        server = await serve(adapter, slack)
        stack.push_async_callback(server.cleanup)
        base = slack.http_url.removesuffix("/slack/events")
        slack.load_manifest(manifest(settings))
        slack.redirect_uris = [f"{base}/slack/oauth_redirect"]
        jar = aiohttp.CookieJar(unsafe=True)
        browser = await stack.enter_async_context(aiohttp.ClientSession(cookie_jar=jar))
        running = asyncio.create_task(adapter.run())
        yield Stage(slack, settings, desk, installations, SlackPlatform(settings, session, workspaces), browser, base)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

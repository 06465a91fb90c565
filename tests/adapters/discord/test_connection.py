"""Holding the connection to Discord: what parks the adapter, and what the supervisor tries again."""

from collections.abc import AsyncIterator
from typing import Any, cast

import discord
import pytest

from adapters.discord.app import DiscordAdapter
from adapters.discord.gateway import Gateway, hold
from adapters.discord.platform import DiscordPlatform
from adapters.discord.rest import Rest
from bot.ports import Adapter, ParkedError
from tests.adapters.discord.fake_discord import Script, fake_discord
from tests.adapters.discord.gateway_stage import Named, Stage, make_stage
from tests.adapters.discord.service import make_service, make_settings


@pytest.fixture
async def server() -> AsyncIterator[Script]:
    async with fake_discord() as script:
        yield script


@pytest.fixture
async def stage(server: Script) -> AsyncIterator[Stage]:
    async with make_stage(server) as stage:
        yield stage


ME = {"id": "900", "username": "broadsheet", "discriminator": "0001", "avatar": None, "bot": True}
APPLICATION = {
    "id": "900",
    "name": "Broadsheet",
    "description": "",
    "verify_key": "0",
    "owner": ME,
    "bot_public": True,
    "icon": None,
    "bot_require_code_grant": False,
    "hook": True,
    "flags": 0,
    "rpc_origins": [],
    "summary": "",
}
ALLOWED = {"total": 1000, "remaining": 0, "reset_after": 7_200_000, "max_concurrency": 1}


@pytest.mark.usefixtures("discord_addresses")
async def test_a_refused_token_parks(stage: Stage, server: Script) -> None:
    server.then(401, {"code": 0, "message": "401: Unauthorized"})
    with pytest.raises(ParkedError, match="token") as parked:
        await hold(stage.gateway, make_settings(discord_api_url=server.url), "wrong")
    assert "DISCORD_BOT_TOKEN" in parked.value.hint


@pytest.mark.usefixtures("discord_addresses")
async def test_the_last_session_is_not_spent(stage: Stage, server: Script) -> None:
    server.then(200, ME).then(200, APPLICATION)
    server.then(200, {"url": "ws://127.0.0.1:9", "shards": 1, "session_start_limit": ALLOWED})
    with pytest.raises(ConnectionError, match="120 minutes"):
        await hold(stage.gateway, make_settings(discord_api_url=server.url), "token")


@pytest.mark.usefixtures("discord_addresses")
async def test_a_discord_that_is_not_there_is_for_the_supervisor(stage: Stage) -> None:
    with pytest.raises(ConnectionError, match="could not be reached"):
        await hold(stage.gateway, make_settings(discord_api_url="http://127.0.0.1:9"), "token")


class Closed(Gateway):
    """Ends at once, as told."""

    reason: discord.ClientException

    async def login(self, token: str) -> None:  # noqa: ARG002  # the library's signature
        raise self.reason


@pytest.mark.parametrize(
    ("code", "error"), [(4004, ParkedError), (4012, ParkedError), (4013, ParkedError), (4009, ConnectionError)]
)
async def test_close_codes_park_or_restart(stage: Stage, code: int, error: type[Exception]) -> None:
    gateway = Closed(stage.answering, Rest("invented"))
    gateway.reason = discord.ConnectionClosed(cast("Any", Named()), shard_id=0, code=code)
    with pytest.raises(error):
        await hold(gateway, make_settings(), "token")


async def test_a_refused_intent_parks(stage: Stage) -> None:
    gateway = Closed(stage.answering, Rest("invented"))
    gateway.reason = discord.PrivilegedIntentsRequired(0)
    with pytest.raises(ParkedError, match="intent"):
        await hold(gateway, make_settings(), "token")


@pytest.mark.usefixtures("discord_addresses")
async def test_the_adapter_is_one_of_the_ways_in(server: Script) -> None:
    server.then(401, {"code": 0, "message": "401: Unauthorized"})
    adapter: Adapter = DiscordAdapter(make_settings(discord_api_url=server.url), await make_service())
    assert adapter.name == "discord"
    assert not adapter.connected
    with pytest.raises(ParkedError):
        await adapter.run()
    assert not adapter.connected


async def test_an_adapter_without_a_token_parks() -> None:
    platform = DiscordPlatform(Rest("invented"))
    adapter = DiscordAdapter(make_settings(discord_bot_token=None), await make_service(), platform)
    with pytest.raises(ParkedError, match="DISCORD_BOT_TOKEN"):
        await adapter.run()
    assert adapter.unanswered == {}

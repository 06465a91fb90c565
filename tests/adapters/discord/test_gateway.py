"""What becomes of interactions and of the connection, seen without a gateway; end to end it is tested elsewhere."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any, cast

import discord
import pytest

from adapters.discord.answering import Answering
from adapters.discord.asking import asked_from, options_of
from adapters.discord.gateway import Gateway
from adapters.discord.permissions import EMBED_LINKS, SEND_MESSAGES, VIEW_CHANNEL, Place
from adapters.discord.platform import DiscordPlatform
from bot.models import ChannelKey
from tests.adapters.discord.fake_discord import Script, fake_discord
from tests.adapters.discord.gateway_stage import Named, Stage, make_stage
from tests.adapters.discord.service import make_service
from tests.memory_channels import MemoryChannels
from tests.memory_store import MemoryStore

READ_WRITE = VIEW_CHANNEL | SEND_MESSAGES | EMBED_LINKS


@dataclass
class FakeClient:
    user: Named | None = None


@dataclass
class FakeInteraction:
    """The parts of discord.py's that we read."""

    type: discord.InteractionType = discord.InteractionType.application_command
    data: dict[str, Any] = field(default_factory=dict)
    id: int = 5
    token: str = "token"
    application_id: int = 900
    guild_id: int | None = 900
    guild: None = None
    user: Named = field(default_factory=lambda: Named(77))
    channel: Named | None = field(default_factory=lambda: Named(901))
    permissions: discord.Permissions = field(default_factory=lambda: discord.Permissions(READ_WRITE))
    app_permissions: discord.Permissions = field(default_factory=lambda: discord.Permissions(READ_WRITE))
    client: FakeClient = field(default_factory=FakeClient)


def interaction(**changes: Any) -> discord.Interaction:
    return cast("discord.Interaction", FakeInteraction(**changes))


def slash(root: str, verb: str, *options: dict[str, Any]) -> dict[str, Any]:
    return {"name": root, "options": [{"type": 1, "name": verb, "options": list(options)}]}


# --- reading an interaction -------------------------------------------------------------------------------------


def test_options_are_read_as_text_and_a_picked_channel_as_a_mention() -> None:
    data = slash(
        "papers",
        "trending",
        {"type": 3, "name": "topic", "value": "robotics"},
        {"type": 4, "name": "limit", "value": 7},
        {"type": 7, "name": "channel", "value": "902"},
    )
    assert options_of(data) == ("trending", {"topic": "robotics", "limit": "7", "channel": "<#902>"})
    assert options_of({"name": "papers"}) == ("", {})


def test_a_server_channel_and_direct_messages_have_their_keys() -> None:
    assert asked_from(interaction()).channel == ChannelKey("discord", "900", "901")
    assert asked_from(interaction(guild_id=None)).channel == ChannelKey("discord", "@me", "77")
    assert asked_from(interaction()).caller.name == "Ada"


def test_places_come_from_the_interaction_itself() -> None:
    channels = {
        "902": {"name": "random", "type": 0, "permissions": "3072", "app_permissions": "1024"},
        "903": {"name": "thread", "type": 11, "permissions": "1024"},
    }
    asked = asked_from(interaction(data={"resolved": {"channels": channels}}))
    assert asked.place("901") == asked.here
    assert asked.place("902") == Place(name="random", thread=False, caller=3072, bot=1024, kind=0)
    assert asked.place("903") == Place(name="thread", thread=True, caller=1024, bot=None, kind=11)
    assert asked.place("904") is None


# --- answering one ----------------------------------------------------------------------------------------------


@pytest.fixture
async def server() -> AsyncIterator[Script]:
    async with fake_discord() as script:
        yield script


@pytest.fixture
async def stage(server: Script) -> AsyncIterator[Stage]:
    async with make_stage(server) as stage:
        yield stage


async def test_a_command_is_acknowledged_first_and_answered_by_an_edit(stage: Stage, server: Script) -> None:
    server.then(204).then(200, {"id": "1"})
    await stage.gateway.on_interaction(interaction(data=slash("papers", "trending")))
    (_, first, acknowledged), (_, second, answer) = server.calls
    assert first == "/interactions/5/token/callback"
    assert acknowledged == {"type": 5, "data": {"flags": 64}}
    assert second == "/webhooks/900/token/messages/@original"
    assert answer["flags"] == 1 << 15


async def test_a_turned_page_is_acknowledged_invisibly(stage: Stage, server: Script) -> None:
    server.then(204).then(200, {"id": "1"})
    pressed = {"custom_id": "b1:turn:trending page:2", "component_type": 2}
    await stage.gateway.on_interaction(interaction(type=discord.InteractionType.component, data=pressed))
    assert server.calls[0][2] == {"type": 6}


async def test_other_kinds_of_interaction_are_left_alone(stage: Stage, server: Script) -> None:
    await stage.gateway.on_interaction(interaction(type=discord.InteractionType.ping))
    assert not server.calls


@pytest.mark.parametrize(
    ("code", "reason"), [(10062, "expired"), (40060, "already_acknowledged"), (50027, "expired"), (50001, "refused")]
)
async def test_what_is_over_is_counted_and_goes_no_further(
    stage: Stage, server: Script, code: int, reason: str
) -> None:
    server.then(404, {"code": code, "message": "over"})
    await stage.gateway.on_interaction(interaction(data=slash("papers", "trending")))
    assert stage.answering.counts == {reason: 1}
    assert len(server.calls) == 1


async def test_what_cannot_be_reached_is_counted(stage: Stage, server: Script) -> None:
    server.cut = True
    server.then(204)
    await stage.gateway.on_interaction(interaction(data=slash("papers", "trending")))
    assert stage.answering.counts == {"unreachable": 1}


class Forgetful(MemoryChannels):
    """A store that cannot be reached."""

    async def recall_command(self, key: str) -> str | None:
        raise ConnectionError(key)


async def test_nobody_is_left_waiting_when_something_of_ours_fails(stage: Stage, server: Script) -> None:
    service = await make_service()
    cast("MemoryStore", service.store).channels = Forgetful()
    gateway = Gateway(Answering(service, DiscordPlatform(stage.rest)), stage.rest)
    server.then(204).then(200, {"id": "1"})
    pressed = {"custom_id": f"b1:turn:#{'0' * 32}", "component_type": 2}
    await gateway.on_interaction(interaction(type=discord.InteractionType.component, data=pressed))
    method, path, told = server.calls[-1]
    assert (method, path) == ("POST", "/webhooks/900/token")
    assert told["flags"] & 1 << 6
    assert "went wrong on our side" in str(told)


async def test_answers_on_their_way_are_waited_for(stage: Stage, server: Script) -> None:
    server.then(204).then(200, {"id": "1"})
    working = asyncio.create_task(stage.gateway.on_interaction(interaction(data=slash("papers", "trending"))))
    await asyncio.sleep(0)
    await stage.gateway.finish()
    assert working.done()
    assert len(server.calls) == 2


async def test_it_is_connected_while_every_shard_is(stage: Stage) -> None:
    gateway, seen = Gateway(stage.answering, stage.rest, (0, 1), 2), []
    for event, shard in (("connect", 0), ("connect", 1), ("disconnect", 0), ("resumed", 0)):
        await getattr(gateway, f"on_shard_{event}")(shard)
        seen.append(gateway.connected)
    assert seen == [False, True, False, True]


# --- suggestions ------------------------------------------------------------------------------------------------


def typing(option: str, value: str, **given: str) -> dict[str, Any]:
    options = [{"type": 3, "name": name, "value": text} for name, text in given.items()]
    return slash("papers", "search", *options, {"type": 3, "name": option, "value": value, "focused": True})


async def offered(stage: Stage, server: Script, data: dict[str, Any]) -> list[dict[str, str]]:
    server.then(204)
    await stage.gateway.on_interaction(interaction(type=discord.InteractionType.autocomplete, data=data))
    ((_, path, body),) = server.calls
    assert path.endswith("/callback")
    assert body["type"] == 8
    choices: list[dict[str, str]] = body["data"]["choices"]
    return choices


async def test_what_is_typed_is_completed(stage: Stage, server: Script) -> None:
    assert {"name": "robotics", "value": "robotics"} in await offered(stage, server, typing("topic", "robo"))


async def test_a_choice_that_discord_would_refuse_is_not_offered(stage: Stage, server: Script) -> None:
    for choice in await offered(stage, server, typing("topic", "x" * 200)):
        assert 1 <= len(choice["value"]) <= 100


async def test_suggestions_that_take_too_long_are_none(
    stage: Stage, server: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(*_: Any) -> list[Any]:
        await asyncio.Event().wait()
        return []

    monkeypatch.setattr("adapters.discord.completion.suggestions", never)
    monkeypatch.setattr("adapters.discord.completion.WITHIN", 0.0)
    assert await offered(stage, server, typing("topic", "robo")) == []


async def test_suggestions_that_fail_are_none(stage: Stage, server: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: Any) -> list[Any]:
        raise ConnectionError("no database")

    monkeypatch.setattr("adapters.discord.completion.suggestions", broken)
    assert await offered(stage, server, typing("topic", "robo")) == []

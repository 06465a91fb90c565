"""A gateway that nobody connects, over a scripted Discord."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from adapters.discord.answering import Answering
from adapters.discord.gateway import Gateway
from adapters.discord.platform import DiscordPlatform
from adapters.discord.rest import Rest
from tests.adapters.discord.fake_discord import FakeClock, Script
from tests.adapters.discord.service import make_service


@dataclass
class Named:
    """A user, a channel or a server, as far as we look at them."""

    id: int = 1
    name: str = "ml"
    display_name: str = "Ada"


@dataclass
class Stage:
    gateway: Gateway
    answering: Answering
    rest: Rest


@asynccontextmanager
async def make_stage(server: Script) -> AsyncIterator[Stage]:
    clock = FakeClock()
    rest = Rest("invented.token", server.url, clock=clock, sleep=clock.sleep)
    answering = Answering(await make_service(), DiscordPlatform(rest))
    yield Stage(Gateway(answering, rest), answering, rest)
    await rest.close()

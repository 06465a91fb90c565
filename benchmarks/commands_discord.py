"""Discord, for `python -m benchmarks commands --platform discord`: one token, many servers, over the gateway."""

import json
import time
from collections.abc import Mapping, Sequence
from typing import Any

from adapters.discord.sync import sync
from adapters.discord.words import ROOTS
from benchmarks import BenchmarkError
from benchmarks.commands_platform import ANSWER_SECONDS, Chat, Timing
from benchmarks.stand_in import Control
from bot.config import Settings
from bot.models import ChannelKey

SERVERS = 20
REFERENCE = '"-# ref `'
"""How the text begins that stands below an error, and nowhere else."""


class Discord:
    """A Chat. Each server has as many channels."""

    name = "discord"
    served: tuple[str, ...] = ("--discord-port", "0")

    async def prepare(
        self, control: Control, settings: Settings, environment: Mapping[str, str], count: int
    ) -> Sequence[ChannelKey]:
        """The stand-in's own first server stays empty."""
        del environment
        await sync(settings, None, dry_run=False)
        found: list[ChannelKey] = []
        for number in range(SERVERS):
            server = await control.post("/discord/join_guild", name=f"Server {number}")
            for place in range(count // SERVERS):
                made = await control.post("/discord/create_channel", name=f"papers-{place}", guild=server["id"])
                found.append(ChannelKey("discord", server["id"], made["id"]))
        return found

    async def connected(self, control: Control) -> None:
        await control.post("/discord/wait_ready")

    async def ask(self, control: Control, channel: ChannelKey, path: str, options: Mapping[str, str]) -> Any:
        """Its timing, once the answer is there.

        The stand-in keeps no time of answers, so ours counts, and what its control API takes is in it.
        """
        group, _, verb = path.rpartition(" ")
        place = {"channel": channel.channel, "guild": channel.workspace, "user": "alice"}
        begun = time.perf_counter()
        asked = await control.post("/discord/slash", path=f"{ROOTS[group]} {verb}", **place, **options)
        if not asked["ok"]:
            return Timing(None, None)
        try:
            reply = await control.post("/discord/wait_reply", interaction_id=asked["id"], timeout=ANSWER_SECONDS)
        except BenchmarkError:  # it did not come in time
            return Timing(asked["latency"], None)
        took = time.perf_counter() - begun
        return Timing(asked["latency"], took, sorry=REFERENCE in json.dumps(reply))

    async def timings(self, control: Control, asked: Sequence[Any]) -> list[Timing]:
        del control
        return list(asked)


CHAT: Chat = Discord()

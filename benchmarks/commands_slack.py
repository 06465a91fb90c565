"""Slack, for `python -m benchmarks commands --platform slack`: many workspaces, over Socket Mode."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks.commands_platform import Chat, Timing
from benchmarks.stand_in import Control
from bot.clock import SystemClock
from bot.config import Settings
from bot.models import ChannelKey
from bot.ports import Installation
from storage.installations import open_installations

WORKSPACES = 100
REFERENCE = '"Reference '
"""How the text begins that stands below an error, and nowhere else."""


class Slack:
    """A Chat. Each workspace has as many channels, and a token of its own."""

    name = "slack"
    served: tuple[str, ...] = ("--slack-port", "0", "--oauth")

    async def prepare(
        self, control: Control, settings: Settings, environment: Mapping[str, str], count: int
    ) -> Sequence[ChannelKey]:
        """The stand-in's own first workspace stays empty."""
        del environment
        keys = settings.encryption_keys.get_secret_value() if settings.encryption_keys else None
        each = count // WORKSPACES
        found: list[ChannelKey] = []
        async with open_installations(settings.database_url, keys) as installations:
            for number in range(WORKSPACES):
                team = f"T0BENCH{number:03}"
                names = [f"papers{number}x{place}" for place in range(each)]
                here = [ChannelKey("slack", team, f"C{number:03}BENCH{place:03}") for place in range(each)]
                await control.post("/slack/add_team", team_id=team, name=f"Team {number}", domain=f"team{number}")
                for channel, name in zip(here, names, strict=True):
                    await control.post("/slack/add_channel", cid=channel.channel, name=name, team=team)
                installed = await control.post("/slack/install", team_id=team, in_channels=names)
                await installations.save(_installation(installed))
                found += here
        return found

    async def connected(self, control: Control) -> None:
        await control.post("/slack/wait_socket")

    async def ask(self, control: Control, channel: ChannelKey, path: str, options: Mapping[str, str]) -> Any:
        """The stand-in's delivery: how long its acknowledgement took, and whence it came."""
        text = " ".join([path, *(f'{name}:"{value}"' for name, value in options.items())])
        place = {"channel": channel.channel, "team": channel.workspace, "user": "bob"}
        return await control.post("/slack/slash", command="/papers", text=text, **place)

    async def timings(self, control: Control, asked: Sequence[Any]) -> list[Timing]:
        """From the log: a delivery's record is known by its latency, an answer's by its channel.

        An answer counts from the moment Slack handed the command over to the moment its first message came back.
        """
        delivered, answers = await asyncio.gather(
            control.get("/slack/log", kind="delivery"), control.get("/slack/log", kind="response_url")
        )
        begun = {one["latency"]: one["mono"] - one["latency"] for one in delivered if one["latency"] is not None}
        came: dict[str, Mapping[str, Any]] = {}
        for answer in answers:
            if answer["status"] == 200:
                came.setdefault(answer["channel"], answer)
        return [_timing(one, begun, came.get(one["payload"]["channel_id"])) for one in asked]


def _timing(one: Mapping[str, Any], begun: Mapping[float, float], answer: Mapping[str, Any] | None) -> Timing:
    latency = one["latency"]
    if not one["ok"]:
        return Timing(None, None)
    if answer is None:
        return Timing(latency, None)
    return Timing(latency, answer["mono"] - begun[latency], sorry=REFERENCE in json.dumps(answer["body"]))


def _installation(told: Mapping[str, Any]) -> Installation:
    return Installation(
        platform="slack",
        workspace=told["team_id"],
        token=told["token"],
        bot=told["bot_user_id"],
        scopes=tuple(told["scopes"]),
        installed_by=told["installer"],
        installed_at=SystemClock().now(),
    )


CHAT: Chat = Slack()

"""Suggestions while somebody types an option.

https://docs.discord.com/developers/interactions/application-commands#autocomplete
"""

import asyncio
from collections.abc import Mapping
from typing import Any

import structlog

from adapters.discord.asking import options_of
from adapters.discord.permissions import VIEW_CHANNEL, Asked, allows, channel_in
from adapters.discord.reply import Reply
from adapters.discord.words import GROUPS
from bot.commands.completing import Asking, suggestions
from bot.models import ChannelKey
from bot.plain import cut, one_line
from bot.ports import Payload
from bot.service import Service

log = structlog.get_logger(__name__)

WITHIN = 0.25
"""Seconds: who types does not wait longer, and Discord shows what comes in time."""
CHOICE_LENGTH = 100
"""Characters of a choice's name and of its value."""


class Completion:
    """Answers while options are typed."""

    def __init__(self, service: Service) -> None:
        self._service = service

    async def complete(self, asked: Asked, reply: Reply, data: Mapping[str, Any]) -> None:
        """Offer what fits what was typed so far; nothing where finding out takes too long or fails.

        Raises:
            CallError: It could not be shown.
        """
        name, typed = _focused(data)
        verb, given = options_of(data)
        channel = _channel(asked, given.get("channel", ""))
        group = GROUPS.get(str(data.get("name")), "")
        command = f"{group} {verb}".strip()
        asking = Asking(typed=typed, channel=channel, given=given, command=command, caller=asked.caller)
        try:
            async with asyncio.timeout(WITHIN):
                found = await suggestions(self._service, name, asking)
        except TimeoutError:
            found = []
        except Exception:
            log.exception("suggestions failed", option=name)
            found = []
        await reply.offer([_choice(one.value, one.label) for one in found if 0 < len(one.value) <= CHOICE_LENGTH])


def _choice(value: str, label: str) -> Payload:
    return {"name": cut(one_line(label), CHOICE_LENGTH) or value, "value": value}


def _focused(data: Mapping[str, Any]) -> tuple[str, str]:
    for verb in data.get("options") or ():
        for option in verb.get("options") or ():
            if option.get("focused"):
                return str(option["name"]), str(option.get("value") or "")
    return "", ""


def _channel(asked: Asked, picked: str) -> ChannelKey:
    """The channel picked beside it, where its caller may see what it reads."""
    channel_id = channel_in(picked)
    place = asked.place(channel_id) if channel_id else None
    if channel_id and place is not None and allows(place.caller, VIEW_CHANNEL):
        return ChannelKey(asked.channel.platform, asked.channel.workspace, channel_id)
    return asked.channel

"""New labels for the buttons of a message that is out: counts after a press, in place."""

import asyncio
import re
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.asked import Pressed
from adapters.slack.blocks import Block, newly_labelled
from adapters.slack.errors import BROKEN, classify
from adapters.slack.text import escaped, typed
from adapters.slack.work import Pause
from bot.buttons import Button
from bot.models import Outcome
from bot.ports import SendError

log = structlog.get_logger(__name__)

REMEMBERED = 1000
"""Messages whose latest labels are kept; the one pressed longest ago goes first."""
FRESH = 30.0
"""Seconds that labels win over what a press brings: longer than Slack takes, and other processes draw labels too."""
ATTEMPTS = 4
TEXT = 4000
"""Of an update's `text`: https://docs.slack.dev/reference/methods/chat.update/#errors"""
LONGEST_WAIT = 60.0
"""Seconds Slack may ask to wait for; chat.update takes 50 and more a minute in a workspace."""


def relabelled(blocks: Iterable[Block], buttons: Iterable[Button]) -> list[Block]:
    """The blocks with the new labels on the buttons of the same commands; everything else as it was."""
    named = {button.command: button for button in buttons}
    return [_with_labels(block, named) for block in blocks]


def unstyled(text: str) -> str:
    """A message's text as Slack gives it back, fit for chat.update, which cannot be told to leave its signs alone."""
    plain = re.sub(r"[*_~`]", "", typed(text))
    return escaped(plain, TEXT) or "Broadsheet"


def _with_labels(block: Block, named: Mapping[str, Button]) -> Block:
    elements: Any = block.get("elements")
    if block.get("type") != "actions" or not isinstance(elements, list):
        return block
    return block | {
        "elements": [newly_labelled(one, named[one["value"]]) if one.get("value") in named else one for one in elements]
    }


@dataclass
class _Latest:
    """Of one message."""

    buttons: dict[str, Button] = field(default_factory=dict)
    """By command."""
    pressed_at: float = 0.0
    changed: bool = False
    """Whether there are labels that no update has begun to draw."""
    drawing: asyncio.Lock = field(default_factory=asyncio.Lock)


class Labels:
    """Keeps the labels of public messages true while many press at once.

    A press brings the message as it was then, and Slack offers no way to update only what did not change since. So the
    latest labels of a message are kept, one update of it runs at a time, and what came meanwhile goes with the next.
    """

    def __init__(self, pause: Pause = asyncio.sleep) -> None:
        self._pause = pause
        self._latest: OrderedDict[tuple[str, str], _Latest] = OrderedDict()

    async def update(self, client: AsyncWebClient, message: Pressed, buttons: Sequence[Button]) -> None:
        """Draw the new labels.

        Raises:
            SendError: Slack did not take them.
        """
        latest = self._remember((message.channel, message.timestamp), buttons)
        async with latest.drawing:
            if latest.changed:
                latest.changed = False
                await self._draw(client, message, latest.buttons)

    def _remember(self, key: tuple[str, str], buttons: Sequence[Button]) -> "_Latest":
        now = asyncio.get_running_loop().time()
        latest = self._latest.get(key)
        if latest is None or now - latest.pressed_at > FRESH:
            latest = self._latest[key] = _Latest()
        latest.buttons.update({button.command: button for button in buttons})
        latest.pressed_at, latest.changed = now, True
        self._latest.move_to_end(key)
        while len(self._latest) > REMEMBERED:
            self._latest.popitem(last=False)
        return latest

    async def _draw(self, client: AsyncWebClient, message: Pressed, latest: Mapping[str, Button]) -> None:
        for attempt in range(ATTEMPTS):
            try:
                blocks = relabelled(message.blocks, latest.values())
                text = unstyled(message.text)
                await client.chat_update(channel=message.channel, ts=message.timestamp, text=text, blocks=blocks)
            except BROKEN as error:
                failure = classify(error)
                wait = _wait(failure, attempt)
                if attempt == ATTEMPTS - 1 or wait is None:
                    raise failure from error
                await self._pause(wait)
            else:
                return


def _wait(failure: SendError, attempt: int) -> float | None:
    """Seconds before the same update may be tried again, which is harmless; None if that would not help."""
    if failure.outcome is Outcome.LIMITED:
        wait = failure.retry_after or 2.0**attempt
        return wait if wait <= LONGEST_WAIT else None
    return 2.0**attempt if failure.outcome in {Outcome.UNKNOWN, Outcome.NOT_SENT} else None

"""Answers through the address that came with a command or a click: five uses within 30 minutes.

Bolt's `respond()` is not used: it opens a connection pool for each answer, sends again when a connection drops, and
does not raise when Slack refuses. https://docs.slack.dev/interactivity/handling-user-interaction/#message_responses
"""

import asyncio
import json
from collections.abc import Callable
from enum import Enum, auto

import aiohttp
import structlog

from adapters.slack.errors import BLOCKS_REFUSED, classify, retry_after
from adapters.slack.refusals import alert
from adapters.slack.work import Pause
from bot.models import Outcome
from bot.ports import Payload

log = structlog.get_logger(__name__)

USES = 5
OVER = frozenset({"expired_url", "used_url"})
LONGEST_WAIT = 60.0
"""Seconds; a person has left by then."""


class Next(Enum):
    """What to do after an attempt."""

    NOTHING = auto()
    PLAINLY = auto()
    """Slack does not like the blocks: say it in plain text."""
    AGAIN = auto()
    GIVE_UP = auto()


def after(status: int, error: str, *, public: bool) -> Next:
    """What an answer of Slack means. After a failure of its own, only what nobody else sees is said again."""
    if status == 200:
        return Next.NOTHING
    if status == 429:
        return Next.AGAIN
    if status >= 500:
        return Next.GIVE_UP if public else Next.AGAIN
    return Next.PLAINLY if status == 400 or error in BLOCKS_REFUSED else Next.GIVE_UP


class ResponseUrl:
    """One such address. It is a secret, and never logged."""

    def __init__(self, url: str, session: aiohttp.ClientSession, pause: Pause = asyncio.sleep) -> None:
        self._url = url
        self._session = session
        self._pause = pause
        self._left = USES
        self.over = False
        """Whether it takes no more, so that what was to be said has to go another way."""
        self.arrived = True
        """Whether what was said last is surely there, drawn or in plain text."""

    async def say(
        self, payload: Payload, plainly: Callable[[], Payload], *, public: bool, replace: bool = False
    ) -> bool:
        """Post a message, or replace the one that held the button; `plainly` if Slack refuses the blocks.

        Returns whether it surely arrived as drawn; if not, the log says why. Plain text holds the whole view, so no
        other message of the same view should follow it.
        """
        how: Payload = {
            "response_type": "in_channel" if public else "ephemeral",
            "replace_original": replace,
            "delete_original": False,
        }
        result = last = await self._attempt(payload | how, public=public)
        if result is Next.PLAINLY:
            alert("answer", "Slack does not accept its blocks; it is said in plain text")
            last = await self._attempt(plainly() | how, public=public)
        self.arrived = last is Next.NOTHING
        return result is Next.NOTHING

    async def replace(self, payload: Payload) -> None:
        """Put this in place of the private message that held the button, or leave that as it is."""
        await self._attempt(payload | {"replace_original": True, "response_type": "ephemeral"}, public=False)

    async def _attempt(self, body: Payload, *, public: bool) -> Next:
        """One message, tried again once where that is harmless."""
        result, wait = await self._post(body, public=public)
        if result is Next.AGAIN:
            await self._pause(min(wait, LONGEST_WAIT))
            result, _ = await self._post(body, public=public)
        return result

    async def _post(self, body: Payload, *, public: bool) -> tuple[Next, float]:
        """What to do next, and after how many seconds."""
        if self._left <= 0:
            log.warning("answer not sent", reason="the five uses of its address are spent")
            self.over = True
            return Next.GIVE_UP, 0.0
        self._left -= 1
        try:
            async with self._session.post(self._url, json=body) as response:
                status, error = response.status, _error(await response.text(errors="replace"))
                wait = retry_after(response.headers) or 1.0
        except (aiohttp.ClientError, OSError, ValueError) as problem:
            reached = classify(problem).outcome is not Outcome.NOT_SENT
            log.warning("answer not sent", reason=type(problem).__name__, reached=reached)
            return (Next.GIVE_UP if reached else Next.AGAIN), 1.0
        if status != 200:
            log.warning("answer refused by Slack", status=status, error=error)
            self.over = error in OVER
        return after(status, error, public=public), wait


def _error(body: str) -> str:
    """The name of an error, which comes as JSON or bare."""
    try:
        told = json.loads(body)
    except ValueError:
        return body.strip()[:60]
    return str(told.get("error", ""))[:60] if isinstance(told, dict) else ""

"""No more than Slack takes in one channel: https://docs.slack.dev/apis/web-api/rate-limits/ ."""

import asyncio
from collections import OrderedDict

from adapters.slack.work import Pause

BETWEEN = 1.05
"""Seconds from one post to the next in a channel: "1 per second per channel", and a little for the way."""
AFTER_ANSWER = 1.0
"""Seconds from the answer to a post to the next one: how long the post was on its way nobody knows, but it was counted
before it was answered."""
REMEMBERED = 10_000


class ChannelPace:
    """Lets messages of one channel go a second apart; other channels do not wait."""

    def __init__(self, pause: Pause = asyncio.sleep) -> None:
        self._pause = pause
        self._free_at: OrderedDict[str, float] = OrderedDict()

    async def wait(self, channel: str) -> None:
        """Until the channel takes the next message, which is then spoken for."""
        now = asyncio.get_running_loop().time()
        at = max(now, self._free_at.get(channel, now))
        self._remember(channel, at + BETWEEN)
        if at > now:
            await self._pause(at - now)

    def answered(self, channel: str) -> None:
        """Slack has taken or refused a post."""
        at = asyncio.get_running_loop().time() + AFTER_ANSWER
        self._remember(channel, max(at, self._free_at.get(channel, at)))

    def _remember(self, channel: str, at: float) -> None:
        self._free_at[channel] = at
        self._free_at.move_to_end(channel)
        while len(self._free_at) > REMEMBERED:
            self._free_at.popitem(last=False)

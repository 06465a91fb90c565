"""Which channels of a list its reader may know of: public ones, and private ones in which they are.

What Slack does not tell is left out: a private channel from which we were removed looks like none at all.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Collection

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.errors import BROKEN, classify
from adapters.slack.membership import is_in
from bot.channel_lists import only
from bot.models import ChannelKey
from bot.views import ChannelLine, ChannelList, View

log = structlog.get_logger(__name__)

PAGE, PAGES = 999, 20
"""Channels told at a time: https://docs.slack.dev/reference/methods/users.conversations/ ."""
FRESH = 30.0
"""Seconds; that we left a channel is told to us at once."""
REMEMBERED = 1000
"""Workspaces."""
ASKED_ONE_BY_ONE = 20
"""Private channels, and those without us; the methods for one answer at least 50 times a minute."""


class Visible:
    """Tells each reader of those they may know of.

    In which channels we are is asked once in a while for all of a workspace's people: many look at their Home at once,
    and `users.conversations` takes 50 calls a minute. Who else is in a private one is asked each time.
    """

    def __init__(self, clients: Callable[[str], AsyncWebClient]) -> None:
        self._clients = clients
        self._ours: OrderedDict[str, tuple[float, dict[str, bool]]] = OrderedDict()

    async def for_reader(self, view: View, workspace: str, person: str, here: str = "") -> View:
        """Without the channels of which its reader must not know; they are in `here`."""
        if not isinstance(view, ChannelList):
            return view
        ids = {line: _channel(line) for line in view.channels if not line.left_by}
        unknown = {channel for channel in ids.values() if channel and channel != here}
        seen = await self._visible(workspace, person, unknown) if unknown else set()
        known = {line for line, channel in ids.items() if not channel or channel == here or channel in seen}
        return only(view, [line for line in view.channels if line in known or line.left_by == person])

    def changed(self, workspace: str) -> None:
        """Ask again: something of the channels there is another than it was."""
        self._ours.pop(workspace, None)

    async def _visible(self, workspace: str, person: str, wanted: Collection[str]) -> set[str]:
        """Those of the channels of which somebody may know, as far as Slack tells."""
        seen: set[str] = set()
        client = self._clients(workspace)
        try:
            ours = await self._conversations(workspace, client)
            seen |= {channel for channel in wanted if ours.get(channel) is False}
            for channel in sorted(set(wanted) - seen)[:ASKED_ONE_BY_ONE]:
                ask = is_in(client, person, channel) if channel in ours else _is_public(client, channel)
                if await ask:
                    seen.add(channel)
        except BROKEN as error:
            log.warning("channels left out of a list", reason=classify(error).reason)
        return seen

    async def _conversations(self, workspace: str, client: AsyncWebClient) -> dict[str, bool]:
        """The channels in which we are, and whether each is private."""
        now = asyncio.get_running_loop().time()
        at, known = self._ours.get(workspace, (now - FRESH, {}))
        if now - at >= FRESH:
            known = await _conversations(client)
            self._ours[workspace] = now, known
            while len(self._ours) > REMEMBERED:
                self._ours.popitem(last=False)
        return known


def _channel(line: ChannelLine) -> str:
    """Its id; empty for direct messages: the core leaves out all but the reader's own."""
    key = ChannelKey.parse(line.channel)
    return key.channel if key.channel[:1] in {"C", "G"} else ""


async def _conversations(client: AsyncWebClient) -> dict[str, bool]:
    """Of all kinds; of public ones alone where groups:read, which is optional, was not granted."""
    try:
        return await _listed(client, "public_channel,private_channel")
    except SlackApiError as error:
        if error.response.get("error") != "missing_scope":
            raise
        return await _listed(client, "public_channel")


async def _listed(client: AsyncWebClient, types: str) -> dict[str, bool]:
    found: dict[str, bool] = {}
    cursor = ""
    for _ in range(PAGES):
        told = await client.users_conversations(types=types, limit=PAGE, cursor=cursor)
        found |= {one["id"]: bool(one.get("is_private", True)) for one in told.get("channels") or ()}
        cursor = (told.get("response_metadata") or {}).get("next_cursor") or ""
        if not cursor:
            break
    return found


async def _is_public(client: AsyncWebClient, channel: str) -> bool:
    try:
        told = (await client.conversations_info(channel=channel)).get("channel") or {}
    except BROKEN as error:
        if not hasattr(error, "response"):
            raise
        return False
    return told.get("is_private") is False

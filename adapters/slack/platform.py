"""Posting in Slack: one message, once, with exactly one outcome."""

import asyncio
from urllib.parse import urlsplit

import aiohttp

from adapters.slack import render as renderer
from adapters.slack.command_name import renamed
from adapters.slack.errors import BROKEN, classify
from adapters.slack.modes import install_page
from adapters.slack.pace import ChannelPace
from adapters.slack.work import Pause
from adapters.slack.workspaces import Workspaces
from bot.config import Settings
from bot.models import ChannelKey, Outcome
from bot.ports import PLAIN, REPLY_TO, Payload, SendError, SentMessage
from bot.views import View

WORKSPACE_SECONDS = 3.0
"""Longest wait for the workspace's address, which only the permalink needs."""


class SlackPlatform:
    """The way out to Slack, to every workspace that there is a token for."""

    name = "slack"
    idempotent = False
    """Slack documents no idempotency key."""

    def __init__(
        self,
        settings: Settings,
        session: aiohttp.ClientSession,
        workspaces: Workspaces | None = None,
        *,
        pause: Pause = asyncio.sleep,
    ) -> None:
        self.workspaces = workspaces or Workspaces(settings, session)
        self._command = settings.slack_command
        self._install_page = install_page(settings)
        self._pace = ChannelPace(pause)
        self._addresses: dict[str, str] = {}

    def render(self, view: View) -> list[Payload]:
        """A digest's abstracts go into a thread under its first message."""
        shown = renamed(view, self._command)
        return [*renderer.posted(shown), *({**payload, REPLY_TO: 0} for payload in renderer.thread(shown))]

    def fallback(self, view: View) -> Payload:
        return renderer.fallback(renamed(view, self._command))

    async def send(self, channel: ChannelKey, payload: Payload, key: str) -> SentMessage:  # noqa: ARG002  # no such key
        """Post one message; a person's id as the channel posts to their direct messages.

        Raises:
            SendError: with exactly one outcome.
        """
        client = self.workspaces.client(channel.workspace)
        workspace = await self._workspace_address(channel.workspace)
        place = f"{channel.workspace}:{channel.channel}"
        await self._pace.wait(place)
        try:
            response = await client.chat_postMessage(channel=channel.channel, **in_thread(payload))  # type: ignore[arg-type]  # a payload's values are what the method takes
        except BROKEN as error:
            raise self._with_way_back(classify(error)) from error
        finally:
            self._pace.answered(place)
        posted_in, timestamp = response.get("channel"), response.get("ts")
        if not isinstance(posted_in, str) or not isinstance(timestamp, str):
            raise SendError(Outcome.UNKNOWN, "Slack did not say where the message is; it was probably posted.")
        return SentMessage(f"{posted_in}:{timestamp}", permalink(workspace, posted_in, timestamp))

    def _with_way_back(self, refused: SendError) -> SendError:
        """What is refused in a whole workspace is mended by installing again, where anybody may do that."""
        if refused.outcome is Outcome.DEAD_LANE and self._install_page is not None:
            return SendError(refused.outcome, f"{refused.reason} Here: {self._install_page}")
        return refused

    async def _workspace_address(self, workspace: str) -> str | None:
        """Such as `https://example.slack.com/`, asked once; None as long as Slack does not tell.

        It is asked before a post and never after one, so that nothing stands between a post and its record.
        """
        if workspace not in self._addresses:
            try:
                async with asyncio.timeout(WORKSPACE_SECONDS):
                    told = (await self.workspaces.client(workspace).auth_test()).get("url")
            except BROKEN:
                return None
            if isinstance(told, str) and urlsplit(told).hostname:
                self._addresses[workspace] = told
        return self._addresses.get(workspace)


def in_thread(payload: Payload) -> Payload:
    """As chat.postMessage takes it: what belongs under a message of ours names that one's timestamp."""
    parent = payload.get(REPLY_TO)
    rest = {name: value for name, value in payload.items() if name not in {REPLY_TO, PLAIN}}
    return rest | {"thread_ts": parent.rpartition(":")[2]} if isinstance(parent, str) else rest


def permalink(workspace: str | None, channel: str, timestamp: str) -> str | None:
    """A message's address, as chat.getPermalink gives it, without the call."""
    return f"{workspace.rstrip('/')}/archives/{channel}/p{timestamp.replace('.', '')}" if workspace else None

"""Whether a digest can be posted in a channel, asked before it is due."""

from collections.abc import Callable
from dataclasses import replace

from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from adapters.slack.errors import BROKEN, classify
from adapters.slack.scopes import WITHOUT_JOINING
from bot.models import ChannelKey
from bot.views import Check, Status

SCOPES_HEADER = "x-oauth-scopes"
"""On every answer: https://docs.slack.dev/reference/scopes/ ."""


async def with_posting(view: Status, clients: Callable[[str], AsyncWebClient]) -> Status:
    """The status of a channel's digest with whether we may post there; of a direct message nothing is asked."""
    where = ChannelKey.parse(view.channel)
    if not view.checks or where.channel[:1] not in {"C", "G"}:
        return view
    check = await posting(clients(where.workspace), where, frozenset(), "permissions")
    return replace(view, checks=(*view.checks, check))


async def posting(client: AsyncWebClient, channel: ChannelKey, scopes: frozenset[str], name: str) -> Check:
    """By https://docs.slack.dev/reference/methods/conversations.info/ ; `scopes` are empty where they are not known."""
    if scopes and not scopes & {"channels:read", "groups:read"}:
        return Check(name, ok=True, message="Without channels:read nobody can tell before the first post.")
    try:
        answer = await client.conversations_info(channel=channel.channel)
    except BROKEN as error:
        refused = classify(error)
        if "missing_scope" in refused.reason:
            return Check(name, ok=True, message="Without groups:read nobody can tell before the first post.")
        return Check(name, ok=False, message=refused.reason)
    found = answer.get("channel")
    if not isinstance(found, dict):
        return Check(name, ok=True, message="Slack tells nothing of the channel.")
    return _found(name, found, scopes or scopes_of(answer))


def scopes_of(answer: AsyncSlackResponse) -> frozenset[str]:
    """The token's; none where Slack does not tell."""
    headers = {key.lower(): value for key, value in answer.headers.items()}
    told = headers.get(SCOPES_HEADER)
    return frozenset(scope.strip() for scope in told.split(",")) if told else frozenset()


def _found(name: str, channel: dict[str, object], scopes: frozenset[str]) -> Check:
    if channel.get("is_archived"):
        return Check(name, ok=False, message="The channel is archived.", hint="Unarchive it, or choose another.")
    if not channel.get("is_member") and not channel.get("is_private") and not scopes:
        return Check(name, ok=True, message=f"I am not in that channel; {WITHOUT_JOINING} lets me post there.")
    if not channel.get("is_member") and (channel.get("is_private") or WITHOUT_JOINING not in scopes):
        return Check(name, ok=False, message="I am not in that channel.", hint="There: /invite @Broadsheet")
    return Check(name, ok=True, message="I can post there.")

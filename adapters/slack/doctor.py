"""Whether Slack lets us do what we promised: the token, its scopes, and each channel that has a digest."""

from collections.abc import AsyncIterator, Sequence

from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.errors import BROKEN, classify
from adapters.slack.platform import SlackPlatform
from adapters.slack.scopes import REQUIRED_SCOPES, WITHOUT_JOINING
from bot.models import ChannelKey, Outcome
from bot.views import Check

SCOPES_HEADER = "x-oauth-scopes"
"""On every answer: https://docs.slack.dev/reference/scopes/ ."""
_MANIFEST = "Update the app with the manifest of `broadsheet slack manifest`, and install it again."


async def examine(platform: SlackPlatform, channels: Sequence[ChannelKey]) -> AsyncIterator[Check]:
    """A check of each workspace that has a digest, or of the one whose token is set, and one of each channel."""
    for workspace in dict.fromkeys(channel.workspace for channel in channels) or [""]:
        client = platform.workspaces.client(workspace)
        check, scopes = await _workspace(client, workspace)
        yield check
        if not check.ok:
            continue
        for channel in channels:
            if channel.workspace == workspace and not channel.channel.startswith(("U", "W", "D")):
                yield await _channel(client, channel, scopes)


async def _workspace(client: AsyncWebClient, workspace: str) -> tuple[Check, frozenset[str]]:
    """Whether the token is accepted and may do what every command needs: auth.test, which needs no scope."""
    name = f"slack {workspace}".strip()
    try:
        answer = await client.auth_test()
    except BROKEN as error:
        refused = classify(error)
        hint = "" if refused.outcome is Outcome.DEAD_LANE else "Look at the network, and at SLACK_API_URL."
        return Check(name, ok=False, message=refused.reason, hint=hint), frozenset()
    headers = {key.lower(): value for key, value in answer.headers.items()}
    told = headers.get(SCOPES_HEADER)
    scopes = frozenset(scope.strip() for scope in told.split(",")) if told else frozenset[str]()
    missing = sorted(REQUIRED_SCOPES - scopes) if told else []
    if missing:
        return Check(name, ok=False, message=f"The token lacks {', '.join(missing)}.", hint=_MANIFEST), scopes
    return Check(name, ok=True, message=f"The token is accepted in {answer.get('team') or 'the workspace'}."), scopes


async def _channel(client: AsyncWebClient, channel: ChannelKey, scopes: frozenset[str]) -> Check:
    """Whether a digest can be posted there: https://docs.slack.dev/reference/methods/conversations.info/ ."""
    name = str(channel)
    if scopes and not scopes & {"channels:read", "groups:read"}:
        return Check(name, ok=True, message="Without channels:read nobody can tell before the first post.")
    try:
        found = (await client.conversations_info(channel=channel.channel)).get("channel")
    except BROKEN as error:
        refused = classify(error)
        if "missing_scope" in refused.reason:
            return Check(name, ok=True, message="Without groups:read nobody can tell before the first post.")
        return Check(name, ok=False, message=refused.reason)
    if not isinstance(found, dict):
        return Check(name, ok=True, message="Slack tells nothing of the channel.")
    return _found(name, found, scopes)


def _found(name: str, channel: dict[str, object], scopes: frozenset[str]) -> Check:
    if channel.get("is_archived"):
        return Check(name, ok=False, message="The channel is archived.", hint="Unarchive it, or choose another.")
    if not channel.get("is_member") and (channel.get("is_private") or WITHOUT_JOINING not in scopes):
        return Check(name, ok=False, message="I am not in that channel.", hint="There: /invite @Broadsheet")
    return Check(name, ok=True, message="I can post there.")

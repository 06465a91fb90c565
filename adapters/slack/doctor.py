"""Whether Slack lets us do what we promised: the token, its scopes, and each channel that has a digest."""

from collections.abc import AsyncIterator, Sequence

from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.checking import posting, scopes_of
from adapters.slack.errors import BROKEN, classify
from adapters.slack.platform import SlackPlatform
from adapters.slack.scopes import REQUIRED_SCOPES
from bot.models import ChannelKey, Outcome
from bot.views import Check

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
                yield await posting(client, channel, scopes, str(channel))


async def _workspace(client: AsyncWebClient, workspace: str) -> tuple[Check, frozenset[str]]:
    """Whether the token is accepted and may do what every command needs: auth.test, which needs no scope."""
    name = f"slack {workspace}".strip()
    try:
        answer = await client.auth_test()
    except BROKEN as error:
        refused = classify(error)
        hint = "" if refused.outcome is Outcome.DEAD_LANE else "Look at the network, and at SLACK_API_URL."
        return Check(name, ok=False, message=refused.reason, hint=hint), frozenset()
    scopes = scopes_of(answer)
    missing = sorted(REQUIRED_SCOPES - scopes) if scopes else []
    if missing:
        return Check(name, ok=False, message=f"The token lacks {', '.join(missing)}.", hint=_MANIFEST), scopes
    return Check(name, ok=True, message=f"The token is accepted in {answer.get('team') or 'the workspace'}."), scopes

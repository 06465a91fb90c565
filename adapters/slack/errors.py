"""What Slack's refusals mean for a delivery: pure tables, one outcome for each.

https://docs.slack.dev/reference/methods/chat.postMessage/#errors
"""

import asyncio
from collections.abc import Mapping

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.models import Outcome
from bot.ports import SendError

_NOT_MEMBER = "I am not in that channel. Invite me with `/invite @Broadsheet`."
_UNSEEN = (
    "I cannot see that channel: it is private, or was deleted. Into a private one invite me with "
    "`/invite @Broadsheet`; nothing brings back one that was deleted, so subscribe another."
)
_POLICY = "This workspace's rules do not let me post in that channel. Ask one of its admins."
_REVOKED = "Slack no longer accepts my token. Install me again."
_GONE = "I am not installed in this workspace any more. Install me again."
_MOVING = "This workspace is moving to another organization; Slack is not available there yet."
_CONTENT = "Slack does not accept the form of this message."
_UNSURE = "Slack failed half-way; the message may have been posted."

ERRORS: dict[str, tuple[Outcome, str]] = {
    "not_in_channel": (Outcome.DEAD_CHANNEL, _NOT_MEMBER),
    "channel_not_found": (
        Outcome.DEAD_CHANNEL,
        _UNSEEN,
    ),
    "is_archived": (Outcome.DEAD_CHANNEL, "That channel is archived. Unarchive it, or choose another."),
    "restricted_action": (Outcome.DEAD_CHANNEL, _POLICY),
    "no_permission": (Outcome.DEAD_CHANNEL, _POLICY),
    "ekm_access_denied": (Outcome.DEAD_CHANNEL, _POLICY),
    "access_denied": (Outcome.DEAD_CHANNEL, _POLICY),
    "message_limit_exceeded": (Outcome.DEAD_CHANNEL, "This workspace has reached its limit of messages."),
    "messages_tab_disabled": (Outcome.DEAD_CHANNEL, "My messages tab is switched off, so I cannot write to people."),
    "user_not_found": (Outcome.DEAD_CHANNEL, "That person is not in this workspace."),
    "user_disabled": (Outcome.DEAD_CHANNEL, "That person's account is switched off."),
    "cannot_dm_bot": (Outcome.DEAD_CHANNEL, "I cannot write to a bot."),
    "account_inactive": (Outcome.DEAD_LANE, "I am no longer installed in this workspace. Install me again."),
    "token_revoked": (Outcome.DEAD_LANE, _REVOKED),
    "invalid_auth": (Outcome.DEAD_LANE, _REVOKED),
    "not_authed": (Outcome.DEAD_LANE, _REVOKED),
    "not_allowed_token_type": (
        Outcome.DEAD_LANE,
        "This is the wrong kind of token: SLACK_BOT_TOKEN begins with xoxb-, SLACK_APP_TOKEN with xapp-.",
    ),
    "token_expired": (Outcome.DEAD_LANE, "My token has expired. Install me again."),
    "missing_scope": (
        Outcome.DEAD_LANE,
        "I lack a permission. Update the app with the manifest of `broadsheet slack manifest` and install it again.",
    ),
    "org_login_required": (Outcome.DEAD_LANE, _MOVING),
    "team_access_not_granted": (
        Outcome.DEAD_LANE,
        "Your organization has not added me to this workspace. Ask one of its admins.",
    ),
    "team_added_to_org": (Outcome.NOT_SENT, _MOVING),
    "ratelimited": (Outcome.LIMITED, "Slack asks me to slow down."),
    "rate_limited": (Outcome.LIMITED, "Slack asks me to slow down."),
    "fatal_error": (Outcome.UNKNOWN, _UNSURE),
    "internal_error": (Outcome.UNKNOWN, _UNSURE),
    "service_unavailable": (Outcome.UNKNOWN, _UNSURE),
    "invalid_blocks": (Outcome.CONTENT_BUG, _CONTENT),
    "invalid_blocks_format": (Outcome.CONTENT_BUG, _CONTENT),
    "invalid_arguments": (Outcome.CONTENT_BUG, _CONTENT),
    "invalid_attachments": (Outcome.CONTENT_BUG, _CONTENT),
    "invalid_metadata_format": (Outcome.CONTENT_BUG, _CONTENT),
    "invalid_metadata_schema": (Outcome.CONTENT_BUG, _CONTENT),
    "metadata_too_large": (Outcome.CONTENT_BUG, _CONTENT),
    "markdown_text_conflict": (Outcome.CONTENT_BUG, _CONTENT),
    "msg_blocks_too_long": (Outcome.CONTENT_BUG, _CONTENT),
    "msg_too_long": (Outcome.CONTENT_BUG, _CONTENT),
    "no_text": (Outcome.CONTENT_BUG, _CONTENT),
    "too_many_attachments": (Outcome.CONTENT_BUG, _CONTENT),
}
"""Slack's error names, with what people are told."""

BROKEN = (SlackClientError, aiohttp.ClientError, OSError, ValueError, AttributeError, TypeError)
"""What slack_sdk raises; the last three for answers that are not what it expects. TimeoutError is an OSError."""
BLOCKS_REFUSED = frozenset(name for name, (outcome, _) in ERRORS.items() if outcome is Outcome.CONTENT_BUG)


class TokenError(SlackClientError):
    """A workspace's token is not to be had just now: nothing was asked of Slack with it."""

    def __init__(self, failure: SendError) -> None:
        super().__init__(failure.reason)
        self.failure = failure


class NotInstalledError(TokenError):
    """There is no token for a workspace."""

    def __init__(self) -> None:
        super().__init__(SendError(Outcome.DEAD_LANE, _GONE))


def classify(error: Exception) -> SendError:
    """The one outcome of a call that raised."""
    match error:
        case TokenError():
            return error.failure
        case SlackApiError():
            return _refused(error.response)
        case aiohttp.ClientConnectorError() | aiohttp.ConnectionTimeoutError() | aiohttp.InvalidURL():
            return SendError(Outcome.NOT_SENT, "I could not reach Slack.")
        case asyncio.TimeoutError():
            return SendError(Outcome.UNKNOWN, "Slack did not answer in time; the message may have been posted.")
        case aiohttp.ClientError() | OSError():
            return SendError(Outcome.UNKNOWN, "The connection broke; the message may have been posted.")
        case _:
            return SendError(Outcome.UNKNOWN, "Slack's answer made no sense; the message may have been posted.")


def _refused(response: object) -> SendError:
    """Of an AsyncSlackResponse, or of the bare aiohttp response that slack_sdk raises with when JSON is broken."""
    status: int = getattr(response, "status_code", 0) or getattr(response, "status", 0)
    name = _name(response)
    headers = getattr(response, "headers", {})
    if status == 429:
        return SendError(Outcome.LIMITED, "Slack asks me to slow down.", retry_after=retry_after(headers))
    if status >= 500 or name is None:
        return SendError(Outcome.UNKNOWN, f"Slack answered HTTP {status} and nothing I can read. {_UNSURE}")
    outcome, reason = named(name)
    wait = retry_after(headers) if outcome is Outcome.LIMITED else None
    return SendError(outcome, f"{reason} (Slack says {name})", retry_after=wait)


def named_error(error: Exception) -> str | None:
    """Slack's name of an error that it answered with; None for every other failure."""
    return _name(error.response) if isinstance(error, SlackApiError) else None


def _name(response: object) -> str | None:
    data = getattr(response, "data", None)
    name = data.get("error") if isinstance(data, dict) else None
    return name if isinstance(name, str) else None


def named(name: str) -> tuple[Outcome, str]:
    """Of one of Slack's error names. An unknown refusal posted nothing, so it may be tried again."""
    if name.startswith("restricted_action"):
        name = "restricted_action"
    return ERRORS.get(name, (Outcome.NOT_SENT, "Slack refused the message."))


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds Slack asks to wait, None where it does not say: https://docs.slack.dev/apis/web-api/rate-limits/ ."""
    try:
        seconds = float(headers.get("Retry-After", ""))
    except ValueError:
        return None
    return seconds if 0 <= seconds < 86_400 else None

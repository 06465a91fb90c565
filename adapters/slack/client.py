"""Slack's Web API over one shared session: every timeout set, nothing ever sent twice by the library."""

import logging
from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.config import Settings

TIMEOUT = aiohttp.ClientTimeout(total=15, connect=5, sock_connect=5)
"""Seconds. slack_sdk's own timeout is not used when a session is given."""
POSTS_AT_ONCE = 100


def open_session(timeout: aiohttp.ClientTimeout = TIMEOUT) -> aiohttp.ClientSession:
    """A session for all calls to Slack; whoever opens it closes it."""
    return aiohttp.ClientSession(timeout=timeout, connector=aiohttp.TCPConnector(limit=POSTS_AT_ONCE))


def web_client(settings: Settings, session: aiohttp.ClientSession, token: str | None) -> AsyncWebClient:
    """A client that never retries: slack_sdk's default re-sends a message when a connection drops."""
    return AsyncWebClient(token=token, **client_options(settings, session))


async def oauth_access(settings: Settings, session: aiohttp.ClientSession, **granted: str) -> AsyncSlackResponse:
    """Tokens for what Slack granted: https://docs.slack.dev/reference/methods/oauth.v2.access/ .

    slack_sdk's own method sends the secret as HTTP Basic with a class that aiohttp gives up; Slack takes both ways.
    """
    secret = settings.slack_client_secret
    ours = {
        "client_id": settings.slack_client_id or "",
        "client_secret": secret.get_secret_value() if secret else "",
    }
    return await web_client(settings, session, None).api_call("oauth.v2.access", data=ours | granted)


def client_options(settings: Settings, session: aiohttp.ClientSession) -> dict[str, Any]:
    """All that a client takes beside its token."""
    return {
        "base_url": settings.slack_api_url,
        "session": session,
        "retry_handlers": [],
        "user_agent_prefix": "Broadsheet",
        "logger": _quiet_logger(),
    }


def _quiet_logger() -> logging.Logger:
    """slack_sdk writes whole requests at DEBUG and answers at ERROR; ours says what matters, without contents."""
    logger = logging.getLogger("broadsheet.slack_sdk")
    logger.setLevel(logging.CRITICAL)
    return logger

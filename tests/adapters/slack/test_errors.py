"""What Slack's refusals mean: one outcome for each, as delivery needs it."""

import ssl
from types import SimpleNamespace
from typing import Any, cast

import aiohttp
import pytest
from aiohttp.client_reqrep import ConnectionKey
from slack_sdk.errors import SlackApiError

from adapters.slack.errors import ERRORS, classify, retry_after
from bot.models import Outcome

KEY = ConnectionKey("slack.com", 443, is_ssl=True, ssl=True, proxy=None, proxy_auth=None, proxy_headers_hash=None)


ApiError = cast("type[Any]", SlackApiError)
"""Its constructor has no types."""


def refused(error: str | None, status: int = 200, **headers: str) -> Exception:
    data = {"ok": False} | ({"error": error} if error else {})
    response = SimpleNamespace(status_code=status, data=data, headers=headers)
    return cast("Exception", ApiError("failed", response))


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        *((name, Outcome.DEAD_CHANNEL) for name in ("not_in_channel", "channel_not_found", "is_archived")),
        *((name, Outcome.DEAD_CHANNEL) for name in ("restricted_action", "restricted_action_thread_only_channel")),
        *((name, Outcome.DEAD_CHANNEL) for name in ("no_permission", "ekm_access_denied", "access_denied")),
        *((name, Outcome.DEAD_CHANNEL) for name in ("message_limit_exceeded", "messages_tab_disabled")),
        *((name, Outcome.DEAD_LANE) for name in ("account_inactive", "token_revoked", "invalid_auth", "not_authed")),
        *((name, Outcome.DEAD_LANE) for name in ("token_expired", "missing_scope", "org_login_required")),
        *((name, Outcome.CONTENT_BUG) for name in ("invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long")),
        *((name, Outcome.CONTENT_BUG) for name in ("msg_too_long", "no_text", "metadata_too_large")),
        *((name, Outcome.LIMITED) for name in ("ratelimited", "rate_limited")),
        *((name, Outcome.UNKNOWN) for name in ("fatal_error", "internal_error", "service_unavailable")),
        ("team_added_to_org", Outcome.NOT_SENT),
        ("a_name_of_next_year", Outcome.NOT_SENT),
    ],
)
def test_every_error_name_has_its_outcome(error: str, outcome: Outcome) -> None:
    assert classify(refused(error)).outcome is outcome
    assert error in classify(refused(error)).reason


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (aiohttp.ClientConnectorError(KEY, OSError("refused")), Outcome.NOT_SENT),
        (aiohttp.ClientConnectorDNSError(KEY, OSError("no such host")), Outcome.NOT_SENT),
        (aiohttp.ClientConnectorSSLError(KEY, ssl.SSLError("no")), Outcome.NOT_SENT),
        (aiohttp.ConnectionTimeoutError(), Outcome.NOT_SENT),
        (aiohttp.SocketTimeoutError(), Outcome.UNKNOWN),
        (TimeoutError(), Outcome.UNKNOWN),
        (aiohttp.ServerDisconnectedError(), Outcome.UNKNOWN),
        (aiohttp.ClientOSError(104, "reset"), Outcome.UNKNOWN),
        (ConnectionResetError(), Outcome.UNKNOWN),
        (aiohttp.ClientPayloadError(), Outcome.UNKNOWN),
        (AttributeError("'str' object has no attribute 'get'"), Outcome.UNKNOWN),
        (refused(None), Outcome.UNKNOWN),
        (refused(None, 403), Outcome.UNKNOWN),
        (refused(None, 500), Outcome.UNKNOWN),
        (refused("channel_not_found", 503), Outcome.UNKNOWN),
        (refused("ratelimited", 429), Outcome.LIMITED),
        (refused(None, 429), Outcome.LIMITED),
    ],
)
def test_every_way_a_call_can_break_has_its_outcome(error: Exception, outcome: Outcome) -> None:
    assert classify(error).outcome is outcome


def test_broken_json_is_read_from_the_bare_answer_that_the_library_raises_with() -> None:
    bare = SimpleNamespace(status=200, headers={})
    assert classify(ApiError("unexpected body", bare)).outcome is Outcome.UNKNOWN


@pytest.mark.parametrize(("header", "seconds"), [("7", 7.0), ("0", 0.0), ("soon", None), ("-1", None), ("nan", None)])
def test_the_wait_is_the_one_slack_asks_for(header: str, seconds: float | None) -> None:
    assert classify(refused("ratelimited", 429, **{"Retry-After": header})).retry_after == seconds
    assert retry_after({}) is None


def test_every_reason_is_a_sentence_and_names_no_secret() -> None:
    for outcome, reason in ERRORS.values():
        assert isinstance(outcome, Outcome)
        assert reason.endswith((".", "`."))

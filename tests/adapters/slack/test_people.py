"""Who may configure a channel."""

from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from adapters.slack.errors import NotInstalledError, TokenError
from adapters.slack.people import profile, profile_of, refuse
from bot.errors import UserError
from bot.models import Outcome
from bot.ports import SendError

PAGE = "https://papers.example/slack/install"
ADA: dict[str, Any] = {"id": "U1", "team_id": "T1", "tz": "Europe/Berlin", "is_admin": False}


def test_a_full_member_may_and_tells_a_zone() -> None:
    profile = profile_of(ADA, "T1")
    refuse(profile, "members")
    assert profile.zone == "Europe/Berlin"


@pytest.mark.parametrize(
    "changes",
    [
        {"is_restricted": True},
        {"is_ultra_restricted": True},
        {"is_stranger": True},
        {"team_id": "T2"},
        {"is_bot": True},
        {"deleted": True},
        {"team_id": "T2", "enterprise_user": {"teams": ["T2", "T3"]}},
    ],
)
def test_guests_strangers_and_bots_may_not(changes: dict[str, Any]) -> None:
    with pytest.raises(UserError) as refused:
        refuse(profile_of(ADA | changes, "T1"), "members")
    assert "full members" in refused.value.message
    assert refused.value.hint


def test_somebody_of_the_same_organization_may() -> None:
    refuse(profile_of(ADA | {"team_id": "T2", "enterprise_user": {"teams": ["T1", "T2"]}}, "T1"), "members")


def test_where_only_admins_may_a_member_is_told_so() -> None:
    with pytest.raises(UserError, match="Only admins"):
        refuse(profile_of(ADA, "T1"), "admins")
    refuse(profile_of(ADA | {"is_admin": True}, "T1"), "admins")
    refuse(profile_of(ADA | {"is_owner": True}, "T1"), "admins")


@pytest.mark.parametrize("zone", [None, "", "Mars/Olympus", 7])
def test_a_zone_we_do_not_know_is_none(zone: object) -> None:
    assert profile_of(ADA | {"tz": zone}, "T1").zone is None


class Tokenless(AsyncWebClient):
    """Has no token to ask with."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self._error = error

    async def api_call(self, api_method: str, **_: Any) -> AsyncSlackResponse:  # noqa: ARG002  # its own signature
        raise self._error


@pytest.mark.parametrize(
    ("error", "page", "hint"),
    [
        (NotInstalledError(), PAGE, f"Install me again. Here: {PAGE}"),
        (NotInstalledError(), None, "Install me again."),
        (TokenError(SendError(Outcome.LIMITED, "not just now")), PAGE, "Try again in a minute."),
    ],
)
async def test_without_a_token_nobody_may_and_is_told_the_way_back(
    error: Exception, page: str | None, hint: str
) -> None:
    with pytest.raises(UserError) as refused:
        await profile(Tokenless(error), "U1", "T1", page)
    assert refused.value.code == "platform"
    assert refused.value.hint.endswith(hint)

"""Who may configure a channel, and in which time zone they live: from users.info, asked afresh each time."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.errors import BROKEN, classify
from adapters.slack.zones import known_zones
from bot.errors import UserError
from bot.models import Outcome
from bot.ports import SendError

WHO = "Only full members of this workspace can set up digests; guests and people from other companies cannot."
WHO_ADMINS = "Only admins of this workspace can do that here."
ASK_A_MEMBER = "Ask a full member of the workspace to type it here."
ASK_AN_ADMIN = "Ask one of the workspace's admins to type it here."


@dataclass(frozen=True, slots=True)
class Profile:
    """What Slack tells of a person."""

    zone: str | None
    """IANA, where it is one we know."""
    full_member: bool
    admin: bool


def profile_of(user: Mapping[str, object], workspace: str) -> Profile:
    """From a user object: https://docs.slack.dev/reference/objects/user-object/ ."""
    outside = user.get("is_stranger") or not _belongs(user, workspace)
    restricted = any(user.get(flag) for flag in ("is_restricted", "is_ultra_restricted", "is_bot", "deleted"))
    zone = user.get("tz")
    return Profile(
        zone=zone if isinstance(zone, str) and zone in known_zones() else None,
        full_member=not outside and not restricted,
        admin=bool(user.get("is_admin") or user.get("is_owner")),
    )


def _belongs(user: Mapping[str, object], workspace: str) -> bool:
    """Whether the person is of this workspace, or of its organization and in it."""
    of_organization = user.get("enterprise_user")
    teams = of_organization.get("teams") if isinstance(of_organization, dict) else None
    return user.get("team_id") == workspace or (isinstance(teams, list) and workspace in teams)


def refuse(profile: Profile, rule: Literal["members", "admins"]) -> None:
    """Nothing, if the person may configure channels.

    Raises:
        UserError: `not_allowed`, saying who may.
    """
    if not profile.full_member:
        raise UserError("not_allowed", WHO, ASK_A_MEMBER)
    if rule == "admins" and not profile.admin:
        raise UserError("not_allowed", WHO_ADMINS, ASK_AN_ADMIN)


async def profile(client: AsyncWebClient, user: str, workspace: str, way_back: str | None = None) -> Profile:
    """Ask Slack about a person. `way_back` is where the app is installed again, if its token is the reason why not.

    Raises:
        UserError: `platform`: Slack did not tell; nobody is allowed on a guess.
    """
    try:
        told = (await client.users_info(user=user)).get("user")
    except BROKEN as error:
        raise _unasked(classify(error), way_back) from error
    if not isinstance(told, dict):
        raise _unasked(SendError(Outcome.UNKNOWN, ""))
    return profile_of(told, workspace)


def _unasked(error: SendError, way_back: str | None = None) -> UserError:
    mended = f"{error.reason} Here: {way_back}" if way_back else error.reason
    hint = mended if error.outcome is Outcome.DEAD_LANE else "Try again in a minute."
    return UserError("platform", "I could not ask Slack whether you may change this, so I changed nothing.", hint)

"""What Slack tells us of workspaces and channels. Each may come twice, late, and in any order: none of that harms.

https://docs.slack.dev/reference/events/
"""

from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

import structlog

from adapters.slack.beyond import Beyond
from adapters.slack.errors import BROKEN
from adapters.slack.home import Home
from adapters.slack.visible import Visible
from adapters.slack.workspaces import PLATFORM, Workspaces, utc_now
from bot.delivery.keys import lane_of
from bot.errors import SettingsError
from bot.models import ChannelKey
from bot.service import Service

log = structlog.get_logger(__name__)

UNINSTALLED = "Broadsheet was removed from this workspace"
NO_ACCESS = "its organization took Broadsheet out of this workspace"
ARCHIVED = "its channel was archived"
LEFT = "I was removed from the channel; invite me with /invite @Broadsheet"
OF_CHANNELS = ("channel_", "group_", "member_joined_channel")
REMEMBERED = 5000
"""Events told apart from those sent again; Slack tries three times within minutes."""


class Events:
    """Does what has to be done."""

    def __init__(self, service: Service, workspaces: Workspaces, beyond: Beyond, home: Home, visible: Visible) -> None:
        self._service = service
        self._workspaces = workspaces
        self._beyond = beyond
        self._home = home
        self._visible = visible
        self._seen: OrderedDict[str, None] = OrderedDict()

    async def received(self, body: Mapping[str, Any]) -> None:  # noqa: C901, PLR0912  # one case for each event
        """One event; a second time it is passed over."""
        event = body.get("event") or {}
        if self._again(body.get("event_id")):
            return
        await self._workspaces.met(_first_authorization(body))
        if str(event.get("type")).startswith(OF_CHANNELS):
            self._visible.changed(_team(body))
        match event.get("type"):
            case "app_uninstalled":
                await self._uninstalled(body)
            case "tokens_revoked":
                if (event.get("tokens") or {}).get("bot"):
                    await self._uninstalled(body)
            case "team_access_granted" | "team_access_revoked" as kind:
                await self._access(body, event.get("team_ids") or [], granted=kind == "team_access_granted")
            case "app_home_opened":
                if event.get("tab", "home") == "home":
                    await self._home.publish(_team(body), event["user"])
            case "link_shared":
                await self._beyond.unfurl(_team(body), event)
            case "member_joined_channel":
                if event.get("user") in _bots(body):
                    await self._joined(_team(body), event)
            case "channel_archive" | "group_archive":
                await self._service.halting.halt(_channel(body), ARCHIVED)
            case "channel_unarchive" | "group_unarchive":
                await self._service.halting.lift(_channel(body), ARCHIVED)
            case "channel_deleted" | "group_deleted":
                await self._service.halting.channel_deleted(_channel(body))
            case "channel_left" | "group_left":
                await self._service.halting.halt(_channel(body), LEFT)
            case "channel_rename" | "group_rename":
                pass  # everything here goes by a channel's id, and its name is Slack's to show
            case _:
                pass

    def _again(self, event: str | None) -> bool:
        """Whether Slack sends it once more; what a restart forgets does no harm a second time either."""
        if event is None or event in self._seen:
            return event is not None
        self._seen[event] = None
        if len(self._seen) > REMEMBERED:
            self._seen.popitem(last=False)
        return False

    async def _joined(self, team: str, event: Mapping[str, Any]) -> None:
        where = ChannelKey(PLATFORM, team, event["channel"])
        await self._service.halting.lift(where, LEFT)
        if event.get("inviter"):
            await self._beyond.introduce(team, event["channel"], event["inviter"])

    async def _uninstalled(self, body: Mapping[str, Any]) -> None:
        """Its tokens go, and nothing is posted there any more; settings and history stay for when it comes back."""
        team, organization = body.get("team_id") or "", body.get("enterprise_id") or ""
        if not await self._forgotten(team, organization):
            log.info("uninstalled and installed again meanwhile", workspace=team, organization=organization)
            return
        store = self._workspaces.installations
        halted = [team] if team else await store.workspaces_of(PLATFORM, organization) if store else []
        for workspace in halted:
            if not await self._serves(workspace):
                await self._service.halting.halt_workspace(PLATFORM, workspace, UNINSTALLED)
        log.info("uninstalled", workspace=team, organization=organization)

    async def _forgotten(self, team: str, organization: str) -> bool:
        """Whether that installation is gone: the word of its end may come late, while the next one is being made.

        A workspace that has one of its own beside its organization's loses the one that was uninstalled alone.
        """
        store = self._workspaces.installations
        if store is None:
            return not await self._alive(team)
        place = {"workspace": team} if team else {"organization": organization}
        try:
            known = await store.made_for(PLATFORM, **place)
        except SettingsError:  # nobody can use it, nor ask Slack about it
            await store.remove(PLATFORM, **place, until=None)
            return True
        if known is None:
            return not (team and await self._alive(team))
        if await self._workspaces.alive(known):
            return False
        await store.remove(PLATFORM, **place, until=known.installed_at)
        return await store.made_for(PLATFORM, **place) is None

    async def _serves(self, workspace: str) -> bool:
        """Whether there is another token for it."""
        store = self._workspaces.installations
        try:
            return store is not None and await store.find(PLATFORM, workspace) is not None
        except SettingsError:
            return False

    async def installed(self, workspace: str, organization: str) -> None:
        """What an uninstallation stopped goes on where it is installed again."""
        store = self._workspaces.installations
        back = [workspace] if workspace else await store.workspaces_of(PLATFORM, organization) if store else []
        for one in back:
            await self._service.halting.lift_workspace(PLATFORM, one, UNINSTALLED)

    async def _alive(self, workspace: str) -> bool:
        """Whether its token works: the word of an uninstallation may come after the next installation."""
        try:
            await self._workspaces.client(workspace).auth_test()
        except BROKEN:
            return False
        return True

    async def _access(self, body: Mapping[str, Any], teams: list[str], *, granted: bool) -> None:
        store, organization = self._workspaces.installations, body.get("enterprise_id") or ""
        for team in teams:
            if not granted:
                await self._service.halting.halt_workspace(PLATFORM, team, NO_ACCESS)
            elif store is not None and organization:
                await store.belongs(PLATFORM, team, organization)
                await self._service.halting.lift_workspace(PLATFORM, team, NO_ACCESS)
                await self._service.store.lanes.open(lane_of(ChannelKey(PLATFORM, team, "")), utc_now())


def _team(body: Mapping[str, Any]) -> str:
    """The workspace that installed us.

    In a channel that is shared with another company the event's own `team_id` may be theirs:
    https://docs.slack.dev/apis/slack-connect/ .
    """
    ours: Mapping[str, Any] = next(iter(body.get("authorizations") or []), {})
    return ours.get("team_id") or body.get("context_team_id") or body.get("team_id") or ""


def _channel(body: Mapping[str, Any]) -> ChannelKey:
    channel = body["event"]["channel"]
    return ChannelKey(PLATFORM, _team(body), channel["id"] if isinstance(channel, dict) else channel)


def _bots(body: Mapping[str, Any]) -> set[str]:
    """Whom we are there: https://docs.slack.dev/apis/events-api/#authorizations ."""
    return {one.get("user_id") for one in body.get("authorizations") or [] if one.get("is_bot")}


def _first_authorization(body: Mapping[str, Any]) -> dict[str, Any]:
    """Which installation it is for."""
    first: Mapping[str, Any] = next(iter(body.get("authorizations") or []), {})
    return {
        "is_enterprise_install": first.get("is_enterprise_install"),
        "team_id": _team(body),
        "enterprise_id": first.get("enterprise_id"),
    }

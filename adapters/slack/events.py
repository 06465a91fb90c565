"""What Slack tells us of workspaces and channels. Each may come twice, late, and in any order: none of that harms.

https://docs.slack.dev/reference/events/
"""

from collections.abc import Mapping
from typing import Any

import structlog

from adapters.slack.workspaces import PLATFORM, Workspaces
from bot.service import Service

log = structlog.get_logger(__name__)

UNINSTALLED = "Broadsheet was removed from this workspace"
NO_ACCESS = "its organization took Broadsheet out of this workspace"


class Events:
    """Does what has to be done."""

    def __init__(self, service: Service, workspaces: Workspaces) -> None:
        self._service = service
        self._workspaces = workspaces

    async def received(self, body: Mapping[str, Any]) -> None:
        event = body.get("event") or {}
        match event.get("type"):
            case "app_uninstalled":
                await self._uninstalled(body)
            case "tokens_revoked":
                if (event.get("tokens") or {}).get("bot"):
                    await self._uninstalled(body)
            case "team_access_granted" | "team_access_revoked" as kind:
                await self._access(body, event.get("team_ids") or [], granted=kind == "team_access_granted")
            case _:
                pass

    async def _uninstalled(self, body: Mapping[str, Any]) -> None:
        """Its tokens go, and nothing is posted there any more; settings and history stay for when it comes back."""
        team, organization = body.get("team_id") or "", body.get("enterprise_id") or ""
        store = self._workspaces.installations
        halted = [team] if team else []
        if store is not None and team:
            await store.remove(PLATFORM, workspace=team)
        elif store is not None:
            halted = await store.workspaces_of(PLATFORM, organization)
            await store.remove(PLATFORM, organization=organization)
        for workspace in halted:
            await self._service.channels.halt_workspace(PLATFORM, workspace, UNINSTALLED)
        log.info("uninstalled", workspace=team, organization=organization)

    async def _access(self, body: Mapping[str, Any], teams: list[str], *, granted: bool) -> None:
        store, organization = self._workspaces.installations, body.get("enterprise_id") or ""
        for team in teams:
            if not granted:
                await self._service.channels.halt_workspace(PLATFORM, team, NO_ACCESS)
            elif store is not None and organization:
                await store.belongs(PLATFORM, team, organization)
                await self._service.channels.lift_workspace(PLATFORM, team, NO_ACCESS)

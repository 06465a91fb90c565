"""Registering the commands with Discord: a step of each deployment, never of a start (200 creations a day)."""

from collections.abc import Callable, Mapping
from typing import Any

from adapters.discord.difference import differences
from adapters.discord.outcomes import outcome_of
from adapters.discord.registration import CHAT_INPUT, comparable, registered
from adapters.discord.rest import CallError, RefusedError, Rest
from bot.commands import all_commands
from bot.config import Settings
from bot.errors import SettingsError, UserError
from bot.ports import Payload

LATER_KINDS = {2, 3}
"""Commands of a person's and of a message's menu; an app's entry point (4) is Discord's own and stays."""


async def sync(
    settings: Settings,
    guild: str | None,
    dry_run: bool,  # noqa: FBT001  # the CLI's flag
    show: Callable[[str], None] | None = None,
) -> dict[str, object]:
    """What changed: names added, changed and removed, and how many stayed. A second time changes nothing.

    `show` is told each difference, in a line.

    Raises:
        UserError: No token, or Discord refused.
    """
    if settings.discord_bot_token is None:
        hint = "Set DISCORD_BOT_TOKEN; the README's Discord part says where to find it."
        raise SettingsError("setting", "DISCORD_BOT_TOKEN is not set.", hint)
    rest = Rest(settings.discord_bot_token.get_secret_value(), settings.discord_api_url, settings.public_url)
    try:
        return await _sync(rest, settings.discord_application_id, guild, dry_run=dry_run, show=show)
    except CallError as failure:
        raise UserError("discord", _told(failure, guild), "broadsheet doctor checks the settings.") from None
    finally:
        await rest.close()


async def _sync(
    rest: Rest, application: str | None, guild: str | None, *, dry_run: bool, show: Callable[[str], None] | None
) -> dict[str, object]:
    application = application or str((await rest.call("GET", "/applications/@me", {}))["id"])
    where = {"application_id": application} | ({"guild_id": guild} if guild else {})
    route = f"/applications/{{application_id}}{'/guilds/{guild_id}' if guild else ''}/commands"
    existing: list[dict[str, Any]] = await rest.call("GET", f"{route}?with_localizations=true", where)
    plan = planned(registered(all_commands()), existing, of_server=guild is not None)
    if show is not None:
        for line in plan.differences:
            show(line)
    if not dry_run:
        for command in (*plan.added.values(), *plan.changed.values()):
            await rest.call("POST", route, where, command)  # a command of that name and type is replaced
        for command_id in plan.removed.values():
            await rest.call("DELETE", f"{route}/{{command_id}}", where | {"command_id": command_id})
    return plan.summary


class Plan:
    """Commands by name: to add and change as they shall be, to remove by their ids."""

    def __init__(self) -> None:
        self.added: dict[str, Payload] = {}
        self.changed: dict[str, Payload] = {}
        self.removed: dict[str, str] = {}
        self.unchanged = 0
        self.differences: list[str] = []
        """Of those that change, each in a line."""

    @property
    def summary(self) -> dict[str, object]:
        return {
            "added": sorted(self.added),
            "changed": sorted(self.changed),
            "removed": sorted(self.removed),
            "unchanged": self.unchanged,
        }


def planned(wanted: list[Payload], existing: list[dict[str, Any]], *, of_server: bool) -> Plan:
    """The smallest change from what exists to what is wanted; pure."""
    plan = Plan()
    known = {
        _key(command): command for command in existing if command.get("type", CHAT_INPUT) in {CHAT_INPUT, *LATER_KINDS}
    }
    for command in wanted:
        old = known.pop(_key(command), None)
        name = str(command["name"])
        if old is None:
            plan.added[name] = command
            continue
        before, after = comparable(old, of_server=of_server), comparable(command, of_server=of_server)
        if before == after:
            plan.unchanged += 1
            continue
        plan.changed[name] = command
        plan.differences += differences(before, after)
    plan.removed = {str(command["name"]): str(command["id"]) for command in known.values()}
    return plan


def _key(command: Mapping[str, Any]) -> tuple[int, str]:
    return command.get("type") or CHAT_INPUT, command["name"]


def _told(failure: CallError, guild: str | None) -> str:
    if isinstance(failure, RefusedError) and failure.code == 50001 and guild:
        return f"I am not in the server {guild}, or was added there without the applications.commands scope."
    return outcome_of(failure).reason

"""The app's manifest, made from the commands: paste it at api.slack.com/apps and the app is set up.

https://docs.slack.dev/reference/app-manifest/
"""

from collections.abc import Sequence
from typing import Any

from adapters.slack.app import PATH
from adapters.slack.beyond import FIND_PAPERS
from adapters.slack.install import REDIRECT
from adapters.slack.modes import many_workspaces
from adapters.slack.scopes import EVENT_SCOPES, REQUIRED_SCOPES, UNFURL_DOMAINS, optional_scopes
from bot.commands import Command, all_commands
from bot.config import Settings
from bot.plain import cut

NAME = "Broadsheet"
DESCRIPTION = "Trending research papers, where your team already talks."
LONG_DESCRIPTION = (
    "Broadsheet finds the research papers people talk about today, ranks them with reasons, and posts a digest of "
    "your topics in a channel at the hour you choose, once a day. Type /papers help to see all it can do. It reads no "
    "messages: it only sees the commands and buttons that people send it, and it asks for no permission beyond that."
)
USAGE_HINT = 1000
"""Characters of a command's usage hint: https://docs.slack.dev/reference/app-manifest/#features ."""


def manifest(settings: Settings, commands: Sequence[Command] | None = None) -> dict[str, Any]:
    """The manifest for Socket Mode; with PUBLIC_URL and no app token, for requests to that address."""
    address = None if settings.slack_app_token or not settings.public_url else f"{settings.public_url}{PATH}"
    requests = {"request_url": address} if address else {}
    return {
        "display_information": {
            "name": NAME,
            "description": DESCRIPTION,
            "long_description": LONG_DESCRIPTION.replace("/papers", settings.slack_command),
            "background_color": "#1f2a37",
        },
        "features": features(settings, address, all_commands() if commands is None else commands),
        "oauth_config": oauth_config(settings),
        "settings": {
            "interactivity": {"is_enabled": True}
            | requests
            | ({"message_menu_options_url": address} if address else {}),
            "event_subscriptions": {"bot_events": sorted(EVENT_SCOPES)} | requests,
            "org_deploy_enabled": many_workspaces(settings),
            "socket_mode_enabled": address is None,
            "token_rotation_enabled": many_workspaces(settings),
        },
    }


def features(settings: Settings, address: str | None, commands: Sequence[Command]) -> dict[str, Any]:
    """The bot, its tab, its shortcut, the links it may preview and its one command."""
    return {
        "bot_user": {"display_name": NAME, "always_online": True},
        "app_home": {
            "home_tab_enabled": True,
            "messages_tab_enabled": True,
            "messages_tab_read_only_enabled": False,  # else nobody could type a command there
        },
        "shortcuts": [
            {
                "name": "Find papers",
                "type": "message",
                "callback_id": FIND_PAPERS,
                "description": "Find papers in this message",
            }
        ],
        "unfurl_domains": list(UNFURL_DOMAINS),
        "slash_commands": [
            {
                "command": settings.slack_command,
                "description": "Trending papers, search, and this channel's digest",
                "usage_hint": usage_hint(commands),
                "should_escape": True,
            }
            | ({"url": address} if address else {})
        ],
    }


def oauth_config(settings: Settings) -> dict[str, Any]:
    """The scopes, those marked that the app works without; where many may install it, where Slack sends them back."""
    scopes = {"bot": sorted({*REQUIRED_SCOPES, *optional_scopes()}), "bot_optional": sorted(optional_scopes())}
    back = settings.public_url and many_workspaces(settings)
    return {"scopes": scopes} | ({"redirect_urls": [f"{settings.public_url}{REDIRECT}"]} if back else {})


def usage_hint(commands: Sequence[Command]) -> str:
    """Every verb, those of a group in brackets after its name."""
    groups = dict.fromkeys(command.group for command in commands)
    named = {group: [command.name for command in commands if command.group == group] for group in groups}
    verbs = named.pop("", [])
    verbs += [f"{group} ({'|'.join(names)})" for group, names in named.items()]
    return cut(" | ".join(verbs), USAGE_HINT)

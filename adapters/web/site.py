"""What pages say of the whole site: its address, its sections, and how to have it in chat or by mail."""

from dataclasses import dataclass
from urllib.parse import quote, urlencode

from aiohttp import web

from adapters.web.state import WEB
from bot.buttons import Link
from bot.config import Settings

DISCORD_AUTHORIZE = "https://discord.com/oauth2/authorize"
"""https://docs.discord.com/developers/topics/oauth2#bot-authorization-flow"""
DISCORD_PERMISSIONS = 1 << 10 | 1 << 11 | 1 << 14 | 1 << 38
"""View Channels, Send Messages, Embed Links, Send Messages in Threads:
https://docs.discord.com/developers/topics/permissions#permissions-bitwise-permission-flags"""
SECTIONS = (Link("Front page", "/"), Link("Topics", "/topics"), Link("Archive", "/d/"))
FALLBACK = "http://localhost"


@dataclass(frozen=True, slots=True)
class Site:
    """As the routes and settings of an application make it."""

    sections: tuple[Link, ...]
    installs: tuple[Link, ...]
    """Buttons that bring it into a team's chat."""


def site_of(app: web.Application) -> Site:
    """Sections that have a page, and buttons for platforms that are set up."""
    settings = app[WEB].settings
    paths = {str(resource.canonical) for resource in app.router.resources()}
    sections = tuple(section for section in SECTIONS if section.url in paths)
    if "/subscribe" in paths and app[WEB].service.mailing is not None:
        sections = (*sections, Link("By e-mail", "/subscribe"))
    installs = [Link("Add to Slack", "/slack/install")] if "/slack/install" in paths else []
    return Site(sections, (*installs, *_discord(settings)))


def _discord(settings: Settings) -> tuple[Link, ...]:
    if settings.discord_bot_token is None or settings.discord_application_id is None:
        return ()
    asked = {
        "client_id": settings.discord_application_id,
        "scope": "bot applications.commands",
        "permissions": str(DISCORD_PERMISSIONS),
    }
    return (Link("Add to Discord", f"{DISCORD_AUTHORIZE}?{urlencode(asked)}"),)


def origin(request: web.Request) -> str:
    """Where people reach the site, without a slash at the end."""
    public = request.app[WEB].settings.public_url
    if public:
        return public
    try:
        return str(request.url.origin())
    except ValueError:
        return FALLBACK


def absolute(request: web.Request, path: str) -> str:
    return origin(request) + path


def paper_address(paper_id: str) -> str:
    """Of a paper's page."""
    return f"/p/{quote(paper_id, safe=':')}"


def topic_address(topic: str) -> str:
    """Of a topic's page."""
    return f"/topics/{quote(topic, safe='')}"


def feed_address(topic: str, kind: str) -> str:
    """Of a topic's feed, or of what is trending where it is empty; `kind` is `atom` or `json`."""
    return f"/feeds/{quote(topic or 'trending', safe='')}.{kind}"

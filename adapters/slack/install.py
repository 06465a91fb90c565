"""Installing the app in a workspace or a whole organization: OAuth V2, with a state that works once, in one browser.

https://docs.slack.dev/authentication/installing-with-oauth/
"""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from html import escape
from secrets import compare_digest, token_urlsafe
from urllib.parse import urlencode, urlsplit

import aiohttp
import structlog
from aiohttp import web
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from adapters.slack.client import oauth_access, web_client
from adapters.slack.errors import BROKEN, classify, named_error
from adapters.slack.scopes import REQUIRED_SCOPES, optional_scopes
from adapters.slack.workspaces import PLATFORM, Now, Workspaces, tokens_of
from bot.config import Settings
from bot.ports import Installation, InstallationStore

log = structlog.get_logger(__name__)

INSTALL, REDIRECT = "/slack/install", "/slack/oauth_redirect"
COOKIE = "broadsheet-slack-state"
STATE_LIVES = timedelta(minutes=10)
STYLE = "body{font:1.1rem/1.5 Georgia,serif;max-width:34rem;margin:4rem auto;padding:0 1rem}"


class Install:
    """The pages of the way through Slack's consent."""

    def __init__(
        self,
        settings: Settings,
        session: aiohttp.ClientSession,
        workspaces: Workspaces,
        store: InstallationStore,
        now: Now,
        installed: Callable[[str, str], Awaitable[None]],
    ) -> None:
        """`installed` is told the workspace and the organization, one of which may be empty, once all is kept."""
        self._settings = settings
        self._session = session
        self._workspaces = workspaces
        self._store = store
        self._now = now
        self._installed = installed

    def routes(self) -> list[web.RouteDef]:
        return [web.get(INSTALL, self._begin), web.get(REDIRECT, self._end)]

    async def _begin(self, _: web.Request) -> web.Response:
        """To Slack's consent page, with a state for this browser alone."""
        state = token_urlsafe(32)
        now = self._now()
        await self._store.issue_state(state, now, now + STATE_LIVES)
        asked = {
            "client_id": self._settings.slack_client_id or "",
            "scope": ",".join(sorted({*REQUIRED_SCOPES, *optional_scopes()})),
            "state": state,
        } | self._redirect()
        address = f"{self._settings.slack_authorize_url}?{urlencode(asked)}"
        page = _page("Add Broadsheet to Slack", f'<a href="{escape(address)}">Add to Slack</a>', 302)
        page.headers["Location"] = address
        lives = int(STATE_LIVES.total_seconds())
        page.set_cookie(COOKIE, state, max_age=lives, httponly=True, secure=self._secure, samesite="Lax", path="/slack")
        return page

    async def _end(self, request: web.Request) -> web.Response:
        """Back from Slack."""
        query = request.query
        state, cookie = query.get("state", ""), request.cookies.get(COOKIE, "")
        if not state or not compare_digest(state.encode(), cookie.encode()):
            return _again("This way in was begun in another browser, or too long ago.", 400)
        if not await self._store.take_state(state, self._now()):
            return _again("This way in was used already, or begun too long ago.", 400)
        if "error" in query or not query.get("code"):
            return _again("Broadsheet was not installed: Slack says it was not allowed.", 400)
        return await self._exchange(query["code"])

    async def _exchange(self, code: str) -> web.Response:
        try:
            told = await oauth_access(self._settings, self._session, code=code, **self._redirect())
            installation = self._installation(told)
        except (*BROKEN, KeyError) as error:
            log.warning("installation not finished", reason=named_error(error) or classify(error).reason)
            return _again("Slack did not finish the installation.", 502)
        await self._store.save(installation)
        await self._learn_workspaces(installation)
        await self._installed(installation.workspace, installation.organization)
        log.info("installed", workspace=installation.workspace, organization=installation.organization)
        command = escape(self._settings.slack_command)
        begin = f"Broadsheet is installed. Type <code>{command}</code> in Slack to begin. {self._way_in(told)}"
        page = _page("Thank you", begin.strip(), 200)
        page.del_cookie(COOKIE, path="/slack")
        return page

    def _installation(self, told: AsyncSlackResponse) -> Installation:
        team, organization = told.get("team") or {}, told.get("enterprise") or {}
        whole = bool(told.get("is_enterprise_install"))
        now = self._now()
        return Installation(
            platform=PLATFORM,
            organization=organization.get("id") or "",
            workspace="" if whole else team["id"],
            bot=told.get("bot_user_id") or "",
            scopes=tuple(sorted(filter(None, (told.get("scope") or "").split(",")))),
            installed_by=(told.get("authed_user") or {}).get("id") or "",
            installed_at=now,
            **tokens_of(told, now),
        )

    async def _learn_workspaces(self, installation: Installation) -> None:
        """Those of an organization that the app may act in; others make themselves known when they are used."""
        if installation.workspace:
            return
        try:
            told = await web_client(self._settings, self._session, installation.token).auth_teams_list()
        except BROKEN as error:
            log.warning("workspaces not listed", reason=named_error(error) or classify(error).reason)
            return
        teams = told.get("teams")
        for team in teams if isinstance(teams, list) else []:
            await self._store.belongs(PLATFORM, team["id"], installation.organization)

    def _way_in(self, told: AsyncSlackResponse) -> str:
        """A link that opens the app there: https://docs.slack.dev/interactivity/deep-linking/ ."""
        app, team = told.get("app_id"), (told.get("team") or {}).get("id")
        if not app or not team:
            return ""
        slack = urlsplit(self._settings.slack_authorize_url)
        address = f"{slack.scheme}://{slack.netloc}/app_redirect?{urlencode({'app': app, 'team': team})}"
        return f'<a href="{escape(address)}">Open it in Slack</a>'

    def _redirect(self) -> dict[str, str]:
        address = self._settings.public_url
        return {"redirect_uri": f"{address}{REDIRECT}"} if address else {}

    @property
    def _secure(self) -> bool:
        return (self._settings.public_url or "").startswith("https:")


def _again(text: str, status: int) -> web.Response:
    return _page("Not installed", f'{escape(text)} <a href="{INSTALL}">Try again</a>', status)


def _page(title: str, body: str, status: int) -> web.Response:
    text = (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f'<meta name="color-scheme" content="light dark"><style>{STYLE}</style>'
        f"<title>{title}</title><h1>{title}</h1><p>{body}</p></html>"
    )
    headers = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
    return web.Response(text=text, content_type="text/html", status=status, headers=headers)

"""Each workspace's token, fresh: from the installations, or the one of the settings.

Slack's tokens of rotating apps live for 12 hours, and a refresh token is good once:
https://docs.slack.dev/authentication/using-token-rotation/
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from weakref import WeakValueDictionary

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from adapters.slack.client import client_options, oauth_access, web_client
from adapters.slack.errors import BROKEN, NotInstalledError, TokenError, classify, named_error
from adapters.slack.exchange import Failures, not_renewed
from adapters.slack.work import Pause
from bot.config import Settings
from bot.errors import SettingsError
from bot.models import Outcome
from bot.ports import Installation, InstallationStore, SendError

log = structlog.get_logger(__name__)

PLATFORM = "slack"
EARLY = timedelta(minutes=120)
"""Before its end a token is exchanged; the old one works on until then."""
LEASE = timedelta(seconds=30)
"""How long one exchange may take before somebody else tries."""
PATIENCE, LOOK_AGAIN = 20.0, 0.25
"""Seconds to wait for somebody else's exchange where the old token works no more, and between two looks."""

NO_KEY = (
    "I cannot read my token for this workspace: my operator has to add the key it was encrypted with, "
    "or you install me again."
)
NOT_READ = "I could not read my token for this workspace; the fault is ours."
NOT_ASKED = "I could not ask Slack whose token mine is."

Now = Callable[[], datetime]


def utc_now() -> datetime:
    """Real time: tokens end by everybody's clock."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Token:
    text: str
    installation: Installation | None
    """None: it is that of the settings."""

    def __repr__(self) -> str:
        return "Token(…)"


class Workspaces:
    """The tokens of all workspaces; exchanges those that end, one at a time for each installation."""

    def __init__(
        self,
        settings: Settings,
        session: aiohttp.ClientSession,
        installations: InstallationStore | None = None,
        *,
        now: Now = utc_now,
        pause: Pause = asyncio.sleep,
    ) -> None:
        """Without `installations` the token of the settings serves every workspace; else only the one it belongs to."""
        self._settings = settings
        self._session = session
        self.installations = installations
        self._own = settings.slack_bot_token.get_secret_value() if settings.slack_bot_token else None
        self._own_workspace: str | None = None
        self._met: set[str] = set()
        self._now = now
        self._pause = pause
        self._failures = Failures()
        self._locks: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()

    def client(self, workspace: str) -> "WorkspaceClient":
        """For calls with that workspace's token as it is at each call."""
        return WorkspaceClient(self, workspace, **client_options(self._settings, self._session))

    async def token(self, workspace: str) -> Token:
        """As it is now.

        Raises:
            NotInstalledError: There is none.
            TokenError: It is not to be had just now.
        """
        try:
            return await self._token(workspace)
        except SettingsError as error:
            log.error("token not readable", workspace=workspace, reason=error.message, what_to_do=error.hint)  # noqa: TRY400  # the reason says it all
            raise TokenError(SendError(Outcome.DEAD_LANE, NO_KEY)) from error
        except SlackClientError:
            raise
        except Exception as error:
            log.exception("token not read", workspace=workspace)
            raise TokenError(SendError(Outcome.NOT_SENT, NOT_READ)) from error

    async def _token(self, workspace: str) -> Token:
        found = await self.installations.find(PLATFORM, workspace) if self.installations else None
        if found is not None:
            return Token((await self._fresh(found)).token, found)
        if self._own is not None and (self.installations is None or await self._is_own(workspace)):
            return Token(self._own, None)
        raise NotInstalledError

    async def met(self, body: Mapping[str, Any]) -> None:
        """Remember that a workspace is of an organization that has installed the app as a whole, as a payload says."""
        whole = str(body.get("is_enterprise_install")).lower() == "true"
        team = body.get("team_id") or (body.get("team") or {}).get("id")
        organization = body.get("enterprise_id") or (body.get("enterprise") or {}).get("id")
        if not (whole and team and organization and self.installations) or team in self._met:
            return
        await self.installations.belongs(PLATFORM, team, organization)
        self._met.add(team)

    async def exchanged(self, used: Token, workspace: str) -> Token | None:
        """Another token than the one Slack says has ended; None if there is none to be had."""
        if used.installation is None or self.installations is None:
            return None
        found = await self.installations.find(PLATFORM, workspace)
        if found is None:
            return None
        fresh = found if found.token != used.text else await self._rotated(found, needed=True)
        return Token(fresh.token, fresh) if fresh.token != used.text else None

    async def alive(self, known: Installation) -> bool:
        """Whether Slack takes that installation's own token, exchanged first where it has ended."""
        try:
            fresh = await self._fresh(known)
            await web_client(self._settings, self._session, fresh.token).auth_test()
        except BROKEN:
            return False
        return True

    async def _is_own(self, workspace: str) -> bool:
        """Whether the settings' token belongs to that workspace; asked once."""
        if self._own_workspace is None:
            try:
                told = await web_client(self._settings, self._session, self._own).auth_test()
            except BROKEN as error:
                failure = classify(error)
                if failure.outcome is Outcome.UNKNOWN:
                    failure = SendError(Outcome.NOT_SENT, NOT_ASKED)
                raise TokenError(failure) from error
            self._own_workspace = str(told.get("team_id"))
        return self._own_workspace == workspace

    async def _fresh(self, found: Installation) -> Installation:
        if found.refresh_token is None or found.expires_at is None or self._now() < found.expires_at - EARLY:
            return found
        return await self._rotated(found, needed=self._now() >= found.expires_at)

    async def _rotated(self, known: Installation, *, needed: bool) -> Installation:
        """After its exchange, by us or by somebody else.

        As it was where that is refused, so that Slack's own answer says so, or fails and is not `needed` yet.

        Raises:
            TokenError: It is needed, and Slack fails to make the exchange.
        """
        key = known.workspace, known.organization
        lock = self._locks.setdefault(key, asyncio.Lock())
        end = asyncio.get_running_loop().time() + PATIENCE
        while True:
            async with lock:
                now = await self._again(known)
                if now.token != known.token or known.refresh_token is None:
                    return now
                resting = self._failures.of(known, self._now())
                if resting is None and await self._begin(known):
                    fresh = await self._exchange(known)
                    resting = self._failures.of(known, self._now())
                    if resting is None:
                        return fresh
            if not needed or (resting is not None and resting.refused):
                return known
            if resting is not None or asyncio.get_running_loop().time() > end:
                raise not_renewed(resting.until if resting else self._now(), self._now())
            await self._pause(LOOK_AGAIN)

    async def _again(self, known: Installation) -> Installation:
        """As it is kept now; as it was where it is gone, so that Slack's own answer says so."""
        store = self.installations
        workspace = known.workspace
        if store is None or not workspace:
            ours = await store.workspaces_of(PLATFORM, known.organization) if store else []
            workspace = ours[0] if ours else ""
        found = await store.find(PLATFORM, workspace) if store and workspace else None
        same = found is not None and (found.workspace, found.organization) == (known.workspace, known.organization)
        return found if found is not None and same else known

    async def _begin(self, known: Installation) -> bool:
        return self.installations is not None and await self.installations.begin_rotation(known, self._now(), LEASE)

    async def _exchange(self, known: Installation) -> Installation:
        """Ask Slack for the next pair; a lost answer is asked for again, which Slack allows for a short while."""
        fresh: Installation | None = None
        try:
            fresh = await self._ask(known)
            self._failures.forget(known)
        except (*BROKEN, KeyError) as error:
            failure = self._failures.note(known, error, self._now())
            log.warning(
                "token not exchanged",
                reason=named_error(error) or type(error).__name__,
                workspace=known.workspace,
                organization=known.organization,
                asks_again=failure.until.isoformat(timespec="seconds"),
            )
        if self.installations is not None:
            await self.installations.finish_rotation(known, fresh, self._now())
        return fresh or known

    async def _ask(self, known: Installation) -> Installation:
        told = await oauth_access(
            self._settings, self._session, grant_type="refresh_token", refresh_token=known.refresh_token or ""
        )
        return replace(known, **tokens_of(told, self._now()))


def tokens_of(told: AsyncSlackResponse, now: datetime) -> dict[str, Any]:
    """An installation's tokens and their end, from an answer of oauth.v2.access."""
    expires_in = told.get("expires_in")
    return {
        "token": told["access_token"],
        "refresh_token": told.get("refresh_token"),
        "expires_at": now + timedelta(seconds=int(expires_in)) if expires_in else None,
    }


class WorkspaceClient(AsyncWebClient):
    """The Web API for one workspace. A token that has ended is exchanged, and the call is made once more."""

    def __init__(self, workspaces: Workspaces, workspace: str, **options: Any) -> None:
        super().__init__(**options)
        self._workspaces = workspaces
        self._workspace = workspace

    async def api_call(self, api_method: str, **arguments: Any) -> AsyncSlackResponse:
        """As AsyncWebClient does.

        Raises:
            NotInstalledError: There is no token.
        """
        used = await self._workspaces.token(self._workspace)
        self.token = used.text
        try:
            return await super().api_call(api_method, **arguments)
        except SlackApiError as error:
            if not _ended(error):
                raise
            fresh = await self._workspaces.exchanged(used, self._workspace)
            if fresh is None:
                raise
        self.token = fresh.text
        return await super().api_call(api_method, **arguments)


def _ended(error: SlackApiError) -> bool:
    """Whether Slack refused the call because its token has ended: nothing was done then."""
    data = getattr(error.response, "data", None)
    return isinstance(data, dict) and data.get("error") == "token_expired"

"""The way in from Slack: commands and buttons, over Socket Mode, over HTTP, or over both."""

import asyncio
import json
import logging
import re
from typing import Any

import aiohttp
import structlog
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.signature import SignatureVerifier
from slack_sdk.socket_mode.request import SocketModeRequest

from adapters.slack.asked import Asked, from_button, from_command, workspace_of
from adapters.slack.beyond import FIND_PAPERS, Beyond
from adapters.slack.client import web_client
from adapters.slack.conversation import Conversation, Parse
from adapters.slack.errors import BROKEN, classify
from adapters.slack.events import Events
from adapters.slack.forms import suggested_zones
from adapters.slack.home import REFRESH, Home
from adapters.slack.install import Install
from adapters.slack.modals import Modals
from adapters.slack.modes import Mode, mode_of
from adapters.slack.socket_mode import SocketMode
from adapters.slack.work import Pause, Work
from adapters.slack.workspaces import Workspaces, utc_now
from bot.commands.grammar import parse
from bot.config import Settings
from bot.models import Outcome
from bot.ports import ParkedError
from bot.service import Service

log = structlog.get_logger(__name__)

PATH = "/slack/events"
DRAIN_SECONDS = 15.0
"""Longest wait at the end for answers that are under way; the whole process has 20."""
HINT = "Install the app again, set its new SLACK_BOT_TOKEN, and start again."


class SlackAdapter:
    """Takes commands and clicks, acknowledges each at once, and answers in a task of its own."""

    name = "slack"

    def __init__(
        self,
        settings: Settings,
        service: Service,
        session: aiohttp.ClientSession,
        *,
        mode: Mode | None = None,
        parse: Parse = parse,
        pause: Pause = asyncio.sleep,
        workspaces: Workspaces | None = None,
    ) -> None:
        """`mode` narrows what the tokens allow, for a process that has only one of the two roles."""
        possible = mode_of(settings)
        self._mode = possible if mode is None else possible & mode
        if not self._mode:
            raise ValueError("Slack's tokens are not set")  # the composition root looks at mode_of first
        self._workspaces = workspaces or Workspaces(settings, session)
        clients = self._workspaces.client
        self._work, self._precedence = Work(), service.precedence
        self._conversation = Conversation(settings, service, session, clients, parse=parse, pause=pause)
        self._home = Home(service, clients, self._conversation)
        self._beyond = Beyond(service, clients, self._conversation)
        self._events = Events(service, self._workspaces, self._beyond, self._home, self._conversation.visible)
        self._modals = Modals(service, clients, self._conversation, self._work, pause)
        self._bolt = self._bolt_app(settings, session)
        self._install: Install | None = None
        if self._workspaces.installations is not None:
            store = self._workspaces.installations
            self._install = Install(settings, session, self._workspaces, store, utc_now, self._events.installed)
        self._serving = False
        self._socket: SocketMode | None = None
        if self._mode.socket and settings.slack_app_token is not None:
            app_token = settings.slack_app_token.get_secret_value()
            app_client = web_client(settings, session, None)
            self._socket = SocketMode(session, app_client, app_token, self._from_socket, self._work, pause)
        self._verifier: SignatureVerifier | None = None
        if settings.slack_signing_secret is not None:
            self._verifier = SignatureVerifier(settings.slack_signing_secret.get_secret_value())

    @property
    def connected(self) -> bool:
        """By Socket Mode where it is set up; by HTTP it is Slack who connects."""
        return self._socket.connected if self._socket else self._serving

    async def run(self) -> None:
        """Serve until cancelled, then finish what is under way.

        Raises:
            ParkedError: A token is not accepted.
        """
        try:
            await self._check_token()
            self._serving = True
            await (self._socket.run() if self._socket else asyncio.Event().wait())
        finally:
            self._serving = False
            await self._work.drain(DRAIN_SECONDS)
            if self._socket:
                await self._socket.close()

    def routes(self) -> list[web.RouteDef]:
        """For the one web server: Slack's requests where they can be verified, and installing in many workspaces."""
        requests = [web.post(PATH, self._from_http)] if self._mode.http else []
        return [*requests, *(self._install.routes() if self._install else [])]

    async def _check_token(self) -> None:
        """Refuse to run with a dead token, if there is but one; a Slack that does not answer is no reason.

        Digests that a former token's end stopped go on: that Slack takes this one says that it is installed again.
        """
        if self._workspaces.installations is not None:
            return
        try:
            checked = await self._workspaces.client("").auth_test()
        except BROKEN as error:
            refused = classify(error)
            if refused.outcome is Outcome.DEAD_LANE:
                raise ParkedError(refused.reason, HINT) from None
            log.warning("Slack's token could not be checked", outcome=refused.outcome)
        else:
            await self._events.installed(checked["team_id"], "")

    # --- in ------------------------------------------------------------------------------------------------------

    async def _from_socket(self, request: SocketModeRequest) -> dict[str, object] | None:
        with self._precedence:
            response = await run_async_bolt_app(self._bolt, request)
        if response.status >= 500:
            return None  # Slack tells the person that it failed, and sends an event again
        if not response.body or response.status != 200:
            return {}
        is_json = response.first_headers().get("content-type", "").startswith("application/json")
        return dict(json.loads(response.body)) if is_json else {"text": response.body}

    async def _from_http(self, request: web.Request) -> web.Response:
        """A signed request. Neither its body nor its signature is ever logged."""
        if not self._signed(await request.read(), request):
            log.warning("Slack request refused", reason="its signature is missing, wrong or more than 5 minutes old")
            return web.json_response({"error": "invalid request"}, status=401)
        with self._precedence:
            return await to_aiohttp_response(await self._bolt.async_dispatch(await to_bolt_request(request)))

    def _signed(self, body: bytes, request: web.Request) -> bool:
        """Whether Slack sent it: https://docs.slack.dev/authentication/verifying-requests-from-slack/ ."""
        try:
            return self._verifier is not None and self._verifier.is_valid_request(body, dict(request.headers))
        except (ValueError, TypeError):  # a time that is no number, a body that is no UTF-8, a signature beyond ASCII
            return False

    # --- Bolt ----------------------------------------------------------------------------------------------------

    def _bolt_app(self, settings: Settings, session: aiohttp.ClientSession) -> AsyncApp:
        """Bolt with all it would take from the environment given here instead.

        Its own authorization would call auth.test before the first acknowledgement; its own check of signatures
        writes bodies into the log, so ours comes first. A listener only acknowledges and starts a task.
        """
        bolt = AsyncApp(
            name="broadsheet",
            logger=_bolt_logger(),
            client=web_client(settings, session, None),
            signing_secret="",
            request_verification_enabled=False,
            authorize=_authorized,
            process_before_response=True,
        )
        bolt.command(re.compile(".+"))(self._command)
        bolt.action(re.compile(".*"))(self._action)
        bolt.message_shortcut(FIND_PAPERS)(self._shortcut)
        bolt.event(re.compile(".+"))(self._event)
        bolt.view(re.compile(".*"))(self._submitted)
        bolt.options(re.compile(".*"))(self._suggest)
        return bolt

    async def _command(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        self._answer(from_command(body), body)

    def _answer(self, asked: Asked, body: dict[str, Any]) -> None:
        self._work.start(self._answered(asked, body))

    async def _answered(self, asked: Asked, body: dict[str, Any]) -> None:
        await self._workspaces.met(body)
        trigger = body.get("trigger_id")
        if trigger and self._conversation.opens_form(asked):
            await self._modals.open(asked, trigger)
        else:
            await self._conversation.answer(asked)
        await self._home.changed(asked.channel.workspace, asked.caller.id, asked.text)

    async def _action(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        if body["actions"][0].get("action_id") == REFRESH:
            self._work.start(self._home.publish(workspace_of(body), body["user"]["id"]))
            return
        if body.get("view"):
            self._work.start(self._modals.acted(body))
            return
        asked = from_button(body)
        if asked is not None:
            self._answer(asked, body)
        elif "response_url" in body:
            self._work.start(self._conversation.old_button(body["response_url"]))

    async def _shortcut(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        self._work.start(self._beyond.find_papers(body))

    async def _event(self, body: dict[str, Any]) -> None:
        """Bolt has acknowledged it."""
        self._work.start(self._events.received(body))

    async def _submitted(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack(**await self._modals.submitted(body))

    async def _suggest(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack(options=suggested_zones(body.get("value") or ""))


async def _authorized(enterprise_id: str | None, team_id: str | None, user_id: str | None) -> AuthorizeResult:
    """Whoever asks: each call finds its workspace's token itself, so that no listener waits for one."""
    return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, user_id=user_id)


def _bolt_logger() -> logging.Logger:
    """Bolt's advice to developers, some of it with whole requests, is not for an operator's log."""
    logger = logging.getLogger("broadsheet.slack_bolt")
    logger.setLevel(logging.ERROR)
    return logger

"""Forms in front of people: opened in time, kept true while they are filled in, saved, or told what is wrong."""

import asyncio
from collections.abc import Mapping
from typing import Any

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack import draw, forms
from adapters.slack.asked import Asked, from_view, workspace_of
from adapters.slack.blocks import Part
from adapters.slack.conversation import Clients, Conversation
from adapters.slack.errors import BROKEN, classify
from adapters.slack.notices import OLD_BUTTON
from adapters.slack.refusals import alert, in_words
from adapters.slack.render import parts_of
from adapters.slack.work import Pause, Work
from adapters.slack.workspaces import Now, utc_now
from bot.commands.digest import trial
from bot.commands.dispatch import explain
from bot.errors import UserError
from bot.models import Outcome
from bot.service import Service
from bot.views import DigestPost, Form, Notice, Tone, View

log = structlog.get_logger(__name__)

SAVING_SECONDS = 2.0
"""Longest wait for a form to be saved before it is acknowledged, within the three seconds Slack gives."""
ADDRESS_SECONDS = 29 * 60.0
"""So long after the command its address surely takes messages: Slack gives it 30 minutes, some of which are over."""
ATTEMPTS = 3
LONGEST_WAIT = 10.0
SAID_ELSEWHERE = Notice(
    tone=Tone.ERROR, text="Slack does not accept my form, so I tell you in the channel what it says, and what to type."
)
Ack = dict[str, Any]


class Modals:
    """Opens forms and takes what people do in them."""

    def __init__(
        self,
        service: Service,
        clients: Clients,
        conversation: Conversation,
        work: Work,
        pause: Pause,
        now: Now = utc_now,
    ) -> None:
        self._service = service
        self._clients = clients
        self._conversation = conversation
        self._work = work
        self._pause = pause
        self._now = now

    async def open(self, asked: Asked, trigger: str) -> None:
        """Open a form; where Slack does not let us, say in words what it holds and what to type."""
        try:
            client = self._clients(asked.channel.workspace)
            opened = await client.views_open(trigger_id=trigger, view=forms.loading())
        except BROKEN as error:
            log.warning("form not opened", reason=classify(error).reason)
            await self._conversation.answer(asked)
            return
        answer = await self._conversation.reply_to(asked)
        instead = forms.closing("Broadsheet", draw.notice(SAID_ELSEWHERE))
        if not await self._update(client, opened.get("view"), await self._drawn(answer.view, asked), instead):
            await self._conversation.show(answer, asked)

    async def submitted(self, body: Mapping[str, Any]) -> Ack:
        """What to acknowledge a submitted form with; what takes longer is told in the form once it is known."""
        saving = asyncio.create_task(self._save(body))
        done, _ = await asyncio.wait({saving}, timeout=SAVING_SECONDS)
        if done:
            return saving.result()
        client = self._clients(workspace_of(body))
        self._work.start(self._tell_later(client, saving, body["view"]))
        return {"response_action": "update", "view": forms.loading()}

    async def acted(self, body: Mapping[str, Any]) -> None:
        """A button, or a field whose change is told at once."""
        action, view = body["actions"][0].get("action_id", ""), body["view"]
        meant = forms.Meant.read(view.get("private_metadata") or "")
        if meant is None:
            return
        asked, raw = from_view(body, meant, self._time()), dict(meant.kept) | forms.filled_in(view)
        if action.startswith(forms.LIVE):
            shown = forms.with_matched(view, await self._sentence(raw, asked))
            await self._update(self._clients(workspace_of(body)), view, shown)
        elif action == forms.PREVIEW:
            await self._preview(self._clients(workspace_of(body)), body["trigger_id"], raw, asked)

    async def _drawn(self, view: View, asked: Asked) -> forms.View:
        if not isinstance(view, Form):
            return forms.closing("Broadsheet", parts_of(self._conversation.named(view)))
        raw = dict(view.kept) | {field.option: ",".join(field.values) for field in view.fields}
        matched = await self._sentence(raw, asked) if view.command == forms.SETTINGS else ""
        ends_at = self._time() + ADDRESS_SECONDS
        return forms.form_view(view, asked.channel, asked.response_url, matched, ends_at=ends_at)

    def _time(self) -> float:
        return self._now().timestamp()

    async def _save(self, body: Mapping[str, Any]) -> Ack:
        meant = forms.Meant.read(body["view"].get("private_metadata") or "")
        if meant is None:
            return {"response_action": "update", "view": forms.closing("Broadsheet", parts_of(OLD_BUTTON))}
        asked, view = from_view(body, meant, self._time()), body["view"]
        raw = dict(meant.kept) | (forms.changed_in(view) or forms.filled_in(view))
        answer = await self._conversation.run(meant.command, raw, asked)
        if isinstance(answer.view, Notice) and answer.view.tone is Tone.ERROR:
            return self._refused(answer.view, body["view"])
        self._work.start(self._conversation.show(answer, asked))
        if asked.response_url:
            return {}
        return {"response_action": "update", "view": forms.closing("Broadsheet", parts_of(answer.view))}

    def _refused(self, notice: Notice, view: Mapping[str, Any]) -> Ack:
        named = self._conversation.named(notice)
        shown = named if isinstance(named, Notice) else notice
        errors = forms.field_errors(shown, view)
        if errors is not None:
            return {"response_action": "errors", "errors": errors}
        return {"response_action": "push", "view": forms.closing("Not saved", parts_of(shown))}

    async def _tell_later(self, client: AsyncWebClient, saving: "asyncio.Task[Ack]", view: Mapping[str, Any]) -> None:
        ack = await saving
        told = ack.get("view")
        if told is None:
            text = " ".join(ack.get("errors", {}).values())
            tone = Tone.ERROR if text else Tone.OK
            told = forms.closing("Broadsheet", draw.notice(Notice(tone=tone, text=text or "The settings are saved.")))
        await self._update(client, {"id": view["id"]}, told)

    async def _preview(self, client: AsyncWebClient, trigger: str, raw: Mapping[str, str], asked: Asked) -> None:
        """On top of the form, which stays as it is filled in."""
        try:
            pushed = await client.views_push(trigger_id=trigger, view=forms.loading())
        except BROKEN as error:
            log.warning("preview not opened", reason=classify(error).reason)
            return
        shown: DigestPost | Notice
        try:
            shown = await trial.preview(self._service, raw, asked.call())
        except UserError as error:
            shown = explain(error)
        parts = parts_of(self._conversation.named(shown))
        plainly = forms.closing("Preview", [Part(tuple(in_words(parts)), "")])
        await self._update(client, pushed.get("view"), forms.closing("Preview", parts), plainly)

    async def _sentence(self, raw: Mapping[str, str], asked: Asked) -> str:
        try:
            return await trial.matched(self._service, raw, asked.call())
        except UserError as error:
            return error.message

    async def _update(
        self, client: AsyncWebClient, known: Any, view: forms.View, instead: forms.View | None = None
    ) -> bool:
        """Put a view in another's place unless that has changed meanwhile; False if Slack did not show it.

        Where Slack refuses its form, `instead` is shown, so that nobody looks at a view that is loading for ever.
        Sent again it changes nothing: the hash is then another one. A view that was closed needs nothing.
        """
        which = {"view_id": known["id"]} | ({"hash": known["hash"]} if known.get("hash") else {})
        for attempt in range(ATTEMPTS):
            try:
                await client.views_update(view=view, **which)
            except BROKEN as error:
                name = _name(error)
                failure = classify(error)
                if name in {"hash_conflict", "not_found"}:
                    return True
                if failure.outcome is Outcome.CONTENT_BUG:
                    alert("modal", failure.reason)
                    if instead is not None:
                        await self._update(client, known, instead)
                    return False
                if name or attempt == ATTEMPTS - 1:
                    log.warning("view not shown", reason=failure.reason, error=name)
                    return False
                await self._pause(min(failure.retry_after or 1.0, LONGEST_WAIT))
            else:
                return True
        return False


def _name(error: Exception) -> str:
    """Of Slack's refusal; empty for what says nothing of the view."""
    data = getattr(getattr(error, "response", None), "data", None)
    name = data.get("error") if isinstance(data, dict) else None
    return name if isinstance(name, str) and name not in {"ratelimited", "rate_limited", "internal_error"} else ""

"""Opening forms, and taking them back: several steps where one is too small, and back again where a text is refused."""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import structlog

from adapters.discord.answering import STALE_BUTTON, Answering
from adapters.discord.forms import (
    TRUSTED,
    Filling,
    Sheet,
    fields_of,
    filling_from,
    modal,
    step_with,
    steps,
    typed_values,
    way_back,
)
from adapters.discord.layout import Block, pack
from adapters.discord.outcomes import outcome_of
from adapters.discord.panels import notice_blocks
from adapters.discord.permissions import Asked
from adapters.discord.render import ACCENTS
from adapters.discord.reply import Reply
from adapters.discord.rest import RefusedError
from bot.commands import Answer, Command
from bot.commands.dispatch import explain
from bot.commands.grammar import parse, parse_values
from bot.errors import UserError
from bot.models import Outcome
from bot.ports import Payload
from bot.service import Service
from bot.views import Form, Notice, Tone

log = structlog.get_logger(__name__)

WITHIN = 2.0
"""Seconds to find out what a form holds; Discord waits for three, the way there included."""
SLOW = Notice(tone=Tone.ERROR, text="The form took too long to open.", hint="Try again.", code="slow")
PREVIEW = "digest preview"


class Forms:
    """Forms of commands, for people on Discord."""

    def __init__(self, service: Service, answering: Answering, now: Callable[[], float] = time.time) -> None:
        """`now` gives epoch seconds of real time."""
        self._store = service.store.channels
        self._answering = answering
        self._now = now

    async def start(
        self, asked: Asked, reply: Reply, command: Command, raw: Mapping[str, str], *, by_discord: bool
    ) -> None:
        """Answer a command that may answer with a form. Nothing was acknowledged yet.

        Raises:
            CallError: It could not be shown.
        """
        filling = Filling(command=command.path, by=asked.caller.id, at=int(self._now()), raw=dict(raw))
        await self._open(asked, reply, filling, None, by_discord=by_discord)

    async def again(self, asked: Asked, reply: Reply, sheet: Sheet) -> None:
        """Open a step of a form whose button was pressed, with what was typed. Nothing was acknowledged yet.

        Raises:
            CallError: It could not be shown.
        """
        filling = await self._recall(sheet.key)
        if filling is None:
            await self._tell(asked, reply, Answer(explain(STALE_BUTTON)))
        else:
            await self._open(asked, reply, filling, sheet, by_discord=self._trusted(asked, filling))

    async def take(self, asked: Asked, reply: Reply, sheet: Sheet, components: object) -> None:
        """A step was sent; it was acknowledged. The last one runs the command.

        Raises:
            CallError: The answer could not be shown.
        """
        filling = await self._recall(sheet.key)
        if filling is None:
            await self._answering.showing.show(asked, reply, Answer(explain(STALE_BUTTON)))
            return
        trusted = self._trusted(asked, filling)
        command, form = await self._form(asked, filling, by_discord=trusted)
        if not isinstance(form, Form):
            await self._answering.showing.show(asked, reply, form)
            return
        filling = filling.typed(typed_values(components))
        problem = _problem(command, form, sheet.step, filling)
        if problem is not None:
            await self._back(reply, form, filling, problem)
        elif sheet.step + 1 < steps(form):
            await self._go_on(reply, form, filling, sheet.step + 1)
        else:
            await self._save(asked, reply, command, form, filling, by_discord=trusted)

    async def _open(
        self, asked: Asked, reply: Reply, filling: Filling, sheet: Sheet | None, *, by_discord: bool
    ) -> None:
        try:
            async with asyncio.timeout(WITHIN):
                _, form = await self._form(asked, filling, by_discord=by_discord)
                if isinstance(form, Form):
                    filling = replace(filling, raw={**filling.raw, **dict(form.kept)})
                    await self._remember(filling)
        except TimeoutError:
            form = Answer(SLOW)
        if isinstance(form, Answer):
            await self._tell(asked, reply, form)
            return
        try:
            await reply.open(modal(form, sheet.step if sheet else 0, filling, turns=sheet is not None))
        except RefusedError as refusal:
            if outcome_of(refusal).outcome is not Outcome.CONTENT_BUG:
                raise
            log.warning("Discord refused a form; its text is shown instead", reason=str(refusal))
            await self._tell(asked, reply, Answer(form))

    async def _tell(self, asked: Asked, reply: Reply, answer: Answer) -> None:
        await reply.acknowledge(thinking=True)
        await self._answering.showing.show(asked, reply, answer)

    async def _form(self, asked: Asked, filling: Filling, *, by_discord: bool) -> tuple[Command, Form | Answer]:
        """The form as it is now, or what there is instead."""
        command, _ = parse(filling.command)
        kept = {name: filling.raw[name] for name in ("channel",) if name in filling.raw}
        answer = await self._answering.run(asked, command, kept, by_discord=by_discord)
        return command, answer.view if isinstance(answer.view, Form) else answer

    async def _save(
        self, asked: Asked, reply: Reply, command: Command, form: Form, filling: Filling, *, by_discord: bool
    ) -> None:
        answer = await self._answering.run(asked, command, filling.raw, by_discord=by_discord)
        if isinstance(answer.view, Notice) and answer.view.tone is Tone.ERROR:
            await self._back(reply, form, filling, answer.view)
            return
        await self._answering.showing.show(asked, reply, answer)
        if command.group == "digest":
            preview, _ = parse(PREVIEW)
            kept = {name: text for name, text in form.kept if preview.option(name)}
            seen = await self._answering.run(asked, preview, kept, by_discord=True)
            await self._answering.showing.post(reply, seen.view, private=True)

    async def _back(self, reply: Reply, form: Form, filling: Filling, problem: Notice) -> None:
        """What is wrong, and the form again with what was typed."""
        filling = filling.refused(problem.option, problem.text)
        await self._remember(filling)
        await reply.edit(_with_way(problem, filling, step_with(form, problem.option), "Back to the form"))

    async def _go_on(self, reply: Reply, form: Form, filling: Filling, step: int) -> None:
        await self._remember(filling)
        told = Notice(tone=Tone.INFO, text=f"Step {step} of {steps(form)} is filled in. Nothing is saved yet.")
        await reply.edit(_with_way(told, filling, step, f"Continue ({step + 1} of {steps(form)})"))

    async def _remember(self, filling: Filling) -> None:
        await self._store.remember_command(filling.key, filling.written())

    async def _recall(self, key: str) -> Filling | None:
        written = await self._store.recall_command(key)
        return filling_from(written) if written is not None else None

    def _trusted(self, asked: Asked, filling: Filling) -> bool:
        """Whether Discord let this person have the form a while ago; it checks commands, never buttons and forms."""
        return filling.by == asked.caller.id and 0 <= self._now() - filling.at <= TRUSTED


def _problem(command: Command, form: Form, step: int, filling: Filling) -> Notice | None:
    """Why the texts of a step are refused."""
    for field in fields_of(form, step):
        value: Any = filling.raw.get(field.option, "")
        try:
            parse_values(command, {field.option: value})
        except UserError as error:
            if error.option == field.option:
                return explain(error)
    return None


def _with_way(notice: Notice, filling: Filling, step: int, label: str) -> Payload:
    blocks = [*notice_blocks(notice), Block((way_back(filling, step, label),))]
    return pack(blocks, ACCENTS[notice.tone])[0]

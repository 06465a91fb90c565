"""Each kind of interaction to the part that answers it, acknowledged at once: Discord waits for three seconds.

https://docs.discord.com/developers/interactions/receiving-and-responding
"""

import asyncio
from collections.abc import Mapping
from typing import Any

import discord
import structlog

from adapters.discord.answering import Answering
from adapters.discord.asking import asked_from, is_guest, options_of
from adapters.discord.buttons import read
from adapters.discord.completion import Completion
from adapters.discord.filling import Forms
from adapters.discord.forms import opens, read_id
from adapters.discord.permissions import Asked
from adapters.discord.registration import MESSAGE
from adapters.discord.render import render
from adapters.discord.reply import Reply
from adapters.discord.rest import CallError, Rest
from bot.buttons import Effect
from bot.errors import UserError
from bot.views import Notice, Tone

log = structlog.get_logger(__name__)

ENDING = Notice(
    tone=Tone.INFO,
    text="I am being restarted, and have not answered you yet.",
    hint="If no answer comes within a minute, look whether it was done, or ask again.",
)


class Receiving:
    """What people do, from the gateway."""

    def __init__(self, answering: Answering, rest: Rest) -> None:
        self._answering = answering
        self._forms = Forms(answering.service, answering)
        self._completion = Completion(answering.service)
        self._rest = rest
        self._replies: set[Reply] = set()
        """Of those who wait."""

    async def excuse(self) -> None:
        """Tell those for whom nothing but "thinking…" is shown that the process ends, and what they can do."""
        (payload, *_) = render(ENDING)
        told = await asyncio.gather(*(one.excuse(payload) for one in self._replies), return_exceptions=True)
        log.info("answers may not come any more", waiting=len(told), untold=sum(one is not None for one in told))

    async def receive(self, interaction: discord.Interaction) -> None:
        """Answer one interaction, whatever fails.

        Raises:
            CallError: The answer could not be shown.
        """
        reply = Reply(
            self._rest,
            str(interaction.application_id),
            str(interaction.id),
            interaction.token,
            guest=is_guest(interaction),
        )
        asked = asked_from(interaction)
        data: Any = interaction.data or {}
        if interaction.type is discord.InteractionType.autocomplete:
            await self._completion.complete(asked, reply, data)
            return
        self._replies.add(reply)
        try:
            with self._answering.service.precedence:
                await self._answer(interaction.type, asked, reply, data)
        except CallError as failure:
            await self._answering.admit(reply, failure)
            raise
        except Exception as error:  # noqa: BLE001  # nobody is left with "thinking…", whatever failed
            if not reply.answered:
                await reply.acknowledge(thinking=True)
            await self._answering.apologize(reply, error)
        finally:
            self._replies.discard(reply)

    async def _answer(self, kind: discord.InteractionType, asked: Asked, reply: Reply, data: Mapping[str, Any]) -> None:
        match kind:
            case discord.InteractionType.application_command:
                await self._command(asked, reply, data)
            case discord.InteractionType.component:
                await self._component(asked, reply, str(data.get("custom_id")))
            case discord.InteractionType.modal_submit:
                await self._form(asked, reply, data)
            case _:
                pass

    async def _command(self, asked: Asked, reply: Reply, data: Mapping[str, Any]) -> None:
        if data.get("type") == MESSAGE:
            await reply.acknowledge(thinking=True)
            await self._answering.menu(asked, reply, _target(data))
            return
        root, (verb, given) = str(data.get("name")), options_of(data)
        command = self._answering.known(root, verb)
        if command is not None and opens(command.path, given):
            await self._forms.start(asked, reply, command, given, by_discord=True)
            return
        await reply.acknowledge(thinking=True)
        await self._answering.command(asked, reply, root, verb, given)

    async def _component(self, asked: Asked, reply: Reply, custom_id: str) -> None:
        sheet, pressed = read_id(custom_id), read(custom_id)
        if sheet is not None:
            await self._forms.again(asked, reply, sheet)
            return
        effect = pressed.effect if pressed else Effect.ANSWER
        if effect is Effect.ANSWER:
            try:
                command, raw = await self._answering.command_of(pressed)
            except UserError:  # told below
                pass
            else:
                if opens(command.path, raw):
                    await self._forms.start(asked, reply, command, raw, by_discord=False)
                    return
        await reply.acknowledge(thinking=effect is Effect.ANSWER)
        await self._answering.press(asked, reply, pressed)

    async def _form(self, asked: Asked, reply: Reply, data: Mapping[str, Any]) -> None:
        sheet = read_id(str(data.get("custom_id")))
        await reply.acknowledge(thinking=sheet is None or not sheet.turns)
        if sheet is None:
            await self._answering.press(asked, reply, None)
        else:
            await self._forms.take(asked, reply, sheet, data.get("components"))


def _target(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """The message whose menu was used."""
    messages = (data.get("resolved") or {}).get("messages") or {}
    found: Mapping[str, Any] = messages.get(str(data.get("target_id"))) or {}
    return found

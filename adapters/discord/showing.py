"""Answers as people see them: in place of "thinking…", beside it, in the channel, and whole or as plain text."""

from collections import Counter
from collections.abc import Sequence

import structlog

from adapters.discord.buttons import relabelled, to_remember
from adapters.discord.components import Component
from adapters.discord.layout import message
from adapters.discord.outcomes import outcome_of
from adapters.discord.permissions import Asked
from adapters.discord.render import fallback, render
from adapters.discord.reply import Reply
from adapters.discord.rest import NoAnswerError, RefusedError
from adapters.discord.sharing import signed, signed_plainly
from bot.commands import Answer
from bot.delivery.keys import announcement_key
from bot.models import ChannelKey, Outcome
from bot.ports import Payload, Platform, SendError
from bot.service import Service
from bot.service.announcing import public_line
from bot.sharing import for_everybody
from bot.views import Notice, Tone, View

log = structlog.get_logger(__name__)


class Showing:
    """Draws answers and sends them. Where Discord refuses our form, and nothing else, a plain text is sent instead.

    Every method raises CallError where an answer could not be shown.
    """

    def __init__(self, service: Service, platform: Platform) -> None:
        self._service = service
        self._platform = platform
        self.counts: Counter[str] = Counter()
        """What could not be answered as it should, by reason: for the metrics."""

    async def show(self, asked: Asked, reply: Reply, answer: Answer) -> None:
        """The answer to a command, and the public lines that it owes."""
        if answer.public:
            await reply.drop()
            await self.post(reply, answer.view, private=False)
        else:
            await self._replace(reply, answer.view)
        lines = [*answer.elsewhere]
        if answer.announcement is not None:
            lines.insert(0, (answer.announce_in or asked.channel, answer.announcement))
        for channel, line in lines:
            await self._tell(asked, reply, line, channel, answer.asking)

    async def _replace(self, reply: Reply, view: View) -> None:
        """In place of "thinking…"."""
        try:
            await self._edit(reply, view)
        except RefusedError as refusal:
            await reply.edit(self._plain(view, refusal))

    async def turn(self, reply: Reply, view: View) -> None:
        """In place of the message that held the button, which can never be a plain one again."""
        try:
            await self._edit(reply, view)
        except RefusedError as refusal:
            await reply.post(self._plain(view, refusal), private=True)

    async def _edit(self, reply: Reply, view: View) -> None:
        first, *more = await self._drawn(view)
        await reply.edit(first)
        for payload in reply.fitting(more):
            await reply.post(payload, private=True)

    async def post(self, reply: Reply, view: View, *, private: bool) -> None:
        """Beside what is there already."""
        try:
            for payload in reply.fitting(await self._drawn(view)):
                await reply.post(payload, private=private)
        except RefusedError as refusal:
            await reply.post(self._plain(view, refusal), private=private)

    async def share(self, asked: Asked, reply: Reply, view: View) -> None:
        """For everybody, saying who shared it."""
        shared = for_everybody(view)
        first, *more = await self._drawn(shared)
        try:
            for payload in reply.fitting([signed(first, asked.caller.id), *more]):
                await reply.post(payload, private=False)
        except RefusedError as refusal:
            await reply.post(signed_plainly(self._plain(shared, refusal), asked.caller.id), private=False)

    async def count(self, reply: Reply, answer: Answer) -> None:
        """In the labels of the message that held the button."""
        if answer.relabelled:
            components = (await reply.original()).get("components")
            known: Sequence[Component] = components if isinstance(components, list) else ()
            await reply.edit(message(relabelled(known, answer.relabelled)))

    async def _tell(self, asked: Asked, reply: Reply, line: Notice, channel: ChannelKey, asking: str) -> None:
        """Unless somebody else has by now. What surely did not arrive is left for another to say, later."""
        doubt: NoAnswerError | None = None
        async with self._service.announcing.telling(asking, channel) as ours:
            try:
                if ours:
                    await self._announce(asked, reply, line, channel, asking or asked.id)
            except NoAnswerError as failure:  # it may be there, so nobody says it again
                doubt = failure
        if doubt is not None:
            raise doubt

    async def _announce(self, asked: Asked, reply: Reply, line: Notice, channel: ChannelKey, asking: str) -> None:
        if channel == asked.channel:
            await self.post(reply, line, private=False)
            return
        try:
            for payload in self._platform.render(
                public_line(line.text, await self._service.store.channels.subscription(channel))
            ):
                await self._platform.send(channel, payload, announcement_key(asking, channel))
        except SendError as failure:
            told = f"It is done, but I could not say so in that channel: {failure.reason}"
            await self.post(reply, Notice(tone=Tone.ERROR, text=told), private=True)

    async def _drawn(self, view: View) -> list[Payload]:
        """The messages; what their buttons need is remembered before anybody can press them."""
        for key, command in to_remember(view).items():
            await self._service.store.channels.remember_command(key, command)
        return render(view)

    def _plain(self, view: View, refusal: RefusedError) -> Payload:
        """The fallback, where Discord refused our form and nothing else."""
        if outcome_of(refusal).outcome is not Outcome.CONTENT_BUG:
            raise refusal
        self.counts["content_bug"] += 1
        log.error(
            "Discord refused a message; a plain one is sent instead", reason=str(refusal), view=type(view).__name__
        )
        return fallback(view)

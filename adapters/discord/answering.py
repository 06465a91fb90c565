"""From a command or a button to its answer. Everything here has been acknowledged already."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial

import structlog

from adapters.discord.buttons import Pressed
from adapters.discord.checking import for_reader, with_checks
from adapters.discord.deleted import with_deleted
from adapters.discord.mentioned import MOST, NOTHING, papers_in
from adapters.discord.outcomes import EXPIRED
from adapters.discord.permissions import VIEW_CHANNEL, Asked, Place, allows, permit, permit_sharing, target_of
from adapters.discord.render import render
from adapters.discord.reply import Reply
from adapters.discord.rest import CallError, RefusedError
from adapters.discord.showing import Showing
from adapters.discord.suiting import require_suiting
from adapters.discord.words import GROUPS
from bot.buttons import Effect
from bot.commands import Answer, Call, Command, all_commands
from bot.commands.dispatch import explain
from bot.commands.grammar import MAXIMUM_LENGTH, parse, write
from bot.commands.turns import Turns
from bot.errors import UsageError, UserError, new_reference
from bot.mentioned import mentioned
from bot.models import ChannelKey, Subscription
from bot.ports import Platform
from bot.service import Service
from bot.views import Notice, Tone

log = structlog.get_logger(__name__)

STALE_BUTTON = UserError("old_button", "I do not know this button any more.", "Run the command again for a fresh one.")
GONE_COMMAND = UsageError(
    "unknown_command", "I do not know that command any more.", "Reload Discord (Ctrl+R), then see /papers help."
)
FAILED = Notice(
    tone=Tone.ERROR,
    text="Something went wrong on our side.",
    hint="Try again in a minute. If it stays, show your operator the reference.",
    code="internal",
)
NOT_SHOWN = Notice(
    tone=Tone.ERROR,
    text="Discord did not take my whole answer, or did not say so.",
    hint="Look whether it is there; if not, try again in a minute.",
    code="not_shown",
)


class Answering:
    """Runs commands for people on Discord and shows them the answers."""

    def __init__(self, service: Service, platform: Platform, commands: Sequence[Command] | None = None) -> None:
        self.service = service
        self._turns = Turns(service)
        self.platform = platform
        self._commands = {(c.group, c.name): c for c in (all_commands() if commands is None else commands)}
        self.showing = Showing(service, platform)
        self.counts = self.showing.counts

    async def command(self, asked: Asked, reply: Reply, root: str, verb: str, given: Mapping[str, str]) -> None:
        """Answer a slash command; `given` are the options' texts.

        Raises:
            CallError: The answer could not be shown.
        """
        command = self.known(root, verb)
        if command is None:
            await self.showing.show(asked, reply, Answer(explain(GONE_COMMAND)))
            return
        managed = command.group == "digest"  # its root asks for Manage Server, or for what an administrator granted
        await self.showing.show(asked, reply, await self.run(asked, command, given, by_discord=managed))

    def known(self, root: str, verb: str) -> Command | None:
        """The command of a root and a verb, as Discord names them."""
        return self._commands.get((GROUPS.get(root, root), verb))

    async def press(self, asked: Asked, reply: Reply, pressed: Pressed | None) -> None:
        """Answer a button; None is one that no release of ours knows.

        Raises:
            CallError: The answer could not be shown.
        """
        answer = await self._pressed(asked, pressed)
        failed = isinstance(answer.view, Notice) and answer.view.tone is Tone.ERROR
        match pressed.effect if pressed else Effect.ANSWER:
            case Effect.ANSWER:
                await self.showing.show(asked, reply, answer)
            case _ if failed:  # what was there stays there
                await self.showing.post(reply, answer.view, private=True)
            case Effect.REPLACE:
                await self.showing.turn(reply, answer.view)
            case Effect.PUBLISH:
                await self.showing.share(asked, reply, answer.view)
            case Effect.COUNT:
                await self.showing.count(reply, answer)

    async def menu(self, asked: Asked, reply: Reply, target: Mapping[str, object]) -> None:
        """Show the papers that a message names, to the one who asked.

        Raises:
            CallError: The answer could not be shown.
        """
        command, _ = parse("paper")
        ids = papers_in(target)
        named = mentioned(ids, await self.service.store.papers.many(ids), MOST)
        answers = [await self.run(asked, command, {"paper": one}, by_discord=True) for one in named.shown]
        if not answers or named.words:
            told = " ".join(named.words) or NOTHING
            hint = "" if answers else "Search by words: /papers search"
            answers.append(Answer(Notice(tone=Tone.INFO, text=told, hint=hint)))
        first, *more = answers
        await self.showing.show(asked, reply, first)
        for answer in more:
            await self.showing.post(reply, answer.view, private=True)

    async def apologize(self, reply: Reply, error: Exception) -> None:
        """Say that something of ours failed, and log it.

        Raises:
            CallError: It could not be said.
        """
        reference = new_reference()
        self.counts["internal"] += 1
        log.error("an interaction failed", reference=reference, exc_info=error)
        await self.showing.post(reply, replace(FAILED, reference=reference), private=True)

    async def admit(self, reply: Reply, failure: CallError) -> None:
        """Say that an answer did not arrive whole, as far as anybody waits for it and can be told."""
        if not reply.answered or (isinstance(failure, RefusedError) and failure.code in EXPIRED):
            return
        reference = new_reference()
        log.warning("an answer did not arrive whole", reference=reference, reason=str(failure))
        with suppress(CallError):
            for payload in render(replace(NOT_SHOWN, reference=reference)):
                await reply.post(payload, private=True)

    async def _pressed(self, asked: Asked, pressed: Pressed | None) -> Answer:
        try:
            if pressed is not None and pressed.effect is Effect.PUBLISH:
                permit_sharing(asked)
            command, raw = await self.command_of(pressed)
        except UserError as error:
            return Answer(explain(error))
        return await self.run(asked, command, raw, by_discord=False)

    async def _text_of(self, pressed: Pressed | None) -> str | None:
        if pressed is None or pressed.key is None:
            return pressed.command if pressed else None
        return await self.service.store.channels.recall_command(pressed.key)

    async def run(self, asked: Asked, command: Command, raw: Mapping[str, str], *, by_discord: bool) -> Answer:
        asked = await with_deleted(asked, command, raw, self._known)
        try:
            place = permit(asked, command, raw, by_discord=by_discord)
            require_suiting(asked, place, command, raw)
            size = len(write(command, raw))
            if size > MAXIMUM_LENGTH:
                message = f"That command has {size:,} characters; {MAXIMUM_LENGTH:,} are the most I read."
                raise UsageError("too_long", message, "Try fewer words.")
        except UserError as error:
            return Answer(explain(error))
        call = Call(replace(asked.caller, asking=asked.id), asked.channel, allowed=partial(_sees, asked))
        if asked.direct or command.group != "digest":
            return await self._turns.answer(command, raw, call)
        target = target_of(asked, command, raw)
        if command.posts:
            await self._note_kind(target, place)
        answer = await self._turns.answer(command, raw, call)
        known = await self._note_kind(target, place) if command.configures else await self._known(target)
        view = with_checks(answer.view, place, known.preferences.tags if known else ())
        return replace(answer, view=for_reader(view, asked.place, manages=asked.manages))

    async def _note_kind(self, channel: ChannelKey, place: Place) -> Subscription | None:
        """The channel's digest, which knows from now on whether it goes into a forum."""
        await self.service.halting.note_own_posts(channel, own_post=place.forum is not None)
        return await self._known(channel)

    async def _known(self, channel: ChannelKey) -> Subscription | None:
        return await self.service.store.channels.subscription(channel)

    async def command_of(self, pressed: Pressed | None) -> tuple[Command, dict[str, str]]:
        """What a button says, read.

        Raises:
            UserError: It means nothing any more.
        """
        typed = await self._text_of(pressed)
        if typed is None:
            raise STALE_BUTTON
        return parse(typed)


async def _sees(asked: Asked, channel: ChannelKey) -> bool:
    """Whether the caller sees a channel; that they may configure at all was looked at before."""
    place = asked.place(channel.channel)
    return place is not None and allows(place.caller, VIEW_CHANNEL)

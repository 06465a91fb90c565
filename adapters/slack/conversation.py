"""From what somebody asked to what Slack shows of the answer, and where."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import aiohttp
import structlog
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack import people, render
from adapters.slack.asked import Asked, Pressed
from adapters.slack.checking import with_posting
from adapters.slack.command_name import renamed
from adapters.slack.errors import BROKEN, classify
from adapters.slack.forms import SETTINGS
from adapters.slack.membership import is_in, refuse_outsiders
from adapters.slack.modes import install_page
from adapters.slack.notices import NOT_ANNOUNCED, NOT_RELABELLED, NOT_SHARED, OLD_BUTTON, broken
from adapters.slack.relabel import Labels, relabelled
from adapters.slack.response_url import ResponseUrl
from adapters.slack.visible import Visible
from adapters.slack.work import Pause
from bot.buttons import Button, Effect
from bot.commands import Answer, Command, channel_named
from bot.commands.digest import OF_DELETED
from bot.commands.dispatch import explain
from bot.commands.grammar import parse
from bot.commands.options import CHANNEL, WHERE
from bot.commands.turns import Turns
from bot.config import Settings
from bot.errors import UserError, new_reference
from bot.models import ChannelKey
from bot.ports import Payload, SendError
from bot.service import Service
from bot.sharing import for_everybody
from bot.views import ChannelList, Notice, Status, Tone, View

log = structlog.get_logger(__name__)

Clients = Callable[[str], AsyncWebClient]
"""The Web API for a workspace."""
Parse = Callable[[str], tuple[Command, dict[str, str]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """A view, and where Slack shows it."""

    view: View
    public: bool = False
    replace: bool = False
    """In place of the message that held the button."""
    closing: str = ""
    """A line of small print at the end."""
    channel: ChannelKey | None = None
    """Another channel than the one the call came from."""
    tells: ChannelKey | None = None
    """The channel that this line tells of a change."""


def sayings(answer: Answer, asked: Asked) -> list[Saying]:
    """What to show of an answer, and to whom. What went wrong is told to the caller alone, beside what was there."""
    if isinstance(answer.view, Notice) and answer.view.tone is Tone.ERROR:
        return [Saying(view=answer.view)]
    match asked.effect:
        case None:
            shown = Saying(view=answer.view, public=answer.public)
        case Effect.REPLACE:
            shown = Saying(view=answer.view, public=not asked.private, replace=True)
        case Effect.PUBLISH:
            shown = Saying(view=for_everybody(answer.view), public=True, closing=f"Shared by @{asked.caller.name}")
        case Effect.ANSWER:
            shown = Saying(view=answer.view)
        case Effect.COUNT if answer.relabelled and asked.message and asked.message.blocks:
            return _announced(answer, asked)
        case Effect.COUNT:
            shown = Saying(view=answer.view)
    return [shown, *_announced(answer, asked)]


def _announced(answer: Answer, asked: Asked) -> list[Saying]:
    """The public lines after a change. One's own direct message needs none: the answer says it."""
    lines = [*answer.elsewhere]
    if answer.announcement is not None:
        lines.insert(0, (answer.announce_in or asked.channel, answer.announcement))
    return [
        Saying(view=line, public=True, channel=None if channel == asked.channel else channel, tells=channel)
        for channel, line in lines
        if not (asked.direct and channel == asked.channel)
    ]


class Conversation:
    """Answers people. Whatever goes wrong, they are told something."""

    def __init__(
        self,
        settings: Settings,
        service: Service,
        session: aiohttp.ClientSession,
        clients: Clients,
        *,
        parse: Parse = parse,
        pause: Pause = asyncio.sleep,
    ) -> None:
        self._settings = settings
        self._service = service
        self._turns = Turns(service)
        self._session = session
        self._clients = clients
        self._parse = parse
        self._pause = pause
        self._labels = Labels(pause)
        self.visible = Visible(clients)

    async def answer(self, asked: Asked) -> None:
        """Run the command and show what it answers."""
        with self._service.precedence:
            try:
                answer = await self.reply_to(asked)
            except Exception:
                reference = new_reference()
                log.exception("command failed", reference=reference)
                answer = Answer(broken(reference))
            await self.show(answer, asked)

    async def show(self, answer: Answer, asked: Asked) -> None:
        """Show an answer to whom it may concern; without a response address only what the channel is to read."""
        url = ResponseUrl(asked.response_url, self._session, self._pause)
        try:
            if not asked.response_url:
                for saying in _announced(answer, asked):
                    await self._tell(replace(saying, channel=saying.channel or asked.channel), url, answer.asking)
                return
            told = [await self._tell(saying, url, answer.asking, asked) for saying in sayings(answer, asked)]
            if not all(told):
                shared = answer.public or asked.effect is Effect.PUBLISH
                await self._say(Saying(view=NOT_SHARED if shared else NOT_ANNOUNCED), url, asked)
            if asked.message and answer.relabelled:
                await self._relabel(asked, asked.message, answer.relabelled, url)
        except Exception:
            reference = new_reference()
            log.exception("answer failed", reference=reference)
            await self._say(Saying(view=broken(reference)), url)

    async def old_button(self, response_url: str) -> None:
        """Say that a button is no longer understood."""
        await self._say(Saying(view=OLD_BUTTON), ResponseUrl(response_url, self._session, self._pause))

    async def _relabel(self, asked: Asked, message: Pressed, buttons: Sequence[Button], url: ResponseUrl) -> None:
        """Show the new labels where the button was pressed; the command has done its work either way."""
        workspace = asked.channel.workspace
        if asked.private:
            payload: Payload = {"text": message.text, "blocks": relabelled(message.blocks, buttons)}
            if message.blocks:
                await url.replace(payload)
            return
        try:
            await self._labels.update(self._clients(workspace), message, buttons)
        except SendError as error:
            log.warning("labels not updated", reason=error.reason)
            await self._say(Saying(view=NOT_RELABELLED), url)

    def opens_form(self, asked: Asked) -> bool:
        """Whether the answer is a form, which has to be opened within three seconds."""
        try:
            command, raw = self._parse(asked.text)
        except Exception:  # noqa: BLE001  # whatever is wrong with the text, the answer to it says so
            return False
        return command.path == SETTINGS and set(raw) <= {CHANNEL.name}

    def named(self, view: View) -> View:
        """With the command's name in this workspace."""
        return renamed(view, self._settings.slack_command)

    async def reply_to(self, asked: Asked) -> Answer:
        """What the command answers."""
        try:
            command, raw = self._parse(asked.text)
        except UserError as error:
            return Answer(explain(error))
        return await self._run(command, raw, asked)

    async def run(self, path: str, raw: Mapping[str, str], asked: Asked) -> Answer:
        """What the command of that path answers to options' texts."""
        command, _ = self._parse(path)
        return await self._run(command, raw, asked)

    async def _run(self, command: Command, raw: Mapping[str, str], asked: Asked) -> Answer:
        try:
            zone = await self._permitted(asked, command)
            await self._refuse_outsiders(asked, command, raw)
        except UserError as error:
            return Answer(explain(error))
        call = replace(asked.call(), zone=zone, allowed=partial(self._is_in, asked.caller.id))
        answer = await self._turns.answer(command, raw, call)
        match answer.view:
            case ChannelList():
                here = asked.channel
                view = await self.visible.for_reader(answer.view, here.workspace, asked.caller.id, here.channel)
                return replace(answer, view=view)
            case Status():
                return replace(answer, view=await with_posting(answer.view, self._clients))
            case _:
                return answer

    async def _is_in(self, person: str, channel: ChannelKey) -> bool:
        """Whether somebody is in a channel, as far as Slack tells."""
        try:
            return await is_in(self._clients(channel.workspace), person, channel.channel)
        except BROKEN as error:
            log.warning("channel left alone", channel=str(channel), reason=classify(error).reason)
            return False

    async def _permitted(self, asked: Asked, command: Command) -> str | None:
        """The caller's time zone where it is needed, if the caller may configure channels where that is needed."""
        if not command.configures:
            return await self._zone(asked) if command.zoned else None
        workspace, way_back = asked.channel.workspace, install_page(self._settings)
        profile = await people.profile(self._clients(workspace), asked.caller.id, workspace, way_back)
        people.refuse(profile, "admins" if command.administers else self._settings.who_configures)
        return profile.zone

    async def _zone(self, asked: Asked) -> str | None:
        """Where somebody lives; what they want does not depend on Slack's telling it."""
        workspace = asked.channel.workspace
        try:
            return (await people.profile(self._clients(workspace), asked.caller.id, workspace)).zone
        except UserError:
            return None

    async def _refuse_outsiders(self, asked: Asked, command: Command, raw: Mapping[str, str]) -> None:
        """Look whether the caller is in another channel that they name."""
        named = raw.get(CHANNEL.name) if command.option(CHANNEL.name) else None
        if named is None or (command.option(WHERE.name) and named.strip().lower() == "all"):
            return  # each channel of all is looked at by itself
        channel = channel_named(named, asked.call())
        left_behind = command.path in OF_DELETED and await self._service.channels.left_behind(channel, asked.caller)
        if not left_behind and channel not in {asked.channel, asked.call().person.direct}:
            await refuse_outsiders(self._clients(asked.channel.workspace), asked.caller.id, channel)

    async def _tell(self, saying: Saying, url: ResponseUrl, asking: str, asked: Asked | None = None) -> bool:
        """Whether nothing is in doubt that others were to see."""
        if saying.tells is None:
            return await self._say(saying, url, asked) or not saying.public
        async with self._service.announcing.telling(asking, saying.tells) as ours:
            return not ours or await self._say(saying, url, asked)

    async def _say(self, saying: Saying, url: ResponseUrl, asked: Asked | None = None) -> bool:
        """By the address that came with the question; once that takes no more, as any message of ours.

        Returns whether it surely arrived, drawn or in plain text.
        """
        view = self.named(saying.view)
        payloads = render.render(view, closing=saying.closing)
        plainly = partial(render.fallback, view, closing=saying.closing)
        if saying.channel is not None:
            return await self._post(saying.channel, payloads)
        replaces = saying.replace
        for number, payload in enumerate(payloads):
            if not await url.say(payload, plainly, public=saying.public, replace=replaces):
                if url.over and asked is not None:
                    reader = None if saying.public else asked.caller.id
                    return await self._post(asked.channel, payloads[number:], reader)
                return url.arrived
            replaces = False
        return True

    async def _post(self, channel: ChannelKey, payloads: Sequence[Payload], reader: str | None = None) -> bool:
        """A public line elsewhere, or what one reader alone sees; a change stands even if it cannot be posted.

        Returns whether it was.
        """
        client = self._clients(channel.workspace)
        post = client.chat_postMessage if reader is None else partial(client.chat_postEphemeral, user=reader)
        known = None if reader is None else {"text", "blocks"}
        try:
            for payload in payloads:
                body: Payload = {name: value for name, value in payload.items() if known is None or name in known}
                await post(channel=channel.channel, **body)  # type: ignore[arg-type]  # a payload's values are what the methods take
        except BROKEN as error:
            log.warning("announcement not posted", channel=str(channel), reason=classify(error).reason)
            return False
        return True

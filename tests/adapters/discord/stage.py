"""Answering over one command, with a reply and a platform that keep what they are told."""

from collections.abc import Callable
from dataclasses import dataclass, field

from adapters.discord.answering import Answering
from adapters.discord.permissions import EMBED_LINKS, MANAGE_SERVER, SEND_MESSAGES, VIEW_CHANNEL, Asked, Place
from adapters.discord.render import fallback, render
from adapters.discord.reply import Reply
from adapters.discord.rest import RefusedError
from bot.commands import Answer, Call, Command, Option
from bot.models import ChannelKey, Person
from bot.ports import Payload, SendError, SentMessage
from bot.service import Service
from bot.views import View
from tests.adapters.discord.limits import all_text
from tests.adapters.discord.service import make_service
from tests.adapters.discord.views import VIEWS

HERE = ChannelKey("discord", "900", "901")
READ_WRITE = VIEW_CHANNEL | SEND_MESSAGES | EMBED_LINKS
MANAGER = READ_WRITE | MANAGE_SERVER


@dataclass
class FakeReply(Reply):
    """What was shown: (how, payload)."""

    shown: list[tuple[str, Payload]] = field(default_factory=list)
    refuse: Callable[[Payload], bool] = lambda _: False
    code: int = 50035
    answered: bool = False

    async def edit(self, payload: Payload) -> None:
        self._keep("edit", payload)

    async def post(self, payload: Payload, *, private: bool) -> None:
        self._keep("private" if private else "public", payload)

    async def original(self) -> Payload:
        return render(VIEWS["digest_with_buttons"])[0]

    async def drop(self) -> None:
        self.shown.append(("drop", {}))

    def _keep(self, how: str, payload: Payload) -> None:
        if self.refuse(payload):
            raise RefusedError(400, self.code, "Invalid Form Body")
        self.shown.append((how, payload))

    @property
    def how(self) -> list[str]:
        return [how for how, _ in self.shown]

    def text(self, number: int = 0) -> str:
        return all_text([self.shown[number][1]])


@dataclass
class FakePlatform:
    """Takes what is posted by REST, or fails as told."""

    name: str = "discord"
    idempotent: bool = True
    sent: list[tuple[ChannelKey, Payload, str]] = field(default_factory=list)
    error: SendError | None = None

    def render(self, view: View) -> list[Payload]:
        return render(view)

    def fallback(self, view: View) -> Payload:
        return fallback(view)

    async def send(self, channel: ChannelKey, payload: Payload, key: str) -> SentMessage:
        if self.error:
            raise self.error
        self.sent.append((channel, payload, key))
        return SentMessage("1")


def asked(caller: int = READ_WRITE) -> Asked:
    here = Place(name="ml", thread=False, caller=caller, bot=READ_WRITE)
    return Asked(id="5", caller=Person(id="77", name="Ada"), channel=HERE, here=here, place=lambda _: here)


QUERY = Option("query", "Words", str, "", takes_text=True)


@dataclass
class Stage:
    """Answering over one command, `/papers-digest say`, that gives `answer` and keeps its calls."""

    answer: Answer
    platform: FakePlatform = field(default_factory=FakePlatform)
    reply: FakeReply = field(default_factory=FakeReply)
    calls: list[Call] = field(default_factory=list)
    service: Service | None = None

    async def command(self, given: dict[str, str] | None = None, verb: str = "say") -> None:
        await (await self.answering()).command(asked(), self.reply, "papers-digest", verb, given or {})

    async def answering(self) -> Answering:
        self.service = self.service or await make_service()
        command = Command("say", "Say it", self._run, (QUERY,), group="digest", configures=True)
        return Answering(self.service, self.platform, [command])

    async def _run(self, _service: Service, call: Call) -> Answer:
        self.calls.append(call)
        return self.answer

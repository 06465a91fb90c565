"""Commands and buttons are answered in the right place, whatever becomes of them."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from adapters.discord.answering import Answering
from adapters.discord.buttons import Pressed, read
from adapters.discord.permissions import EMBED_LINKS, MANAGE_SERVER, SEND_MESSAGES, VIEW_CHANNEL, Asked, Place
from adapters.discord.render import fallback, render
from adapters.discord.reply import Reply
from adapters.discord.rest import CallError, NoAnswerError, RefusedError
from adapters.discord.sharing import for_everybody
from bot.commands import Answer, Call, Command, Option
from bot.delivery.keys import button_key
from bot.models import ChannelKey, Outcome, Person
from bot.ports import Payload, SendError, SentMessage
from bot.service import Service
from bot.views import Button, CardList, Document, Effect, Notice, Tone, View
from tests.adapters.discord.limits import all_text, check, parts
from tests.adapters.discord.service import make_service
from tests.adapters.discord.views import LONG_COMMAND, SHARE, TURN, VIEWS, VOTES, make_card
from tests.builders import make_list

HERE = ChannelKey("discord", "900", "901")
ELSEWHERE = ChannelKey("discord", "900", "902")
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


# --- commands ---------------------------------------------------------------------------------------------------


async def test_an_answer_replaces_the_thinking_and_its_further_messages_are_private() -> None:
    cards = tuple(make_card(n, url=f"https://example.org/{n}/{'p' * 900}") for n in range(1, 10))
    stage = Stage(Answer(CardList(title="x", papers=make_list(), cards=cards)))
    await stage.command()
    assert stage.reply.how[0] == "edit"
    assert set(stage.reply.how[1:]) == {"private"}


async def test_a_command_gets_its_options_its_caller_and_its_channel() -> None:
    stage = Stage(Answer(VIEWS["notice"]))
    await stage.command({"query": "sparse"})
    call = stage.calls[0]
    assert (call.caller.id, call.channel, call[QUERY]) == ("77", HERE, "sparse")
    assert call.raw == {"query": "sparse"}


async def test_a_public_answer_takes_the_place_of_the_private_one() -> None:
    stage = Stage(Answer(VIEWS["notice"], public=True))
    await stage.command()
    assert stage.reply.how == ["drop", "public"]


async def test_a_command_that_is_gone_says_so() -> None:
    stage = Stage(Answer(VIEWS["notice"]))
    await stage.command(verb="sing")
    assert "do not know that command" in stage.reply.text()


async def test_too_long_a_command_is_refused_because_its_buttons_could_not_carry_it() -> None:
    stage = Stage(Answer(VIEWS["notice"]))
    await stage.command({"query": "x" * 5000})
    assert "the most I read" in stage.reply.text()
    assert not stage.calls


async def test_what_long_buttons_need_is_remembered() -> None:
    stage = Stage(Answer(VIEWS["long_command"]))
    await stage.command()
    assert stage.service is not None
    assert await stage.service.store.channels.recall_command(button_key(LONG_COMMAND)) == LONG_COMMAND


async def test_a_refused_form_is_answered_plainly() -> None:
    stage = Stage(Answer(VIEWS["list"]), reply=FakeReply(refuse=lambda payload: "components" in payload))
    await stage.command()
    assert stage.reply.shown == [("edit", fallback(VIEWS["list"]))]


async def test_another_refusal_is_not_answered_plainly() -> None:
    stage = Stage(Answer(VIEWS["list"]), reply=FakeReply(refuse=lambda _: True, code=10015))
    with pytest.raises(RefusedError):
        await stage.command()


# --- announcements ----------------------------------------------------------------------------------------------

LINE = Notice(tone=Tone.INFO, text="Set up by Ada.")


@pytest.mark.parametrize("where", [None, HERE])
async def test_an_announcement_for_here_is_one_public_line(where: ChannelKey | None) -> None:
    stage = Stage(Answer(VIEWS["notice"], announcement=LINE, announce_in=where))
    await stage.command()
    assert stage.reply.how == ["edit", "public"]
    assert stage.reply.text(1) == "Set up by Ada."
    assert not stage.platform.sent


async def test_an_announcement_for_another_channel_is_posted_there_once() -> None:
    stage = Stage(Answer(VIEWS["notice"], announcement=LINE, announce_in=ELSEWHERE))
    await stage.command()
    await stage.command()
    assert stage.reply.how == ["edit", "edit"]
    (channel, payload, key), (_, _, same_key) = stage.platform.sent
    assert channel == ELSEWHERE
    assert all_text([payload]) == "Set up by Ada."
    assert key == same_key
    assert len(key) == 24


async def test_a_lost_announcement_is_told_to_the_caller() -> None:
    error = SendError(Outcome.DEAD_CHANNEL, "I may not write in the channel.")
    stage = Stage(Answer(VIEWS["notice"], announcement=LINE, announce_in=ELSEWHERE), FakePlatform(error=error))
    await stage.command()
    assert stage.reply.how == ["edit", "private"]
    assert "I may not write in the channel." in stage.reply.text(1)


# --- buttons ----------------------------------------------------------------------------------------------------


async def press(custom_id: str, caller: int = READ_WRITE, **reply: object) -> FakeReply:
    shown = FakeReply(**reply)  # type: ignore[arg-type]  # fields of the fake
    await Answering(await make_service(), FakePlatform()).press(asked(caller), shown, read(custom_id))
    return shown


async def test_a_turned_page_replaces_its_message() -> None:
    shown = await press("b1:turn:trending page:2")
    assert shown.how == ["edit"]
    assert "page 2 of 3" in shown.text()


async def test_a_shared_list_is_public_and_names_who_shared_it() -> None:
    shown = await press("b1:share:trending page:2")
    assert shown.how == ["public"]
    assert shown.text().startswith("-# Shared by <@77>")
    check(shown.shown[0][1])
    assert not any("Next" in str(part.get("label")) for part in parts(shown.shown[0][1]))


@pytest.mark.parametrize(("word", "how"), [("turn", ["edit", "private"]), ("share", ["public", "public"])])
async def test_what_takes_several_messages_comes_in_order(word: str, how: list[str]) -> None:
    shown = FakeReply()
    answering = Answering(await make_service({}, "Long", abstract="word " * 900), FakePlatform())
    await answering.press(asked(), shown, read(f"b1:{word}:paper 2603.00001"))
    assert shown.how == how


async def test_an_answer_button_answers_in_a_message_of_its_own() -> None:
    shown = await press("b1:answer:why 2603.00001")
    assert shown.how == ["edit"]
    assert "Place" in shown.text()


@pytest.mark.parametrize("word", ["turn", "share"])
async def test_an_error_leaves_the_list_and_is_told_in_private(word: str) -> None:
    shown = await press(f"b1:{word}:trending page:nine")
    assert shown.how == ["private"]
    assert "page" in shown.text()


@pytest.mark.parametrize("custom_id", ["b0:turn:trending", f"b1:answer:#{'0' * 32}", "b1:answer:sing along"])
async def test_a_button_that_means_nothing_any_more_says_so(custom_id: str) -> None:
    shown = await press(custom_id)
    assert shown.how == ["edit"]
    assert "know" in shown.text()


async def test_a_button_recalls_its_long_command() -> None:
    service, shown = await make_service(), FakeReply()
    await service.store.channels.remember_command(button_key("trending page:2"), "trending page:2")
    pressed = Pressed(Effect.REPLACE, None, button_key("trending page:2"))
    await Answering(service, FakePlatform()).press(asked(), shown, pressed)
    assert "page 2 of 3" in shown.text()


async def test_a_button_that_configures_asks_who_presses_it() -> None:
    assert "Manage Server" in (await press("b1:answer:digest subscribe")).text()
    assert "gets a digest" in (await press("b1:answer:digest subscribe", MANAGER)).text()


async def count(answer: Answer) -> FakeReply:
    """Press a button that counts and gets this answer."""
    shown = FakeReply()

    async def run(_asked: Asked, _command: Command, _raw: object, *, by_discord: bool) -> Answer:  # noqa: ARG001  # as it is called
        return answer

    answering = Answering(await make_service(), FakePlatform())
    answering.run = run  # type: ignore[method-assign,assignment]  # no command counts yet
    await answering.press(asked(), shown, Pressed(Effect.COUNT, "help", None))
    return shown


async def test_a_button_that_counts_changes_the_labels_of_its_message() -> None:
    shown = await count(Answer(VIEWS["notice"], relabelled=(Button("👍 3", VOTES[0].command, Effect.COUNT),)))
    assert shown.how == ["edit"]
    check(shown.shown[0][1])
    assert [part["label"] for part in parts(shown.shown[0][1]) if part["type"] == 2] == [
        "👍 3",
        "Save",
        "Details",
    ]


async def test_a_count_that_changed_no_label_changes_nothing() -> None:
    assert not (await count(Answer(VIEWS["notice"]))).shown


async def test_a_count_that_failed_is_told_in_private() -> None:
    assert (await count(Answer(VIEWS["error"]))).how == ["private"]


async def test_a_shared_list_whose_form_is_refused_is_shared_plainly_with_the_name() -> None:
    shown = await press("b1:share:trending page:2", refuse=lambda payload: "components" in payload)
    assert shown.how == ["public"]
    assert str(shown.shown[0][1]["content"]).startswith("-# Shared by <@77>\n")


@pytest.mark.parametrize(
    ("failure", "told"),
    [
        (RefusedError(403, 50013, "Missing Permissions"), ["private"]),
        (NoAnswerError("Discord gave no answer"), ["private"]),
        (RefusedError(404, 10015, "Unknown Webhook"), []),
        (RefusedError(404, 10008, "Unknown Message"), []),
    ],
)
async def test_an_answer_that_did_not_arrive_is_admitted_to_those_who_still_wait(
    failure: CallError, told: list[str]
) -> None:
    shown = FakeReply()
    shown.answered = True
    await Answering(await make_service(), FakePlatform()).admit(shown, failure)
    assert shown.how == told
    assert all("Discord did not take my whole answer" in shown.text(number) for number in range(len(told)))


async def test_what_cannot_even_be_admitted_is_left_alone() -> None:
    shown = FakeReply(refuse=lambda _: True)
    answering = Answering(await make_service(), FakePlatform())
    await answering.admit(shown, NoAnswerError("not even acknowledged"))
    shown.answered = True
    await answering.admit(shown, NoAnswerError("gone"))
    assert not shown.shown


async def test_who_may_not_write_shares_nothing() -> None:
    shown = await press("b1:share:trending", VIEW_CHANNEL)
    assert shown.how == ["private"]


async def test_a_page_whose_form_is_refused_comes_plainly_beside_the_old_one() -> None:
    """A message of components never becomes a plain one again."""
    shown = await press("b1:turn:trending page:2", refuse=lambda payload: "components" in payload)
    assert shown.how == ["private"]
    assert "content" in shown.shown[0][1]


def test_what_everybody_sees_turns_no_page_under_their_eyes() -> None:
    notice = Notice(tone=Tone.OK, text="x", buttons=(TURN, SHARE, Button("Why?", "why 1", Effect.ANSWER)))
    shared = for_everybody(notice)
    assert isinstance(shared, Notice)
    assert [button.label for button in shared.buttons] == ["Why?"]
    assert for_everybody(VIEWS["digest"]) == VIEWS["digest"]


async def test_a_guests_long_answer_ends_with_what_to_do_for_the_rest() -> None:
    """Where somebody brought the app along, Discord takes five messages after the first."""
    text = "\n".join(f"line {number} of a long document" for number in range(2000))
    stage = Stage(Answer(Document(title="Library", name="library.bib", text=text)))
    stage.reply._left = 5
    await stage.command()
    assert stage.reply.how == ["edit", *["private"] * 5]
    assert "more messages belong to this answer" in str(stage.reply.shown[-1][1]["content"])

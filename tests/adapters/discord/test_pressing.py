"""Buttons do what they say where they are, whatever becomes of it."""

import pytest

from adapters.discord.answering import Answering
from adapters.discord.buttons import Pressed, read
from adapters.discord.permissions import VIEW_CHANNEL, Asked
from adapters.discord.rest import CallError, NoAnswerError, RefusedError
from bot.buttons import Button, Effect
from bot.commands import Answer, Command
from bot.delivery.keys import button_key
from bot.sharing import for_everybody
from bot.views import Document, Notice, Tone
from tests.adapters.discord.limits import check, parts
from tests.adapters.discord.service import make_service
from tests.adapters.discord.stage import MANAGER, READ_WRITE, FakePlatform, FakeReply, Stage, asked
from tests.adapters.discord.views import SHARE, TURN, VIEWS, VOTES


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

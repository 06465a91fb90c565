"""Commands and buttons are answered in the right place, whatever becomes of them."""

import pytest

from adapters.discord.render import fallback
from adapters.discord.rest import RefusedError
from bot.commands import Answer
from bot.delivery.keys import button_key
from bot.models import ChannelKey, Outcome
from bot.ports import SendError
from bot.views import CardList, Notice, Tone
from tests.adapters.discord.limits import all_text
from tests.adapters.discord.stage import HERE, QUERY, FakePlatform, FakeReply, Stage
from tests.adapters.discord.views import LONG_COMMAND, VIEWS, make_card
from tests.builders import make_list

ELSEWHERE = ChannelKey("discord", "900", "902")


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

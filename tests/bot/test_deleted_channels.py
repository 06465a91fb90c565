"""A channel that was deleted: what happened is said, and what can be done; nobody is asked to mend it."""

from dataclasses import replace

import pytest

from bot.commands import Call
from bot.models import CHANNEL_DELETED, ChannelKey, DeliveryState, Outcome, Person
from bot.ports import SendError
from bot.views import ChannelList, Notice, Status, Tone
from tests.builders import ADA, CHANNEL, make_subscription
from tests.delivery_scene import FakePlatform, ticked
from tests.service import Desk, make_desk

KEY = str(CHANNEL)
ELSEWHERE = Call(ADA, ChannelKey("slack", "T0001", "C0009"), zone="Europe/Berlin")
BOB = Person(id="U0002", name="Bob")


@pytest.fixture
async def desk() -> Desk:
    desk = make_desk()
    await desk.ask("digest subscribe daily")
    assert await desk.service.halting.channel_deleted(CHANNEL)
    return desk


async def status(desk: Desk, text: str = "digest status") -> Status:
    view = await desk.ask(f"{text} channel:{KEY}", ELSEWHERE)
    assert isinstance(view, Status)
    return view


async def refusal(desk: Desk, text: str) -> Notice:
    view = await desk.ask(f"{text} channel:{KEY}", ELSEWHERE)
    assert isinstance(view, Notice)
    assert view.tone is Tone.ERROR
    return view


async def test_the_status_says_that_it_was_deleted_and_how_to_go_on_elsewhere(desk: Desk) -> None:
    view = await status(desk)
    assert view.headline == (
        "Stopped: its channel was deleted. Nothing brings it back: start a digest in another channel with "
        f"/papers digest subscribe there, and end this one with /papers digest unsubscribe channel:{KEY}"
    )
    assert (view.state, view.checks, view.next_runs) == ("stopped", (), ())
    assert [(one.label, one.command) for one in view.buttons] == [("End it", f"digest unsubscribe channel:{KEY}")]


async def test_so_does_the_history(desk: Desk) -> None:
    view = await status(desk, "digest history")
    assert view.headline.startswith("Nothing was due here yet. Its channel was deleted. Nothing brings it back")


@pytest.mark.parametrize("command", ["digest resume", "digest send", "digest pause"])
async def test_what_cannot_work_is_refused_with_the_next_step(desk: Desk, command: str) -> None:
    refused = await refusal(desk, command)
    assert "was deleted" in refused.text
    assert f"/papers digest unsubscribe channel:{KEY}" in refused.hint
    known = await desk.store.channels.subscription(CHANNEL)
    assert known is not None
    assert known.deleted


async def test_its_button_ends_it_and_no_line_is_for_a_channel_where_nobody_reads(desk: Desk) -> None:
    (button,) = (await status(desk)).buttons
    answer = await desk.answer(button.command, ELSEWHERE)
    assert isinstance(answer.view, Notice)
    assert answer.view.text == "The digest of the deleted channel is ended."
    assert answer.announcement is None
    assert await desk.store.channels.subscription(CHANNEL) is None


async def test_all_of_a_workspace_ends_deleted_channels_too_and_resumes_none_of_them(desk: Desk) -> None:
    await desk.ask("digest subscribe daily", ELSEWHERE)
    resumed = await desk.answer("digest resume all", ELSEWHERE)
    assert (resumed.elsewhere, (await status(desk)).state) == ((), "stopped")
    ended = await desk.answer("digest unsubscribe all", ELSEWHERE)
    assert isinstance(ended.view, Notice)
    assert ended.view.fields[0].text == "2 digests"
    assert [channel for channel, _ in ended.elsewhere] == [ELSEWHERE.channel]


async def test_the_list_names_it_for_whoever_set_it_up_with_a_button(desk: Desk) -> None:
    view = await desk.ask("digest list", ELSEWHERE)
    assert isinstance(view, ChannelList)
    (line,) = view.channels
    assert (line.state, line.left_by, line.next_run) == ("stopped", ADA.id, None)
    assert line.summary.startswith("its channel was deleted. Nothing brings it back")
    assert [one.command for one in view.buttons] == [f"digest unsubscribe channel:{KEY}"]


async def test_a_deletion_is_known_though_something_else_had_stopped_the_digest() -> None:
    desk = make_desk()
    await desk.ask("digest subscribe daily")
    await desk.ask("digest pause")
    assert await desk.service.halting.channel_deleted(CHANNEL)
    assert not await desk.service.halting.channel_deleted(CHANNEL), "a second time it changes nothing"
    assert (await status(desk)).state == "stopped"


async def test_a_post_that_finds_it_out_says_the_same_in_the_ledger() -> None:
    slack = FakePlatform(answers=[SendError(Outcome.DEAD_CHANNEL, "Unknown channel (code 10003)", gone=True)])
    scene = await ticked(slack)
    last = await scene.last()
    assert (last.state, last.outcome) == (DeliveryState.FAILED, Outcome.DEAD_CHANNEL)
    assert last.reason == (
        "its channel was deleted; nothing brings it back, and /papers digest subscribe starts one in another channel"
    )
    known = await scene.store.channels.subscription(CHANNEL)
    assert known is not None
    assert (known.paused_because, known.deleted) == (CHANNEL_DELETED, True)


@pytest.mark.parametrize(
    ("because", "deleted"),
    [
        ("the channel was deleted", True),
        ("The channel does not exist any more. (code 10003)", True),
        ("its channel was archived", False),
        (None, False),
    ],
)
def test_reasons_that_former_versions_wrote_are_known(because: str | None, deleted: bool) -> None:
    assert make_subscription(paused_because=because).deleted is deleted


async def test_only_who_set_it_up_may_look_at_what_is_left(desk: Desk) -> None:
    channels = desk.service.channels
    assert await channels.left_behind(CHANNEL, ADA)
    assert not await channels.left_behind(CHANNEL, BOB)
    assert not await channels.left_behind(ELSEWHERE.channel, ADA)
    await desk.ask("digest subscribe daily", ELSEWHERE)
    assert not await channels.left_behind(ELSEWHERE.channel, ADA), "it is there"


async def test_a_message_of_one_inbox_ends_the_deleted_channels_digest_of_a_server() -> None:
    desk = make_desk()
    there = ChannelKey("discord", "900", "901")
    await desk.service.channels.subscribe(there, ADA, None, None)
    await desk.service.halting.channel_deleted(there)
    inbox = Call(ADA, ChannelKey("discord", "@me", ADA.id))
    strange = await desk.ask(f"digest unsubscribe channel:{there}", replace(inbox, caller=BOB))
    assert isinstance(strange, Notice)
    assert strange.tone is Tone.ERROR
    ended = await desk.ask(f"digest unsubscribe channel:{there}", inbox)
    assert isinstance(ended, Notice)
    assert ended.text == "The digest of the deleted channel is ended."

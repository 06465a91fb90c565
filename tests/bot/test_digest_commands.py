"""Setting up a channel's digest, seeing it, sending it, and knowing why it came or did not."""

from typing import Any

import pytest

from bot.commands import Call
from bot.models import ChannelKey, Outcome, Person
from bot.views import ChannelList, DigestPost, Notice, Status, Tone
from tests.builders import ADA, CHANNEL
from tests.service import Desk, make_desk_of_robots, told


@pytest.fixture
async def desk() -> Desk:
    return await make_desk_of_robots()


async def test_a_subscription_starts_in_the_callers_zone_and_is_announced_with_its_author(desk: Desk) -> None:
    answer = await desk.answer("digest subscribe daily")
    assert "daily at 09:00 (Europe/Berlin) on weekdays" in told(answer.view)["When"]
    assert told(answer.view)["Next runs"].splitlines()[0] == "Wed 11 March, 09:00 (Europe/Berlin)"
    assert answer.announcement is not None
    assert "set up by @Ada" in answer.announcement.text
    assert answer.announce_in == CHANNEL


async def test_a_second_subscription_is_refused_and_another_period_changes_the_first(desk: Desk) -> None:
    await desk.ask("digest subscribe")
    again = await desk.ask("digest subscribe")
    assert isinstance(again, Notice)
    assert again.code == "already_subscribed"
    assert "weekly" in told(await desk.ask("digest subscribe weekly"))["When"]


async def test_a_preset_that_is_there_already_changes_announces_and_logs_nothing(desk: Desk) -> None:
    await desk.ask("digest subscribe daily preset:robotics")
    again = await desk.answer("digest subscribe daily preset:robotics")
    assert isinstance(again.view, Notice)
    assert (again.view.code, again.announcement) == ("already_subscribed", None)
    assert (await desk.answer("digest subscribe daily preset:vision")).announcement is not None
    assert len(await desk.store.channels.log(CHANNEL, 9)) == 2


async def test_a_date_of_another_option_is_explained_with_that_option(desk: Desk) -> None:
    await desk.ask("digest subscribe")
    refused = await desk.ask("digest pause until:friday")
    assert isinstance(refused, Notice)
    assert "until:2026-08-31" in refused.hint
    refused = await desk.ask("digest quiet clear")
    assert isinstance(refused, Notice)
    assert "dates:none" in refused.hint


async def test_a_second_subscription_without_a_period_leaves_the_one_there_is(desk: Desk) -> None:
    await desk.ask("digest subscribe weekly")
    again = await desk.answer("digest subscribe")
    assert isinstance(again.view, Notice)
    assert again.view.code == "already_subscribed"
    assert again.announcement is None
    assert "weekly" in told(await desk.ask("digest subscribe preset:agents"))["When"]


@pytest.mark.parametrize(
    ("typed", "way"),
    [
        ("set robots", 'settings topics:"robotics, agents"'),
        ("Clear", "settings topics:none"),
        ("none", "settings topics:none"),
        ("delete robots", "topics remove"),
    ],
)
async def test_a_verb_that_topics_has_not_is_no_topic(desk: Desk, typed: str, way: str) -> None:
    await desk.ask("digest subscribe")
    refused = await desk.answer(f"digest topics {typed}")
    assert isinstance(refused.view, Notice)
    assert (refused.view.code, refused.announcement) == ("bad_value", None)
    assert way in refused.view.hint


@pytest.mark.parametrize("typed", ['"set" robots', "add set robots", "reset codes", 'add "clear"'])
async def test_such_a_word_is_a_topic_where_that_is_said(desk: Desk, typed: str) -> None:
    await desk.ask("digest subscribe")
    assert (await desk.answer(f"digest topics {typed}")).announcement is not None


async def test_topics_are_added_removed_excluded_and_combined(desk: Desk) -> None:
    await desk.ask("digest subscribe")
    added = await desk.ask('digest topics add robots "graph nets" -survey')
    assert told(added)["Topics"] == "any of “robots”, “graph nets”, but not “survey”"
    assert told(added)["Last 7 days"].startswith("4 of 8 papers")
    assert told(await desk.ask("digest topics all"))["Topics"].startswith("all of")
    assert told(await desk.ask("digest topics any"))["Topics"].startswith("any of")
    assert told(await desk.ask("digest topics all agents"))["Topics"].startswith("all of")
    assert "survey" not in told(await desk.ask("digest topics remove survey agents"))["Topics"]
    assert told(await desk.ask("digest topics exclude robots"))["Topics"].endswith("but not “robots”")


async def test_a_topic_that_cannot_match_is_refused_and_nothing_is_saved(desk: Desk) -> None:
    await desk.ask("digest subscribe")
    refused = await desk.ask(f"digest topics add {'x' * 200}")
    assert isinstance(refused, Notice)
    assert refused.tone is Tone.ERROR
    assert told(await desk.ask("digest topics"))["Topics"] == "everything"


async def test_a_schedule_shows_the_next_three_runs(desk: Desk) -> None:
    await desk.ask("digest subscribe")
    view = await desk.ask("digest schedule 7:30 Asia/Tokyo days:mon,fri")
    runs = told(view)["Next runs"].splitlines()
    assert runs == [
        "Fri 13 March, 07:30 (Asia/Tokyo)",
        "Mon 16 March, 07:30 (Asia/Tokyo)",
        "Fri 20 March, 07:30 (Asia/Tokyo)",
    ]


@pytest.mark.parametrize(
    "text", ["digest topics add robots", "digest schedule 9:00", "digest unsubscribe", "digest send"]
)
async def test_a_channel_without_a_digest_is_told_how_to_get_one(desk: Desk, text: str) -> None:
    view = await desk.ask(text)
    assert isinstance(view, Notice)
    assert view.code == "not_subscribed"
    assert "subscribe" in view.hint


async def test_a_preview_shows_what_would_come_and_counts_as_nothing(desk: Desk) -> None:
    await desk.ask("digest subscribe")
    await desk.ask("digest topics add robots")
    view = await desk.ask("digest preview")
    assert isinstance(view, DigestPost)
    assert view.preview
    assert {card.ranked.paper.id for card in view.cards} == {f"2603.{n:05}" for n in (1, 3, 5, 7)}
    assert "4 of 8 new papers matched" in view.footer[0]
    assert await desk.store.deliveries.history(CHANNEL, 5) == []


async def test_a_digest_is_sent_once_and_again_only_when_asked(desk: Desk) -> None:
    await desk.ask("digest subscribe")
    assert "sent" in str(await desk.ask("digest send"))
    refused = await desk.ask("digest send")
    assert isinstance(refused, Notice)
    assert refused.code == "already_sent"
    assert len(desk.postbox.sent) == 1
    await desk.ask("digest send again:yes")
    assert len(desk.postbox.sent) == 2


async def test_a_paper_comes_to_a_channel_once(desk: Desk) -> None:
    await desk.ask("digest subscribe")
    await desk.ask("digest send")
    view = await desk.ask("digest preview")
    assert isinstance(view, DigestPost)
    sent = (await desk.store.deliveries.history(CHANNEL, 1))[0].selection
    assert len(sent) == 5
    assert len(view.cards) == 5, "the same day's preview shows what came"


async def test_a_digest_that_failed_goes_on_where_it_stopped(desk: Desk) -> None:
    await desk.ask("digest subscribe")
    desk.postbox.fail(Outcome.CONTENT_BUG, "no such form")
    desk.postbox.fail(Outcome.CONTENT_BUG, "no such form")
    await desk.ask("digest send")
    status: Any = await desk.ask("digest status")
    assert [(button.label, button.command) for button in status.buttons][:1] == [("Send again", "digest send")]


async def test_an_ambiguous_post_is_told_so_and_never_repeated_by_itself(desk: Desk) -> None:
    await desk.ask("digest subscribe")
    desk.postbox.fail(Outcome.UNKNOWN, "Slack did not answer in time")
    assert "perhaps sent" in str(await desk.ask("digest send"))
    await desk.service.courier.tick()
    assert desk.postbox.sent == []
    status: Any = await desk.ask("digest status")
    assert status.last[0].state == "unknown"
    assert status.buttons[0].label == "Send again"
    assert "is sent" in str(await desk.ask(status.buttons[0].command))
    assert "out already" in str(await desk.ask(status.buttons[0].command)), "pressed a second time"
    assert len(desk.postbox.sent) == 1


async def test_the_list_shows_this_workspace_alone(desk: Desk) -> None:
    await desk.ask("digest subscribe")
    elsewhere = Call(ADA, ChannelKey("slack", "T0002", "C0009"))
    await desk.ask("digest subscribe", elsewhere)
    view = await desk.ask("digest list")
    assert isinstance(view, ChannelList)
    assert [line.channel for line in view.channels] == [str(CHANNEL)]


async def test_a_channel_of_another_workspace_cannot_be_named(desk: Desk) -> None:
    for name in ("slack:T0002:C0009", "discord:1:2", "nonsense"):
        view = await desk.ask(f"digest status channel:{name}")
        assert isinstance(view, Notice), name
        assert view.code == "bad_channel"


async def test_a_mentioned_channel_is_the_one_that_is_meant(desk: Desk) -> None:
    answer = await desk.answer("digest subscribe channel:<#C0042ABC|papers>")
    assert answer.announce_in == ChannelKey("slack", "T0001", "C0042ABC")


async def test_an_operator_may_name_any_channel(desk: Desk) -> None:
    operator = Call(Person(id="terminal", name="the terminal"), ChannelKey("terminal", "", "local"), operator=True)
    await desk.ask("digest subscribe channel:discord:42:43", operator)
    status = await desk.ask("digest status channel:discord:42:43", operator)
    assert isinstance(status, Status)
    assert status.state == "active"


async def test_unsubscribing_ends_it_and_keeps_its_history(desk: Desk) -> None:
    await desk.ask("digest subscribe")
    await desk.ask("digest send")
    answer = await desk.answer("digest unsubscribe")
    assert answer.announcement is not None
    status: Any = await desk.ask("digest status")
    assert (status.state, len(status.last)) == ("none", 1)


async def test_a_preview_of_a_day_to_come_is_refused(desk: Desk) -> None:
    await desk.ask("digest subscribe")
    view = await desk.ask("digest preview 2030-01-01")
    assert isinstance(view, Notice)
    assert view.code == "future_date"


async def test_again_is_a_word_of_its_own(desk: Desk) -> None:
    await desk.ask("digest subscribe")
    await desk.ask("digest send")
    await desk.ask("digest send again")
    assert len(desk.postbox.sent) == 2


async def refused(desk: Desk, at: Call) -> None:
    await desk.ask("digest subscribe", at)
    desk.postbox.fail(Outcome.DEAD_CHANNEL, "I am not in that channel")
    await desk.ask("digest send", at)

"""What people are told of what they did: in good words, and nothing that is not so."""

import pytest

from bot.models import Facet, Period, Stance, Weekdays
from bot.schedule import slots_in_words
from bot.views import CardList, Notice, Status, Tone
from tests.builders import ADA, CHANNEL, NOON, hours, make_batch, make_observation, make_paper
from tests.service import Desk, make_desk, told

PAPER = make_paper("2603.00001", title="Study of robots", first_seen_at=NOON - hours(1))


@pytest.fixture
async def desk() -> Desk:
    desk = make_desk()
    await desk.store.papers.add(make_batch(PAPER, make_observation(PAPER.id, NOON - hours(0.5), upvotes=50)))
    return desk


async def test_a_quoted_name_is_followed_as_one(desk: Desk) -> None:
    assert told(await desk.ask('follow "Ada Example" what:author')) == {"Ada Example": "author"}


async def test_a_prefix_says_what_is_followed(desk: Desk) -> None:
    await desk.ask('mute author:"Ben Example", org:Example Lab, robots')
    muted = await desk.service.people.interests(ADA, CHANNEL, Stance.MUTE)
    assert {(one.term, one.facet) for one in muted} == {
        ("Ben Example", Facet.AUTHOR),
        ("Example Lab", Facet.ORGANIZATION),
        ("robots", Facet.TOPIC),
    }


@pytest.mark.parametrize(
    ("period", "days", "words"),
    [
        (Period.DAILY, Weekdays.ALL, "every day"),
        (Period.DAILY, Weekdays.WORKDAYS, "on weekdays"),
        (Period.WEEKLY, Weekdays.WORKDAYS, "on Mondays"),
        (Period.WEEKLY, Weekdays.WEDNESDAY | Weekdays.FRIDAY, "on Wednesdays"),
        (Period.MONTHLY, Weekdays.ALL, "on the first of the month"),
        (Period.MONTHLY, Weekdays.WORKDAYS, "on the first weekday of the month"),
        (Period.MONTHLY, Weekdays.MONDAY | Weekdays.WEDNESDAY, "on the first Mon or Wed of the month"),
    ],
)
def test_the_days_on_which_a_digest_comes_are_named(period: Period, days: Weekdays, words: str) -> None:
    assert slots_in_words(period, days) == words


async def test_the_public_line_says_what_comes_when_and_who_set_it_up(desk: Desk) -> None:
    answer = await desk.answer("digest subscribe weekly")
    assert answer.announcement is not None
    assert answer.announcement.text == (
        "A digest of trending papers comes here weekly at 09:00 (Europe/Berlin) on Mondays, set up by @Ada."
    )


@pytest.mark.parametrize(
    "text", ["digest schedule 09:00", "digest format papers:5", "digest quiet empty:skip", "digest topics list"]
)
async def test_what_changes_nothing_is_announced_to_nobody(desk: Desk, text: str) -> None:
    await desk.ask("digest subscribe daily")
    answer = await desk.answer(text)
    assert answer.announcement is None
    assert "nothing was changed" in str(answer.view)


async def test_one_command_is_one_line_of_the_log(desk: Desk) -> None:
    await desk.ask("digest subscribe daily")
    await desk.ask("digest format compact papers:8")
    log = await desk.store.channels.log(CHANNEL, 10)
    assert [line.what for line in log] == ["changed the format to: up to 8 papers, compact", "set up a daily digest"]


async def test_list_lists_the_topics_and_is_none(desk: Desk) -> None:
    await desk.ask("digest subscribe daily")
    await desk.ask("digest topics add robots")
    assert told(await desk.ask("digest topics list"))["Topics"] == "robots".join("“”")


async def test_a_topic_that_is_not_there_cannot_be_removed(desk: Desk) -> None:
    await desk.ask("digest subscribe daily")
    view = await desk.ask("digest topics remove zebras")
    assert isinstance(view, Notice)
    assert (view.tone, view.code, view.text) == (Tone.ERROR, "not_there", "“zebras” is not among the topics.")


async def test_a_digest_that_is_out_is_not_promised_again(desk: Desk) -> None:
    await desk.ask("digest subscribe daily")
    assert told(await desk.ask("digest schedule 18:00"))["Next runs"].startswith("Tue 10 March, 18:00")
    await desk.ask("digest send")
    status = await desk.ask("digest status")
    assert isinstance(status, Status)
    assert status.next_runs_in_words[0] == "Wed 11 March, 18:00 (Europe/Berlin)"
    assert told(await desk.ask("digest schedule 20:00"))["Next runs"].startswith("Wed 11 March, 20:00")
    log = await desk.store.channels.log(CHANNEL, 2)
    assert log[-1].what == "asked for the digest of 2026-03-10 before its time"


async def test_a_pause_by_somebody_is_ended_not_mended(desk: Desk) -> None:
    await desk.ask("digest subscribe daily")
    await desk.ask("digest pause")
    status = await desk.ask("digest status")
    assert isinstance(status, Status)
    check = status.checks[0]
    assert (check.message, check.hint) == ("Ada paused it.", "Start it again with /papers digest resume.")
    assert status.headline == "Paused: Ada paused it. Start it again with /papers digest resume."
    assert [button.label for button in status.buttons] == ["Resume", "Preview"]


async def test_what_its_platform_refuses_is_mended_first(desk: Desk) -> None:
    await desk.ask("digest subscribe daily")
    await desk.service.halting.halt(CHANNEL, "its channel was archived")
    status = await desk.ask("digest status")
    assert isinstance(status, Status)
    hint = "Mend the cause, then /papers digest resume."
    assert (status.headline, status.checks[0].hint) == (f"Paused: its channel was archived. {hint}", hint)


async def test_the_next_digest_is_skipped_by_that_word_too(desk: Desk) -> None:
    await desk.ask("digest subscribe daily")
    view = await desk.ask("digest pause skip:next")
    assert isinstance(view, Notice)
    assert view.text == "The digest of 2026-03-11 is left out."
    wrong = await desk.ask("digest pause skip:perhaps")
    assert isinstance(wrong, Notice)
    assert wrong.hint == "Example: skip:yes"


async def test_an_import_leaves_what_it_does_not_name(desk: Desk) -> None:
    await desk.ask("digest subscribe daily")
    await desk.ask("digest quiet most:3")
    shown = told(await desk.ask('digest import {"papers":7}'))
    assert shown == {"Papers": "5 → 7"}


async def test_a_suggested_address_is_shown_as_it_was_typed(desk: Desk) -> None:
    view = await desk.ask("submit https://example.org/post")
    assert isinstance(view, Notice)
    assert view.text == "“https://example.org/post” is suggested to your team."


async def test_an_empty_library_is_exported_in_words(desk: Desk) -> None:
    view = await desk.ask("library export")
    assert isinstance(view, Notice)
    assert view.text.startswith("Your library is empty.")


@pytest.mark.parametrize(("day", "said"), [("2026-03-08", "weekends"), ("2019-01-01", "I know no papers")])
async def test_an_empty_day_says_why_as_far_as_it_is_known(desk: Desk, day: str, said: str) -> None:
    view = await desk.ask(f"daily {day}")
    assert isinstance(view, CardList)
    assert said in view.empty


async def test_an_unknown_word_after_digest_leads_to_the_verbs_of_digests(desk: Desk) -> None:
    view = await desk.ask("digest zzzz")
    assert isinstance(view, Notice)
    assert view.hint == "Type /papers help digest for its commands. Example: /papers digest status"


async def test_alerts_say_what_they_are_for(desk: Desk) -> None:
    await desk.ask("digest subscribe daily")
    on = await desk.answer("digest alerts on")
    assert on.announcement is not None
    assert on.announcement.text == (
        "@Ada switched alerts on: a paper of this channel's topics that takes off is told at once."
    )

"""`today`, `yesterday` and hours, where a date or a time ago is asked for."""

from datetime import date, timedelta

import pytest

from bot.buttons import Effect
from bot.commands import Call
from bot.commands.dates import parse_since
from bot.commands.grammar import parse, write
from bot.models import ChannelKey
from bot.views import CardList, DigestPost, Notice, Status
from tests.builders import ADA, CHANNEL, NOON, hours, make_batch, make_listing, make_observation, make_paper
from tests.service import Desk, make_desk


@pytest.fixture
async def desk() -> Desk:
    """A paper of yesterday's and one of today's list, each published at noon of its day."""
    desk = make_desk()
    for day in (9, 10):
        paper_id = f"2603.{day:05}"
        paper = make_paper(paper_id, title=f"Study of day {day}", published_at=NOON - timedelta(days=10 - day))
        listing = make_listing(paper_id, date(2026, 3, day), 1, NOON - hours(1))
        await desk.store.papers.add(make_batch(paper, make_observation(paper_id, NOON - hours(1), upvotes=4), listing))
    await desk.store.search.update()
    return desk


@pytest.mark.parametrize(
    ("typed", "zone", "full"),
    [
        ("daily today", "Europe/Berlin", "2026-03-10"),
        ("daily Yesterday", None, "2026-03-09"),
        ("daily date:today", "Pacific/Kiritimati", "2026-03-10"),
        ("daily date: yesterday", "Pacific/Kiritimati", "2026-03-09"),
    ],
)
async def test_today_and_yesterday_are_days_of_utc_as_the_lists_are_and_never_ones_to_come(
    desk: Desk, typed: str, zone: str | None, full: str
) -> None:
    call = Call(ADA, CHANNEL, zone=zone)
    near, named = await desk.ask(typed, call), await desk.ask(f"daily {full}", call)
    assert isinstance(near, CardList)
    assert len(near.cards) == 1
    assert near == named


async def test_what_is_shared_from_it_means_the_same_day_tomorrow(desk: Desk) -> None:
    view = await desk.ask("daily yesterday")
    assert isinstance(view, CardList)
    commands = [button.command for button in view.buttons if button.effect is Effect.PUBLISH]
    assert commands
    assert all("2026-03-09" in command and "yesterday" not in command for command in commands)


@pytest.mark.parametrize(("since", "found"), [("today", {10}), ("yesterday", {9, 10}), ("2h", {10}), ("24h", {9, 10})])
async def test_a_search_is_since_such_a_day_or_so_many_hours_ago(desk: Desk, since: str, found: set[int]) -> None:
    view = await desk.ask(f"search study since:{since}")
    assert isinstance(view, CardList)
    assert {int(card.ranked.paper.id[-2:]) for card in view.cards} == found


def test_hours_days_and_weeks_are_read() -> None:
    spans = {"2h": timedelta(hours=2), "36 h": timedelta(hours=36), "7d": timedelta(days=7), "2w": timedelta(weeks=2)}
    assert {text: parse_since(text) for text in spans} == spans


@pytest.mark.parametrize("text", ["daily tomorrow", "daily date:noon", "search study since:soon"])
async def test_other_words_are_still_refused_with_an_example(desk: Desk, text: str) -> None:
    view = await desk.ask(text)
    assert isinstance(view, Notice)
    assert view.code == "bad_date"
    assert "2026-03-" in view.hint


@pytest.fixture
async def digest(desk: Desk) -> Desk:
    """A digest in a zone where the day of NOON, 12:00 UTC, is the 11th already."""
    await desk.ask("digest subscribe daily", Call(ADA, CHANNEL, zone="Pacific/Kiritimati"))
    return desk


@pytest.mark.parametrize("verb", ["digest status", "digest preview"])
@pytest.mark.parametrize(("typed", "full"), [("today", "2026-03-11"), ("date:Yesterday", "2026-03-10")])
async def test_a_digests_days_are_those_of_its_own_zone(digest: Desk, verb: str, typed: str, full: str) -> None:
    near, named = await digest.ask(f"{verb} {typed}"), await digest.ask(f"{verb} {full}")
    assert isinstance(near, Status | DigestPost)
    assert near == named


async def test_the_zone_is_that_of_the_channel_that_is_named(digest: Desk) -> None:
    elsewhere = Call(ADA, ChannelKey("slack", "T0001", "C0009"))
    view = await digest.ask(f"digest status today channel:{CHANNEL}", elsewhere)
    assert isinstance(view, Status)
    assert view.headline.startswith("2026-03-11: ")
    here = await digest.ask("digest status today", elsewhere)
    assert isinstance(here, Status)
    assert here.headline.startswith("2026-03-10: "), "without a digest there is but UTC"


async def test_tomorrow_is_a_day_of_a_digest(digest: Desk) -> None:
    status = await digest.ask("digest status tomorrow")
    assert isinstance(status, Status)
    assert status.headline.startswith("2026-03-12: no digest, it is due at")
    paused = await digest.ask("digest pause until:tomorrow")
    assert isinstance(paused, Notice)
    assert paused.text == "Paused until 2026-03-12."
    past = await digest.ask("digest pause until:today")
    assert isinstance(past, Notice)
    assert past.code == "past_date"
    await digest.ask("digest quiet today..tomorrow, 2026-12-24")
    known = await digest.store.channels.subscription(CHANNEL)
    assert known is not None
    assert known.preferences.quiet_dates == (
        (date(2026, 3, 11), date(2026, 3, 12)),
        (date(2026, 12, 24), date(2026, 12, 24)),
    )


async def test_a_channel_that_is_none_is_still_what_is_wrong(digest: Desk) -> None:
    view = await digest.ask("digest status today channel:nowhere")
    assert isinstance(view, Notice)
    assert view.code == "bad_channel"


def test_help_names_the_words() -> None:
    for path, option in (("daily", "date"), ("digest status", "date"), ("digest preview", "date"), ("search", "since")):
        named = parse(path)[0].option(option)
        assert named is not None
        assert "today, yesterday" in named.summary


def test_they_are_a_days_words_alone_and_written_back_as_typed() -> None:
    assert parse("search news of today")[1] == {"query": "news of today"}
    command, raw = parse("daily yesterday")
    assert raw == {"date": "yesterday"}
    assert write(command, raw) == "daily date:yesterday"

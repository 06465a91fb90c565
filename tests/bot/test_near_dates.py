"""`today`, `yesterday` and hours, where a date or a time ago is asked for."""

from datetime import date, timedelta

import pytest

from bot.commands import Call
from bot.commands.dates import parse_since
from bot.commands.grammar import parse, write
from bot.views import CardList, Effect, Notice
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


def test_they_are_a_days_words_alone_and_written_back_as_typed() -> None:
    assert parse("search news of today")[1] == {"query": "news of today"}
    command, raw = parse("daily yesterday")
    assert raw == {"date": "yesterday"}
    assert write(command, raw) == "daily date:yesterday"

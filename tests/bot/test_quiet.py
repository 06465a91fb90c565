"""Quiet days, told apart."""

from dataclasses import replace
from datetime import date

import pytest

from bot.models import Period, SourceStatus
from bot.service.quiet import Looked, quiet_reason
from bot.sources.arxiv_calendar import holidays, why_nothing
from tests.builders import CHANNEL, NOON, hours, make_batch, make_observation, make_papers, make_source
from tests.service import Desk, make_desk

THANKSGIVING_FEED = date(2026, 11, 27)


def looked(young: int = 9, matched: int = 9, fitting: int = 0, arrived: int = 9, day: date | None = None) -> Looked:
    ids = [str(number) for number in range(young)]
    return Looked(young=ids, matched=ids[:matched], fitting=ids[:fitting], arrived=arrived, announced_for=day)


def why(seen: Looked, *stale: SourceStatus, has_topics: bool = True) -> str:
    return quiet_reason(seen, has_topics=has_topics, stale=stale)


FAILED = make_source(failing_since=NOON - hours(6), reason="it answered 503")


@pytest.mark.parametrize(
    ("seen", "stale", "told"),
    [
        (
            looked(arrived=0, day=THANKSGIVING_FEED),
            [],
            "arXiv announced nothing for 27 November (holiday: Thanksgiving)",
        ),
        (looked(arrived=0, day=date(2026, 3, 8)), [], "arXiv announced nothing for 8 March (weekend)"),
        (looked(arrived=0), [FAILED], "Hugging Face did not answer since 10 Mar 2026, 06:00 UTC"),
        (looked(matched=0), [], "none of 9 new papers matched the topics"),
        (looked(), [], "all 9 papers that matched were shown here in the last 30 days"),
        (looked(young=0, matched=0, arrived=0), [], "no new papers were announced"),
    ],
)
def test_each_kind_of_quiet_day_has_its_own_words(seen: Looked, stale: list[SourceStatus], told: str) -> None:
    assert why(seen, *stale) == told


def test_a_failed_source_is_told_beside_what_the_others_brought() -> None:
    told = why(looked(matched=0), FAILED)
    assert told.startswith("none of 9 new papers matched the topics; Hugging Face did not answer since")


def test_a_holiday_is_no_excuse_when_papers_came() -> None:
    assert "arXiv announced nothing" not in why(looked(day=THANKSGIVING_FEED))


def test_without_topics_it_is_not_said_that_papers_matched() -> None:
    assert why(looked(), has_topics=False) == "all 9 new papers were shown here in the last 30 days"


def test_the_holidays_of_2026_are_those_that_arxiv_lists() -> None:
    listed = ["01-01", "01-19", "06-19", "07-03", "09-07", "11-26", "12-25", "12-29", "12-31"]
    assert sorted(f"{day:%m-%d}" for day in holidays(2026)) == listed


@pytest.mark.parametrize(
    ("day", "told"),
    [
        (date(2026, 3, 9), None),
        (date(2026, 3, 13), None),
        (date(2026, 3, 14), "weekend"),
        (date(2026, 3, 15), "weekend"),
        (date(2027, 1, 1), "holiday: the end of the year"),
        (date(2027, 7, 6), "holiday: Independence Day"),
        (date(2027, 11, 26), "holiday: Thanksgiving"),
    ],
)
def test_a_feed_is_empty_after_an_evening_without_announcement(day: date, told: str | None) -> None:
    assert why_nothing(day) == told


async def quiet_desk(first_seen: float, topics: str = "") -> Desk:
    """A desk at NOON, a Tuesday, with three papers first seen so many hours ago."""
    desk = make_desk()
    papers = make_papers(3, first_seen_at=NOON - hours(first_seen))
    await desk.store.papers.add(make_batch(*papers, *(make_observation(paper.id, NOON) for paper in papers)))
    await desk.ask("digest subscribe")
    if topics:
        await desk.ask(f"digest topics add {topics}")
    return desk


async def reason_today(desk: Desk) -> str:
    await desk.ask("digest send")
    (only,) = await desk.store.deliveries.history(CHANNEL, 1)
    return only.reason or ""


async def test_the_ledger_keeps_why_nothing_fitted() -> None:
    assert await reason_today(await quiet_desk(5, "zymurgy")) == "none of 3 new papers matched the topics"


async def test_the_ledger_keeps_which_source_failed_when_nothing_came() -> None:
    desk = await quiet_desk(100, "zymurgy")
    await desk.store.papers.note_source(FAILED)
    assert await reason_today(desk) == "Hugging Face did not answer since 10 Mar 2026, 06:00 UTC"


async def test_only_a_daily_digest_blames_one_day_of_arxiv() -> None:
    desk = await quiet_desk(100, "zymurgy")
    daily = await desk.service.channels.get(CHANNEL)
    weekly = replace(daily, schedule=replace(daily.schedule, period=Period.WEEKLY))
    digests = [await desk.service.digests.choose(one, date(2026, 3, 8), NOON - hours(50)) for one in (daily, weekly)]
    assert [digest.quiet_because for digest in digests] == [
        "arXiv announced nothing for 8 March (weekend)",
        "none of 3 new papers matched the topics",
    ]

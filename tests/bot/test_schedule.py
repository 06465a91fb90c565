"""When slots are due, and how people type and read times."""

import itertools
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.models import ChannelKey, Period, Person, Schedule, Subscription, Weekdays
from bot.schedule import (
    days_in_words,
    decide,
    duration_in_words,
    in_words,
    latest_slot,
    next_runs,
    next_slot,
    own_moment,
    parse_days,
    run_at,
    zone_names,
)

DAILY = Schedule(zone="Europe/Berlin", days=Weekdays.ALL)
NIGHT = (time(0, 0), time(0, 30), time(1, 0), time(2, 0), time(2, 30), time(3, 0), time(23, 30))
masks = st.integers(1, 127).map(Weekdays)
instants = st.integers(0, 3 * 365 * 86_400).map(
    lambda second: datetime(2025, 1, 1, tzinfo=UTC) + timedelta(seconds=second)
)
schedules = st.builds(
    Schedule,
    zone=st.sampled_from(["UTC", "Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "Asia/Kathmandu"]),
    at=st.times().map(lambda moment: moment.replace(second=0, microsecond=0)),
    days=masks,
    period=st.sampled_from(Period),
)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


# --- instants ---------------------------------------------------------------------------------------------------


def test_a_skipped_time_moves_forward_by_the_gap() -> None:
    half_past_two = Schedule(zone="Europe/Berlin", at=time(2, 30))
    assert run_at(half_past_two, date(2026, 3, 29)) == utc("2026-03-29T01:30")  # 03:30 summer time


def test_a_repeated_time_runs_once_at_its_first_occurrence() -> None:
    half_past_two = Schedule(zone="Europe/Berlin", at=time(2, 30), days=Weekdays.ALL)
    assert next_runs(half_past_two, utc("2026-10-24T12:00"), 2) == (utc("2026-10-25T00:30"), utc("2026-10-26T01:30"))


def test_wall_time_stays_when_the_offset_changes() -> None:
    assert next_runs(DAILY, utc("2026-03-28T00:00"), 2) == (utc("2026-03-28T08:00"), utc("2026-03-29T07:00"))


def test_a_date_that_a_zone_never_had_has_no_slot() -> None:
    samoa = Schedule(zone="Pacific/Apia", days=Weekdays.ALL)
    slots = [next_slot(samoa, utc("2011-12-29T00:00"))]
    slots += [next_slot(samoa, slots[-1][1])]
    assert [slot for slot, _ in slots] == [date(2011, 12, 29), date(2011, 12, 31)]


def days_around_changes(zone: str, first: date, days: int) -> list[date]:
    """Dates within two days of a change of the offset, and one ordinary week."""
    here, start = ZoneInfo(zone), datetime(first.year, first.month, first.day, tzinfo=UTC)
    offsets = [(start + timedelta(days=day)).astimezone(here).utcoffset() for day in range(days)]
    changes = [day for day in range(1, days) if offsets[day] != offsets[day - 1]]
    near = {day + step for day in changes for step in range(-3, 3)} | set(range(100, 107))
    return [first + timedelta(days=day) for day in sorted(near)]


def test_no_zone_misses_a_day_or_runs_it_twice() -> None:
    """All zones of tzdata over three years: near each change of offset the next slot is always the next date's.

    Away from changes the offset is constant, and a slot is its date's wall time less that offset.
    """
    checked = 0
    for zone in zone_names():
        dates = days_around_changes(zone, date(2025, 1, 1), 3 * 365)
        for at in NIGHT if len(dates) > 7 else NIGHT[:1]:
            schedule = Schedule(zone=zone, at=at, days=Weekdays.ALL)
            for day in dates:
                moment, before = run_at(schedule, day), run_at(schedule, day - timedelta(days=1))
                assert before < moment, (zone, at, day)
                assert next_slot(schedule, before) == (day, moment), (zone, at, day)
                checked += 1
    assert len(zone_names()) > 500
    assert checked > 10_000


@settings(max_examples=150, deadline=None)
@given(schedules, instants)
def test_the_next_slot_is_later_and_the_latest_is_not(schedule: Schedule, now: datetime) -> None:
    slot, moment = next_slot(schedule, now)
    latest = latest_slot(schedule, now)
    assert latest is not None
    assert latest[1] <= now < moment
    assert latest[0] < slot
    assert next_slot(schedule, latest[1]) == (slot, moment)
    assert latest_slot(schedule, moment) == (slot, moment)


@settings(max_examples=100, deadline=None)
@given(schedules, instants)
def test_slots_keep_to_the_mask_and_the_period(schedule: Schedule, now: datetime) -> None:
    slots = [next_slot(schedule, now)]
    for _ in range(6):
        slots.append(next_slot(schedule, slots[-1][1]))
    assert all(schedule.days >> slot.weekday() & 1 for slot, _ in slots)
    assert all(earlier[0] < later[0] and earlier[1] < later[1] for earlier, later in itertools.pairwise(slots))
    if schedule.period is Period.WEEKLY:
        weeks = [slot.isocalendar()[:2] for slot, _ in slots]
        assert len(set(weeks)) == len(weeks)
    if schedule.period is Period.MONTHLY:
        months = [(slot.year, slot.month) for slot, _ in slots]
        assert len(set(months)) == len(months)
        assert all(slot.day <= 7 for slot, _ in slots)


def test_weekly_runs_on_the_first_day_of_the_mask() -> None:
    weekly = Schedule(period=Period.WEEKLY, days=Weekdays.WEDNESDAY | Weekdays.FRIDAY)
    assert [run.date() for run in next_runs(weekly, utc("2026-03-01T00:00"), 2)] == [
        date(2026, 3, 4),
        date(2026, 3, 11),
    ]


def test_monthly_runs_on_the_first_such_day_of_the_month() -> None:
    monthly = Schedule(period=Period.MONTHLY, days=Weekdays.WORKDAYS)
    dates = [run.date() for run in next_runs(monthly, utc("2026-01-15T00:00"), 3)]
    assert dates == [date(2026, 2, 2), date(2026, 3, 2), date(2026, 4, 1)]


def test_a_schedule_without_days_never_runs() -> None:
    nothing = Schedule(days=Weekdays(0))
    assert latest_slot(nothing, utc("2026-01-01T00:00")) is None
    with pytest.raises(ValueError, match="at least one day"):
        next_slot(nothing, utc("2026-01-01T00:00"))


# --- the decision -----------------------------------------------------------------------------------------------
HOME = ChannelKey.parse("terminal:home")
MOMENT = own_moment(HOME)


def subscription(next_run_at: datetime | None, *, paused: str | None = None) -> Subscription:
    return Subscription(
        channel=HOME,
        schedule=DAILY,
        set_up_by=Person(id="u", name="Ada"),
        created_at=utc("2026-01-01T00:00"),
        next_run_at=next_run_at,
        paused_because=paused,
    )


def test_a_slot_within_the_grace_is_delivered() -> None:
    plan = decide(subscription(utc("2026-03-10T08:00")), utc("2026-03-10T11:00"))
    assert (plan.slot, plan.due_at, plan.skip_because) == (date(2026, 3, 10), utc("2026-03-10T08:00"), None)
    assert plan.next_run_at == utc("2026-03-11T08:00") + MOMENT


def test_a_slot_past_the_grace_is_skipped_and_says_why() -> None:
    plan = decide(subscription(utc("2026-03-10T08:00")), utc("2026-03-10T12:10:30"))
    assert plan.slot == date(2026, 3, 10)
    assert plan.skip_because == "the bot was not running at 09:00; 4 h 10 min late is past the limit of 3 h"


def test_after_days_of_downtime_only_the_latest_slot_counts() -> None:
    plan = decide(subscription(utc("2026-03-02T08:00")), utc("2026-03-10T08:30"))
    assert (plan.slot, plan.skip_because) == (date(2026, 3, 10), None)


def test_nothing_is_due_before_the_next_run() -> None:
    plan = decide(subscription(utc("2026-03-11T08:00")), utc("2026-03-10T23:00"))
    assert plan.slot is None
    assert plan.next_run_at == utc("2026-03-11T08:00") + MOMENT


def test_a_run_that_new_zone_rules_moved_an_hour_forward_or_back_is_not_lost() -> None:
    """`next_run_at` was computed with older rules: an hour too late, then an hour too early."""
    late = decide(subscription(utc("2026-03-10T09:00")), utc("2026-03-10T09:00"))
    assert late.slot == date(2026, 3, 10)
    early = decide(subscription(utc("2026-03-10T07:00")), utc("2026-03-10T07:00"))
    assert (early.slot, early.next_run_at) == (None, utc("2026-03-10T08:00") + MOMENT)


@pytest.mark.parametrize(("next_run_at", "paused"), [(None, None), (utc("2026-03-10T08:00"), "not invited")])
def test_what_does_not_run_gets_no_next_run(next_run_at: datetime | None, paused: str | None) -> None:
    plan = decide(subscription(next_run_at, paused=paused), utc("2026-03-10T08:00"))
    assert (plan.slot, plan.next_run_at) == (None, None)


# --- words ------------------------------------------------------------------------------------------------------


def test_moments_are_told_in_the_channels_zone() -> None:
    now = utc("2026-03-09T12:00")
    assert in_words(utc("2026-03-10T08:00"), "Europe/Berlin", now) == "Tue 10 March, 09:00 (Europe/Berlin)"
    assert in_words(utc("2027-01-01T00:00"), "UTC", now) == "Fri 1 January 2027, 00:00 (UTC)"


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(0, "0 min"), (45, "45 min"), (180, "3 h"), (250, "4 h 10 min"), (1440, "1 day"), (3060, "2 days 3 h")],
)
def test_spans_in_words(minutes: int, words: str) -> None:
    assert duration_in_words(timedelta(minutes=minutes)) == words


@settings(max_examples=100, deadline=None)
@given(masks)
def test_days_in_words_read_back(days: Weekdays) -> None:
    assert parse_days(days_in_words(days)) == days

"""A channel's own moment within the minute, and next runs that follow new rules of their zones."""

from datetime import UTC, date, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.commands.digest.status import checks
from bot.models import ChannelKey, Period, Schedule, Weekdays
from bot.schedule import SPREAD, decide, first_run, moved, own_moment, rules_edition, run_at
from bot.schedule.parsing import zone_names
from tests.builders import CHANNEL, make_subscription
from tests.delivery_scene import FakePlatform, Scene

BERLIN = Schedule(zone="Europe/Berlin", at=time(9), days=Weekdays.ALL)
MOMENT = own_moment(CHANNEL)
DAY = timedelta(days=1)
OF_DISCORD = [6, 19, 41]
channels = st.builds(ChannelKey, st.just("slack"), st.text("T0123", min_size=1), st.text("C0123", min_size=1))
schedules = st.builds(
    Schedule,
    zone=st.sampled_from(zone_names()),
    at=st.builds(time, st.integers(0, 23), st.integers(0, 59)),
    days=st.integers(1, 127).map(Weekdays),
    period=st.sampled_from(Period),
)
moments = st.datetimes(datetime(2024, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - zoned by hypothesis


@given(channels)
def test_a_channels_own_moment_lies_within_the_minute_and_stays(channel: ChannelKey) -> None:
    assert timedelta(0) <= own_moment(channel) < SPREAD
    assert own_moment(channel) == own_moment(channel)


def test_channels_are_spread_over_the_whole_minute() -> None:
    seconds = [own_moment(ChannelKey("slack", "T1", f"C{number}")) // timedelta(seconds=1) for number in range(6000)]
    assert set(seconds) == set(range(60))
    assert max(seconds.count(second) for second in range(60)) < 160


def test_the_moment_is_the_same_in_every_version() -> None:
    assert timedelta(seconds=int(MOMENT.total_seconds())) == MOMENT
    assert [own_moment(ChannelKey("discord", "1", str(number))).seconds for number in range(3)] == OF_DISCORD


@given(schedule=schedules, channel=channels, now=moments)
def test_every_slot_has_one_run_at_the_channels_moment(schedule: Schedule, channel: ChannelKey, now: datetime) -> None:
    first = first_run(schedule, channel, now)
    subscription = make_subscription(channel, schedule=schedule, next_run_at=first)

    plan = decide(subscription, first)

    assert first > now
    assert plan.slot is not None
    assert (plan.due_at, plan.skip_because) == (first, None)
    assert first - own_moment(channel) == run_at(schedule, plan.slot)
    assert plan.next_run_at == first_run(schedule, channel, first)


def test_whoever_subscribes_between_the_minute_and_the_channels_moment_still_gets_the_slot() -> None:
    nine = run_at(BERLIN, date(2026, 3, 10))
    assert first_run(BERLIN, CHANNEL, nine) == nine + MOMENT
    assert first_run(BERLIN, CHANNEL, nine + MOMENT) == nine + DAY + MOMENT


def test_a_run_that_was_stored_without_a_moment_is_not_run_twice() -> None:
    nine = run_at(BERLIN, date(2026, 3, 10))
    plan = decide(make_subscription(schedule=BERLIN, next_run_at=nine), nine)
    assert (plan.slot, plan.due_at) == (date(2026, 3, 10), nine)
    assert plan.next_run_at == nine + DAY + MOMENT


@given(schedule=schedules, now=moments)
def test_under_the_same_rules_nothing_moves(schedule: Schedule, now: datetime) -> None:
    expected = first_run(schedule, CHANNEL, now)
    assert moved(make_subscription(schedule=schedule, next_run_at=expected)) == expected


@given(schedule=schedules, now=moments, hours=st.sampled_from([-2, -1, -0.5, 0.5, 1, 2]))
def test_a_zone_whose_rules_changed_moves_its_runs_to_the_same_slot(
    schedule: Schedule, now: datetime, hours: float
) -> None:
    true = first_run(schedule, CHANNEL, now)
    of_other_rules = true + timedelta(hours=hours)
    assert moved(make_subscription(schedule=schedule, next_run_at=of_other_rules)) == true


def test_what_does_not_run_does_not_move() -> None:
    assert moved(make_subscription(next_run_at=None)) is None


def test_the_edition_of_the_rules_names_its_year() -> None:
    assert rules_edition()[:2] == "20"


async def test_a_digest_that_new_rules_put_an_hour_earlier_still_comes() -> None:
    slack = FakePlatform()
    scene = Scene(slack)
    slot = run_at(make_subscription().schedule, date(2026, 3, 10))
    await scene.subscribe(next_run_at=slot + timedelta(hours=1))
    scene.clock.moment = slot + timedelta(minutes=1)

    await scene.tick()

    assert len(slack.arrived) == 1


def test_status_tells_the_channels_moment() -> None:
    (check,) = checks(make_subscription(), [], make_subscription().created_at)
    assert (check.ok, check.message) == (
        True,
        f"it runs; its turn comes {MOMENT.seconds} s after the minute, not all channels' at once",
    )

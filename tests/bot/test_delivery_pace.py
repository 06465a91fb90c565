"""How fast a lane goes, whoever serves it, and when it rests because its platform does not answer."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from bot.delivery import Pace
from bot.delivery.pacing import BREAKS_AT, RATES, LaneState, allowed, charged, free_at, rest
from bot.models import ChannelKey, DeliveryState, Outcome
from bot.ports import Rate
from tests.builders import CHANNEL
from tests.delivery_scene import NINE, START, FakePlatform, Scene, failing

SECOND = timedelta(seconds=1)
ELSEWHERE = ChannelKey("slack", "T0002", "C0001")
rates = st.builds(
    Rate, interval=st.timedeltas(timedelta(milliseconds=1), timedelta(seconds=9)), burst=st.integers(1, 20)
)
waits = st.lists(st.tuples(st.timedeltas(timedelta(0), timedelta(seconds=20)), st.integers(0, 30)), max_size=60)


@given(rate=rates, story=waits)
def test_no_span_of_time_ever_sees_more_than_the_burst_and_the_rate(
    rate: Rate, story: list[tuple[timedelta, int]]
) -> None:
    now, tat, sent = START, None, list[datetime]()
    for wait, wanted in story:
        now += wait
        messages = allowed(LaneState(tat), rate, now, wanted)
        if messages:
            tat = charged(tat, rate, now, messages)
        sent += [now] * messages
    for first, start in enumerate(sent):
        for last in range(first, len(sent)):
            assert last - first + 1 <= rate.burst + (sent[last] - start) / rate.interval


@given(rate=rates, messages=st.integers(1, 30))
def test_a_lane_may_go_on_at_the_moment_it_is_told_and_not_before(rate: Rate, messages: int) -> None:
    tat = charged(None, rate, START, messages)
    free = free_at(tat, rate)
    assert free is not None

    assert allowed(LaneState(tat), rate, free, 9) == 1
    assert allowed(LaneState(tat), rate, free - timedelta(microseconds=1), 9) == 0


def test_a_clock_that_was_set_back_lets_no_lane_wait_for_the_old_hour() -> None:
    rate = RATES["slack"]
    later = charged(None, rate, START + timedelta(hours=2), 1)
    assert allowed(LaneState(later), rate, START, 5) == 5
    assert charged(later, rate, START, 1) == charged(None, rate, START, 1)


def test_a_lane_without_a_rate_gives_what_is_wanted() -> None:
    assert allowed(LaneState(None), None, START, 8) == 8


def test_each_platform_stays_below_its_limit_even_in_the_second_after_a_rest() -> None:
    slack, discord = RATES["slack"], RATES["discord"]
    assert discord.burst + SECOND / discord.interval <= 50 + 0.1
    assert 60 * SECOND / slack.interval <= 300


def test_a_lane_that_failed_too_often_is_tried_with_one() -> None:
    rate = Rate(timedelta(milliseconds=1), burst=9)
    assert allowed(LaneState(None, BREAKS_AT), rate, START, 8) == 1
    assert allowed(LaneState(None, BREAKS_AT - 1), rate, START, 8) == 8


@pytest.mark.parametrize(("failures", "seconds"), [(4, None), (5, (5, 10)), (7, (20, 40)), (99, (150, 300))])
def test_rests_grow_to_a_limit_and_half_of_each_is_chance(failures: int, seconds: tuple[int, int] | None) -> None:
    shortest, longest = rest(failures, lambda _top: 0.0), rest(failures, lambda top: top)
    told = None if shortest is None or longest is None else (shortest / SECOND, longest / SECOND)
    assert told == seconds


async def test_a_large_workspace_goes_at_its_pace_and_a_small_one_at_once() -> None:
    slack = FakePlatform()
    scene = Scene(slack, pace=Pace(rates={"slack": Rate(SECOND / 2, burst=3)}))
    times: dict[str, list[float]] = {"T0001": [], "T0002": []}

    async def noting(channel: ChannelKey) -> None:
        times[channel.workspace].append((scene.real.now() - START) / SECOND)

    slack.before = noting
    for number in range(7):
        await scene.subscribe(ChannelKey("slack", "T0001", f"C{number}"))
    await scene.subscribe(ELSEWHERE)

    await scene.tick()

    assert times == {"T0001": [0, 0, 0, 0.5, 1, 1.5, 2], "T0002": [0]}


async def test_what_falls_due_while_a_long_backlog_is_worked_off_comes_at_its_time() -> None:
    slack = FakePlatform()
    scene = Scene(slack, pace=Pace(rates={"slack": Rate(SECOND, burst=1)}))
    for number in range(30):
        await scene.subscribe(ChannelKey("slack", "T0001", f"C{number}"))
    await scene.subscribe(ELSEWHERE, next_run_at=NINE + 5 * SECOND)
    came: list[float] = []

    async def noting(channel: ChannelKey) -> None:
        if channel == ELSEWHERE:
            came.append((scene.real.now() - START) / SECOND)

    slack.before = noting
    await scene.tick()

    assert len(slack.arrived) == 31
    assert came == [5]


async def test_couriers_of_several_processes_share_a_lanes_pace() -> None:
    slack = FakePlatform()
    scene = Scene(slack, pace=Pace(rates={"slack": Rate(timedelta(seconds=10), burst=2)}))
    for number in range(6):
        await scene.subscribe(ChannelKey("slack", "T0001", f"C{number}"))
    other = scene.new_courier()

    await scene.tick()
    await other.tick()
    assert len(slack.arrived) == 2
    scene.wait(seconds=10)
    await other.tick()
    await scene.courier.tick()
    assert len(slack.arrived) == 3


async def test_further_messages_of_a_digest_count_too() -> None:
    slack = FakePlatform(messages=3)
    scene = Scene(slack, pace=Pace(rates={"slack": Rate(timedelta(seconds=10), burst=2)}))
    for number in range(3):
        await scene.subscribe(ChannelKey("slack", "T0001", f"C{number}"))

    await scene.tick()
    assert len(slack.arrived) == 6, "two digests"
    await scene.tick(seconds=39)
    assert len(slack.arrived) == 6
    await scene.tick(seconds=11)
    assert len(slack.arrived) == 9


async def test_an_outage_rests_its_lane_and_spares_the_attempts_of_the_others() -> None:
    down = failing(Outcome.NOT_SENT, "connection refused")
    slack = FakePlatform(answers=[down] * 30)
    scene = Scene(slack, pace=Pace(rates={"slack": Rate(timedelta(milliseconds=1), burst=50)}))
    for number in range(20):
        await scene.subscribe(ChannelKey("slack", "T0001", f"C{number}"))

    with capture_logs():
        await scene.tick()
    assert len(slack.requests) == BREAKS_AT
    with capture_logs():
        await scene.tick(seconds=8)
    assert len(slack.requests) == BREAKS_AT + 1, "one tries whether it is there again"

    slack.answers.clear()
    await scene.tick(seconds=300)
    await scene.tick(seconds=10)
    states = {(await scene.last(ChannelKey("slack", "T0001", f"C{number}"))).state for number in range(20)}
    assert states == {DeliveryState.SENT}
    assert await scene.store.lanes.count_failure("slack:T0001") == 1, "an answer starts the count anew"


async def test_refusals_are_answers() -> None:
    slack = FakePlatform(answers=[failing(Outcome.CONTENT_BUG), failing(Outcome.CONTENT_BUG)] * 9)
    scene = Scene(slack)
    for number in range(9):
        await scene.subscribe(ChannelKey("slack", "T0001", f"C{number}"))

    with capture_logs():
        await scene.tick(seconds=1)

    assert await scene.store.lanes.last_block("slack:T0001") is None


async def test_digests_that_we_cannot_make_are_no_outage_of_the_platform() -> None:
    scene = Scene(FakePlatform())
    await scene.subscribe(CHANNEL)

    async def broken(_delivery: object) -> None:
        raise ValueError("no such column")

    scene.compose = broken  # type: ignore[method-assign, assignment]  # for couriers made from now on
    scene.courier = scene.new_courier()
    with capture_logs():
        await scene.tick()

    assert await scene.store.lanes.count_failure("slack:T0001") == 1

"""What is told of a digest whose time has come and that is not out yet: what it waits for."""

from datetime import datetime, timedelta

import pytest

from bot.clock import SystemClock
from bot.commands.digest.status import History, headline, why_none
from bot.delivery.waiting import as_it_waits
from bot.models import ChannelKey, DeliveryState, Outcome
from bot.ports import Block
from bot.views import Notice, Status
from tests.builders import NOON, days, hours, make_change, make_delivery, make_schedule, make_subscription
from tests.service import Desk, make_desk

REAL = NOON
MINUTE = timedelta(minutes=1)
DOWN = Block(REAL + hours(1), "I could not reach Slack")


@pytest.mark.parametrize(
    ("state", "own", "until", "reason", "then"),
    [
        (DeliveryState.PENDING, None, REAL + hours(1), DOWN.because, REAL + hours(1)),
        (DeliveryState.PENDING, REAL - MINUTE, REAL + hours(1), DOWN.because, REAL + hours(1)),
        (DeliveryState.PENDING, REAL + hours(2), REAL + hours(1), "its own", REAL + hours(2)),
        (DeliveryState.PENDING, REAL - MINUTE, REAL, "its own", REAL - MINUTE),
        (DeliveryState.SENDING, REAL + MINUTE, REAL + hours(1), "its own", REAL + MINUTE),
        (DeliveryState.SENT, None, REAL + hours(1), "its own", None),
    ],
)
def test_a_lane_that_rests_holds_up_what_is_not_begun(
    state: DeliveryState, own: datetime | None, until: datetime, reason: str, then: datetime | None
) -> None:
    delivery = make_delivery(state=state, next_attempt_at=own, reason="its own")
    told = as_it_waits(delivery, Block(until, DOWN.because), REAL)
    assert (told.reason, told.next_attempt_at) == (reason, then)


def test_without_a_rest_it_is_what_it_is() -> None:
    assert as_it_waits(make_delivery(), None, REAL) == make_delivery()


async def planned() -> Desk:
    """At noon, when the digest of CHANNEL is due."""
    desk = make_desk()
    await desk.store.channels.create(
        make_subscription(schedule=make_schedule("UTC", NOON.time()), next_run_at=NOON), make_change()
    )
    await desk.service.courier.plan_due()
    return desk


async def test_status_and_history_tell_of_a_platform_that_is_down_before_the_first_attempt() -> None:
    desk, until = await planned(), SystemClock().now() + hours(1)
    for command in ("digest status", "digest history", "digest status date:2026-03-10"):
        before = await desk.ask(command)
        assert isinstance(before, Status)
        assert before.last[0].reason == "it waits for its turn"
    await desk.store.lanes.block("slack:T0001", Block(until, DOWN.because))
    for command in ("digest status", "digest history", "digest status date:2026-03-10"):
        view = await desk.ask(command)
        assert isinstance(view, Status)
        assert view.last[0].reason == f"I could not reach Slack; I try again at {until:%H:%M:%S} UTC"


@pytest.mark.parametrize(("asked", "labels"), [(False, ["Retry", "Preview"]), (True, ["Preview"])])
async def test_what_may_be_mended_by_now_can_be_tried_again_and_a_wait_that_was_asked_for_cannot(
    asked: bool,
    labels: list[str],
) -> None:
    desk, until = await planned(), SystemClock().now() + hours(1)
    await desk.store.lanes.block("slack:T0001", Block(until, DOWN.because, until if asked else None))
    view = await desk.ask("digest status")
    assert isinstance(view, Status)
    assert [button.label for button in view.buttons] == labels


async def test_retry_is_not_refused_for_a_rest_of_our_own() -> None:
    desk, until = await planned(), SystemClock().now() + hours(1)
    await desk.store.lanes.block("slack:T0001", Block(until, DOWN.because))
    status = await desk.ask("digest status")
    assert isinstance(status, Status)
    answered = await desk.ask(status.buttons[0].command)
    assert isinstance(answered, Notice)
    assert answered.text == "The digest of 2026-03-10 is skipped.", "no paper is known here"


@pytest.mark.parametrize(
    ("own", "block", "outcome"),
    [
        (None, DOWN, Outcome.NOT_SENT),
        (Outcome.DEAD_LANE, DOWN, Outcome.DEAD_LANE),
        (Outcome.LIMITED, DOWN, Outcome.NOT_SENT),
        (Outcome.DEAD_LANE, Block(DOWN.until, "slow down", DOWN.until), Outcome.LIMITED),
    ],
)
def test_an_outcome_tells_what_holds_it_up(own: Outcome | None, block: Block, outcome: Outcome) -> None:
    assert as_it_waits(make_delivery(state=DeliveryState.PENDING, outcome=own), block, REAL).outcome is outcome


async def test_the_operator_is_told_the_same_and_only_of_lanes_that_rest() -> None:
    desk, until = await planned(), SystemClock().now() + hours(1)
    await desk.store.lanes.block("slack:T0001", Block(until, DOWN.because))
    other = make_delivery(ChannelKey("slack", "T0002", "C0001"))
    found = await desk.service.courier.as_they_wait([make_delivery(), other])
    assert [one.reason for one in found] == [DOWN.because, None]


def test_what_nobody_has_begun_minutes_after_its_time_is_overdue() -> None:
    one = make_subscription(next_run_at=NOON, created_at=NOON - days(9))
    soon, late = NOON + 2 * MINUTE, NOON + 9 * MINUTE
    assert "The next digest comes" in headline(one, [make_delivery(slot=NOON.date() - days(1))], soon)
    told = headline(one, [make_delivery(slot=NOON.date() - days(1))], late)
    assert told.endswith("is overdue: no process that sends digests is at work.")


async def test_where_nobody_sends_the_check_says_so_until_somebody_asks_for_it() -> None:
    desk = make_desk()
    await desk.store.channels.create(make_subscription(next_run_at=NOON - hours(4)), make_change())
    view = await desk.ask("digest status")
    assert isinstance(view, Status)
    assert view.headline.startswith("The digest of Tue 10 March, 09:00 (Europe/Berlin) is overdue")
    assert [(one.ok, one.message) for one in view.checks] == [(False, "no process that sends digests is at work.")]
    await desk.ask("digest send")
    view = await desk.ask("digest status")
    assert isinstance(view, Status)
    assert view.headline.endswith("The next digest comes Wed 11 March, 09:00 (Europe/Berlin).")
    assert view.checks[0].ok


def test_so_it_is_told_of_its_date() -> None:
    at = NOON.replace(hour=8)  # nine in Berlin
    one = make_subscription(next_run_at=at + MINUTE / 2, created_at=NOON - days(9))
    known = History([], [])
    assert why_none(one, known, NOON.date(), at + MINUTE) == "it is due now; its turn comes in a moment"
    assert why_none(one, known, NOON.date(), NOON) == "it is overdue: no process that sends digests is at work"
    assert "old days never arrive in a burst" in why_none(one, known, NOON.date() - days(1), NOON)


async def test_history_tells_the_next_run_too() -> None:
    desk = make_desk()
    await desk.ask("digest subscribe daily")
    view = await desk.ask("digest history")
    assert isinstance(view, Status)
    assert view.next_runs_in_words == ("Wed 11 March, 09:00 (Europe/Berlin)",)

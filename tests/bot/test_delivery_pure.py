"""Names, waits and openings: values in, values out."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.delivery import idempotency_key, lane_of
from bot.delivery.backoff import LONGEST_WAIT, asked_wait, backoff, random_jitter
from bot.delivery.keys import direct_message
from bot.delivery.opening import Opening, opening
from bot.models import ChannelKey, DeliveryState, PartState, Person
from tests.builders import ADA, NOON, days, hours, make_delivery, make_part


def test_a_key_stays_the_same_for_ever() -> None:
    key = idempotency_key(make_delivery(subscription_id=7), 0)

    assert key == "fddd2b22f01f940082c3b3b5"
    assert len(key) <= 25, "Discord's limit of a nonce"


def test_a_key_differs_by_subscription_slot_generation_and_part() -> None:
    deliveries = [
        make_delivery(),
        make_delivery(subscription_id=2),
        make_delivery(slot=NOON.date() + days(1)),
        make_delivery(generation=1),
    ]

    keys = {idempotency_key(delivery, number) for delivery in deliveries for number in range(3)}

    assert len(keys) == 12


def test_a_key_does_not_change_with_attempts() -> None:
    assert idempotency_key(make_delivery(), 0) == idempotency_key(make_delivery(attempts=3, id=9), 0)


@pytest.mark.parametrize(
    ("channel", "lane", "inbox"),
    [
        ("slack:T1:C1", "slack:T1", "slack:T1:U0001"),
        ("discord:1:2", "discord", "discord:@me:U0001"),
        ("discord:@me:2", "discord", "discord:@me:U0001"),
        ("email:ada@example.org", "email", None),
        ("terminal:x", "terminal", None),
    ],
)
def test_each_channel_has_a_lane_and_perhaps_an_inbox(channel: str, lane: str, inbox: str | None) -> None:
    key = ChannelKey.parse(channel)

    assert lane_of(key) == lane
    assert direct_message(key, ADA) == (ChannelKey.parse(inbox) if inbox else None)
    assert direct_message(key, Person(id="", name="Ada")) is None


@given(st.integers(0, 10**6))
def test_a_backoff_is_somewhere_below_a_doubling_limit(attempts: int) -> None:
    limit = timedelta(seconds=min(1800.0, 2.0 ** min(attempts, 30)))

    assert timedelta(0) <= backoff(attempts, random_jitter) <= limit
    assert backoff(attempts, lambda top: top) == limit


@given(st.one_of(st.none(), st.floats()))
def test_an_asked_wait_is_kept_and_bounded(retry_after: float | None) -> None:
    shortest, longest = asked_wait(retry_after, lambda _: 0.0), asked_wait(retry_after, lambda top: top)

    assert shortest < longest <= timedelta(seconds=LONGEST_WAIT * 1.1)
    if retry_after is not None and 0 <= retry_after <= LONGEST_WAIT:
        assert shortest == timedelta(seconds=retry_after)


@pytest.mark.parametrize(
    ("state", "once", "again"),
    [
        (DeliveryState.PENDING, Opening.RESUME, Opening.RESUME),
        (DeliveryState.SENDING, None, None),
        (DeliveryState.SENT, None, Opening.RESTART),
        (DeliveryState.UNKNOWN, None, Opening.RESTART),
        (DeliveryState.SKIPPED, Opening.RESTART, Opening.RESTART),
        (DeliveryState.FAILED, Opening.RESTART, Opening.RESTART),
    ],
)
def test_what_may_be_opened(state: DeliveryState, once: Opening | None, again: Opening | None) -> None:
    known = make_delivery(state=state, next_attempt_at=NOON + hours(1))

    assert opening(known, [make_part()], again=False, real=NOON) is once
    assert opening(known, [make_part()], again=True, real=NOON) is again


def test_half_a_digest_goes_on_unless_all_of_it_is_asked_for_again() -> None:
    known, parts = make_delivery(state=DeliveryState.FAILED), [make_part(state=PartState.SENT), make_part(1)]

    assert opening(known, parts, again=False, real=NOON) is Opening.RESUME
    assert opening(known, parts, again=True, real=NOON) is Opening.RESTART

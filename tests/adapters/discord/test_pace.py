"""Calls keep the token's pace and each bucket's headers."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.discord.outcomes import outcome_of
from adapters.discord.pace import Pace, Refusals
from adapters.discord.rest import HeldError, RefusedError, Rest
from tests.adapters.discord.fake_discord import FakeClock, fake_discord


def full(remaining: int, after: float, bucket: str = "") -> dict[str, str]:
    headers = {"X-RateLimit-Remaining": str(remaining), "X-RateLimit-Reset-After": str(after)}
    return headers | ({"X-RateLimit-Bucket": bucket} if bucket else {})


def go(pace: Pace, now: float, late: float = 0.0) -> float:
    """When a call goes that comes now and wakes up so late."""
    now += pace.wait(now) + late
    pace.went(now)
    return now


@settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow])  # a busy machine draws slowly
@given(st.lists(st.tuples(st.floats(0, 0.2), st.sampled_from([0.0, 0.0, 0.001, 0.05, 3.0])), min_size=60, max_size=300))
def test_no_second_ever_holds_forty_eight_calls(pauses: list[tuple[float, float]]) -> None:
    """However they come in, and however long the loop stands still."""
    pace, now, sent = Pace(), 0.0, []
    for pause, late in pauses:
        now = go(pace, now + pause, late)
        sent.append(now)
    assert all(sent[place + 47] - sent[place] > 1 for place in range(len(sent) - 47))


@pytest.mark.parametrize("late", [0.0, 0.002, 0.04])
def test_a_steady_stream_keeps_forty_four_a_second_though_it_wakes_up_late(late: float) -> None:
    pace, now = Pace(), 1000.0
    for _ in range(4400):
        now = go(pace, now, late if pace.wait(now) > 0 else 0.0)
    assert 99 < now - 1000 < 101


def test_a_bucket_that_is_used_up_waits_until_it_resets() -> None:
    pace = Pace()
    bucket = pace.bucket("POST /x", "1", 0)
    assert bucket.wait(0) == 0
    pace.learn("POST /x", "1", bucket, full(1, 5), 0)
    assert bucket.wait(0) == 0
    pace.learn("POST /x", "1", bucket, full(0, 5), 0)
    assert bucket.wait(2) == 3
    assert bucket.wait(6) == 0


def test_each_channel_has_a_bucket_of_its_own() -> None:
    pace = Pace()
    pace.bucket("POST /x", "1", 0).refused(9, 0)
    assert pace.bucket("POST /x", "1", 0).wait(0) == 9
    assert pace.bucket("POST /x", "2", 0).wait(0) == 0


def test_routes_that_discord_counts_together_share_a_bucket() -> None:
    pace = Pace()
    for route in ("POST /x", "PATCH /y"):
        pace.learn(route, "1", pace.bucket(route, "1", 0), full(4, 5, "shared"), 0)
    pace.bucket("POST /x", "1", 0).refused(9, 0)
    assert pace.bucket("PATCH /y", "1", 0).wait(0) == 9


async def test_a_refusal_that_is_over_at_once_holds_nothing() -> None:
    """0 is a time, not the lack of one."""
    clock = FakeClock()
    async with fake_discord() as discord:
        discord.then(429, {"message": "slow down", "retry_after": 0.0, "global": True}).then(200, {"id": "1"})
        rest = Rest("invented.token", discord.url, clock=clock, sleep=clock.sleep)
        with pytest.raises(RefusedError) as caught:
            await rest.call("GET", "/users/@me", {})
        assert outcome_of(caught.value).retry_after == 0.0
        assert await rest.call("GET", "/users/@me", {}) == {"id": "1"}
        await rest.close()
    assert sum(clock.slept) < 1


def test_a_global_refusal_holds_everything() -> None:
    pace = Pace()
    pace.hold(7, 0)
    assert pace.held(2) == 5
    assert pace.wait(2) == 5


def test_buckets_that_know_nothing_any_more_are_forgotten() -> None:
    pace = Pace()
    for number in range(5000):
        pace.bucket("POST /x", str(number), 0)
    kept = pace.bucket("POST /x", "kept", 0)
    kept.refused(1e6, 0)
    for number in range(5000, 10_000):
        pace.bucket("POST /x", str(number), 0)
    assert pace.bucket("POST /x", "kept", 0) is kept
    assert len(pace._buckets) <= 4096


async def test_near_the_ban_of_an_address_nothing_goes_out_any_more() -> None:
    """10,000 refused calls in ten minutes ban it; other processes may share it."""
    clock = FakeClock()
    async with fake_discord() as discord:
        discord.then(403, {"code": 50001, "message": "Missing Access"})
        rest = Rest("invented", discord.url, refusals=Refusals(most=3), clock=clock, sleep=clock.sleep)
        for _ in range(3):
            with pytest.raises(RefusedError):
                await rest.call("GET", "/channels/{channel_id}", {"channel_id": "1"})
        with pytest.raises(HeldError) as held:
            await rest.call("GET", "/channels/{channel_id}", {"channel_id": "2"}, counted=False)
        assert 590 < held.value.retry_after <= 600
        assert len(discord.calls) == 3
        clock.now += 600
        with pytest.raises(RefusedError):
            await rest.call("GET", "/channels/{channel_id}", {"channel_id": "2"})
        await rest.close()


def test_refusals_that_are_long_over_stop_nothing() -> None:
    refusals = Refusals(most=2)
    refusals.note(0.0)
    assert refusals.wait(1.0) == 0
    refusals.note(500.0)
    assert refusals.wait(501.0) == pytest.approx(99.0)
    assert refusals.wait(601.0) == 0

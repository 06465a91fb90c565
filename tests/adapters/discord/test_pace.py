"""Calls keep the token's pace and each bucket's headers."""

from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.discord.pace import Pace


def full(remaining: int, after: float, bucket: str = "") -> dict[str, str]:
    headers = {"X-RateLimit-Remaining": str(remaining), "X-RateLimit-Reset-After": str(after)}
    return headers | ({"X-RateLimit-Bucket": bucket} if bucket else {})


@settings(max_examples=50)
@given(st.lists(st.floats(0, 0.2), min_size=60, max_size=300))
def test_no_second_ever_holds_fifty_calls(pauses: list[float]) -> None:
    """However they come in."""
    pace, now, sent = Pace(), 0.0, []
    for pause in pauses:
        now += pause
        sent.append(now + pace.reserve(now))
    assert all(sent[place + 49] - sent[place] > 1 for place in range(len(sent) - 49))


def test_a_steady_stream_keeps_forty_five_a_second() -> None:
    pace = Pace()
    sent = [pace.reserve(1000.0) for _ in range(4501)]
    assert 99 < sent[-1] < 100


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


def test_a_global_refusal_holds_everything() -> None:
    pace = Pace()
    pace.hold(7, 0)
    assert pace.held(2) == 5
    assert pace.reserve(2) == 5


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

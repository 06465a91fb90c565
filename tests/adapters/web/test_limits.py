"""How many requests an address may make, and whose address it is."""

from typing import Any

import pytest
from pydantic import SecretStr

from adapters.web.limits import ADDRESSES, Buckets, is_limited
from tests.adapters.web.conftest import Connect
from tests.adapters.web.stage import make_app
from tests.memory_store import MemoryStore


def test_a_bucket_is_emptied_at_once_and_filled_again_in_a_minute() -> None:
    now = 0.0
    buckets = Buckets(3, lambda: now)
    assert [buckets.take("a").left for _ in range(3)] == [2, 1, 0]
    refused = buckets.take("a")
    assert (refused.allowed, refused.wait, refused.full_in) == (False, 20, 60)
    assert buckets.take("b").allowed
    now = 20.0
    assert buckets.take("a").allowed
    assert not buckets.take("a").allowed
    now = 500.0
    assert buckets.take("a").left == 2


def test_the_number_of_buckets_is_limited() -> None:
    buckets = Buckets(1, lambda: 0.0)
    for number in range(ADDRESSES + 1):
        assert buckets.take(str(number)).allowed
    assert not buckets.take(str(ADDRESSES)).allowed
    assert buckets.take("0").allowed


@pytest.mark.parametrize("path", ["/", "/api/v1/trending", "/feeds/trending.atom", "/p/2603.00001"])
def test_what_is_looked_up_is_counted(path: str) -> None:
    assert is_limited(path)


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics", "/static/paper.css", "/unsubscribe/x"])
def test_health_files_and_goodbyes_are_not(path: str) -> None:
    assert not is_limited(path)


async def statuses(connect: Connect, store: MemoryStore, forwarded: list[str | None], **settings: Any) -> list[int]:
    """Of one request for each `X-Forwarded-For`, of which an address may make one a minute."""
    client = await connect(make_app(store, requests_per_minute=1, **settings))
    headers = [{"X-Forwarded-For": value} if value else {} for value in forwarded]
    return [(await client.get("/api/v1/trending?limit=1", headers=one)).status for one in headers]


async def test_too_many_are_refused_with_the_time_to_wait(papers: MemoryStore, connect: Connect) -> None:
    client = await connect(make_app(papers, requests_per_minute=1))
    first = await client.get("/api/v1/trending")
    assert (first.headers["X-RateLimit-Limit"], first.headers["X-RateLimit-Remaining"]) == ("1", "0")
    second = await client.get("/api/v1/trending")
    assert second.status == 429
    assert 1 <= int(second.headers["Retry-After"]) <= 60
    assert (await second.json())["error"]["code"] == "slow_down"
    page = await client.get("/p/2603.00001")
    assert (page.status, page.content_type) == (429, "text/html")
    assert (await client.get("/healthz")).status == 200


async def test_nobody_is_believed_who_is_no_trusted_proxy(papers: MemoryStore, connect: Connect) -> None:
    assert await statuses(connect, papers, ["203.0.113.1", "203.0.113.2"]) == [200, 429]


@pytest.mark.parametrize(
    ("forwarded", "expected"),
    [
        (["203.0.113.1", "203.0.113.2", "203.0.113.1"], [200, 200, 429]),
        (["203.0.113.1, 10.1.2.3", "203.0.113.1"], [200, 429]),
        (["198.51.100.9, 203.0.113.1", "198.51.100.8, 203.0.113.1"], [200, 429]),  # the first was made up
        (["nonsense", None], [200, 429]),
        (["203.0.113.1:4711", "::ffff:203.0.113.1"], [200, 429]),
        (["[2001:db8::1]:4711", "2001:db8::2", "2001:db8:0:1::1"], [200, 429, 200]),
        (["fe80::1%eth0", "fe80::2"], [200, 429]),
    ],
)
async def test_a_trusted_proxy_says_whom_it_asks_for(
    papers: MemoryStore, connect: Connect, forwarded: list[str | None], expected: list[int]
) -> None:
    assert await statuses(connect, papers, forwarded, trusted_proxies=("127.0.0.0/8", "10.0.0.0/8")) == expected


async def test_the_admin_token_and_a_zero_lift_the_limit(papers: MemoryStore, connect: Connect) -> None:
    assert await statuses(connect, papers, [None, None]) == [200, 429]
    free = await connect(make_app(papers, requests_per_minute=0))
    assert "X-RateLimit-Limit" not in (await free.get("/")).headers


async def test_whoever_shows_the_admin_token_is_not_counted(papers: MemoryStore, connect: Connect) -> None:
    client = await connect(make_app(papers, requests_per_minute=1, admin_token=SecretStr("open")))
    shown = {"Authorization": "Bearer open"}
    assert [(await client.get("/api/v1/trending", headers=shown)).status for _ in range(3)] == [200] * 3
    wrong = {"Authorization": "Bearer shut"}
    assert [(await client.get("/api/v1/trending", headers=wrong)).status for _ in range(2)] == [200, 429]

"""Who is the operator, and what guessing costs."""

import pytest
from pydantic import SecretStr

from adapters.web.limits import Buckets
from bot.mailing.limits import GUESSER
from tests.adapters.web.conftest import Client, Connect
from tests.adapters.web.stage import make_app
from tests.memory_store import MemoryStore

RIGHT = {"Authorization": "Bearer opensesame"}
WRONG = {"Authorization": "Bearer guess"}
CHANNEL = "/api/v1/trending?limit=1&channel=slack:T0001:C0001"


@pytest.fixture
async def guarded(papers: MemoryStore, connect: Connect) -> Client:
    return await connect(make_app(papers, admin_token=SecretStr("opensesame"), trusted_proxies=("127.0.0.0/8",)))


async def guess(client: Client, path: str = "/metrics", times: int = GUESSER.most) -> list[int]:
    return [(await client.get(path, headers=WRONG)).status for _ in range(times)]


async def test_after_too_many_wrong_tokens_the_right_one_is_not_looked_at(guarded: Client) -> None:
    assert (await guarded.get("/metrics", headers=RIGHT)).status == 200
    assert await guess(guarded) == [401] * GUESSER.most
    refused = await guarded.get("/metrics", headers=RIGHT)
    assert refused.status == 429
    assert 1 <= int(refused.headers["Retry-After"]) <= GUESSER.interval.total_seconds()
    assert (await refused.json())["error"]["code"] == "slow_down"
    assert (await guarded.get(CHANNEL, headers=RIGHT)).status == 429


@pytest.mark.parametrize("path", ["/", "/healthz", "/api/v1/openapi.json", "/p/2603.00001", CHANNEL, "/nowhere"])
async def test_guesses_count_wherever_a_token_makes_a_difference(guarded: Client, path: str) -> None:
    """Also where it only shows by the request not being counted."""
    await guess(guarded, path)
    assert (await guarded.get("/metrics", headers=RIGHT)).status == 429


async def test_other_addresses_and_pages_go_on(guarded: Client) -> None:
    await guess(guarded, times=GUESSER.most + 1)
    assert (await guarded.get("/metrics", headers=RIGHT | {"X-Forwarded-For": "203.0.113.9"})).status == 200
    assert (await guarded.get("/metrics")).status == 401
    page = await guarded.get("/p/2603.00001", headers=RIGHT)
    assert (page.status, "X-RateLimit-Limit" in page.headers) == (200, True), "served and counted, as for anybody"


async def test_the_right_token_and_what_is_no_token_cost_nothing(guarded: Client) -> None:
    for headers in (RIGHT, {}, {"Authorization": "Basic opensesame"}):
        for _ in range(GUESSER.most + 1):
            await guarded.get("/metrics", headers=headers)
    assert (await guarded.get("/metrics", headers=RIGHT)).status == 200


async def test_without_a_token_to_guess_nothing_is_counted(client: Client) -> None:
    assert await guess(client, times=GUESSER.most + 1) == [200] * (GUESSER.most + 1)


def test_guesses_come_back_one_by_one() -> None:
    now = 0.0
    buckets = Buckets(20, lambda: now, seconds=600.0)
    for _ in range(20):
        assert buckets.wait("a") == 0
        buckets.take("a")
    assert [buckets.wait("a"), buckets.wait("a"), buckets.wait("b")] == [30, 30, 0]
    now = 30.0
    assert buckets.wait("a") == 0
    buckets.take("a")
    assert buckets.wait("a") == 30

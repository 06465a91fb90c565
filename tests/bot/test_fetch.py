"""The fetcher says who asks, keeps to its lanes, waits as long as it is asked to, and tries what may pass again."""

import asyncio
from email.utils import formatdate
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.fetch import Fetcher, FetchError, KeptInFolder, Limits, Request
from bot.fetch.waits import LONGEST_WAIT, asked_wait, quota_left
from tests.bot.wire import HUB, PUBLIC, Pieces, Wire, hub, reply

ARXIV = Request(url="https://export.arxiv.example/api", lane="arxiv", label="arXiv")


# --- what goes out ----------------------------------------------------------------------------------------------------


async def test_it_says_who_asks_and_never_sends_a_library_name() -> None:
    wire = Wire.of(reply(body=b"[]"))
    answer = await wire.fetcher(contact="https://papers.example.org").fetch(HUB)
    agent = wire.requests[0].headers["user-agent"]
    assert answer.body == b"[]"
    assert agent.startswith("broadsheet/")
    assert "https://papers.example.org" in agent
    assert "httpx" not in agent


async def test_the_checked_address_is_dialled_under_the_host_s_name() -> None:
    wire = Wire.of(reply())
    await wire.fetcher().fetch(HUB)
    assert wire.dialled == [PUBLIC]
    assert wire.requests[0].headers["host"] == "hub.example"
    assert wire.requests[0].extensions["sni_hostname"] == "hub.example"


async def test_an_unencrypted_address_is_dialled_as_it_is() -> None:
    wire = Wire.of(reply())
    await wire.fetcher().fetch(Request(url="http://hub.example/api", lane="hub", label="The hub"))
    assert "sni_hostname" not in wire.requests[0].extensions


async def test_the_next_address_is_tried_when_one_does_not_take_the_connection() -> None:
    wire = Wire.of(httpx.ConnectError("refused"), reply(body=b"yes"))
    answer = await wire.fetcher(addresses={"hub.example": [PUBLIC, "2606:4700::1111"]}).fetch(HUB)
    assert answer.body == b"yes"
    assert wire.dialled == [PUBLIC, "2606:4700::1111"]


async def test_json_is_posted_with_the_token_and_the_token_stays_out_of_representations() -> None:
    wire = Wire.of(reply(body={"data": {}}))
    request = hub(json={"query": "{}"}, token="top-secret")
    await wire.fetcher().fetch(request)
    assert wire.requests[0].method == "POST"
    assert wire.requests[0].headers["authorization"] == "Bearer top-secret"
    assert "top-secret" not in repr(request)


# --- lanes, waits and tries -------------------------------------------------------------------------------------------


async def test_arxiv_gets_one_request_per_three_seconds_whatever_its_host() -> None:
    wire = Wire(lambda _: reply())
    fetcher = wire.fetcher()
    feed = Request(url="https://rss.arxiv.example/atom/cs.AI", lane="arxiv", label="arXiv")
    await asyncio.gather(fetcher.fetch(ARXIV), fetcher.fetch(feed), fetcher.fetch(ARXIV))
    gaps = [later - earlier for earlier, later in zip(wire.times, wire.times[1:], strict=False)]
    assert len(gaps) == 2
    assert all(gap >= 3.0 for gap in gaps)


async def test_the_gap_holds_for_the_next_process_too(tmp_path: Path) -> None:
    await Wire.of(reply()).fetcher(kept=KeptInFolder(tmp_path)).fetch(ARXIV)
    later = Wire.of(reply())
    await later.fetcher(kept=KeptInFolder(tmp_path)).fetch(ARXIV)
    assert sum(later.time.slept) == pytest.approx(3.0)


async def test_requests_of_one_lane_never_overlap_and_other_lanes_do_not_wait() -> None:
    open_now: list[str] = []
    overlaps: list[tuple[str, ...]] = []

    class Slow(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            open_now.append(request.headers["host"])
            overlaps.append(tuple(sorted(open_now)))
            for _ in range(5):
                await asyncio.sleep(0)
            open_now.remove(request.headers["host"])
            return httpx.Response(200, stream=Pieces([b""]))

    async def look_up(_host: str, _port: int) -> list[str]:
        return [PUBLIC]

    fetcher = Fetcher(transport=Slow(), look_up=look_up)
    other = Request(url="https://other.example/", lane="other", label="Other")
    await asyncio.gather(*(fetcher.fetch(request) for request in (HUB, HUB, other)))
    await fetcher.close()
    assert ("hub.example", "hub.example") not in overlaps
    assert ("hub.example", "other.example") in overlaps


@pytest.mark.parametrize(
    "headers",
    [{"retry_after": "7"}, {"retry_after": formatdate(1_770_000_007, usegmt=True)}, {"ratelimit": '"api";r=0;t=7'}],
)
async def test_a_short_wait_that_a_server_asks_for_is_waited_out(headers: dict[str, str]) -> None:
    wire = Wire.of(reply(429, **headers), reply(body=b"ok"))
    assert (await wire.fetcher().fetch(HUB)).body == b"ok"
    assert wire.times[1] - wire.times[0] >= 7


async def test_a_long_wait_is_an_error_at_once_and_nobody_asks_before_it_is_over() -> None:
    wire = Wire.of(reply(429, retry_after="600"), reply(body=b"ok"))
    fetcher = wire.fetcher()
    for _ in range(3):
        with pytest.raises(FetchError, match="asks us to wait 10 min"):
            await fetcher.fetch(HUB)
    assert fetcher.allowance("hub") == 0
    assert len(wire.requests) == 1
    wire.time.now += 601
    assert (await fetcher.fetch(HUB)).body == b"ok"


async def test_too_many_requests_without_a_wait_shuts_the_lane_longer_each_time() -> None:
    wire = Wire(lambda _: reply(429))
    fetcher = wire.fetcher()
    for minutes in (1, 2, 4):
        with pytest.raises(FetchError):
            await fetcher.fetch(HUB)
        assert fetcher.allowance("hub") == 0
        wire.time.now += minutes * 60 + 1
        assert fetcher.allowance("hub") is None


async def test_a_quota_that_is_used_up_shuts_the_lane_before_the_server_refuses() -> None:
    wire = Wire.of(reply(x_ratelimit_remaining="0", x_ratelimit_reset="1770000900"), reply())
    fetcher = wire.fetcher()
    await fetcher.fetch(HUB)
    with pytest.raises(FetchError, match="wait 15 min"):
        await fetcher.fetch(HUB)


async def test_arxiv_s_own_wait_is_not_shortened_by_its_gap() -> None:
    wire = Wire.of(reply(429, retry_after="20"), reply())
    await wire.fetcher().fetch(ARXIV)
    assert wire.times[1] - wire.times[0] >= 20


async def test_it_knows_how_much_of_a_quota_is_left() -> None:
    fetcher = Wire.of(reply(x_ratelimit_remaining="41")).fetcher()
    assert fetcher.allowance("hub") is None
    await fetcher.fetch(HUB)
    assert fetcher.allowance("hub") == 41


async def test_github_s_secondary_limit_is_a_wait_and_a_plain_403_is_a_refusal() -> None:
    wire = Wire.of(reply(403, retry_after="5"), reply(body=b"ok"))
    assert (await wire.fetcher().fetch(HUB)).body == b"ok"
    assert wire.times[1] - wire.times[0] >= 5
    refused = Wire(lambda _: reply(403))
    with pytest.raises(FetchError, match="refused the request"):
        await refused.fetcher().fetch(HUB)
    assert len(refused.requests) == 1


@pytest.mark.parametrize("first", [reply(502), reply(503), httpx.ReadError("reset"), httpx.ReadTimeout("slow")])
async def test_what_may_pass_is_tried_again(first: httpx.Response | Exception) -> None:
    wire = Wire.of(first, reply(body=b"ok"))
    assert (await wire.fetcher().fetch(HUB)).body == b"ok"
    assert wire.time.slept == [2.0]


async def test_it_gives_up_after_three_tries() -> None:
    wire = Wire(lambda _: reply(500))
    with pytest.raises(FetchError, match=r"The hub answered 500 \(its own error\)\.") as raised:
        await wire.fetcher().fetch(HUB)
    assert len(wire.requests) == 3
    assert raised.value.status == 500


async def test_a_body_that_breaks_off_is_tried_again() -> None:
    broken: list[bytes | Exception] = [b"[1,", httpx.RemoteProtocolError("incomplete")]
    wire = Wire.of(reply(body=broken), reply(body=b"[1]"))
    assert (await wire.fetcher().fetch(HUB)).body == b"[1]"


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (httpx.ConnectError("connection refused to 10.0.0.1"), "The hub cannot be reached."),
        (httpx.ConnectTimeout(""), "The hub cannot be reached (no connection in time)."),
        (httpx.ReadTimeout(""), "The hub is not answering."),
        (httpx.ConnectError("certificate verify failed"), "The hub shows a certificate we cannot verify."),
        (httpx.RemoteProtocolError("x"), "The hub broke off the connection."),
    ],
)
async def test_trouble_is_told_in_words(error: Exception, words: str) -> None:
    with pytest.raises(FetchError) as raised:
        await Wire(lambda _: error).fetcher(limits=Limits(tries=1)).fetch(HUB)
    assert raised.value.reason == words


async def test_a_name_that_does_not_resolve_is_told_in_words() -> None:
    with pytest.raises(FetchError, match="The hub cannot be reached"):
        await Wire.of().fetcher(addresses={}).fetch(HUB)


# --- headers ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "headers", "wait"),
    [
        (429, {"retry-after": "30"}, 30.0),
        (503, {"retry-after": "1.5"}, 1.5),
        (429, {"retry-after": formatdate(1000 + 60, usegmt=True)}, 60.0),
        (429, {"retry-after": formatdate(10, usegmt=True)}, 0.0),
        (429, {"retry-after": "soon"}, None),
        (429, {"retry-after": "99999999"}, LONGEST_WAIT),
        (429, {"ratelimit": '"api";r=0;t=57'}, 57.0),
        (429, {"ratelimit": '"api";r=3;t=57'}, 57.0),
        (200, {"ratelimit": '"api";r=0;t=57'}, 57.0),
        (200, {"ratelimit": '"api";r=12;t=57'}, None),
        (403, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1900"}, 900.0),
        (200, {"x-ratelimit-remaining": "5", "x-ratelimit-reset": "1900"}, None),
        (429, {"retry-after": "5", "x-ratelimit-remaining": "0", "x-ratelimit-reset": "1900"}, 900.0),
        (429, {}, None),
    ],
)
def test_waits_that_headers_ask_for(status: int, headers: dict[str, str], wait: float | None) -> None:
    assert asked_wait(status, headers, now=1000.0) == wait


@given(st.integers(100, 599), st.dictionaries(st.sampled_from(["retry-after", "ratelimit", "x-ratelimit-remaining", "x-ratelimit-reset"]), st.text(max_size=30)))  # fmt: skip  # noqa: E501
def test_no_header_asks_for_more_than_a_day_or_breaks_the_reading(status: int, headers: dict[str, str]) -> None:
    wait = asked_wait(status, headers, now=1000.0)
    assert wait is None or 0 <= wait <= LONGEST_WAIT
    left = quota_left(headers)
    assert left is None or left >= 0

"""The fetcher is polite, conditional and bounded, and goes nowhere it should not."""

import asyncio
import gzip
import tracemalloc
import zlib
from collections.abc import AsyncIterator
from email.utils import formatdate
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.fetch import Fetcher, FetchError, KeptAnswers, KeptInFolder, KeptInMemory, Limits, Request
from bot.fetch.addresses import is_public, resolve
from bot.fetch.body import BadBodyError, Body, TooLargeError
from bot.fetch.kept import Kept
from bot.fetch.waits import LONGEST_WAIT, asked_wait, quota_left
from tests.bot.wire import PUBLIC, Pieces, Wire, reply

HUB = Request(url="https://hub.example/api", lane="hub", label="The hub")
ARXIV = Request(url="https://export.arxiv.example/api", lane="arxiv", label="arXiv")


def hub(path: str = "/api", **changes: object) -> Request:
    return Request(**{"url": f"https://hub.example{path}", "lane": "hub", "label": "The hub", **changes})  # type: ignore[arg-type]


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


# --- conditional requests ---------------------------------------------------------------------------------------------


async def test_a_304_gives_the_kept_answer() -> None:
    wire = Wire.of(reply(body=b"[1]", etag='W/"a"', last_modified="Tue, 10 Mar 2026 12:00:00 GMT"), reply(304))
    fetcher = wire.fetcher()
    first, second = await fetcher.fetch(HUB), await fetcher.fetch(HUB)
    assert (first.unchanged, second.unchanged) == (False, True)
    assert (second.status, second.body) == (200, b"[1]")
    assert wire.requests[1].headers["if-none-match"] == 'W/"a"'
    assert wire.requests[1].headers["if-modified-since"] == "Tue, 10 Mar 2026 12:00:00 GMT"


async def test_an_answer_that_was_of_no_use_is_not_confirmed_later() -> None:
    wire = Wire.of(reply(body=b"<html>", etag='"a"'), reply(body=b"[]"))
    fetcher = wire.fetcher()
    fetcher.forget(await fetcher.fetch(HUB))
    await fetcher.fetch(HUB)
    assert "if-none-match" not in wire.requests[1].headers


async def test_an_unasked_304_is_an_error() -> None:
    with pytest.raises(FetchError, match="answered 304"):
        await Wire.of(reply(304)).fetcher().fetch(HUB)


@pytest.fixture(params=["memory", "folder"])
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> KeptAnswers:
    return KeptInMemory() if request.param == "memory" else KeptInFolder(tmp_path / "kept")


def test_every_keeper_gives_back_what_it_was_given(kept: KeptAnswers) -> None:
    answer = Kept('"a"', "", b"body\n\x00")
    kept.put("https://hub.example/", answer)
    assert kept.get("https://hub.example/") == answer
    kept.forget("https://hub.example/")
    kept.forget("https://hub.example/")
    assert kept.get("https://hub.example/") is None
    assert kept.wait_until("arxiv") == 0
    kept.keep_wait("arxiv", 12.5)
    assert kept.wait_until("arxiv") == 12.5


def test_memory_forgets_the_longest_unused_first() -> None:
    memory = KeptInMemory(most_bytes=60)
    for name in "abc":
        memory.put(name, Kept(name, "", name.encode() * 10))
        memory.get("a")
    memory.put("d", Kept("d", "", bytes(range(40))))
    assert memory.get("a") is None or memory.get("b") is None
    assert memory.get("d") is not None


async def test_a_folder_is_known_to_the_next_process(tmp_path: Path) -> None:
    await Wire.of(reply(body=b"[1]", etag='"a"')).fetcher(kept=KeptInFolder(tmp_path)).fetch(HUB)
    later = Wire.of(reply(304))
    assert (await later.fetcher(kept=KeptInFolder(tmp_path)).fetch(HUB)).body == b"[1]"


def test_a_damaged_folder_keeps_nothing(tmp_path: Path) -> None:
    kept = KeptInFolder(tmp_path)
    kept.put("https://hub.example/api", Kept("e", "", b"[1]"))
    kept.keep_wait("hub", 9.0)
    for path in tmp_path.iterdir():
        path.write_bytes(b"\xff")
    assert kept.get("https://hub.example/api") is None
    assert kept.wait_until("hub") == 0


def test_a_folder_is_pruned_and_one_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    first = KeptInFolder(tmp_path)
    first.put("https://hub.example/", Kept("e", "", bytes(5000)))
    assert KeptInFolder(tmp_path, most_bytes=1).get("https://hub.example/") is None
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    nowhere = KeptInFolder(blocked)
    nowhere.put("x", Kept("e", "", b""))
    nowhere.keep_wait("x", 1.0)
    nowhere.forget("x")
    assert nowhere.get("x") is None


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


async def test_an_answer_that_never_ends_is_cut_off() -> None:
    class Endless(httpx.AsyncByteStream):
        async def __aiter__(self) -> AsyncIterator[bytes]:
            while True:
                await asyncio.sleep(0.001)
                yield b" "

    wire = Wire(lambda _: httpx.Response(200, stream=Endless()))
    with pytest.raises(FetchError, match=r"took longer than 0\.05 s"):
        await wire.fetcher(limits=Limits(seconds=0.05)).fetch(HUB)
    assert len(wire.requests) == 1


# --- redirects and addresses ------------------------------------------------------------------------------------------


async def test_a_moved_repository_is_followed_on_the_same_host() -> None:
    wire = Wire.of(reply(301, location="/repositories/7"), reply(body=b"{}"))
    answer = await wire.fetcher().fetch(hub(token="secret"))
    assert answer.url == "https://hub.example/repositories/7"
    assert wire.requests[1].headers["authorization"] == "Bearer secret"


async def test_a_token_does_not_leave_its_origin() -> None:
    wire = Wire.of(reply(302, location="https://elsewhere.example/x"), reply(body=b"{}"))
    await wire.fetcher().fetch(hub(token="secret"))
    assert "authorization" not in wire.requests[1].headers


@pytest.mark.parametrize(
    "target",
    ["http://169.254.169.254/latest/", "file:///etc/passwd", "http://127.0.0.1:81/x", "https://127.0.0.1/x", "https://2130706433/x",
     "https://inside.example/x", "http://elsewhere.example/x", "http://hub.example/x", "gopher://hub.example/", "https://",
     "https://user:password@elsewhere.example/", "https://mixed.example/"],
)  # fmt: skip
async def test_a_redirect_leads_nowhere_it_should_not(target: str) -> None:
    addresses = {
        "hub.example": [PUBLIC], "elsewhere.example": [PUBLIC], "127.0.0.1": ["127.0.0.1"], "2130706433": ["127.0.0.1"],
        "inside.example": ["10.1.2.3"], "mixed.example": [PUBLIC, "::1"],
    }  # fmt: skip
    wire = Wire.of(reply(302, location=target), reply(body=b"secret"))
    with pytest.raises(FetchError):
        await wire.fetcher(addresses=addresses).fetch(HUB)
    assert len(wire.requests) == 1


async def test_circles_and_long_ways_end() -> None:
    with pytest.raises(FetchError, match="circles"):
        await Wire(lambda _: reply(302, location="/api")).fetcher().fetch(HUB)
    step = iter(range(100))
    wire = Wire(lambda _: reply(302, location=f"/{next(step)}"))
    with pytest.raises(FetchError, match="circles"):
        await wire.fetcher().fetch(HUB)
    assert len(wire.requests) == 5


async def test_a_post_is_not_sent_elsewhere() -> None:
    with pytest.raises(FetchError, match="POST"):
        await Wire.of(reply(307, location="/x")).fetcher().fetch(hub(json={}))


async def test_an_address_of_the_settings_may_be_inside_and_what_it_leads_to_may_not() -> None:
    wire = Wire.of(reply(body=b"[]"), reply(302, location="http://127.0.0.1:81/trap"))
    local = Request(url="http://127.0.0.1:80/hf", lane="hub", label="The hub")
    fetcher = wire.fetcher(trusted=["http://127.0.0.1/hf"], addresses={"127.0.0.1": ["127.0.0.1"]})
    assert (await fetcher.fetch(local)).body == b"[]"
    with pytest.raises(FetchError, match="our own network"):
        await fetcher.fetch(local)


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.0.0.1", "169.254.169.254", "192.168.1.1", "100.64.0.1", "224.0.0.1", "255.255.255.255",
     "::", "::1", "fe80::1%eth0", "fc00::1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:0a00:0001::", "ff02::1",
     "not an address", ""],
)  # fmt: skip
def test_addresses_that_are_not_of_the_open_internet(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:4700::1111", "64:ff9b::5db8:d70e", "::ffff:93.184.215.14"])
def test_addresses_of_the_open_internet(address: str) -> None:
    assert is_public(address)


async def test_a_literal_address_resolves_to_itself() -> None:
    assert await resolve("127.0.0.1", 80) == ["127.0.0.1"]


# --- sizes ------------------------------------------------------------------------------------------------------------


async def test_a_packed_answer_is_unpacked() -> None:
    packed = gzip.compress(b"[1, 2]" * 1000)
    pieces: list[bytes | Exception] = [packed[:7], packed[7:]]
    wire = Wire.of(reply(body=pieces, content_encoding="gzip"))
    assert (await wire.fetcher().fetch(HUB)).body == b"[1, 2]" * 1000


async def test_a_bomb_costs_little_and_is_not_asked_for_again() -> None:
    bomb = zlib.compressobj(9, wbits=31)
    packed = b"".join(bomb.compress(bytes(1 << 20)) for _ in range(128)) + bomb.flush()
    wire = Wire(lambda _: reply(body=packed, content_encoding="gzip"))
    fetcher = wire.fetcher()
    tracemalloc.start()
    with pytest.raises(FetchError, match="more than 16 MiB once unpacked"):
        await fetcher.fetch(HUB)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 40 << 20
    assert len(wire.requests) == 1


async def test_a_body_without_end_is_cut_off_at_its_raw_size() -> None:
    wire = Wire(lambda _: reply(body=[bytes(1 << 20)] * 9))
    with pytest.raises(FetchError, match="more than 8 MiB"):
        await wire.fetcher().fetch(HUB)


@pytest.mark.parametrize("body", [b"not gzip", gzip.compress(b"cut off" * 99)[:-12]])
async def test_damaged_packing_is_told_in_words(body: bytes) -> None:
    with pytest.raises(FetchError, match="gzip data"):
        await Wire(lambda _: reply(body=body, content_encoding="gzip")).fetcher().fetch(HUB)


async def test_an_encoding_nobody_asked_for_is_refused() -> None:
    with pytest.raises(FetchError, match="nobody asked for"):
        await Wire(lambda _: reply(body=b"x", content_encoding="br")).fetcher().fetch(HUB)


@given(st.binary(max_size=300), st.integers(1, 40))
def test_any_cutting_of_the_stream_gives_the_same_body(data: bytes, size: int) -> None:
    for encoding, sent in (("", data), ("gzip", gzip.compress(data))):
        body = Body(encoding, Limits())
        for start in range(0, len(sent), size):
            body.feed(sent[start : start + size])
        assert body.whole() == data


@given(st.binary(max_size=200))
def test_any_bytes_are_a_body_or_an_error(data: bytes) -> None:
    body = Body("gzip", Limits(decompressed_bytes=100))
    try:
        body.feed(data)
        body.whole()
    except (BadBodyError, TooLargeError):
        pass


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

"""What the fetcher makes of an answer: confirmed when kept, led nowhere it should not go, bounded in size and time."""

import asyncio
import gzip
import tracemalloc
import zlib
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.fetch import FetchError, KeptAnswers, KeptInFolder, KeptInMemory, Limits, Request
from bot.fetch.addresses import is_public, resolve
from bot.fetch.body import BadBodyError, Body, TooLargeError
from bot.fetch.kept import Kept
from tests.bot.wire import HUB, PUBLIC, Wire, hub, reply

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


# --- sizes and time ---------------------------------------------------------------------------------------------------


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

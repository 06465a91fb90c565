"""From bytes to plain values, and from strangers' values to safe ones."""

import io
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sources import Reads, SourceError, cleaning, feed_reader
from bot.sources.documents import read, read_feed
from tests.bot.documents import any_document, atom_entry, atom_feed

BILLION_LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    + b"".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">'.encode() for n in range(9))
    + b']><feed xmlns="http://www.w3.org/2005/Atom"><title>&j;</title></feed>'
)


async def test_json_is_read_and_bytes_that_are_no_text_cost_one_title_only() -> None:
    assert await read(Reads.JSON, b'[{"a": NaN}]', "The hub") == [{"a": None}]
    assert await read(Reads.JSON, b'["a\xff\xfeb"]', "The hub") == ["a\ufffd\ufffdb"]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "The hub answered nothing."),
        (b" \n", "The hub answered nothing."),
        (b"<!doctype html><title>wait</title>", "The hub answered a web page instead of JSON."),
        (b'[{"id": "26', "The hub answered something that is not JSON, or was cut off."),
        (b"[" * 200_000, "The hub answered something that is not JSON, or was cut off."),
        (b"9" * 10_000, "The hub answered something that is not JSON, or was cut off."),
    ],
)
async def test_what_is_no_json_is_told_in_words(body: bytes, words: str) -> None:
    with pytest.raises(SourceError) as raised:
        await read(Reads.JSON, body, "The hub")
    assert raised.value.reason == words


async def test_a_feed_is_read_in_a_process_of_its_own() -> None:
    feed = await read(Reads.FEED, atom_feed(atom_entry(), atom_entry("2603.00002v1")), "arXiv")
    assert [entry["id"] for entry in feed["entries"]] == ["oai:arXiv.org:2603.01234v1", "oai:arXiv.org:2603.00002v1"]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"<html><body>wait</body></html>", "a web page instead of a feed"),
        (b'{"a": 1}', "not a feed"),
        (b"/etc/passwd", "not a feed"),
        (atom_feed(atom_entry(), atom_entry())[:-300], "damaged or cut off"),
        (BILLION_LAUGHS, "damaged or cut off|cannot be read|not a feed"),
    ],
)
async def test_what_is_no_whole_feed_is_told_in_words(body: bytes, words: str) -> None:
    with pytest.raises(SourceError, match=words):
        await read_feed(body, "arXiv")


async def test_a_feed_that_takes_too_long_is_given_up_and_its_reader_ends() -> None:
    with pytest.raises(SourceError, match=r"takes longer than 0\.01 s"):
        await read_feed(atom_feed(*[atom_entry()] * 3000), "arXiv", seconds=0.01)


async def test_a_reader_that_dies_is_told_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed_reader, "__file__", "no-such-file.py")
    with pytest.raises(SourceError, match="cannot be read"):
        await read_feed(atom_feed(), "arXiv")


def test_the_reader_gives_plain_values_and_keeps_text_as_it_is() -> None:
    target = io.BytesIO()
    entry = atom_entry().replace("A study", "On &lt;script&gt; &amp; x \xe9").encode().replace(b"\xc3\xa9", b"\xff")
    feed_reader.main(io.BytesIO(atom_feed().replace(b"</feed>", entry + b"</feed>")), target)
    feed = json.loads(target.getvalue())
    assert (feed["version"], feed["damage"]) == ("atom10", None)
    assert feed["entries"][0]["title"] == "On <script> & x \ufffd"
    assert feed["entries"][0]["categories"] == ["cs.AI", "cs.CL"]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0, 0),
        (7, 7),
        ("12", 12),
        (3.0, 3),
        (3.5, None),
        (-1, None),
        (True, None),
        ("", None),
        ("1e3", None),
        (10**12, None),
        (float("nan"), None),
        (float("inf"), None),
        (None, None),
        ([1], None),
        ("²", None),
    ],
)
def test_counts(value: Any, expected: int | None) -> None:
    assert cleaning.count(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("https://github.com/lab/code", "lab/code"),
        ("http://www.github.com/lab/code.git", "lab/code"),
        ("https://github.com/lab/code/tree/main/x?y#z", "lab/code"),
        ("github.com/lab/code.js/", "lab/code.js"),
        ("https://github.com/lab", None),
        ("https://github.io/lab/code", None),
        ("https://evil.org/github.com/lab/code", None),
        ("https://github.com/orgs/lab", None),
        ("https://github.com/lab/..", None),
        (None, None),
        (7, None),
    ],
)
def test_repositories(value: Any, expected: str | None) -> None:
    assert cleaning.repository(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("https://example.org/x", "https://example.org/x"),
        ("javascript:alert(1)", None),
        ("/avatars/x.svg", None),
        ("https://[", None),
        ("https://exa mple.org", None),
        ("https://example.org/" + "x" * 3000, None),
        (None, None),
        ("https://localhost/", None),
    ],
)
def test_links(value: Any, expected: str | None) -> None:
    assert cleaning.link(value) == expected


def test_instants_are_in_utc_and_far_ones_are_none() -> None:
    assert cleaning.instant("2026-03-10T12:00:00-04:00") == datetime(2026, 3, 10, 16, 0, tzinfo=UTC)
    assert cleaning.instant("2026-03-10") == datetime(2026, 3, 10, tzinfo=UTC)
    assert cleaning.instant("0001-01-01T00:00:00+10:00") is None
    assert cleaning.instant("1970-01-01T00:00:00Z") is None


@given(any_document | st.text())
def test_cleaning_never_fails_and_gives_text_that_can_be_stored(value: Any) -> None:
    line = cleaning.text(value, 50)
    line.encode()
    assert "\x00" not in line
    assert len(line) <= 50
    assert line == " ".join(line.split())
    for clean in (cleaning.count, cleaning.instant, cleaning.link, cleaning.repository, cleaning.names):
        clean(value)

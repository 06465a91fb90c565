"""A channel's own feeds: added by its people, looked into by us, and seen by nobody else."""

import httpx
import pytest

from bot.clock import VirtualClock
from bot.commands import Call
from bot.errors import UserError
from bot.models import FEED, ChannelKey
from bot.service.feed_reading import EVERY, FeedReading
from bot.service.feeds import checked
from bot.service.own import mixed
from bot.views import CardList, DigestPost, Notice
from tests.bot.wire import Wire, reply
from tests.builders import ADA, CHANNEL, NOON, days, make_batch, make_paper, make_ranked
from tests.service import Desk, make_desk

URL = "https://lab.example.org/feed.xml?key=hush"
ATOM = b"""<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><title>Lab</title><id>tag:lab</id><updated>2026-03-10T08:00:00Z</updated>
<entry><id>tag:lab,1</id><title>Robots that fold</title><link href="https://lab.example.org/1"/>
<summary>Folding.</summary><updated>2026-03-10T08:00:00Z</updated></entry>
<entry><id>tag:lab,2</id><title>A survey of folding</title><link href="https://lab.example.org/2"/>
<summary>All of it.</summary><updated>2026-03-10T08:00:00Z</updated></entry></feed>"""


async def with_digest() -> Desk:
    desk = make_desk()
    await desk.ask("digest subscribe daily")
    return desk


def reading(desk: Desk, wire: Wire, now: object = None) -> FeedReading:
    return FeedReading(desk.store, wire.fetcher(), VirtualClock(now or NOON, 0))  # type: ignore[arg-type]  # a test's


async def notice(desk: Desk, text: str) -> Notice:
    view = await desk.ask(text)
    assert isinstance(view, Notice)
    return view


async def test_a_feed_is_added_listed_with_how_it_answered_and_removed() -> None:
    desk = await with_digest()
    answer = await desk.answer(f"digest feeds add {URL}")
    assert answer.announcement
    assert "lab.example.org" in answer.announcement.text
    assert "hush" not in answer.announcement.text
    assert [field.label for field in (await notice(desk, "digest feeds")).fields] == [URL]
    await reading(desk, Wire.of(reply(200, ATOM))).round()
    (field,) = (await notice(desk, "digest feeds list")).fields
    assert field.text.startswith("2 entries")
    assert (await notice(desk, "digest feeds remove lab.example.org")).fields == ()
    log = await notice(desk, "digest log")
    assert [line.text for line in log.fields][:2] == [
        f"{ADA.name} removed a feed of lab.example.org", f"{ADA.name} added a feed of lab.example.org",
    ]  # fmt: skip


async def test_what_it_gives_comes_into_that_channels_digest_and_into_no_list() -> None:
    desk = await with_digest()
    await desk.ask(f"digest feeds add {URL}")
    await desk.ask("digest topics add quantum -survey")
    await reading(desk, Wire.of(reply(200, ATOM))).round()
    post = await desk.ask("digest preview")
    assert isinstance(post, DigestPost)
    assert [(card.ranked.paper.title, card.ranked.topics) for card in post.cards] == [
        ("Robots that fold", ("feed of lab.example.org",))
    ]
    elsewhere = Call(ADA, ChannelKey("slack", "T0001", "C0777"))
    for text in ("trending", "search folding"):
        listed = await desk.ask(text, elsewhere)
        assert isinstance(listed, CardList)
        assert listed.cards == ()
    await desk.ask("digest subscribe daily", elsewhere)
    other = await desk.ask("digest preview", elsewhere)
    assert not isinstance(other, DigestPost) or other.cards == ()


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (reply(200, b"<!doctype html><title>Hello</title>"), "a web page"),
        (reply(404), "404"),
        (httpx.ConnectError("no"), "cannot be reached"),
    ],
)
async def test_a_feed_that_fails_is_told_to_its_readers_and_tried_again_in_an_hour(
    answer: httpx.Response | Exception, told: str
) -> None:
    desk = await with_digest()
    await desk.ask(f"digest feeds add {URL}")
    assert await reading(desk, Wire(lambda _: answer)).round() == 1
    (field,) = (await notice(desk, "digest feeds")).fields
    assert told in field.text
    assert "hush" not in field.text
    assert await reading(desk, Wire(lambda _: answer)).round() == 0
    assert await reading(desk, Wire.of(reply(200, ATOM)), NOON + EVERY).round() == 1


async def test_an_address_in_our_own_network_is_refused_when_it_is_asked() -> None:
    desk = await with_digest()
    await desk.ask("digest feeds add https://inside.example.org/feed")
    wire = Wire.of(reply(200, ATOM))
    fetcher = wire.fetcher(addresses={"inside.example.org": ["10.0.0.7"]})
    await FeedReading(desk.store, fetcher, VirtualClock(NOON, 0)).round()
    (field,) = (await notice(desk, "digest feeds")).fields
    assert "own network" in field.text
    assert wire.requests == []


@pytest.mark.parametrize(
    "text",
    [
        "feed",
        "ftp://a.example/x",
        "https://",
        "http://localhost/",
        "https://u:p@a.example/",
        "https://a.example/" + "x" * 500,
    ],
)
def test_what_is_no_address_of_a_feed_is_refused(text: str) -> None:
    with pytest.raises(UserError, match="not the address of a feed"):
        checked(text)


def test_an_address_as_slack_writes_it_is_read() -> None:
    assert checked("<https://a.example/feed|a.example/feed>") == "https://a.example/feed"


async def test_adding_twice_too_many_and_without_a_digest_is_told() -> None:
    desk = make_desk()
    assert (await notice(desk, f"digest feeds add {URL}")).code == "not_subscribed"
    await desk.ask("digest subscribe daily")
    for number in range(10):
        assert not (await notice(desk, f"digest feeds add https://a.example/{number}")).code
    assert (await notice(desk, "digest feeds add https://a.example/3")).code == "already_read"
    assert (await notice(desk, "digest feeds add https://a.example/11")).code == "too_many"
    assert (await notice(desk, "digest feeds remove a.example")).code == "not_read"
    assert (await notice(desk, "digest feeds add")).code == "missing_value"


@pytest.mark.parametrize(
    ("chosen", "own", "limit", "shown"),
    [
        (5, 9, 5, "cccoo"),
        (2, 9, 5, "ccooo"),
        (0, 9, 5, "ooooo"),
        (5, 1, 5, "cccco"),
        (1, 1, 1, "o"),
        (5, 0, 5, "ccccc"),
    ],
)
def test_own_papers_fill_what_is_free_and_take_half_at_most_of_what_is_not(
    chosen: int, own: int, limit: int, shown: str
) -> None:
    first = [make_ranked(make_paper(f"2603.0000{number}"), number) for number in range(1, chosen + 1)]
    second = [make_ranked(make_paper(f"url:{number:016x}", sources=(FEED,)), 1) for number in range(own)]
    result = mixed(first, second, limit)
    assert "".join("o" if one.paper.own else "c" for one in result) == shown
    assert [one.rank for one in result] == list(range(1, len(shown) + 1))


async def test_a_paper_that_everybody_knows_keeps_its_counts() -> None:
    desk = await with_digest()
    await desk.ask(f"digest feeds add {URL}")
    await reading(desk, Wire.of(reply(200, ATOM))).round()
    known = next(iter(await desk.store.feeds.given(CHANNEL, NOON - days(1), NOON)))
    await desk.store.papers.add(make_batch(make_paper(known, sources=("hugging_face",))))
    paper = await desk.store.papers.get(known)
    assert paper is not None
    assert not paper.own

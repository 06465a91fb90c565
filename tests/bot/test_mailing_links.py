"""Links that need no session, and the limits on asking for them."""

from datetime import time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.clock import VirtualClock
from bot.mailing import LinkError, Links, Purpose, Wish
from bot.mailing.limits import Limits, same_mailbox
from bot.mailing.links import LIFETIMES
from bot.mailing.wish import mailbox
from bot.models import ChannelKey, Period, Schedule, Weekdays
from bot.ports import Allowance
from tests.adapters.email.stage import make_links
from tests.builders import NOON
from tests.delivery_scene import Hands
from tests.memory_allowances import MemoryAllowances

ADA = "ada@example.org"


def token(url: str) -> str:
    return url.rpartition("/")[2]


async def refused(links: Links, purpose: Purpose, text: str) -> str:
    with pytest.raises(LinkError) as caught:
        await links.open(purpose, text)
    return caught.value.code


async def test_what_is_sealed_is_opened_and_read_by_nobody_else() -> None:
    links = make_links()
    url = await links.seal(Purpose.UNSUBSCRIBE, {"a": ADA})
    assert url.startswith("https://papers.example.org/unsubscribe/")
    assert "ada" not in url
    assert await links.open(Purpose.UNSUBSCRIBE, token(url)) == {"a": ADA}


@pytest.mark.parametrize("purpose", Purpose)
async def test_a_link_for_one_purpose_opens_nothing_else(purpose: Purpose) -> None:
    links = make_links()
    for other in set(Purpose) - {purpose}:
        assert await refused(links, purpose, token(await links.seal(other, {"a": ADA}))) == "bad_link"


async def test_every_changed_letter_spoils_it() -> None:
    links = make_links()
    good = token(await links.seal(Purpose.PREFERENCES, {"a": ADA}))
    for place in range(len(good)):
        spoilt = good[:place] + ("A" if good[place] != "A" else "B") + good[place + 1 :]
        try:
            assert await links.open(Purpose.PREFERENCES, spoilt) == {"a": ADA}  # bits that base64 does not use
        except LinkError as error:
            assert error.code == "bad_link"  # noqa: PT017  # either is right


@pytest.mark.parametrize("text", ["", "x", "…", "gAAAA", "a" * 5000, "%00", "\ud800", "gAAAAAB" + "A" * 200])
async def test_what_is_no_link_is_refused_in_the_same_words(text: str) -> None:
    assert await refused(make_links(), Purpose.CONFIRM, text) == "bad_link"


@pytest.mark.parametrize("purpose", LIFETIMES)
async def test_a_link_ends_and_says_so(purpose: Purpose) -> None:
    clock = Hands(NOON)
    links = make_links(clock)
    url = token(await links.seal(purpose, {"a": ADA}))
    clock.moment += LIFETIMES[purpose]
    assert await links.open(purpose, url)
    clock.moment += timedelta(seconds=1)
    assert await refused(links, purpose, url) == "expired_link"


async def test_who_wants_to_end_it_may_do_so_years_later() -> None:
    clock = Hands(NOON)
    links = make_links(clock)
    url = token(await links.seal(Purpose.UNSUBSCRIBE, {"a": ADA}))
    clock.moment += timedelta(days=3650)
    assert await links.open(Purpose.UNSUBSCRIBE, url) == {"a": ADA}


async def test_a_link_from_the_future_is_none_of_ours() -> None:
    clock = Hands(NOON)
    links = make_links(clock)
    url = token(await links.seal(Purpose.CONFIRM, {"a": ADA}))
    clock.moment -= timedelta(hours=1)
    assert await refused(links, Purpose.CONFIRM, url) == "bad_link"


async def test_a_tag_is_the_same_each_time_and_says_nothing() -> None:
    links = make_links()
    tag = await links.tag(ADA)
    assert tag == await links.tag(ADA) != await links.tag("ben@example.org")
    assert len(tag) == 20
    assert tag == tag.lower()


@settings(deadline=None)
@given(
    st.sampled_from(Period),
    st.times().map(lambda at: time(at.hour, at.minute)),
    st.sampled_from(["UTC", "Asia/Kathmandu"]),
    st.integers(1, 127).map(Weekdays),
    st.lists(st.text(min_size=1, max_size=20), max_size=5),
)
def test_a_wish_comes_back_whole(period: Period, at: time, zone: str, days: Weekdays, topics: list[str]) -> None:
    wish = Wish(address=ADA, schedule=Schedule(zone=zone, at=at, days=days, period=period), topics=tuple(topics))
    assert Wish.from_json(wish.as_json()) == wish


def test_a_key_with_an_address_is_read_whatever_the_case_of_its_letters() -> None:
    assert ChannelKey.parse("email:Ada@Example.org") == mailbox(ADA)
    assert str(mailbox(ADA)) == "email:ada@example.org"


async def test_limits_are_kept_under_names_that_tell_nobody() -> None:
    store, links, clock = MemoryAllowances(), make_links(), VirtualClock(NOON, 0)
    askers = Limits(store, "asker", Allowance(1, timedelta(hours=1)), links.blind, clock)
    guessers = Limits(store, "guesser", Allowance(1, timedelta(hours=1)), links.blind, clock)
    assert [await askers.take(ADA), await askers.take(ADA)] == [True, False]
    assert not await guessers.spent(ADA)
    assert await guessers.take(ADA)
    assert len(store._full_at) == 2
    assert "ada" not in str(store._full_at)
    assert await links.blind(ADA) != await links.tag(ADA)


def test_spellings_of_one_mailbox_share_a_limit() -> None:
    assert same_mailbox("a.d.a+x@example.org") == same_mailbox("ada@example.org")
    assert same_mailbox("ben@example.org") != same_mailbox("ada@example.org")

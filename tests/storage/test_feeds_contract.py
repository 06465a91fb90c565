"""What every FeedStore does: in memory, on SQLite and on PostgreSQL."""

from bot.models import FEED, Feed, PersonKey, SavedPaper
from tests.builders import CHANNEL, NOON, days, hours, make_batch, make_change, make_paper
from tests.conftest import AnyStore
from tests.storage.ledger import subscribe
from tests.storage.test_channels_contract import OTHER

ONE, TWO = "https://lab.example.org/feed?key=hush", "https://blog.example.org/atom.xml"
OWN = "url:0123456789abcdef"


async def test_a_channel_reads_its_feeds_in_the_order_they_were_added_each_once(store: AnyStore) -> None:
    assert [await store.feeds.add_feed(CHANNEL, url, NOON) for url in (TWO, TWO)] == [True, False]
    assert await store.feeds.add_feed(CHANNEL, ONE, NOON + hours(1))
    assert await store.feeds.add_feed(OTHER, ONE, NOON)
    assert [feed.url for feed in await store.feeds.feeds_of(CHANNEL)] == [TWO, ONE]
    assert [await store.feeds.remove_feed(CHANNEL, TWO) for _ in range(2)] == [True, False]
    assert await store.feeds.feeds_of(CHANNEL) == [Feed(url=ONE)]
    assert await store.feeds.feeds_of(OTHER) == [Feed(url=ONE)]


async def test_what_nobody_looked_at_is_due_first_and_what_nobody_reads_never(store: AnyStore) -> None:
    await subscribe(store)
    for url in (ONE, TWO):
        await store.feeds.add_feed(CHANNEL, url, NOON)
    await store.feeds.note_feed(Feed(url=ONE, checked_at=NOON), [])
    assert await store.feeds.due(NOON, 10) == [TWO, ONE]
    assert await store.feeds.due(NOON - hours(1), 10) == [TWO]
    assert await store.feeds.due(NOON, 1) == [TWO]
    await store.feeds.remove_feed(CHANNEL, ONE)
    assert await store.feeds.due(NOON, 10) == [TWO]


async def test_what_only_channels_read_whose_digest_is_paused_or_was_ended_is_not_due(store: AnyStore) -> None:
    subscription = await subscribe(store)
    await store.feeds.add_feed(CHANNEL, ONE, NOON)
    await store.feeds.add_feed(OTHER, ONE, NOON)
    assert await store.feeds.due(NOON, 10) == [ONE]

    await store.deliveries.pause(subscription.id, "asked")
    assert await store.feeds.due(NOON, 10) == []
    await subscribe(store, OTHER)
    assert await store.feeds.due(NOON, 10) == [ONE], "another channel reads it"

    await store.channels.remove(OTHER, make_change("ended", OTHER))
    assert await store.feeds.due(NOON, 10) == []
    assert [feed.url for feed in await store.feeds.feeds_of(CHANNEL)] == [ONE], "it reads on when it runs again"


async def test_an_entry_keeps_the_time_it_was_first_given_and_is_the_channels_alone(store: AnyStore) -> None:
    await store.feeds.add_feed(CHANNEL, ONE, NOON)
    await store.feeds.note_feed(Feed(url=ONE, checked_at=NOON), ["2603.00001", OWN])
    later = Feed(url=ONE, checked_at=NOON + days(1), reason="It is away.")
    await store.feeds.note_feed(later, [OWN, "2603.00002"])
    assert await store.feeds.given(CHANNEL, NOON, NOON) == {"2603.00001": ONE, OWN: ONE}
    assert await store.feeds.given(CHANNEL, NOON, NOON + days(2)) == {"2603.00001": ONE, "2603.00002": ONE, OWN: ONE}
    assert await store.feeds.given(OTHER, NOON, NOON + days(2)) == {}
    (known,) = await store.feeds.feeds_of(CHANNEL)
    assert (known.entries, known.reason, known.checked_at) == (3, "It is away.", NOON + days(1))


async def test_what_is_noted_of_a_feed_that_nobody_ever_added_is_dropped(store: AnyStore) -> None:
    await store.feeds.note_feed(Feed(url=ONE, checked_at=NOON), [OWN])
    await store.feeds.add_feed(CHANNEL, ONE, NOON)
    assert await store.feeds.feeds_of(CHANNEL) == [Feed(url=ONE)]


async def test_a_paper_of_a_channels_own_is_in_no_ranking_and_no_search(store: AnyStore) -> None:
    both = (make_paper(OWN, title="An own paper", sources=(FEED,)), make_paper("2603.00002", title="Own and known"))
    await store.papers.add(make_batch(*both))
    await store.search.update()
    assert (await store.papers.evidence(NOON - days(9), NOON + days(9))).paper_ids == ("2603.00002",)
    found = await store.search.find("own", since=None, as_of=NOON + days(9))
    assert [hit.paper_id for hit in found.hits] == ["2603.00002"]
    await store.papers.add(make_batch(make_paper(OWN, title="An own paper", sources=("hugging_face",))))
    await store.search.update()
    found = await store.search.find("own", since=None, as_of=NOON + days(9))
    assert {hit.paper_id for hit in found.hits} == {"2603.00002", OWN}


async def test_a_feed_that_nobody_reads_is_forgotten_with_what_only_it_has_shown(store: AnyStore) -> None:
    saved, shared, public = "url:1111111111111111", "url:2222222222222222", "2603.00003"
    for url in (ONE, TWO):
        await store.feeds.add_feed(CHANNEL, url, NOON)
    own = [make_paper(one, sources=(FEED,)) for one in (OWN, saved, shared)]
    await store.papers.add(make_batch(*own, make_paper(public)))
    await store.feeds.note_feed(Feed(url=ONE, checked_at=NOON), [OWN, saved, shared, public])
    await store.feeds.note_feed(Feed(url=TWO, checked_at=NOON), [shared])
    await store.people.save(PersonKey("slack", "T0001", "U1"), SavedPaper(paper_id=saved, at=NOON, note=""))
    assert await store.feeds.forget_unread() == 0
    await store.feeds.remove_feed(CHANNEL, ONE)
    assert await store.feeds.forget_unread() == 1
    assert set(await store.papers.many([OWN, saved, shared, public])) == {saved, shared, public}
    assert await store.feeds.forget_unread() == 0

"""Counts that were read a moment ago are given only for moments at which they were the latest."""

from tests.builders import NOON, hours, make_batch, make_observation, make_paper
from tests.conftest import AnyStore

ID = "2603.00001"


async def upvotes(store: AnyStore, after: float) -> int | None:
    """So many hours after noon."""
    return (await store.papers.counts([ID], NOON + hours(after)))[ID].upvotes


async def test_a_past_moment_is_asked_anew(store: AnyStore) -> None:
    await store.papers.add(make_batch(make_paper(), make_observation(upvotes=1)))
    await store.papers.add(make_batch(make_observation(at=NOON + hours(2), upvotes=2)))

    assert [await upvotes(store, after) for after in (3, 1, 2, -1, 3)] == [2, 1, 2, None, 2]


async def test_a_reading_ahead_counts_once_its_moment_has_come(store: AnyStore) -> None:
    """A clock that was wrong, or one that was set back."""
    await store.papers.add(make_batch(make_paper(), make_observation(upvotes=1)))
    await store.papers.add(make_batch(make_observation(at=NOON + hours(2), upvotes=2)))

    assert [await upvotes(store, after) for after in (1, 1, 2, 3)] == [1, 1, 2, 2]


async def test_a_new_reading_is_seen_at_once(store: AnyStore) -> None:
    await store.papers.add(make_batch(make_paper()))
    seen = [await upvotes(store, 5)]
    for number in range(1, 4):
        await store.papers.add(make_batch(make_observation(at=NOON + hours(number), upvotes=number)))
        seen.append(await upvotes(store, 5))
    assert seen == [None, 1, 2, 3]


async def test_papers_that_nobody_knows_have_none(store: AnyStore) -> None:
    await store.papers.add(make_batch(make_paper(), make_observation(upvotes=1)))
    for _ in range(2):
        assert (await store.papers.counts([ID, "2603.99999"], NOON)).keys() == {ID}

"""What every CandidateStore does: in memory, on SQLite and on PostgreSQL."""

import asyncio
from dataclasses import replace

from bot.models import Period
from bot.ports import CandidateKey, KeptCandidate
from tests.builders import NOON, days, hours
from tests.conftest import AnyStore

KEY = CandidateKey("a digest of topics", Period.DAILY, NOON)
MADE = (KeptCandidate("2603.00002", 0.1 + 0.2, (0, 2)), KeptCandidate("2603.00001", -1 / 3))


async def test_what_was_kept_is_what_everybody_reads_in_its_order(store: AnyStore) -> None:
    assert await store.candidates.candidates(KEY) is None
    assert await store.candidates.keep(KEY, MADE) == MADE
    assert await store.candidates.candidates(KEY) == MADE


async def test_nothing_fitting_is_not_the_same_as_nobody_having_looked(store: AnyStore) -> None:
    await store.candidates.keep(KEY, ())
    assert await store.candidates.candidates(KEY) == ()


async def test_whoever_comes_first_counts_for_all(store: AnyStore) -> None:
    others = [(KeptCandidate(f"2603.{number:05}", 1.0),) for number in range(8)]
    stood = await asyncio.gather(*(store.candidates.keep(KEY, made) for made in others))
    assert len(set(stood)) == 1
    assert await store.candidates.keep(KEY, MADE) == stood[0]
    assert await store.candidates.candidates(KEY) == stood[0]


async def test_another_moment_period_or_topic_set_is_another(store: AnyStore) -> None:
    await store.candidates.keep(KEY, MADE)
    for other in (
        replace(KEY, as_of=NOON + hours(1)),
        replace(KEY, period=Period.WEEKLY),
        replace(KEY, topic_set="another"),
    ):
        assert await store.candidates.candidates(other) is None


async def test_old_ones_are_forgotten(store: AnyStore) -> None:
    later = replace(KEY, as_of=NOON + days(2))
    await store.candidates.keep(KEY, MADE)
    await store.candidates.keep(later, MADE)
    assert await store.candidates.forget(NOON + days(1)) == 1
    assert await store.candidates.candidates(KEY) is None
    assert await store.candidates.candidates(later) == MADE
    assert await store.candidates.forget(NOON + days(1)) == 0

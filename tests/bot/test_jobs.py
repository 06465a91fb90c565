"""Work that is repeated: never twice at once, never ended by its own failure."""

import asyncio
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from bot import jobs
from bot.jobs import DUTY, RENEWED_EVERY, Duty, Job
from bot.roles import ANSWERING
from tests.builders import NOON
from tests.conftest import AnyStore
from tests.delivery_scene import Hands
from tests.memory_leases import MemoryLeases


class Work:
    """Counts its beginnings; goes on when told to, or fails."""

    def __init__(self, failures: int = 0) -> None:
        self.begun = 0
        self.ended = 0
        self.broken_off = 0
        self.failures = failures
        self.go = asyncio.Event()

    async def __call__(self) -> None:
        self.begun += 1
        if self.begun <= self.failures:
            raise RuntimeError("the database is away")
        try:
            await self.go.wait()
        except asyncio.CancelledError:
            self.broken_off += 1
            raise
        self.ended += 1


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_what_strikes_does_not_wait_for_the_work_and_never_begins_it_twice_at_once() -> None:
    work = Work()
    job = Job("index", ANSWERING, 1.0, work)

    await job.strike()
    await settle()
    await job.strike()
    await settle()
    assert (work.begun, work.ended) == (1, 0)

    work.go.set()
    await settle()
    await job.strike()
    await settle()
    assert (work.begun, work.ended) == (2, 2)


async def test_after_a_failure_the_next_time_is_as_good() -> None:
    work = Work(failures=1)
    work.go.set()
    job = Job("index", ANSWERING, 1.0, work)

    await job.strike()
    await settle()
    await job.strike()
    await settle()

    assert (work.begun, work.ended) == (2, 1)


async def test_ending_breaks_off_what_is_under_way_and_waits_for_it() -> None:
    work = Work()
    job = Job("index", ANSWERING, 1.0, work)
    await job.strike()
    await settle()

    await job.end()

    assert work.broken_off == 1


async def test_a_job_that_never_began_ends_too() -> None:
    await Job("index", ANSWERING, 1.0, Work()).end()


async def test_of_several_processes_one_is_on_duty_for_as_long_as_it_lives(store: AnyStore) -> None:
    hands = Hands(NOON)
    processes = [Duty("fetch", store.leases, hands) for _ in range(3)]

    first = await asyncio.gather(*(one.mine() for one in processes))
    assert sorted(first) == [False, False, True]
    for _ in range(60):
        hands.moment += timedelta(seconds=1)
        assert [await one.mine() for one in processes] == first


async def test_another_process_takes_over_when_the_one_on_duty_is_gone(store: AnyStore) -> None:
    hands = Hands(NOON)
    one, other = Duty("fetch", store.leases, hands), Duty("fetch", store.leases, hands)
    assert await one.mine()

    hands.moment += DUTY - RENEWED_EVERY  # nothing more was heard of it
    assert not await other.mine()
    hands.moment += RENEWED_EVERY
    assert await other.mine()
    assert not await one.mine(), "it sleeps no longer, and is not on duty any more"


@pytest.mark.parametrize("later", range(5))
async def test_takeover_takes_a_lease_and_the_time_to_the_next_look(store: AnyStore, later: int) -> None:
    hands = Hands(NOON)
    one, other = Duty("fetch", store.leases, hands), Duty("fetch", store.leases, hands)
    assert await one.mine(), "and it is not heard of again"

    hands.moment += timedelta(seconds=later)
    while not await other.mine():
        hands.moment += timedelta(seconds=1)

    taken = hands.moment - NOON
    assert taken == DUTY + timedelta(seconds=later)
    assert taken < DUTY + RENEWED_EVERY


async def test_a_clock_set_back_makes_the_one_on_duty_renew_its_lease_at_once(store: AnyStore) -> None:
    clock = Hands(NOON)
    duty = Duty("fetch", store.leases, clock)
    assert await duty.mine()
    clock.moment -= timedelta(hours=2)
    assert await duty.mine()
    clock.moment += DUTY
    assert await Duty("fetch", store.leases, clock).mine(), "the lease ends by the new clock"


async def test_shared_work_is_done_by_the_process_on_duty_alone(store: AnyStore) -> None:
    hands = Hands(NOON)
    one, other = Duty("fetch", store.leases, hands), Duty("fetch", store.leases, hands)
    done: list[str] = []

    async def ask(who: str) -> None:
        done.append(who)

    ours, theirs = one.shared(lambda: ask("one")), other.shared(lambda: ask("other"))
    for work in (ours, theirs, ours, theirs):
        await work()
    assert done == ["one", "one"]

    await one.end()
    hands.moment += RENEWED_EVERY
    await theirs()
    assert done == ["one", "one", "other"]


async def test_who_ends_gives_the_duty_back(store: AnyStore) -> None:
    hands = Hands(NOON)
    one, other = Duty("fetch", store.leases, hands), Duty("fetch", store.leases, hands)
    assert await one.mine()

    await other.end()
    assert not await other.mine()
    await one.end()
    hands.moment += RENEWED_EVERY
    assert await other.mine()


class Unreachable(MemoryLeases):
    """A database that answers no more, or never ends to."""

    def __init__(self, *, hangs: bool) -> None:
        super().__init__()
        self._hangs = hangs

    async def release(self, name: str, owner: str) -> None:
        if self._hangs:
            await asyncio.Event().wait()
        raise ConnectionError(f"{name} of {owner}: the database is down")


@pytest.mark.parametrize("hangs", [False, True])
async def test_who_ends_while_the_database_is_down_ends_all_the_same(
    hangs: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "GIVEN_BACK_WITHIN", 0.01)
    duty = Duty("fetch", Unreachable(hangs=hangs), Hands(NOON))
    assert await duty.mine()
    with capture_logs() as told:
        await duty.end()
    assert [one["event"] for one in told] == ["a duty could not be given back"]

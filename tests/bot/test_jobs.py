"""Work that is repeated: never twice at once, never ended by its own failure."""

import asyncio

from bot.jobs import Job
from bot.roles import ANSWERING


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

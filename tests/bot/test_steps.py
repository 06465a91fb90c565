"""A machine's clock that is set: what is repeated goes on within a second or two."""

import asyncio
import contextlib

from structlog.testing import capture_logs

from bot.__main__ import strike_now, ticker_of
from bot.jobs import Job
from bot.roles import ANSWERING
from bot.steps import Steps, watch

HOUR = 3600.0


class Clocks:
    """Of a machine: one that may be set, and one that runs on."""

    def __init__(self) -> None:
        self.wall, self.steady = 1_000_000.0, 50.0

    def run(self, seconds: float) -> None:
        self.wall += seconds
        self.steady += seconds

    def steps(self) -> Steps:
        return Steps(lambda: self.wall, lambda: self.steady)


def test_only_a_step_back_is_one_and_it_is_told_once() -> None:
    clocks = Clocks()
    steps = clocks.steps()
    clocks.run(10)
    assert steps.back() == 0
    clocks.wall += 3 * HOUR
    assert steps.back() == 0, "what comes too late is struck by itself"
    clocks.wall -= 2 * HOUR
    assert steps.back() == 2 * HOUR
    clocks.run(1)
    assert steps.back() == 0
    clocks.wall -= 0.5
    assert steps.back() == 0, "a time server's touch"


async def test_each_step_back_strikes_anew_and_is_logged() -> None:
    clocks, struck, looks = Clocks(), list[float](), 0

    async def pause(seconds: float) -> None:
        nonlocal looks
        looks += 1
        clocks.run(seconds)
        if looks == 2:
            clocks.wall -= 2 * HOUR
        if looks == 5:
            raise asyncio.CancelledError

    with capture_logs() as logs, contextlib.suppress(asyncio.CancelledError):
        await watch(clocks.steps(), lambda: struck.append(clocks.wall), pause)
    assert len(struck) == 1
    assert [(line["event"], line["seconds"]) for line in logs] == [("the clock was set back", 7200)]


async def test_a_job_whose_next_time_is_hours_away_is_struck_at_once_and_then_as_often_as_before() -> None:
    done = asyncio.Event()

    async def work() -> None:
        done.set()

    job = Job("deliver", ANSWERING, 2 * HOUR, work)
    ticker = ticker_of([job])
    ticker.start()
    try:
        strike_now(ticker)
        async with asyncio.timeout(20):
            await done.wait()
        (known,) = ticker.get_jobs()
        assert known.trigger.interval.total_seconds() == 2 * HOUR
    finally:
        ticker.shutdown(wait=False)
        await job.end()

"""Ways in beside each other: restarted with growing, random waits; parked when only an operator helps."""

import asyncio
from collections.abc import Sequence

import pytest

from bot.ports import ParkedError
from bot.running import Running
from bot.supervisor import MAXIMUM_DELAY, State, Supervised, full_jitter, supervise

Ending = Exception | None


class Way:
    """An adapter that ends as scripted, then runs until cancelled."""

    def __init__(self, name: str = "slack", endings: Sequence[Ending] = ()) -> None:
        self.name = name
        self.endings = list(endings)
        self.runs = 0
        self.closed = False
        self.connected = False

    async def run(self) -> None:
        self.runs += 1
        if self.endings:
            ending = self.endings.pop(0)
            if ending is not None:
                raise ending
            return
        self.connected = True
        try:
            await asyncio.Event().wait()
        finally:
            self.connected = False
            self.closed = True


class Waits:
    """A sleep that takes no time and remembers what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.asked.append(seconds)
        await asyncio.sleep(0)


async def supervised(way: Way, waits: Waits, rounds: int = 30) -> Supervised:
    """How it is after a while, its task ended."""
    one = Supervised(way)
    task = asyncio.create_task(supervise(one, sleep=waits, dice=lambda: 1.0))
    for _ in range(rounds):
        await asyncio.sleep(0)
    state = Supervised(way, one.now, one.reason)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    return state


async def test_waits_grow_with_each_failure_in_a_row() -> None:
    way, waits = Way(endings=[RuntimeError("refused")] * 4), Waits()

    state = await supervised(way, waits)

    assert way.runs == 5
    assert waits.asked == [2.0, 4.0, 8.0, 16.0]
    assert (state.state, state.reason) == (State.UP, "refused")


async def test_one_that_ends_by_itself_is_started_again() -> None:
    way, waits = Way(endings=[None]), Waits()

    state = await supervised(way, waits)

    assert (way.runs, state.reason) == (2, "it ended by itself")


async def test_one_that_waits_for_its_operator_is_not_started_again() -> None:
    way, waits = Way(endings=[ParkedError("The token is refused.", "Set a new one.")]), Waits()

    state = await supervised(way, waits)

    assert (way.runs, waits.asked) == (1, [])
    assert (state.state, state.reason) == (State.PARKED, "The token is refused. Set a new one.")


@pytest.mark.parametrize(("dice", "attempt", "wait"), [(1.0, 0, 1.0), (0.5, 3, 4.0), (0.0, 9, 0.0)])
def test_a_wait_is_anything_up_to_its_limit(dice: float, attempt: int, wait: float) -> None:
    assert full_jitter(attempt, lambda: dice) == wait


def test_no_wait_is_longer_than_five_minutes_however_often_it_failed() -> None:
    assert full_jitter(10_000, lambda: 1.0) == MAXIMUM_DELAY


async def test_one_failing_never_takes_another_down_and_the_end_closes_all() -> None:
    good, bad = Way("slack"), Way("discord", [ParkedError("refused", "")])
    running = Running()
    running.add(bad)
    running.add(good)

    running.start()
    for _ in range(5):
        await asyncio.sleep(0)
    assert [one.now for one in running.adapters] == [State.PARKED, State.UP]

    running.drain()
    await running.end()
    assert running.draining
    assert good.closed

"""Group commit: who shares a transaction, and whom a failure concerns."""

import asyncio
from collections.abc import Sequence

import pytest

from storage.grouping import LARGEST, Grouped


class Work:
    """Doubles numbers, group by group; refuses 13, and stands still while `gate` is closed."""

    def __init__(self) -> None:
        self.groups: list[list[int]] = []
        self.gate = asyncio.Event()
        self.gate.set()

    async def __call__(self, asked: Sequence[int]) -> list[int]:
        self.groups.append(list(asked))
        await self.gate.wait()
        if 13 in asked:
            raise ValueError("unlucky")
        return [2 * number for number in asked]


async def test_one_alone_is_done_at_once() -> None:
    work = Work()

    assert await Grouped(work)(1) == 2
    assert work.groups == [[1]]


async def test_who_comes_during_a_transaction_shares_the_next_one() -> None:
    work = Work()
    work.gate.clear()
    grouped = Grouped(work)
    first = asyncio.create_task(grouped(1))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    others = [asyncio.create_task(grouped(number)) for number in (2, 3)]
    await asyncio.sleep(0)
    work.gate.set()

    assert await asyncio.gather(first, *others) == [2, 4, 6]
    assert work.groups == [[1], [2, 3]]


async def test_a_failure_concerns_only_whom_it_would_have_met_alone() -> None:
    grouped = Grouped(Work())

    answers = await asyncio.gather(*(grouped(number) for number in (1, 13, 2)), return_exceptions=True)

    assert (answers[0], answers[2]) == (2, 4)
    assert isinstance(answers[1], ValueError)


async def test_a_group_has_a_largest_size() -> None:
    work = Work()
    grouped = Grouped(work)

    await asyncio.gather(*(grouped(number) for number in range(100, 101 + LARGEST)))

    assert [len(group) for group in work.groups] == [LARGEST, 1]


async def test_who_gave_up_waiting_keeps_nobody_from_an_answer() -> None:
    work = Work()
    work.gate.clear()
    grouped = Grouped(work)
    given_up, other = (asyncio.create_task(grouped(number)) for number in (1, 2))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    given_up.cancel()
    work.gate.set()

    assert await other == 4
    with pytest.raises(asyncio.CancelledError):
        await given_up


async def test_it_works_again_after_a_failure() -> None:
    grouped = Grouped(Work())

    with pytest.raises(ValueError, match="unlucky"):
        await grouped(13)

    assert await grouped(4) == 8

"""Work in rounds of the event loop."""

import asyncio

from bot.rounds import Rounds


async def test_what_comes_in_is_looked_at_between_two_rounds() -> None:
    rounds, seen = Rounds(2), []

    async def work(number: int) -> None:
        await rounds.turn()
        seen.append(number)

    tasks = [asyncio.create_task(work(number)) for number in range(5)]
    begun = []
    for _ in range(12):
        await asyncio.sleep(0)
        begun.append(len(seen))
    await asyncio.gather(*tasks)
    assert sorted({0, *begun}) == [0, 2, 4, 5]


async def test_the_first_of_a_round_waits_for_nothing() -> None:
    turn = Rounds(1).turn()
    try:
        turn.send(None)
    except StopIteration:
        return
    raise AssertionError("it waited")

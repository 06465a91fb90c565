"""Who is answered first."""

import asyncio

import pytest

from bot.delivery.precedence import Precedence

ANSWERS: dict[str, str] = {}


async def goes_on(precedence: Precedence) -> bool:
    """Whether a digest goes on now."""
    waiting = asyncio.create_task(precedence.give_way())
    for _ in range(3):
        await asyncio.sleep(0)
    done = waiting.done()
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    return done


async def test_a_digest_goes_on_while_nobody_is_answered() -> None:
    assert await goes_on(Precedence())


async def test_a_digest_waits_until_the_last_one_is_answered() -> None:
    precedence = Precedence(longest=1e9)
    with precedence:
        with precedence:
            assert not await goes_on(precedence)
        assert not await goes_on(precedence)
        waiting = asyncio.create_task(precedence.give_way())
        await asyncio.sleep(0)
    await waiting
    assert await goes_on(precedence)


async def test_an_answer_that_fails_holds_nobody_up() -> None:
    precedence = Precedence(longest=1e9)

    def answer() -> None:
        with precedence:
            ANSWERS["none"]

    with pytest.raises(KeyError):
        answer()
    assert await goes_on(precedence)


async def test_all_digests_stand_back_for_one_while_and_not_each_for_its_own() -> None:
    precedence = Precedence(longest=0.01)
    with precedence:
        await precedence.give_way()
        assert await goes_on(precedence)
    assert await goes_on(precedence)


async def test_no_digest_waits_for_ever_however_much_is_asked() -> None:
    precedence = Precedence(longest=0.0)
    with precedence:
        await precedence.give_way()

"""Each shard has one owner: leases are taken, kept, lost and handed on."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest

from adapters.discord.answering import Answering
from adapters.discord.app import DiscordAdapter
from adapters.discord.gateway import Gateway
from adapters.discord.platform import DiscordPlatform
from adapters.discord.rest import Rest
from adapters.discord.shards import IDENTIFY_EVERY, SPAN, Shards
from bot.ports import ParkedError
from tests.adapters.discord.fake_discord import Script, fake_discord
from tests.adapters.discord.service import make_service, make_settings
from tests.delivery_scene import START, Hands
from tests.memory_leases import MemoryLeases


class Unreachable(MemoryLeases):
    """A database that fails while it is told to."""

    down = False

    async def hold(self, name: str, owner: str, real: datetime, span: timedelta) -> bool:
        if self.down:
            raise ConnectionError("no database")
        return await super().hold(name, owner, real, span)

    async def release(self, name: str, owner: str) -> None:
        if self.down:
            raise ConnectionError("no database")
        await super().release(name, owner)


async def test_a_process_alone_has_all_shards_and_a_second_none() -> None:
    leases, clock = MemoryLeases(), Hands(START)
    first, second = Shards(leases, clock), Shards(leases, clock)
    assert await first.take(3) == [0, 1, 2]
    assert await second.take(3) == []
    await first.release()
    assert await second.take(3) == [0, 1, 2]
    assert first.held == frozenset()


async def test_what_a_dead_process_had_is_taken_over_when_its_time_is_over() -> None:
    leases, clock = MemoryLeases(), Hands(START)
    dead, living = Shards(leases, clock), Shards(leases, clock)
    await dead.take(1)
    await living.take(2)
    assert living.held == {1}
    clock.moment += SPAN / 2
    await living.keep()
    assert await living.take_more(2) == []
    clock.moment += SPAN / 2
    await living.keep()
    assert await living.take_more(2) == [0]
    with pytest.raises(ConnectionError, match="shard 0 is another process's"):
        await dead.keep()


async def test_a_short_outage_of_the_database_takes_no_shard_away() -> None:
    leases, clock = Unreachable(), Hands(START)
    shards = Shards(leases, clock)
    await shards.take(1)
    leases.down = True
    clock.moment += SPAN / 3
    await shards.keep()
    assert await shards.take_more(2) == []
    clock.moment += SPAN / 2
    with pytest.raises(ConnectionError):
        await shards.keep()
    await shards.release()


async def test_a_lease_that_cannot_be_given_back_ends_by_itself() -> None:
    leases, clock = Unreachable(), Hands(START)
    shards = Shards(leases, clock)
    await shards.take(1)
    leases.down = True
    await shards.release()
    leases.down = False
    clock.moment += SPAN
    assert await Shards(leases, clock).take(1) == [0]


async def test_sessions_of_a_bucket_begin_five_seconds_apart_whoever_begins_them() -> None:
    leases, clock = MemoryLeases(), Hands(START)

    async def sleep(seconds: float) -> None:
        clock.moment += timedelta(seconds=seconds)

    first, second = Shards(leases, clock, sleep), Shards(leases, clock, sleep)
    await first.identify(0)
    await second.identify(1)
    assert clock.moment == START
    await second.identify(0)
    assert clock.moment == START + IDENTIFY_EVERY


# --- in the adapter ---------------------------------------------------------------------------------------------


@pytest.fixture
async def server() -> AsyncIterator[Script]:
    async with fake_discord() as script:
        yield script


async def test_a_process_without_shards_stands_by_and_counts_as_reachable(server: Script) -> None:
    server.then(200, {"shards": 2})
    service = await make_service()
    other = Shards(service.store.leases)
    await other.take(2)
    looked = asyncio.Event()

    async def sleep(_seconds: float) -> None:
        looked.set()
        await asyncio.Event().wait()

    adapter = DiscordAdapter(make_settings(discord_api_url=server.url), service, sleep=sleep)
    standing = asyncio.create_task(adapter.run())
    await asyncio.wait_for(looked.wait(), 10)
    assert adapter.connected
    standing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await standing
    assert not adapter.connected


@pytest.mark.parametrize("answer", [{"surprise": 1}, {"shards": None}, []])
async def test_an_answer_without_a_number_of_shards_is_for_the_supervisor(server: Script, answer: object) -> None:
    server.then(200, answer)
    adapter = DiscordAdapter(make_settings(discord_api_url=server.url), await make_service())
    with pytest.raises(ConnectionError, match="number of shards"):
        await adapter.run()


class Ending(DiscordAdapter):
    """Its connections end as told, and are noted."""

    ends: Exception
    served: list[list[int]]

    async def _connect(self, count: int, mine: object) -> None:
        assert isinstance(mine, list)
        self.served.append(mine)
        if len(self.served) * len(mine) >= count:
            raise self.ends
        await asyncio.Event().wait()


@pytest.mark.parametrize("ends", [ParkedError("no", "yes"), ConnectionError("over")])
async def test_what_is_given_up_elsewhere_is_served_too_and_one_end_is_the_end_of_all(
    server: Script, ends: Exception
) -> None:
    server.then(200, {"shards": 2})
    service = await make_service()
    other = Shards(service.store.leases)
    await other.take(1)

    async def sleep(_seconds: float) -> None:
        await other.release()
        await asyncio.sleep(0)

    adapter = Ending(make_settings(discord_api_url=server.url), service, sleep=sleep)
    adapter.ends, adapter.served = ends, []
    with pytest.raises(type(ends)):
        await adapter.run()
    assert adapter.served == [[1], [0]]
    assert await other.take(2) == [0, 1]


async def test_several_shards_wait_for_their_turn_and_one_alone_does_not() -> None:
    turns: list[int] = []

    async def identify(bucket: int) -> None:
        turns.append(bucket)

    rest = Rest("invented")
    answering = Answering(await make_service(), DiscordPlatform(rest))
    several = Gateway(answering, rest, [3, 4], 5, identify)
    several.max_concurrency = 2
    await several.before_identify_hook(3, initial=True)
    await several.before_identify_hook(4, initial=False)
    await Gateway(answering, rest, [0], 1, identify).before_identify_hook(0, initial=True)
    assert turns == [1, 0]

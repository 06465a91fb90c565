"""What every LaneStore does: who rests until when, and whose rest ends early; in memory and on both databases."""

from datetime import timedelta

from bot.models import ChannelKey
from bot.ports import Block
from tests.conftest import AnyStore
from tests.storage.ledger import MINUTE, REAL, claim, plan, subscribe

LANE, OTHER = "slack:T0001", "slack:T0002"
SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)
REFUSED = Block(REAL + HOUR, "token refused")
LIMITED = Block(REAL + MINUTE, "slow down", REAL + MINUTE)


async def due(store: AnyStore) -> AnyStore:
    """A digest that is due in each of the two lanes."""
    for team in ("T0001", "T0002"):
        await subscribe(store, ChannelKey("slack", team, "C1"))
    await plan(store)
    return store


async def test_a_blocked_lane_waits_alone(store: AnyStore) -> None:
    await subscribe(store, ChannelKey("slack", "T1", "C1"))
    await subscribe(store, ChannelKey("slack", "T2", "C1"))
    await plan(store)

    await store.lanes.block("slack:T1", Block(REAL + HOUR, "asked to wait"))

    assert [one.channel.workspace for one in await claim(store)] == ["T2"]
    assert await claim(store, real=REAL + timedelta(seconds=30)) == []
    assert "T1" in [one.channel.workspace for one in await claim(store, real=REAL + HOUR)]


async def test_a_block_says_why_and_never_becomes_shorter(store: AnyStore) -> None:
    lanes = (await due(store)).lanes
    assert await lanes.last_block(LANE) is None

    await lanes.block(LANE, REFUSED)
    await lanes.block(LANE, Block(REAL + MINUTE, "token refused again"))

    assert await lanes.last_block(LANE) == REFUSED
    assert await lanes.last_block(OTHER) is None
    assert await lanes.last_block("slack:T0003") is None


async def test_a_wait_that_was_asked_for_is_kept_beside_a_longer_rest_whichever_comes_first(store: AnyStore) -> None:
    lanes = (await due(store)).lanes
    both = Block(REFUSED.until, REFUSED.because, LIMITED.until)

    await lanes.block(LANE, REFUSED)
    await lanes.block(LANE, LIMITED)
    await lanes.block(OTHER, LIMITED)
    await lanes.block(OTHER, REFUSED)
    await lanes.block(OTHER, Block(REAL + SECOND, "slow down", REAL + SECOND))

    assert await lanes.last_block(LANE) == both
    assert await lanes.last_block(OTHER) == both


async def test_a_rest_ends_once_its_cause_is_mended_and_its_reason_is_kept(store: AnyStore) -> None:
    await due(store)
    for lane in (LANE, OTHER):
        await store.lanes.block(lane, REFUSED)

    await store.lanes.open(LANE, REAL + MINUTE)
    await store.lanes.open("slack:T0003", REAL + MINUTE)

    assert [one.channel.workspace for one in await claim(store, real=REAL + MINUTE)] == ["T0001"]
    assert await store.lanes.last_block(LANE) == Block(REAL + MINUTE, REFUSED.because)


async def test_what_the_platform_asked_for_goes_on(store: AnyStore) -> None:
    await due(store)
    for block in (LIMITED, REFUSED):
        await store.lanes.block(LANE, block)
    await store.lanes.block(OTHER, LIMITED)

    for lane in (LANE, OTHER):
        await store.lanes.open(lane, REAL + SECOND)

    assert await claim(store, real=REAL + MINUTE - SECOND) == []
    assert len(await claim(store, real=REAL + MINUTE)) == 2


async def test_all_rests_of_some_platforms_end_and_others_go_on(store: AnyStore) -> None:
    await subscribe(store, ChannelKey("discord", "1", "2"))
    await due(store)
    for lane in (OTHER, "discord", LANE):
        await store.lanes.block(lane, REFUSED)

    assert await store.lanes.open_all(["slack"], REAL) == [LANE, OTHER]
    assert await store.lanes.open_all(["slack"], REAL) == []

    assert sorted(one.channel.workspace for one in await claim(store)) == ["T0001", "T0002"]


async def test_a_rest_that_is_over_is_left_as_it_was(store: AnyStore) -> None:
    lanes = (await due(store)).lanes
    await lanes.block(LANE, REFUSED)

    await lanes.open(LANE, REFUSED.until + MINUTE)

    assert await lanes.last_block(LANE) == REFUSED

"""Killed anywhere, any number of times, in one process or two: nothing twice, nothing lost without a word."""

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, cast

from hypothesis import given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from bot.delivery import Courier, Pace
from bot.models import ChannelKey, Delivery, DeliveryState, Outcome, PartState
from bot.ports import ONCE, REPLY_TO, Payload, SentMessage
from bot.views import DigestPost, View
from tests.delivery_scene import NINE, SLOT, Answer, FakePlatform, LostAcknowledgementError, Scene, failing
from tests.memory_deliveries import MemoryDeliveries
from tests.memory_lanes import MemoryLanes

CHANNELS = [ChannelKey("slack", team, channel) for team in ("T1", "T2") for channel in ("C1", "C2")]
KEYS_LIVE = timedelta(minutes=3)
"""How long the idempotent fake remembers a key, in real time."""


@dataclass
class Fragile(FakePlatform):
    """A request can be cut off on its way there and on its way back; a key is forgotten after a while."""

    scene: Scene | None = None
    since: dict[str, Any] = field(default_factory=dict)
    forum: bool = False
    """The first message begins a post, which no key protects; the others go into it."""

    def render(self, view: View) -> list[Payload]:
        first, *rest = super().render(view)
        if not self.forum or not isinstance(view, DigestPost):
            return [first, *rest]
        return [first | {ONCE: True}, *(payload | {ONCE: True, REPLY_TO: 0} for payload in rest)]

    def fallback(self, view: View) -> Payload:
        return super().fallback(view) | ({ONCE: True, REPLY_TO: 0} if self.forum else {})

    async def send(self, channel: ChannelKey, payload: Payload, key: str) -> SentMessage:
        await asyncio.sleep(0)
        try:
            return await super().send(channel, payload, key)
        finally:
            await asyncio.sleep(0)

    def take(self, channel: ChannelKey, payload: Payload, key: str) -> SentMessage:
        assert self.scene is not None
        now = self.scene.real.moment
        begins = payload.get(ONCE) and REPLY_TO not in payload
        if begins or (key in self.since and now - self.since[key] > KEYS_LIVE):
            self.known.pop(key, None)
        self.since.setdefault(key, now)
        if key not in self.known:
            self.since[key] = now
        return super().take(channel, payload, key)


class Suspending:
    """A ledger, or its lanes, whose calls can be cut off before and after they take effect.

    Never in the middle: they are transactions.
    """

    def __init__(self, ledger: MemoryDeliveries | MemoryLanes) -> None:
        self._ledger = ledger

    def __getattr__(self, name: str) -> Callable[..., Coroutine[Any, Any, Any]]:
        method = getattr(self._ledger, name)

        async def call(*arguments: Any, **named: Any) -> Any:
            await asyncio.sleep(0)
            result = await method(*arguments, **named)
            await asyncio.sleep(0)
            return result

        return call


@dataclass(frozen=True)
class Life:
    """Of one or two processes: how many steps of the loop until they are killed, and how long until the next."""

    steps: int
    processes: int
    pause: float
    """Seconds of both clocks."""


lives = st.builds(
    Life,
    steps=st.integers(0, 90),
    processes=st.integers(1, 2),
    pause=st.sampled_from([0.0, 1.0, 30.0, 61.0, 61.0, 200.0, 3600.0]),
)
answers: st.SearchStrategy[Answer] = st.one_of(
    st.none(),
    st.none(),
    st.builds(LostAcknowledgementError),
    st.sampled_from(list(Outcome)).filter(lambda outcome: outcome is not Outcome.SENT).map(failing),
    st.builds(lambda: failing(Outcome.LIMITED, "slow down", 5.0)),
    st.builds(lambda: KeyError("a bug")),
)


async def live(scene: Scene, life: Life) -> None:
    """Run processes for some steps of the loop, then kill them wherever they are."""
    couriers: list[Courier] = [scene.new_courier() for _ in range(life.processes)]
    ticking = [asyncio.create_task(courier.tick()) for courier in couriers]
    for _ in range(life.steps):
        await asyncio.sleep(0)
    everything = [*ticking, *(task for courier in couriers for task in courier._traffic.tasks)]
    for task in everything:
        task.cancel()
    ended = await asyncio.gather(*everything, return_exceptions=True)
    assert all(one is None or isinstance(one, asyncio.CancelledError) for one in ended), ended
    scene.wait(seconds=life.pause)


async def end_in_peace(scene: Scene) -> None:
    """One process that nobody kills, long enough for every retry, lease and grace."""
    scene.courier = scene.new_courier()
    for seconds in [0, 5, 15, 60, *[1200] * 14]:
        await scene.tick(seconds=seconds)


async def story(platform: Fragile, history: list[Life]) -> None:
    scene = Scene(platform, pace=Pace(batch=2))
    platform.scene = scene
    ledger = scene.store.deliveries
    scene.store.deliveries = cast("MemoryDeliveries", Suspending(ledger))
    scene.store.lanes = cast("MemoryLanes", Suspending(scene.store.lanes))
    for channel in CHANNELS:
        await scene.subscribe(channel, next_run_at=NINE)
    for life in history:
        await live(scene, life)
    await end_in_peace(scene)
    for channel in CHANNELS:
        (delivery,) = [one for one in await ledger.history(channel, 9) if one.slot == SLOT]
        check(delivery, [part.state for part in await ledger.parts(delivery.id)], arrivals(platform, channel))


def tell(platform: Fragile, history: list[Life]) -> None:
    with capture_logs():
        asyncio.run(story(platform, history))


def arrivals(platform: FakePlatform, channel: ChannelKey) -> Counter[str]:
    """How often each message came to a channel."""
    return Counter(str(payload) for where, payload in platform.arrived if where == channel)


def check(delivery: Delivery, parts: list[PartState], arrived: Counter[str]) -> None:
    assert all(times == 1 for times in arrived.values()), f"twice: {arrived}"
    assert not delivery.open, f"lost: {delivery}"
    assert delivery.next_attempt_at is None
    match delivery.state:
        case DeliveryState.SENT:
            assert set(parts) == {PartState.SENT}
            assert sum(arrived.values()) == len(parts)
        case DeliveryState.UNKNOWN:
            assert delivery.reason
            assert parts.count(PartState.UNKNOWN) == 1
            assert 0 <= sum(arrived.values()) - parts.count(PartState.SENT) <= 1
        case DeliveryState.SKIPPED | DeliveryState.FAILED:
            assert delivery.reason
            assert sum(arrived.values()) == parts.count(PartState.SENT)
            assert not arrived or delivery.state is DeliveryState.FAILED


@given(
    idempotent=st.booleans(),
    forum=st.booleans(),
    messages=st.integers(1, 3),
    script=st.lists(answers, max_size=12),
    history=st.lists(lives, max_size=6),
)
@settings(max_examples=80, deadline=None)
def test_each_slot_ends_once_and_says_how(
    idempotent: bool, forum: bool, messages: int, script: list[Answer], history: list[Life]
) -> None:
    platform = Fragile(idempotent=idempotent, forum=forum, messages=messages, answers=list(script))

    tell(platform, history)


@given(steps=st.integers(0, 200), idempotent=st.booleans(), forum=st.booleans())
@settings(max_examples=60, deadline=None)
def test_a_single_kill_at_any_step_is_survived(steps: int, idempotent: bool, forum: bool) -> None:
    platform = Fragile(idempotent=idempotent, forum=forum, messages=2)

    tell(platform, [Life(steps, 1, 61.0)])

    came = sum(sum(arrivals(platform, channel).values()) for channel in CHANNELS)
    assert came == 8 or not idempotent or forum, "with a key, a kill loses nothing"


def test_the_check_notices_a_message_that_came_twice() -> None:
    class Forgetful(Fragile):
        """Sends each message twice, as a client with retries does."""

        def take(self, channel: ChannelKey, payload: Payload, key: str) -> SentMessage:
            super().take(channel, payload, key)
            return super().take(channel, payload, key)

    try:
        tell(Forgetful(), [])
    except AssertionError as error:
        assert "twice" in str(error)  # noqa: PT017 - the assertion of `check` itself is what is tested
    else:
        raise AssertionError("it did not")

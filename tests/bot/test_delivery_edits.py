"""Downtime, clocks that jump, and people who change a digest in the middle of its own fan-out."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.clock import VirtualClock
from bot.models import ChannelKey, Delivery, DeliveryState, Outcome
from bot.service import Service
from tests.builders import CHANNEL, days, hours, make_change, make_schedule
from tests.delivery_scene import NINE, SLOT, START, FakePlatform, Scene, failing
from tests.memory_deliveries import MemoryDeliveries
from tests.service import make_desk

Edit = Callable[[Scene], Awaitable[object]]


async def unsubscribe(scene: Scene) -> object:
    return await scene.store.channels.remove(CHANNEL, make_change("ended"))


async def change(scene: Scene, **changes: Any) -> object:
    known = await scene.store.channels.subscription(CHANNEL)
    assert known is not None
    return await scene.store.channels.update(replace(known, **changes), make_change("changed"))


async def pause(scene: Scene) -> object:
    return await change(scene, paused_because="Ada paused it", next_run_at=None)


async def lose_the_channel(scene: Scene) -> object:
    """As the platform's event about a deleted channel does."""
    return await change(scene, paused_because="the channel was deleted", next_run_at=None)


async def wish(scene: Scene, **wishes: Any) -> object:
    known = await scene.store.channels.subscription(CHANNEL)
    assert known is not None
    return await change(scene, preferences=replace(known.preferences, **wishes))


async def pause_for_a_week(scene: Scene) -> object:
    return await wish(scene, paused_until=SLOT + days(7))


async def want_quiet_days(scene: Scene) -> object:
    return await wish(scene, quiet_dates=((SLOT, SLOT + days(1)),))


async def want_quiet_days_from_tomorrow_on(scene: Scene) -> object:
    """And no pause that reaches into this date."""
    return await wish(scene, quiet_dates=((SLOT + days(1), SLOT + days(2)),), paused_until=SLOT)


async def ask_for_other_papers(scene: Scene) -> object:
    return await change(scene, limit=9)


async def move_to_tokyo(scene: Scene) -> object:
    """Whose nine o'clock of that date is over, so that the next one is tomorrow's."""
    return await change(scene, schedule=make_schedule("Asia/Tokyo"), next_run_at=NINE + hours(16))


async def move_to_california(scene: Scene) -> object:
    """Whose nine o'clock of that date is still to come."""
    return await change(scene, schedule=make_schedule("America/Los_Angeles"), next_run_at=NINE + hours(8))


STOPS = [
    (unsubscribe, "the digest was ended before it went out"),
    (pause, "paused: Ada paused it"),
    (lose_the_channel, "paused: the channel was deleted"),
    (pause_for_a_week, f"it is paused until {SLOT + days(7)}"),
    (want_quiet_days, f"these are quiet days, {SLOT} to {SLOT + days(1)}"),
]
KEEPS_ON = [ask_for_other_papers, move_to_tokyo, move_to_california, want_quiet_days_from_tomorrow_on]


class Claiming(MemoryDeliveries):
    """Somebody changes the digest between its claim and everything after it."""

    edit: Callable[[], Awaitable[object]] | None = None

    async def claim(self, *given: Any, **named: Any) -> list[Delivery]:
        claimed = await super().claim(*given, **named)
        if claimed and self.edit is not None:
            edit, self.edit = self.edit, None
            await edit()
        return claimed


async def edited_between_claim_and_send(edit: Edit) -> tuple[Scene, FakePlatform]:
    slack = FakePlatform(messages=3)
    scene = Scene(slack)
    scene.store.deliveries = ledger = Claiming(scene.store.channels.subscribed)
    scene.courier = scene.new_courier()
    await scene.subscribe()
    ledger.edit = lambda: edit(scene)
    await scene.tick()
    return scene, slack


async def edited_between_parts(edit: Edit) -> tuple[Scene, FakePlatform]:
    """While the first of three messages is on its way."""
    slack = FakePlatform(messages=3)
    scene = Scene(slack)
    await scene.subscribe()

    async def once(_channel: ChannelKey) -> None:
        if len(slack.requests) == 1:
            await edit(scene)

    slack.before = once
    await scene.tick()
    return scene, slack


@pytest.mark.parametrize(("edit", "because"), STOPS)
async def test_stopped_between_claim_and_send_nothing_is_posted(edit: Edit, because: str) -> None:
    scene, slack = await edited_between_claim_and_send(edit)

    skipped = await scene.last()
    assert (skipped.state, skipped.reason) == (DeliveryState.SKIPPED, because)
    assert slack.requests == []


@pytest.mark.parametrize(("edit", "because"), STOPS)
async def test_stopped_between_two_messages_no_further_one_is_posted(edit: Edit, because: str) -> None:
    scene, slack = await edited_between_parts(edit)

    cut = await scene.last()
    assert (cut.state, cut.reason) == (DeliveryState.FAILED, f"only 1 of 3 messages went out: {because}")
    assert len(slack.arrived) == 1
    await scene.tick(hours=1)
    assert len(slack.requests) == 1


@pytest.mark.parametrize("edit", KEEPS_ON)
@pytest.mark.parametrize("when", [edited_between_claim_and_send, edited_between_parts])
async def test_edited_or_moved_meanwhile_it_comes_whole_and_once(
    edit: Edit, when: Callable[[Edit], Awaitable[tuple[Scene, FakePlatform]]]
) -> None:
    scene, slack = await when(edit)

    for _ in range(12):
        await scene.tick(hours=1)

    history = await scene.store.deliveries.history(CHANNEL, 9)
    assert [(one.slot, one.state) for one in history] == [(SLOT, DeliveryState.SENT)]
    assert [payload["part"] for _, payload in slack.arrived] == [0, 1, 2]


@pytest.mark.parametrize("edit", [move_to_tokyo, move_to_california])
async def test_moved_after_it_came_the_next_one_is_tomorrow_s_by_the_new_clock(edit: Edit) -> None:
    slack = FakePlatform()
    scene = Scene(slack)
    await scene.subscribe()
    await scene.tick()
    await edit(scene)

    for _ in range(36):
        await scene.tick(hours=1)

    history = await scene.store.deliveries.history(CHANNEL, 9)
    assert [one.slot for one in history] == [SLOT + days(1), SLOT], "no date twice, none left out"
    assert len(slack.arrived) == 2


async def test_ended_and_set_up_again_the_old_digest_stays_ended() -> None:
    slack = FakePlatform(answers=[failing(Outcome.NOT_SENT)])
    scene = Scene(slack)
    await scene.subscribe()
    await scene.tick()

    await unsubscribe(scene)
    await scene.subscribe(next_run_at=NINE + days(1))
    await scene.tick(minutes=5)

    assert (await scene.last()).state is DeliveryState.SKIPPED
    assert slack.arrived == []


@pytest.mark.parametrize(
    ("away", "slot", "state"),
    [
        (hours(2), SLOT, DeliveryState.SENT),
        (hours(5), SLOT, DeliveryState.SKIPPED),
        (days(2), SLOT + days(2), DeliveryState.SENT),
        (days(2) + hours(5), SLOT + days(2), DeliveryState.SKIPPED),
        (days(11), SLOT + days(10), DeliveryState.SKIPPED),
    ],
)
async def test_after_an_outage_one_digest_at_most_and_the_latest(
    away: timedelta, slot: Any, state: DeliveryState
) -> None:
    slack = FakePlatform()
    scene = Scene(slack)
    await scene.subscribe()

    await scene.tick(seconds=away.total_seconds())

    (only,) = await scene.store.deliveries.history(CHANNEL, 99)
    assert (only.slot, only.state) == (slot, state)
    assert len(slack.arrived) == (state is DeliveryState.SENT)
    subscription = await scene.store.channels.subscription(CHANNEL)
    assert subscription is not None
    assert subscription.next_run_at is not None
    assert subscription.next_run_at > scene.clock.now()


async def test_of_a_date_in_an_outage_the_status_says_that_nobody_was_there() -> None:
    desk = make_desk()
    await desk.ask("digest subscribe")
    later = VirtualClock(desk.service.clock.now() + days(3), 0)
    restarted = Service.over(desk.store, desk.store.search, {"slack": desk.postbox}, later)
    await restarted.courier.tick()
    desk = replace(desk, service=restarted)

    told = [str(getattr(await desk.ask(f"digest status 2026-03-{day}"), "headline", "")) for day in (11, 12, 13)]

    assert "the bot was not running then" in told[0]
    assert "the bot was not running then" in told[1]
    assert told[2].startswith("2026-03-13: skipped")
    known = await desk.service.channels.get(CHANNEL)
    await desk.store.channels.update(replace(known, schedule=make_schedule("UTC")), make_change("x", at=later.now()))
    assert "had another schedule" in str(await desk.ask("digest status 2026-03-12"))


async def test_a_clock_that_is_set_back_brings_no_second_digest() -> None:
    slack = FakePlatform()
    scene = Scene(slack)
    await scene.subscribe()
    await scene.tick()

    scene.clock.moment = NINE - hours(3)
    scene.courier = scene.new_courier()
    for _ in range(5):
        await scene.tick(hours=1)

    assert len(slack.arrived) == 1


async def test_a_clock_that_jumps_ahead_brings_the_latest_digest_alone() -> None:
    slack = FakePlatform()
    scene = Scene(slack)
    await scene.subscribe()
    await scene.tick(days=-1)

    scene.clock.moment = NINE + days(1)
    await scene.courier.tick()

    assert [one.slot for one in await scene.store.deliveries.history(CHANNEL, 9)] == [SLOT + days(1)]
    assert len(slack.arrived) == 1


@pytest.mark.parametrize("step", [hours(-2), hours(2)])
async def test_a_machine_whose_clock_is_set_while_a_retry_waits_still_sends_once_or_says_why(step: timedelta) -> None:
    slack = FakePlatform(answers=[failing(Outcome.NOT_SENT)])
    scene = Scene(slack)
    await scene.subscribe()
    await scene.tick()

    scene.real.moment = START + step
    for _ in range(5):
        await scene.tick(hours=1)

    last = await scene.last()
    assert last.state is DeliveryState.SENT
    assert len(slack.arrived) == 1

"""What people change between the moment a digest is planned and the moment it is sent."""

import asyncio
from dataclasses import replace
from datetime import datetime

from bot.models import ChannelKey, DeliveryState, Outcome, PartState
from tests.builders import CHANNEL, hours, make_change, make_schedule
from tests.delivery_scene import NINE, SLOT, FakePlatform, Scene, failing, planned

DISCORD = ChannelKey("discord", "G1", "100")
NEIGHBOUR = ChannelKey("slack", "T0001", "C0002")
ELSEWHERE = ChannelKey("slack", "T0002", "C0001")


async def test_a_quiet_day_is_recorded_with_its_reason_and_nothing_is_posted() -> None:
    slack = FakePlatform()
    scene = Scene(slack)
    scene.papers = 0
    await scene.subscribe()

    await scene.tick()

    quiet = await scene.last()
    assert (quiet.state, quiet.outcome) == (DeliveryState.SKIPPED, None)
    assert quiet.reason == "none of 9 new papers matched the topics"
    assert slack.requests == []


async def test_unsubscribed_between_plan_and_claim_is_not_posted() -> None:
    slack = FakePlatform()
    scene, _ = await planned(slack)

    await scene.store.channels.remove(CHANNEL, make_change("ended"))
    await scene.tick()

    ended = await scene.last()
    assert (ended.state, ended.reason) == (DeliveryState.SKIPPED, "the digest was ended before it went out")
    assert slack.requests == []


async def test_subscribed_anew_between_plan_and_claim_does_not_send_the_former_one() -> None:
    slack = FakePlatform()
    scene, former = await planned(slack)

    await scene.store.channels.remove(CHANNEL, make_change("ended"))
    await scene.subscribe(next_run_at=NINE + hours(24))
    await scene.tick()

    ended = await scene.store.deliveries.delivery(former.id, SLOT)
    assert ended is not None
    assert ended.state is DeliveryState.SKIPPED
    assert slack.requests == []


async def test_paused_between_plan_and_claim_is_not_posted() -> None:
    slack = FakePlatform()
    scene, subscription = await planned(slack)

    paused = replace(subscription, paused_because="holidays", next_run_at=None)
    await scene.store.channels.update(paused, make_change("paused"))
    await scene.tick()

    skipped = await scene.last()
    assert (skipped.state, skipped.reason) == (DeliveryState.SKIPPED, "paused: holidays")
    assert slack.requests == []


async def test_paused_while_its_second_message_stands_back_for_people_is_not_posted_on() -> None:
    slack = FakePlatform(messages=2)
    scene, subscription = await planned(slack)

    async def pause_while_somebody_is_answered() -> None:
        with scene.precedence:
            begun = await scene.last()
            while (await scene.store.deliveries.parts(begun.id))[0].state is not PartState.SENT:  # noqa: ASYNC110  # a store in memory has no event
                await asyncio.sleep(0)
            paused = replace(subscription, paused_because="holidays", next_run_at=None)
            await scene.store.channels.update(paused, make_change("paused"))

    people: list[asyncio.Task[None]] = []

    async def somebody_asks(_channel: ChannelKey) -> None:
        people.append(asyncio.create_task(pause_while_somebody_is_answered()))
        await asyncio.sleep(0)

    slack.before = somebody_asks
    await scene.tick()
    await asyncio.gather(*people)

    assert len(slack.requests) == 1
    assert (await scene.last()).reason == "only 1 of 2 messages went out: paused: holidays"


async def test_ended_while_a_retry_waits_is_not_posted_any_more() -> None:
    slack = FakePlatform(answers=[failing(Outcome.NOT_SENT)])
    scene = Scene(slack)
    await scene.subscribe()
    await scene.tick()

    await scene.store.channels.remove(CHANNEL, make_change("ended"))
    await scene.tick(minutes=1)

    assert (await scene.last()).state is DeliveryState.SKIPPED
    assert len(slack.requests) == 1


async def test_edited_between_plan_and_claim_is_chosen_as_the_settings_are_now_and_sent_once() -> None:
    slack = FakePlatform()
    scene, subscription = await planned(slack)

    later_today = make_schedule(at=datetime.strptime("11:00", "%H:%M").time())  # noqa: DTZ007 - a wall time
    edited = replace(subscription, limit=9, schedule=later_today, next_run_at=NINE + hours(2))
    await scene.store.channels.update(edited, make_change("later and longer"))
    await scene.tick()
    await scene.tick(hours=2)
    await scene.tick(hours=1)

    history = await scene.store.deliveries.history(CHANNEL, 9)
    assert [(one.slot, one.state) for one in history] == [(SLOT, DeliveryState.SENT)]
    assert len(scene.composed) == len(slack.arrived) == 1

"""What every ChannelStore does: in memory, on SQLite and on PostgreSQL."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from bot.models import ChannelKey, Combine, Filters, Period, Person, Preferences, Topics, Weekdays
from bot.ports import AlreadySubscribedError, EditedMeanwhileError, Lease
from tests.builders import CHANNEL, NOON, days, hours, make_change, make_schedule, make_subscription
from tests.conftest import AnyStore

OTHER = ChannelKey("slack", "T0001", "C0002")
ELSEWHERE = ChannelKey("slack", "T0002", "C0001")


async def test_gives_back_every_field_of_a_subscription(store: AnyStore) -> None:
    wanted = make_subscription(
        schedule=make_schedule("Asia/Tokyo", time(23, 59), Weekdays.MONDAY | Weekdays.SUNDAY, Period.WEEKLY),
        topics=Topics(include=("state space", "日本語"), exclude=("survey",), combine=Combine.ALL),
        limit=10,
        set_up_by=Person(id="U1", name="Ada 🦉"),
        paused_because="I cannot post there.",
        next_run_at=None,
        preferences=Preferences(
            paused_until=NOON.date(),
            quiet_dates=((NOON.date(), NOON.date()),),
            most_per_week=3,
            skip_when_empty=False,
            filters=Filters(minimum_upvotes=10, sources=("arxiv",), only_with_code=True),
            compact=True,
        ),
    )

    created = await store.channels.create(wanted, make_change())

    assert created.id > 0
    assert created == replace(wanted, id=created.id)
    assert await store.channels.subscription(CHANNEL) == created


async def test_a_channel_without_a_digest_has_no_subscription(store: AnyStore) -> None:
    await store.channels.create(make_subscription(), make_change())

    assert await store.channels.subscription(OTHER) is None


async def test_refuses_a_second_digest_in_a_channel(store: AnyStore) -> None:
    first = await store.channels.create(make_subscription(), make_change())

    with pytest.raises(AlreadySubscribedError):
        await store.channels.create(make_subscription(limit=9), make_change("again"))

    assert await store.channels.subscription(CHANNEL) == first
    assert await store.channels.log(CHANNEL, 9) == [make_change()]


async def test_an_edit_makes_the_next_version_and_a_line_in_the_log(store: AnyStore) -> None:
    first = await store.channels.create(make_subscription(), make_change())

    second = await store.channels.update(replace(first, limit=7), make_change("limit 7"))

    assert second == replace(first, limit=7, version=2)
    assert await store.channels.subscription(CHANNEL) == second
    assert await store.channels.log(CHANNEL, 9) == [make_change("limit 7"), make_change()]


async def test_refuses_an_edit_of_an_older_version(store: AnyStore) -> None:
    first = await store.channels.create(make_subscription(), make_change())
    second = await store.channels.update(replace(first, limit=7), make_change("limit 7"))

    with pytest.raises(EditedMeanwhileError):
        await store.channels.update(replace(first, limit=3), make_change("limit 3"))

    assert await store.channels.subscription(CHANNEL) == second
    assert await store.channels.log(CHANNEL, 1) == [make_change("limit 7")]


async def test_refuses_an_edit_of_a_digest_that_was_removed(store: AnyStore) -> None:
    first = await store.channels.create(make_subscription(), make_change())
    await store.channels.remove(CHANNEL, make_change("unsubscribed"))

    with pytest.raises(EditedMeanwhileError):
        await store.channels.update(first, make_change("late"))


async def test_removing_ends_the_digest_and_keeps_its_log(store: AnyStore) -> None:
    await store.channels.create(make_subscription(), make_change())

    assert await store.channels.remove(CHANNEL, make_change("unsubscribed", at=NOON + hours(1)))
    assert not await store.channels.remove(CHANNEL, make_change("unsubscribed"))

    assert await store.channels.subscription(CHANNEL) is None
    assert await store.channels.subscriptions("slack", "T0001") == []
    assert [change.what for change in await store.channels.log(CHANNEL, 9)] == ["unsubscribed", "subscribed"]


async def test_a_channel_can_subscribe_again_and_gets_another_id(store: AnyStore) -> None:
    first = await store.channels.create(make_subscription(), make_change())
    await store.channels.remove(CHANNEL, make_change("unsubscribed"))

    again = await store.channels.create(make_subscription(), make_change("back"))

    assert again.id != first.id
    assert await store.channels.subscription(CHANNEL) == again


async def test_lists_the_digests_of_one_workspace_by_channel(store: AnyStore) -> None:
    second = await store.channels.create(make_subscription(OTHER), make_change(channel=OTHER))
    first = await store.channels.create(make_subscription(), make_change())
    await store.channels.create(make_subscription(ELSEWHERE), make_change(channel=ELSEWHERE))

    assert await store.channels.subscriptions("slack", "T0001") == [first, second]
    assert await store.channels.subscriptions("discord", "T0001") == []


async def test_lists_the_digests_of_one_platform_by_channel_and_no_more_than_asked(store: AnyStore) -> None:
    abroad = ChannelKey("discord", "1", "2")
    for channel in (ELSEWHERE, OTHER, CHANNEL, abroad):
        await store.channels.create(make_subscription(channel), make_change(channel=channel))
    await store.channels.remove(OTHER, make_change("unsubscribed", OTHER))

    found = await store.channels.of_platform("slack", 10)
    assert [one.channel for one in found] == [CHANNEL, ELSEWHERE]
    assert [one.channel for one in await store.channels.of_platform("slack", 1)] == [CHANNEL]
    assert [one.channel for one in await store.channels.of_platform("discord", 10)] == [abroad]


async def test_counts_the_channels_that_have_a_digest(store: AnyStore) -> None:
    for channel in (CHANNEL, OTHER, ELSEWHERE):
        await store.channels.create(make_subscription(channel), make_change(channel=channel))
    await store.channels.remove(OTHER, make_change("unsubscribed", OTHER))

    assert await store.channels.total() == 2


async def test_keeps_channels_of_platforms_without_workspaces(store: AnyStore) -> None:
    channel = ChannelKey.parse("email:ada@example.org")
    created = await store.channels.create(make_subscription(channel), make_change(channel=channel))

    assert await store.channels.subscription(channel) == created
    assert await store.channels.subscriptions("email", "") == [created]


async def test_the_log_is_a_channels_own_newest_first_and_no_longer_than_asked(store: AnyStore) -> None:
    created = await store.channels.create(make_subscription(), make_change("one", at=NOON - days(1)))
    await store.channels.create(make_subscription(OTHER), make_change("other", OTHER))
    for what in ("two", "three"):
        created = await store.channels.update(created, make_change(what))

    assert [change.what for change in await store.channels.log(CHANNEL, 2)] == ["three", "two"]
    assert (await store.channels.log(CHANNEL, 3))[-1] == make_change("one", at=NOON - days(1))


async def test_remembers_a_command_by_its_key_and_the_same_key_twice_is_no_error(store: AnyStore) -> None:
    await store.channels.remember_command("k1", "search diffusion page:2")
    await store.channels.remember_command("k1", "search diffusion page:2")

    assert await store.channels.recall_command("k1") == "search diffusion page:2"
    assert await store.channels.recall_command("k2") is None


async def test_of_several_that_keep_the_same_key_at_once_one_is_the_first(store: AnyStore) -> None:
    firsts = await asyncio.gather(*(store.channels.first_to_keep("greeted", str(number)) for number in range(5)))
    assert sorted(firsts) == [False] * 4 + [True]
    assert await store.channels.recall_command("greeted") == str(firsts.index(True))
    assert not await store.channels.first_to_keep("greeted", "later")


async def test_what_buttons_mean_is_forgotten_when_it_was_kept_long_ago(store: AnyStore) -> None:
    await store.channels.remember_command("a", "trending")
    await store.channels.remember_command("a", "something else")
    real = datetime.now(UTC)
    assert await store.channels.forget_commands(real - timedelta(hours=1)) == 0
    assert await store.channels.recall_command("a") == "trending"
    assert await store.channels.forget_commands(real + timedelta(hours=1)) == 1
    assert await store.channels.recall_command("a") is None


async def test_erases_all_of_a_channel_and_nothing_of_another(store: AnyStore) -> None:
    first = await store.channels.create(make_subscription(), make_change())
    await store.channels.create(make_subscription(OTHER), make_change(channel=OTHER))
    lease = Lease("somebody", NOON, days(1))
    for subscription in (first, await store.channels.subscription(OTHER)):
        assert subscription is not None
        opened = await store.deliveries.open_slot(
            subscription, NOON.date(), now=NOON, expires_at=NOON + days(1), lease=lease, again=False
        )
        assert opened is not None
        assert await store.deliveries.freeze(opened, lease, ["2603.00001"], [{"text": "hello"}], {"text": "plain"})
    await store.channels.remove(CHANNEL, make_change("ended"))
    again = await store.channels.create(make_subscription(), make_change())

    assert await store.channels.erase(CHANNEL)

    assert await store.channels.subscription(CHANNEL) is None
    assert await store.channels.log(CHANNEL, 10) == []
    assert await store.deliveries.history(CHANNEL, 10) == []
    assert await store.deliveries.delivery(again.id, NOON.date()) is None
    assert len(await store.channels.log(OTHER, 10)) == 1
    assert len(await store.deliveries.history(OTHER, 10)) == 1
    assert not await store.channels.erase(CHANNEL)

"""When a channel is left alone, what its digest filters, and what came and who changed what."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings

from bot.commands import Call
from bot.models import DeliveryState, Subscription
from bot.schedule import decide, next_slot, skipped, wanted_runs
from bot.views import DigestPost, Status
from tests.bot.digest_wishes import SUBSCRIPTIONS, a_digest, notice, told
from tests.builders import ADA, CHANNEL, NOON, days
from tests.service import Desk

TODAY = NOON.date()


@pytest.fixture
async def desk() -> Desk:
    return await a_digest()


async def previewed(desk: Desk) -> set[int]:
    view = await desk.ask("digest preview")
    assert isinstance(view, DigestPost)
    return {int(card.ranked.paper.id[5:]) for card in view.cards}


async def test_a_paused_digest_does_not_come_until_somebody_resumes_it(desk: Desk) -> None:
    answer = await desk.answer("digest pause")
    assert answer.announcement is not None
    assert answer.announcement.text == "@Ada paused the digest."
    assert (await desk.service.channels.get(CHANNEL)).next_run_at is None
    assert (await notice(desk, "digest pause until:2026-03-10")).option == "until"
    await desk.ask("digest resume")
    assert (await desk.service.channels.get(CHANNEL)).next_run_at is not None
    assert (await desk.answer("digest resume")).announcement is None


async def test_a_pause_until_a_date_ends_by_itself(desk: Desk) -> None:
    view = told(await desk.ask("digest pause until:2026-03-16"))
    assert view["Next runs"].splitlines()[0] == "Mon 16 March, 09:00 (Europe/Berlin)"
    saved = await desk.service.channels.get(CHANNEL)
    plan = decide(saved, datetime(2026, 3, 11, 8, 0, 30, tzinfo=NOON.tzinfo))
    assert (plan.slot, plan.skip_because) == (date(2026, 3, 11), "it is paused until 2026-03-16")
    status = await desk.ask("digest status")
    assert isinstance(status, Status)
    assert (status.state, "Mon 16 March" in status.headline) == ("paused", True)
    after = Subscription(**{**_fields(saved), "next_run_at": datetime(2026, 3, 16, 8, tzinfo=NOON.tzinfo)})
    assert decide(after, datetime(2026, 3, 16, 8, 0, 30, tzinfo=NOON.tzinfo)).skip_because is None


async def test_the_next_digest_alone_can_be_left_out(desk: Desk) -> None:
    view = await notice(desk, "digest pause skip:yes")
    assert view.text == "The digest of 2026-03-11 is left out."
    assert told(view)["Next runs"].splitlines()[0].startswith("Thu 12 March")


async def test_quiet_dates_are_left_out_and_said_so(desk: Desk) -> None:
    view = told(await desk.ask("digest quiet 2026-03-11..2026-03-13,2026-03-17"))
    assert view["Quiet"] == "no digest 2026-03-11 to 2026-03-13, no digest 2026-03-17"
    assert [run[:6] for run in view["Next runs"].splitlines()] == ["Mon 16", "Wed 18", "Thu 19"]
    assert "Quiet" not in told(await desk.ask("digest quiet none"))
    assert (await notice(desk, "digest quiet 2026-03-13..2026-03-11")).option == "dates"


@given(SUBSCRIPTIONS)
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_no_run_that_is_shown_is_one_that_will_be_skipped(one: Subscription) -> None:
    zone = ZoneInfo(one.schedule.zone)
    for run in wanted_runs(one, NOON, 3):
        slot, moment = next_slot(one.schedule, run - timedelta(seconds=1))
        assert moment == run
        assert skipped(one, slot) is None
        assert run.astimezone(zone).date() >= (one.preferences.paused_until or slot)


async def test_a_week_that_had_enough_gets_no_more(desk: Desk) -> None:
    await desk.ask("digest quiet most:1")
    assert "sent" in str(await desk.ask("digest send"))
    subscription = await desk.service.channels.get(CHANNEL)
    tomorrow = await desk.service.digests.choose(subscription, TODAY + days(1), NOON)
    assert tomorrow.quiet_because == "this week has had its 1 already"
    assert not tomorrow.papers
    monday = await desk.service.digests.choose(subscription, TODAY + days(6), NOON)
    assert monday.quiet_because != tomorrow.quiet_because


@pytest.mark.parametrize(
    ("filters", "left"),
    [
        ("upvotes:40", {4, 5, 6}),
        ("code:yes", {1, 3, 5}),
        ("age:2", {1, 2}),
        ("sources:arxiv", {4, 5, 6}),
        ("upvotes:20 code:yes age:4", {3}),
        ("score:99", set()),
    ],
)
async def test_only_papers_that_pass_the_filters_come(desk: Desk, filters: str, left: set[int]) -> None:
    await desk.ask("digest format papers:10")
    assert await previewed(desk) == {1, 2, 3, 4, 5, 6}
    await desk.ask(f"digest filters {filters}")
    assert await previewed(desk) == left


async def test_filters_are_taken_away_one_by_one_and_a_digest_that_none_passes_says_so(desk: Desk) -> None:
    assert (
        told(await desk.ask("digest filters upvotes:99 code:yes"))["Filters"] == "at least 99 upvotes, only with code"
    )
    view = await desk.ask("digest preview")
    assert isinstance(view, DigestPost)
    assert view.digest.quiet_because == (
        "nothing passed your bar; the best of 6 that matched, “A study of 2603.00004”: 40 of 99 upvotes, no code"
    )
    assert told(await desk.ask("digest filters upvotes:none"))["Filters"] == "only with code"
    assert "Filters" not in told(await desk.ask("digest filters code:no"))
    assert (await notice(desk, "digest filters sources:myspace")).option == "sources"


async def test_an_empty_digest_is_skipped_unless_the_channel_wants_to_know(desk: Desk) -> None:
    await desk.ask("digest filters upvotes:999")
    await desk.ask("digest send")
    assert desk.postbox.sent == []
    (delivery,) = await desk.store.deliveries.history(CHANNEL, 1)
    assert (delivery.state, delivery.reason) == (
        DeliveryState.SKIPPED,
        "nothing passed your bar; the best of 6 that matched, “A study of 2603.00004”: 40 of 999 upvotes",
    )
    await desk.ask("digest quiet empty:tell")
    await desk.ask("digest send again:yes")
    assert len(desk.postbox.sent) == 1


async def test_history_tells_what_came_with_links_and_log_who_changed_what(desk: Desk) -> None:
    await desk.ask("digest send")
    await desk.ask("digest filters code:yes")
    history = await desk.ask("digest history")
    assert isinstance(history, Status)
    assert [(run.slot, run.state, bool(run.url)) for run in history.last] == [("2026-03-10", "sent", True)]
    log = await notice(desk, "digest log")
    assert [field.text for field in log.fields] == [
        "Ada changed the digest's filters to: only with code",
        "Ada set up a daily digest",
    ]


async def test_a_long_log_is_paged(desk: Desk) -> None:
    for number in range(1, 21):
        await desk.ask(f"digest filters upvotes:{number}")
    first = await notice(desk, "digest log")
    (older,) = first.buttons
    second = await notice(desk, older.command)
    assert [len(first.fields), len(second.fields)] == [15, 6]
    whole: Any = await desk.ask("digest log", Call(ADA, CHANNEL, whole=True))
    assert len(whole.fields) == 21


def _fields(one: Subscription) -> dict[str, Any]:
    return {name: getattr(one, name) for name in one.__dataclass_fields__}

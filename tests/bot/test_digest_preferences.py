"""When a channel is left alone, what it filters, how its digest looks, and moving settings elsewhere."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.answers import as_json
from bot.commands import Call
from bot.commands.grammar import parse, parse_values, write
from bot.models import (
    ChannelKey,
    Combine,
    DeliveryState,
    Filters,
    Period,
    Preferences,
    Subscription,
    Topics,
    Weekdays,
)
from bot.models.preferences import preferences_as_json, preferences_from
from bot.schedule import decide, next_slot, skipped, wanted_runs
from bot.service.portable import settings_as_json, settings_from
from bot.views import DigestPost, Document, Notice, Status, Tone, View
from tests.builders import (
    ADA,
    CHANNEL,
    NOON,
    days,
    hours,
    make_batch,
    make_observation,
    make_paper,
    make_schedule,
    make_subscription,
)
from tests.service import Desk, make_desk

TODAY = NOON.date()
DATES = st.dates(date(2026, 1, 1), date(2027, 12, 31))
SPANS = st.tuples(DATES, DATES).map(lambda pair: (min(pair), max(pair)))
FILTERS = st.builds(
    Filters,
    minimum_upvotes=st.none() | st.integers(1, 1000),
    minimum_score=st.none() | st.floats(0.01, 99),
    sources=st.lists(st.sampled_from(["arxiv", "github"]), unique=True).map(tuple),
    only_with_code=st.booleans(),
    maximum_age=st.none() | st.integers(1, 45),
)
PREFERENCES = st.builds(
    Preferences,
    paused_until=st.none() | DATES,
    skip_slot=st.none() | DATES,
    quiet_dates=st.lists(SPANS, max_size=4).map(tuple),
    most_per_week=st.none() | st.integers(1, 7),
    skip_when_empty=st.booleans(),
    filters=FILTERS,
    compact=st.booleans(),
    details=st.booleans(),
    learn=st.booleans(),
    learn_since=st.none() | st.datetimes(timezones=st.just(UTC)),
    tags=st.lists(st.sampled_from(["papers", "off topic"]), unique=True).map(tuple),
    publish=st.booleans(),
    ping=st.sampled_from(["", "here", "S0123456", "123456789012345678"]),
)
TERMS = st.lists(st.from_regex(r"[a-z]{3,9}", fullmatch=True), max_size=4, unique=True).map(tuple)
SUBSCRIPTIONS = st.builds(
    make_subscription,
    schedule=st.builds(
        make_schedule,
        zone=st.sampled_from(["UTC", "Asia/Tokyo", "America/New_York"]),
        at=st.times().map(lambda moment: moment.replace(second=0, microsecond=0)),
        on=st.integers(1, 127).map(Weekdays),
        period=st.sampled_from(Period),
    ),
    topics=st.builds(Topics, include=TERMS, exclude=TERMS, combine=st.sampled_from(Combine)),
    limit=st.integers(3, 10),
    preferences=PREFERENCES,
)


@pytest.fixture
async def desk() -> Desk:
    """Six new papers, a day apart, with 10, 20 … 60 upvotes; every second has code. The channel has a digest."""
    desk = make_desk()
    for number in range(1, 7):
        paper_id = f"2603.{number:05}"
        paper = make_paper(
            paper_id,
            summary="What we found.",
            first_seen_at=NOON - days(number),
            github_repo="example/code" if number % 2 else None,
            sources=("arxiv",) if number > 3 else ("hugging_face",),
        )
        await desk.store.papers.add(make_batch(paper, make_observation(paper_id, NOON - hours(1), upvotes=number * 10)))
    await desk.ask("digest subscribe")
    return desk


async def notice(desk: Desk, text: str) -> Notice:
    view = await desk.ask(text)
    assert isinstance(view, Notice), view
    return view


def told(view: View) -> dict[str, str]:
    assert isinstance(view, Notice), view
    assert view.tone is not Tone.ERROR, view
    return {field.label: field.text for field in view.fields}


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


async def test_a_compact_digest_has_titles_and_facts_alone(desk: Desk) -> None:
    answer = await desk.answer("digest format compact papers:3 details:no")
    assert told(answer.view)["Papers"] == "up to 3, compact, without details"
    view = await desk.ask("digest preview")
    assert isinstance(view, DigestPost)
    assert len(view.cards) == 3
    assert not any(card.summary or card.links for card in view.cards)
    assert all(card.facts and card.buttons for card in view.cards)
    assert not view.details


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


async def test_settings_move_to_another_channel_after_a_look_at_what_would_change(desk: Desk) -> None:
    await desk.ask("digest settings topics:robots,agents time:7:30 papers:8")
    await desk.ask("digest filters code:yes")
    exported = await desk.ask("digest export")
    assert isinstance(exported, Document)
    assert as_json(exported) == json.loads(exported.text)
    other = Call(ADA, ChannelKey("slack", "T0001", "C0002"))
    looked = await desk.ask(f"digest import {exported.text}", other)
    assert isinstance(looked, Notice)
    assert told(looked)["Topics"] == "none → robots, agents"
    assert await desk.store.channels.subscription(other.channel) is None
    done = await desk.answer(looked.buttons[0].command, other)
    assert done.announcement is not None
    assert settings_as_json(await desk.service.channels.get(other.channel)) == json.loads(exported.text)
    again = await desk.ask(f"digest import {exported.text}", other)
    assert isinstance(again, Notice)
    assert "already" in again.text


@pytest.mark.parametrize(
    "text",
    [
        "nonsense",
        "[]",
        '{"colour":1}',
        '{"papers":99}',
        '{"papers":true}',
        '{"zone":"Mars"}',
        '{"topics":"robots"}',
        '{"preferences":{"compact":3}}',
        '{"preferences":[]}',
        '{"time":7}',
        '{"match":"some"}',
        '{"topics":[""]}',
    ],
)
async def test_what_is_no_settings_is_refused_and_nothing_changes(desk: Desk, text: str) -> None:
    before = await desk.service.channels.get(CHANNEL)
    view = await notice(desk, f"digest import {text} yes:yes")
    assert (view.code, view.option) == ("bad_settings", "settings")
    assert await desk.service.channels.get(CHANNEL) == before


async def test_a_list_in_place_of_settings_is_told_what_settings_are(desk: Desk) -> None:
    assert "names with their values" in (await notice(desk, "digest import []")).text


@given(SUBSCRIPTIONS)
@settings(max_examples=80, suppress_health_check=[HealthCheck.too_slow])
def test_what_is_exported_is_imported_unchanged_also_through_a_typed_command(one: Subscription) -> None:
    text = json.dumps(settings_as_json(one), indent=1)
    command, raw = parse(f"digest import {text}")
    again, raw = parse(write(command, raw))
    values = parse_values(again, raw)
    read = settings_from(str(values["settings"]), CHANNEL, ADA, NOON)
    assert settings_as_json(read) == settings_as_json(one)
    assert (read.schedule, read.topics, read.limit) == (one.schedule, one.topics, one.limit)
    assert read.preferences == one.preferences


@given(PREFERENCES)
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_preferences_are_kept_whole_and_defaults_take_no_room(wishes: Preferences) -> None:
    assert preferences_from(json.loads(json.dumps(preferences_as_json(wishes)))) == wishes
    assert preferences_as_json(Preferences()) == {}


def _fields(one: Subscription) -> dict[str, Any]:
    return {name: getattr(one, name) for name in one.__dataclass_fields__}


# --- what only Discord has --------------------------------------------------------------------------------------

FORUM = ChannelKey("discord", "900", "901")


async def test_a_forums_tags_and_publishing_are_set_by_format_and_told() -> None:
    desk = make_desk()
    there = Call(ADA, FORUM)
    await desk.ask("digest subscribe", there)
    view = await desk.ask('digest format tags:"papers, off topic" publish:yes', there)
    saved = await desk.service.channels.get(FORUM)
    assert (saved.preferences.tags, saved.preferences.publish) == (("papers", "off topic"), True)
    assert isinstance(view, Notice)
    assert "as posts tagged “papers”, “off topic”, published to followers" in str(view.fields)
    await desk.ask("digest format tags:none publish:no", there)
    assert (await desk.service.channels.get(FORUM)).preferences == Preferences()


@pytest.mark.parametrize("option", ["tags:papers", "publish:yes"])
async def test_they_are_refused_where_nothing_would_come_of_them(option: str) -> None:
    desk = make_desk()
    await desk.ask("digest subscribe")
    view = await desk.ask(f"digest format {option}")
    assert isinstance(view, Notice)
    assert (view.code, view.option) == ("only_discord", option.partition(":")[0])
    assert (await desk.service.channels.get(CHANNEL)).preferences == Preferences()


async def test_that_a_channel_is_a_forum_is_kept_and_is_not_copied_elsewhere() -> None:
    desk = make_desk()
    await desk.service.halting.note_own_posts(FORUM, own_post=True)
    await desk.ask("digest subscribe", Call(ADA, FORUM))
    for _ in range(2):
        await desk.service.halting.note_own_posts(FORUM, own_post=True)
    saved = await desk.service.channels.get(FORUM)
    assert saved.preferences.own_post
    assert [change.what for change in await desk.store.channels.log(FORUM, 9)] == [
        "posts each digest as a post of its own",
        "set up a daily digest",
    ]
    assert not settings_from(json.dumps(settings_as_json(saved)), CHANNEL, ADA, NOON).preferences.own_post
    export = json.dumps(settings_as_json(saved) | {"papers": 7})
    await desk.ask(f"digest import '{export}' yes:yes", Call(ADA, FORUM))
    assert (await desk.service.channels.get(FORUM)).preferences.own_post


@pytest.mark.parametrize(
    ("typed", "ping"),
    [
        ("here", "here"),
        ("@here", "here"),
        ("<!here>", "here"),
        ("<!subteam^S0123456|@readers>", "S0123456"),
        ("S0123456", "S0123456"),
    ],
)
async def test_a_digest_calls_whom_its_format_names_and_nobody_again_after_none(typed: str, ping: str) -> None:
    desk = make_desk()
    await desk.ask("digest subscribe")
    view = await desk.ask(f"digest format ping:{typed}")
    assert isinstance(view, Notice)
    assert "calling" in str(view.fields)
    saved = await desk.store.channels.subscription(CHANNEL)
    assert saved is not None
    assert saved.preferences.ping == ping
    post = await desk.service.digests.preview(CHANNEL, saved, None)
    assert post.ping == ping
    await desk.ask("digest format ping:none")
    saved = await desk.store.channels.subscription(CHANNEL)
    assert saved is not None
    assert saved.preferences.ping == ""


@pytest.mark.parametrize("typed", ["everyone", "123456789012345678", "@channel", "<@U123>"])
async def test_nobody_else_can_be_called(typed: str) -> None:
    desk = make_desk()
    await desk.ask("digest subscribe")
    view = await desk.ask(f"digest format ping:{typed}")
    assert isinstance(view, Notice)
    assert (view.code, view.option) == ("bad_value", "ping")

"""How a digest looks and whom it calls, and settings that are kept and move elsewhere."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from bot.answers import as_json
from bot.commands import Call
from bot.commands.grammar import parse, parse_values, write
from bot.models import ChannelKey, Preferences, Subscription
from bot.models.preferences import preferences_as_json, preferences_from
from bot.service.portable import settings_as_json, settings_from
from bot.views import DigestPost, Document, Notice, Tone
from tests.bot.digest_wishes import PREFERENCES, SUBSCRIPTIONS, a_digest, notice, told
from tests.builders import ADA, CHANNEL, NOON
from tests.service import Desk, make_desk


@pytest.fixture
async def desk() -> Desk:
    return await a_digest()


async def test_a_compact_digest_has_titles_and_facts_alone(desk: Desk) -> None:
    answer = await desk.answer("digest format compact papers:3 details:no")
    assert told(answer.view)["Papers"] == "up to 3, compact, without details"
    view = await desk.ask("digest preview")
    assert isinstance(view, DigestPost)
    assert len(view.cards) == 3
    assert not any(card.summary or card.links for card in view.cards)
    assert all(card.facts and card.buttons for card in view.cards)
    assert not view.details


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


@pytest.mark.parametrize(
    ("option", "wanted", "platform"),
    [
        ("tags:papers", {"tags": ["papers"]}, "slack"),
        ("publish:yes", {"publish": True}, "slack"),
        ("ping:123456789012345678", {"ping": "123456789012345678"}, "slack"),
        ("ping:S0123456", {"ping": "S0123456"}, "discord"),
        ("ping:here", {"ping": "here"}, "discord"),
    ],
)
async def test_an_import_is_refused_as_the_format_is_and_nothing_of_it_is_saved(
    option: str, wanted: dict[str, Any], platform: str
) -> None:
    desk, there = make_desk(), Call(ADA, CHANNEL if platform == "slack" else FORUM)
    await desk.ask("digest subscribe", there)
    before = await desk.service.channels.get(there.channel)
    refused: Any = await desk.ask(f"digest format {option}", there)
    settings_text = json.dumps({"papers": 7, "preferences": wanted})
    for sure in ("", " yes:yes"):
        view: Any = await desk.ask(f"digest import {settings_text}{sure}", there)
        assert (view.code, view.text, view.hint) == (refused.code, refused.text, refused.hint)
        assert (view.tone, view.option) == (Tone.ERROR, "settings")
    assert await desk.service.channels.get(there.channel) == before


async def test_an_import_keeps_what_the_channel_had_before_it_was_refused(desk: Desk) -> None:
    await desk.ask("digest subscribe")
    known = await desk.service.channels.get(CHANNEL)
    old = replace(known.preferences, tags=("papers",))
    await desk.service.channels.prefer(CHANNEL, ADA, old, "chose tags")
    await desk.ask('digest import {"papers":7} yes:yes')
    saved = await desk.service.channels.get(CHANNEL)
    assert (saved.limit, saved.preferences) == (7, old)


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

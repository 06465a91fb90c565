"""Shortcuts, previews of links, and what happens to channels; against a strict stand-in for Slack."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from adapters.slack.manifest import manifest
from bot.models import Batch, ChannelKey, Topics
from tests.builders import make_change, make_paper, make_subscription
from tests.end_to_end.slack_stage import GENERAL, TEAM, marks, running, settings_for, stand_in
from tests.memory_store import MemoryStore
from tests.service import Desk, make_desk

pytestmark = marks


@pytest.fixture(params=["socket", "http"])
async def slack(request: pytest.FixtureRequest) -> AsyncIterator[Any]:
    async with stand_in(delivery=request.param) as sim:
        sim.load_manifest(manifest(settings_for(sim)))
        yield sim


@pytest.fixture
async def desk() -> Desk:
    store = MemoryStore()
    papers = tuple(make_paper(f"2603.0000{number}", title=f"Robots that learn {number}") for number in range(1, 4))
    await store.papers.add(Batch(papers=papers))
    return make_desk(store=store)


async def paused(desk: Desk, because: str | None, channel: ChannelKey = GENERAL) -> None:
    """Until the digest is stopped for a reason that holds these words; None: until it runs."""
    async with asyncio.timeout(5):
        while True:
            known = await desk.store.channels.subscription(channel)
            told = known.paused_because if known else None
            if (because is None and told is None) or (because and told and because in told):
                return
            await asyncio.sleep(0.01)


async def test_papers_in_a_message_are_shown_to_the_one_who_asked(slack: Any, desk: Desk) -> None:
    async with running(slack, desk.service):
        await slack.say("see arxiv.org/abs/2603.00002v3 and https://huggingface.co/papers/2603.00001.", user="alice")
        message = slack.messages("general", bot_only=False)[-1]
        assert (await slack.shortcut("find_papers", user="bob", message=message)).ok
        told = await slack.wait_message("general", "Robots that learn 1")
    assert told["_ephemeral_to"] == slack.user("bob").id
    assert "Robots that learn 2" in str(told.blocks)


async def test_a_message_without_papers_says_what_is_looked_for(slack: Any, desk: Desk) -> None:
    async with running(slack, desk.service):
        await slack.say("lunch?", user="alice")
        message = slack.messages("general", bot_only=False)[-1]
        assert (await slack.shortcut("find_papers", user="bob", message=message)).ok
        await slack.wait_message("general", "no paper in that message")


async def test_known_papers_behind_many_unknown_ones_are_shown_and_the_others_named(slack: Any, desk: Desk) -> None:
    unknown = [f"2411.{number:05}" for number in range(12)]
    async with running(slack, desk.service):
        await slack.say(" ".join([*unknown, "2603.00003", "2603.00001"]), user="alice")
        message = slack.messages("general", bot_only=False)[-1]
        assert (await slack.shortcut("find_papers", user="bob", message=message)).ok
        told = await slack.wait_message("general", "Robots that learn 3")
    assert "Robots that learn 1" in told.text
    assert "2411.00009 and 2 more" in told.text


async def test_links_to_known_papers_get_a_preview_and_others_none(slack: Any, desk: Desk) -> None:
    async with running(slack, desk.service):
        await slack.say("https://arxiv.org/abs/2603.00001 https://arxiv.org/abs/2603.99999", user="alice")
        shown = await slack.log.wait("unfurl")
        composed = await slack.compose("https://huggingface.co/papers/2603.00002", user="alice")
        await slack.log.wait("unfurl", count=2)
    assert list(shown.unfurls) == ["https://arxiv.org/abs/2603.00001"]
    assert "Robots that learn 2" in str(slack.unfurls[composed.unfurl_id].unfurls)


async def test_a_preview_that_comes_before_slack_knows_the_event_is_shown_the_next_time(slack: Any, desk: Desk) -> None:
    slack.faults.add("chat.unfurl", "error", error="cannot_unfurl_url")
    async with running(slack, desk.service):
        await slack.say("https://arxiv.org/abs/2603.00001", user="alice")
        shown = await slack.log.wait("unfurl")
    assert list(shown.unfurls) == ["https://arxiv.org/abs/2603.00001"]
    assert len(slack.calls("chat.unfurl")) == 2


async def test_a_preview_that_is_refused_for_another_reason_is_left_out(slack: Any, desk: Desk) -> None:
    slack.faults.add("chat.unfurl", "error", error="cannot_prompt", times=9)
    async with running(slack, desk.service):
        await slack.say("https://arxiv.org/abs/2603.00001", user="alice")
        await slack.log.wait("api", method="chat.unfurl")
    assert len(slack.calls("chat.unfurl")) == 1


async def test_invited_it_introduces_itself_once_to_the_inviter(slack: Any, desk: Desk) -> None:
    async with running(slack, desk.service):
        await slack.invite_bot("random", inviter="bob", duplicates=1)
        told = await slack.wait_message("random", "Thank you for inviting me")
        await slack.kick_bot("random")
        await slack.invite_bot("random", inviter="alice")
        await slack.slash("/papers", "help", user="bob")
        await slack.wait_message("general", "trending")
    assert told["_ephemeral_to"] == slack.user("bob").id
    assert len(slack.messages("random")) == 1


async def test_home_shows_what_is_mine_and_this_workspaces_digests_and_follows_changes(slack: Any, desk: Desk) -> None:
    await desk.store.channels.create(make_subscription(GENERAL), make_change(channel=GENERAL))
    async with running(slack, desk.service):
        assert (await slack.open_home(user="bob")).ok
        await slack.log.wait("view", op="publish")
        first = str(slack.home("bob").blocks)
        await slack.slash("/papers", "save 2603.00002", user="bob")
        await slack.slash("/papers", "follow robotics", user="bob")
        await slack.log.wait("view", op="publish", count=3)
        second = str(slack.home("bob").blocks)
        assert (await slack.act(slack.home("bob"), "home:v1", user="bob")).ok
        await slack.log.wait("view", op="publish", count=4)
    assert "'channel_id': 'C0GENERAL'" in first
    assert "None yet" in first
    assert "Robots that learn 2" in second
    assert "robotics" in second


async def test_a_home_follows_a_command_that_came_to_another_process(slack: Any, desk: Desk) -> None:
    async with running(slack, desk.service):
        assert (await slack.open_home(user="bob")).ok
        await slack.log.wait("view", op="publish")
    async with running(slack, desk.service):
        await slack.slash("/papers", "follow robotics", user="alice")
        await slack.wait_message("general", "robotics")
        await slack.slash("/papers", "follow cryptography", user="bob")
        await slack.log.wait("view", op="publish", count=2)
    assert "cryptography" in str(slack.home("bob").blocks)
    assert slack.home("alice") is None


async def test_a_private_channel_is_shown_to_those_in_it_alone(slack: Any, desk: Desk) -> None:
    secret, left = slack.channel("secret"), slack.add_channel("C0LEFT", "left", members=[], is_private=True)
    secret.members = [slack.user("alice").id, slack.install_of(TEAM).bot_user_id]
    for channel in (GENERAL, ChannelKey("slack", TEAM, secret.id), ChannelKey("slack", TEAM, left.id)):
        topics = Topics(include=("layoffs",)) if channel != GENERAL else Topics()
        await desk.store.channels.create(make_subscription(channel, topics=topics), make_change(channel=channel))
    shown = {}
    async with running(slack, desk.service):
        for count, user in enumerate(("alice", "bob"), 1):
            assert (await slack.open_home(user=user)).ok
            await slack.log.wait("view", op="publish", count=count)
            await slack.slash("/papers", "digest list", user=user, channel="random")
            answer = await slack.wait_message("random", "Digests of this workspace", count=count)
            shown[user] = (str(slack.home(user).blocks), str(answer))
    for text in shown["alice"]:
        assert secret.id in text
        assert left.id not in text
    for text in shown["bob"]:
        assert secret.id not in text
        assert "layoffs" not in text
        assert "2 more in channels that you cannot see" in text
        assert GENERAL.channel in text


async def test_an_archived_channel_rests_until_it_is_back(slack: Any, desk: Desk) -> None:
    await desk.store.channels.create(make_subscription(GENERAL), make_change(channel=GENERAL))
    async with running(slack, desk.service):
        await slack.archive("general", duplicates=1)
        await paused(desk, "archived")
        await slack.unarchive("general", duplicates=1)
        await paused(desk, None)
        await slack.rename("general", "all", duplicates=1)
    known = await desk.store.channels.subscription(GENERAL)
    assert known is not None
    assert known.next_run_at is not None


async def test_what_the_end_of_the_former_token_stopped_goes_on_with_the_next_one(slack: Any, desk: Desk) -> None:
    await desk.store.channels.create(make_subscription(GENERAL), make_change(channel=GENERAL))
    async with running(slack, desk.service):
        await slack.uninstall(duplicates=1)
        await paused(desk, "removed from this workspace")
    slack.install(TEAM, token="xoxb-the-next-one")  # of the stand-in
    async with running(slack, desk.service, slack_bot_token="xoxb-the-next-one"):
        await paused(desk, None)


async def test_removed_from_a_channel_it_waits_to_be_invited_again(slack: Any, desk: Desk) -> None:
    await desk.store.channels.create(make_subscription(GENERAL), make_change(channel=GENERAL))
    async with running(slack, desk.service):
        await slack.kick_bot("general", duplicates=1)
        await paused(desk, "removed from the channel")
        await slack.invite_bot("general", inviter="bob")
        await paused(desk, None)


async def test_a_deleted_channel_gets_nothing_any_more(slack: Any, desk: Desk) -> None:
    random = ChannelKey("slack", TEAM, "C0RANDOM")
    await desk.store.channels.create(make_subscription(random), make_change(channel=random))
    async with running(slack, desk.service):
        await slack.delete_channel("random", duplicates=1)
        await paused(desk, "deleted", random)


async def test_whoever_set_up_a_deleted_channels_digest_is_told_so_and_ends_it_from_elsewhere(
    slack: Any, desk: Desk
) -> None:
    random = ChannelKey("slack", TEAM, "C0RANDOM")
    async with running(slack, desk.service):
        await slack.slash("/papers", "digest subscribe", user="alice", channel="random")
        await slack.wait_message("random", "set up by")
        await slack.delete_channel("random")
        await paused(desk, "deleted", random)
        for count, command in enumerate((f"status channel:{random}", f"history channel:{random}", "list"), 1):
            await slack.slash("/papers", f"digest {command}", user="alice", channel="general")
            await slack.wait_message("general", "Nothing brings it back", count=count)
        await slack.slash("/papers", f"digest status channel:{random}", user="bob", channel="general")
        await slack.wait_message("general", "in which you are")
        await slack.slash("/papers", f"digest unsubscribe channel:{random}", user="alice", channel="general")
        await slack.wait_message("general", "is ended")
    assert await desk.store.channels.subscription(random) is None


async def test_a_home_of_very_many_digests_stays_within_slacks_limit(slack: Any, desk: Desk) -> None:
    for number in range(150):
        here = ChannelKey("slack", TEAM, f"C0MANY{number:03}")
        await desk.store.channels.create(make_subscription(here), make_change(channel=here))
    async with running(slack, desk.service):
        assert (await slack.open_home(user="bob")).ok
        await slack.log.wait("view", op="publish")
        blocks = slack.home("bob").blocks
    assert len(blocks) <= 100
    assert blocks[-1]["elements"][0]["text"]["text"] == "Refresh"


async def test_what_happens_in_a_channel_shared_with_another_company_concerns_our_workspace(
    slack: Any, desk: Desk
) -> None:
    await desk.store.channels.create(make_subscription(GENERAL), make_change(channel=GENERAL))
    payload = {
        "type": "event_callback",
        "team_id": "T0OTHER01",
        "context_team_id": TEAM,
        "event_id": "Ev0SHARED",
        "event": {"type": "channel_archive", "channel": GENERAL.channel, "user": "U0OTHER"},
        "authorizations": [{"team_id": TEAM, "user_id": slack.install_of(TEAM).bot_user_id, "is_bot": True}],
    }
    async with running(slack, desk.service):
        assert (await slack.deliver("events_api", payload)).ok
        await paused(desk, "archived")

"""Digests in every kind of channel, with the real discord.py, against a strict stand-in for Discord."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.models import ChannelKey, DeliveryState, Outcome
from tests.end_to_end.discord_stage import Running, discord_marks, running, shown, slash_picking, strict, until

pytestmark = discord_marks
NEWS, VIEW, MANAGE_THREADS = 5, 1 << 10, 1 << 34
PUBLISHING = "POST /channels/{channel_id}/messages/{message_id}/crosspost"
DATE = "Tuesday 10 March 2026"


@pytest.fixture
async def sim() -> AsyncIterator[Any]:
    async with strict() as discord:
        discord.forum_starter_v2 = True
        yield discord


def key_of(sim: Any, channel: Any) -> ChannelKey:
    return ChannelKey("discord", sim.default_guild.id, channel.id)


async def told(sim: Any, path: str, picked: str, **options: Any) -> str:
    return shown(await (await slash_picking(sim, path, picked, **options)).wait_message())


def gateway_of(bot: Running) -> Any:
    return bot.adapter._gateways[0]


async def last(bot: Running, key: ChannelKey) -> Any:
    return (await bot.service.store.deliveries.history(key, 1))[0]


def posts(sim: Any, forum: Any) -> list[Any]:
    return [one for one in sim.channels.values() if one.get("parent_id") == forum.id]


@pytest.mark.parametrize("media", [False, True])
async def test_a_forum_or_media_channel_gets_one_post_with_all_messages_of_a_digest(sim: Any, media: bool) -> None:
    forum = sim.create_forum("papers-here", tags=("papers", "off topic"), media=media)
    async with running(sim) as bot:
        assert "gets a digest" in await told(sim, "papers-digest subscribe", "papers-here")
        await told(sim, "papers-digest format", "papers-here", tags="Papers", papers=10)
        assert "is sent" in await told(sim, "papers-digest send", "papers-here")
        sent = await last(bot, key_of(sim, forum))
    (post,) = [one for one in posts(sim, forum) if DATE in one.name]
    assert post.name == f"Trending papers · {DATE}"
    assert post.applied_tags == [forum.available_tags[0]["id"]]
    assert len(post["_messages"]) > 1
    assert all(message["flags"] & 1 << 12 for message in post["_messages"])
    assert sent.url.endswith(f"/{post.id}/{post.id}")
    about = [one.name for one in posts(sim, forum) if one is not post]
    assert about == ["About the digest of trending papers"] * 2


async def test_a_forum_that_asks_for_a_tag_says_which_and_then_gets_its_post(sim: Any) -> None:
    forum = sim.create_forum("tagged", tags=("papers", "staff"), moderated=("staff",), require_tag=True)
    async with running(sim) as bot:
        told_first = await told(sim, "papers-digest subscribe", "tagged")
        assert "papers-digest format tags:papers" in told_first
        assert "staff" not in told_first
        assert "is not sent" in await told(sim, "papers-digest send", "tagged")
        failed = await last(bot, key_of(sim, forum))
        assert (failed.state, failed.outcome) == (DeliveryState.FAILED, Outcome.DEAD_CHANNEL)
        status = await (await slash_picking(sim, "papers-digest status", "tagged")).wait_message()
        assert "Paused: The forum asks for a tag" in shown(status)
        assert "Retry" in shown(status)
        await told(sim, "papers-digest format", "tagged", tags="papers")
        await told(sim, "papers-digest subscribe", "tagged")
        assert "is sent" in await told(sim, "papers-digest send", "tagged")
    assert DATE in [one.name for one in posts(sim, forum)][-1]


async def test_a_tag_that_only_moderators_give_is_told_and_comes_with_the_permission(sim: Any) -> None:
    forum = sim.create_forum("kept", tags=("papers", "staff"), moderated=("staff",))
    async with running(sim) as bot:
        await told(sim, "papers-digest subscribe", "kept")
        chosen = await told(sim, "papers-digest format", "kept", tags="staff")
        assert "no “staff” that I may give. It has “papers”" in chosen
        assert "is not sent" in await told(sim, "papers-digest send", "kept")
        assert "Allow me Manage Threads" in str((await last(bot, key_of(sim, forum))).reason)
        sim.overwrite("kept", sim.bot, allow=MANAGE_THREADS)
        sim.dispatch("CHANNEL_UPDATE", sim._wire(forum), forum, intent=1)
        known = gateway_of(bot).get_channel(int(forum.id))
        await until(lambda: known.permissions_for(known.guild.me).manage_threads)
        assert "is sent" in await told(sim, "papers-digest send", "kept")
    assert posts(sim, forum)[-1].applied_tags == [forum.available_tags[1]["id"]]


async def test_a_forum_that_refuses_the_form_gets_plain_text_once(sim: Any) -> None:
    sim.forum_starter_v2 = False
    forum = sim.create_forum("plain")
    async with running(sim) as bot:
        await told(sim, "papers-digest subscribe", "plain")
        assert "is sent" in await told(sim, "papers-digest send", "plain")
        assert (await last(bot, key_of(sim, forum))).state is DeliveryState.SENT
    (post,) = [one for one in posts(sim, forum) if DATE in one.name]
    (message,) = post["_messages"]
    assert DATE in message["content"]


async def test_a_post_whose_beginning_is_in_doubt_is_never_begun_again_by_itself(sim: Any) -> None:
    forum = sim.create_forum("doubtful")
    async with running(sim) as bot:
        await told(sim, "papers-digest subscribe", "doubtful")
        await until(lambda: len(posts(sim, forum)) == 1)
        sim.faults.add("POST /channels/{channel_id}/threads", "reset_after")
        assert "perhaps sent" in await told(sim, "papers-digest send", "doubtful")
        await bot.service.courier.tick()
        status = shown(await (await slash_picking(sim, "papers-digest status", "doubtful")).wait_message())
    assert "may have arrived or not" in status
    assert "Send again" in status
    assert sum(DATE in one.name for one in posts(sim, forum)) == 1


async def test_an_announcement_is_published_where_that_is_wanted_and_never_more_than_discord_lets(sim: Any) -> None:
    sim.add_channel(sim.default_guild, "papers-news", NEWS)
    async with running(sim):
        await told(sim, "papers-digest subscribe", "papers-news")
        await told(sim, "papers-digest format", "papers-news", publish="yes", papers=3)
        assert "is sent" in await told(sim, "papers-digest send", "papers-news", again="yes")
        assert len(sim.log.find("crosspost")) == 1
        sim.faults.add(PUBLISHING, "ratelimited", retry_after=1800, scope="user")
        for _ in range(2):
            assert "is sent" in await told(sim, "papers-digest send", "papers-news", again="yes")
    assert len(sim.calls("POST", PUBLISHING.removeprefix("POST "))) == 2, "the third was not even asked for"


async def test_a_thread_is_a_channel_like_others_and_lacks_its_own_permission(sim: Any) -> None:
    async with running(sim) as bot:
        thread = await bot.platform.rest.call(
            "POST", "/channels/{channel_id}/threads", {"channel_id": sim.channel().id}, {"name": "reading", "type": 11}
        )
        assert "gets a digest" in await told(sim, "papers-digest subscribe", "reading")
        assert "is sent" in await told(sim, "papers-digest send", "reading")
        sim.overwrite("general", sim.bot, deny=1 << 38)
        sim.dispatch("CHANNEL_UPDATE", sim._wire(sim.channel()), sim.channel(), intent=1)
        server = gateway_of(bot).get_guild(int(sim.default_guild.id))
        known = server.get_thread(int(thread["id"]))
        await until(lambda: not known.permissions_for(server.me).send_messages_in_threads)
        assert "Send Messages in Threads" in await told(sim, "papers-digest pause", "reading")
        status = await told(sim, "papers-digest status", "reading")
    assert "I lack Send Messages in Threads" in status
    assert any(DATE in shown(message) for message in sim.messages(sim.channel(thread["id"])))


async def test_a_private_channel_is_named_to_nobody_who_may_not_see_it(sim: Any) -> None:
    guild, secret = sim.default_guild, sim.add_channel(sim.default_guild, "layoffs")
    sim.overwrite(secret, guild.id, deny=VIEW)
    sim.overwrite(secret, sim.bot, allow=VIEW)
    sim.grant("bob", "MANAGE_GUILD")
    async with running(sim):
        await told(sim, "papers-digest subscribe", "layoffs")
        await told(sim, "papers-digest subscribe", "random")
        seen = {
            user: shown(await (await sim.slash("papers-digest list", user=user)).wait_message())
            for user in ("alice", "bob")
        }
    assert secret.id in seen["alice"]
    assert secret.id not in seen["bob"]
    assert "1 more in a channel that you cannot see" in seen["bob"]
    assert sim.channel("random").id in seen["bob"]


async def test_a_private_thread_is_named_to_those_who_moderate_it_alone(sim: Any) -> None:
    """Its members are not told to us, so one who is in it must ask there, or pick it."""
    sim.grant("bob", "MANAGE_GUILD")
    async with running(sim) as bot:
        where = {"channel_id": sim.channel().id}
        made = {"name": "layoffs", "type": 12}
        thread = await bot.platform.rest.call("POST", "/channels/{channel_id}/threads", where, made)
        assert "gets a digest" in await told(sim, "papers-digest subscribe", "layoffs")
        seen = {
            user: shown(await (await sim.slash("papers-digest list", user=user)).wait_message())
            for user in ("alice", "bob")
        }
    assert thread["id"] in seen["alice"], "who owns the server"
    assert thread["id"] not in seen["bob"]
    assert "1 more in a channel that you cannot see" in seen["bob"]


async def test_a_format_that_its_channel_cannot_have_is_refused_with_the_way_to_it(sim: Any) -> None:
    role = sim.add_role("readers", 0)
    async with running(sim):
        await told(sim, "papers-digest subscribe", "random")
        assert "is no forum" in await told(sim, "papers-digest format", "random", tags="papers")
        assert "no announcement channel" in await told(sim, "papers-digest format", "random", publish="yes")
        here = await sim.slash("papers-digest format", ping=f"<@&{sim.default_guild.id}>")
        assert "no such role" in shown(await here.wait_message())
        assert "I may not call that role" in await told(sim, "papers-digest format", "random", ping=f"<@&{role.id}>")


@pytest.mark.parametrize(
    ("locale", "typed", "option"),
    [
        ("de", "papers suche", "suchwörter"),
        ("fr", "papers recherche", "mots"),
        ("ja", "papers 検索", "検索語"),
        ("zh-CN", "papers 搜索", "关键词"),
    ],
)
async def test_people_type_commands_in_their_own_language(sim: Any, locale: str, typed: str, option: str) -> None:
    sim.set_locale("bob", locale)
    async with running(sim):
        asked = await sim.slash(typed, user="bob", **{option: "diffusion"})
        assert "12 papers found" in shown(await asked.wait_message())

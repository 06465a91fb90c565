"""A forum's post holds a whole digest and is never begun twice; a published digest is one that followers get."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any, cast

import pytest

from adapters.discord.placing import OURS, Post, begins, chosen_tags, in_forum, place_of, placed
from adapters.discord.platform import DiscordPlatform
from adapters.discord.rest import Rest
from bot.delivery.threads import addressed
from bot.models import ChannelKey, Outcome
from bot.ports import ONCE, REPLY_TO, Payload, SendError
from bot.views import DigestPost, PublicLine, Tone
from tests.adapters.discord.fake_discord import FakeClock, Script, fake_discord
from tests.adapters.discord.views import VIEWS

CHANNEL = ChannelKey("discord", "900", "901")
KEY = "0123456789abcdef01234567"
DIGEST = cast("DigestPost", VIEWS["digest"])
IN_FORUM = replace(DIGEST, own_post=True, tags=("Papers",))
PAYLOADS: list[Payload] = [{"flags": 1 << 15, "components": []}, {"flags": 1 << 15, "components": []}]
TAGS = [
    {"id": "1", "name": "papers", "moderated": False},
    {"id": "2", "name": "Staff picks", "moderated": True},
    {"id": "3", "name": "off topic", "moderated": False},
]
MESSAGE = "/channels/901/messages"


@pytest.fixture
async def discord() -> AsyncIterator[Script]:
    async with fake_discord() as script:
        yield script


@pytest.fixture
async def platform(discord: Script) -> AsyncIterator[DiscordPlatform]:
    clock = FakeClock()
    made = DiscordPlatform(Rest("invented.token", discord.url, clock=clock, sleep=clock.sleep))
    yield made
    await made.close()


def forum(**changes: Any) -> dict[str, Any]:
    return {"id": "901", "type": 15, "flags": 0, "available_tags": TAGS} | changes


def test_elsewhere_nothing_is_added_to_a_digest() -> None:
    assert placed(DIGEST, PAYLOADS) == PAYLOADS
    assert placed(replace(IN_FORUM, preview=True), PAYLOADS) == PAYLOADS


def test_in_a_forum_the_first_message_begins_a_post_and_the_others_lie_in_it() -> None:
    first, second = placed(IN_FORUM, PAYLOADS)
    post = begins(first)
    assert post == Post(f"Trending papers · {DIGEST.date_line}", ("Papers",))
    assert first[ONCE] is True
    assert REPLY_TO not in first
    later = addressed(second, {0: "955"})
    assert begins(later) is None
    assert (place_of(first, "901"), place_of(later, "901")) == ("901", "955")


def test_the_plain_message_can_stand_in_for_any_of_them() -> None:
    platform = DiscordPlatform(Rest("invented.token"))
    plain = platform.fallback(IN_FORUM)
    assert begins(addressed(plain, {})) == begins(platform.render(IN_FORUM)[0])
    assert place_of(addressed(plain, {0: "955"}), "901") == "955"
    assert not OURS & set(platform.fallback(DIGEST))


def test_a_message_under_another_in_a_text_channel_stays_in_the_channel() -> None:
    assert place_of({REPLY_TO: "955"}, "901") == "901"


def test_tags_are_found_whatever_their_case_and_those_that_are_gone_are_left_out() -> None:
    post = Post("Papers", ("PAPERS", "gone", "Off Topic", "papers"))
    assert chosen_tags(post, forum()) == ["1", "3"]
    assert chosen_tags(Post("Papers"), forum()) == []


@pytest.mark.parametrize("flags", [1 << 4, str(1 << 4)])
def test_a_forum_that_asks_for_a_tag_says_which_there_are_and_how_to_choose(flags: object) -> None:
    with pytest.raises(SendError, match=r"“papers”, “off topic”.*format tags:papers") as caught:
        chosen_tags(Post("Papers", ("gone",)), forum(flags=flags))
    assert caught.value.outcome is Outcome.DEAD_CHANNEL
    assert "Staff picks" not in caught.value.reason


def test_a_forum_whose_tags_are_all_its_moderators_says_that() -> None:
    with pytest.raises(SendError, match="moderators keep all tags"):
        chosen_tags(Post("Papers"), forum(flags=1 << 4, available_tags=TAGS[1:2]))


async def test_a_line_about_a_forums_digest_begins_a_post_and_elsewhere_it_is_a_message(
    platform: DiscordPlatform,
) -> None:
    line = PublicLine(tone=Tone.INFO, text="Ada paused the digest.", tags=("papers",))
    (in_channel,) = platform.render(line)
    assert begins(in_channel) is None
    (alone,) = platform.render(replace(line, own_post=True))
    assert begins(alone) == Post("About the digest of trending papers", ("papers",))
    assert alone[ONCE] is True


async def test_a_post_is_begun_silently_with_its_name_and_its_tags(platform: DiscordPlatform, discord: Script) -> None:
    discord.then(200, forum()).then(201, {"id": "955"})
    sent = await platform.send(CHANNEL, in_forum(PAYLOADS[0], Post("n" * 120, ("papers",))), KEY)
    assert (sent.remote_id, sent.url) == ("955", "https://discord.com/channels/900/955/955")
    body = {"flags": 1 << 15 | 1 << 12, "components": []}
    expected = {"name": "n" * 99 + "…", "applied_tags": ["1"], "message": body}
    assert discord.calls == [("GET", "/channels/901", None), ("POST", "/channels/901/threads", expected)]


async def test_what_comes_after_goes_into_the_post_with_its_key(platform: DiscordPlatform, discord: Script) -> None:
    discord.then(200, {"id": "956"})
    sent = await platform.send(CHANNEL, addressed(placed(IN_FORUM, PAYLOADS)[1], {0: "955"}), KEY)
    assert sent.url == "https://discord.com/channels/900/955/956"
    ((_, path, body),) = discord.calls
    assert path == "/channels/955/messages"
    assert body["nonce"] == KEY
    assert not OURS & set(body)


@pytest.mark.parametrize(("forum_answer", "outcome"), [(True, Outcome.UNKNOWN), (False, Outcome.NOT_SENT)])
async def test_only_a_post_whose_beginning_got_no_answer_is_in_doubt(
    platform: DiscordPlatform, discord: Script, forum_answer: bool, outcome: Outcome
) -> None:
    if forum_answer:
        discord.then(200, forum())
    discord.then(200, "<html></html>")
    with pytest.raises(SendError) as caught:
        await platform.send(CHANNEL, in_forum(PAYLOADS[0], Post("Papers")), KEY)
    assert caught.value.outcome is outcome


async def test_a_published_message_goes_to_the_followers_too(platform: DiscordPlatform, discord: Script) -> None:
    discord.then(200, {"id": "902"})
    await platform.send(CHANNEL, placed(replace(DIGEST, publish=True), PAYLOADS)[0], KEY)
    (_, path, body), (_, published, _) = discord.calls
    assert (path, published) == (MESSAGE, f"{MESSAGE}/902/crosspost")
    assert not OURS & set(body)


@pytest.mark.parametrize("code", [40033, 50024])
async def test_a_message_that_cannot_be_published_is_sent_all_the_same(
    platform: DiscordPlatform, discord: Script, code: int
) -> None:
    """It was published before its answer was lost, or the channel is none for announcements."""
    discord.then(200, {"id": "902"}).then(403, {"code": code, "message": "no"})
    sent = await platform.send(CHANNEL, placed(replace(DIGEST, publish=True), PAYLOADS)[0], KEY)
    assert sent.remote_id == "902"

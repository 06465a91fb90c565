"""Where in a channel a message goes: into it, into a post of a forum, and from there to those who follow it; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.models import Outcome
from bot.plain import cut, one_line
from bot.ports import ONCE, REPLY_TO, Payload, SendError
from bot.views import DigestPost, PublicLine

POST, PUBLISH = "own_post", "publish"
"""Keys of payloads on their way to `DiscordPlatform.send`, which Discord never sees: the post that it begins, and
whether followers get it too."""
OURS = frozenset({POST, PUBLISH, ONCE, REPLY_TO})
FORUM, MEDIA = 15, 16
"""https://docs.discord.com/developers/resources/channel#channel-object-channel-types."""
OF_POSTS = frozenset({FORUM, MEDIA})
"""Channels that take posts alone, both by the same endpoint: https://docs.discord.com/developers/topics/threads#media-channels."""
NAME_LENGTH = 100
MOST_TAGS = 5
"""https://docs.discord.com/developers/resources/channel#start-thread-in-forum-or-media-channel."""
REQUIRE_TAG = 1 << 4
"""https://docs.discord.com/developers/resources/channel#channel-object-channel-flags."""
OLD_NAME = "Trending papers"
ABOUT_SETTINGS = "About the digest of trending papers"


@dataclass(frozen=True, slots=True)
class Post:
    """What a forum's post is called, and the names of its tags."""

    name: str
    tags: tuple[str, ...] = ()


def placed(view: DigestPost, payloads: Sequence[Payload]) -> list[Payload]:
    """A digest's messages with where they go; in a forum the first begins a post and the others lie in it."""
    parts = [payload | {PUBLISH: True} for payload in payloads] if view.publish else list(payloads)
    if not view.own_post or view.preview:
        return parts
    post = Post(one_line(f"{view.title} · {view.date_line}"), view.tags)
    return [in_forum(payload, post) | ({REPLY_TO: 0} if number else {}) for number, payload in enumerate(parts)]


def placed_alone(view: DigestPost, payload: Payload) -> Payload:
    """The same for a message that may have to stand in for any of them."""
    (part,) = placed(view, [payload])
    return part | ({REPLY_TO: 0} if POST in part else {})


def line_placed(view: PublicLine, payloads: Sequence[Payload]) -> list[Payload]:
    """A line about a digest; a forum takes posts alone."""
    if not view.own_post:
        return list(payloads)
    return [in_forum(payload, Post(ABOUT_SETTINGS, view.tags)) for payload in payloads]


def in_forum(payload: Payload, post: Post) -> Payload:
    """As the beginning of a post. Nothing makes a second attempt at one harmless: a post has no nonce."""
    return {**payload, POST: {"name": post.name, "tags": list(post.tags)}, ONCE: True}


def begins(payload: Payload) -> Post | None:
    """The post that it begins; None where it goes into something that is there."""
    told = payload.get(POST)
    if not isinstance(told, dict) or isinstance(payload.get(REPLY_TO), str):
        return None
    return Post(cut(str(told.get("name") or OLD_NAME), NAME_LENGTH), tuple(map(str, told.get("tags") or ())))


def place_of(payload: Payload, channel: str) -> str:
    """The channel that it goes into: a forum's post, which has the id of its first message, or the channel itself."""
    parent = payload.get(REPLY_TO)
    return parent if isinstance(parent, str) and POST in payload else channel


def bare(payload: Payload) -> Payload:
    """As Discord gets it."""
    return {name: value for name, value in payload.items() if name not in OURS}


def chosen_tags(post: Post, forum: Mapping[str, Any]) -> list[str]:
    """The ids of the post's tags in a forum as Discord tells it; those that are gone are left out.

    Raises:
        SendError: The forum asks for a tag and none is left.
    """
    known = {str(tag["name"]).casefold(): tag for tag in forum.get("available_tags") or ()}
    found = [str(known[name.casefold()]["id"]) for name in post.tags if name.casefold() in known]
    if found or not int(forum.get("flags") or 0) & REQUIRE_TAG:
        return list(dict.fromkeys(found))[:MOST_TAGS]
    raise SendError(Outcome.DEAD_CHANNEL, no_tag([str(tag["name"]) for tag in known.values() if not tag["moderated"]]))


def no_tag(offered: Sequence[str]) -> str:
    """Which to choose, and how."""
    if not offered:
        return "The forum asks for a tag, and its moderators keep all tags for themselves. Let me manage threads there."
    return (
        f"The forum asks for a tag for each post, and none is chosen. It has {in_quotes(offered)}: "
        f"choose with /papers digest format tags:{quoted(offered[0])} there"
    )


def not_offered(tags: Sequence[str], offered: Sequence[str]) -> str:
    """What posts go without."""
    return f"The forum has no {in_quotes(tags)} that I may give. It has {in_quotes(offered)}."


def kept_for_moderators(tags: Sequence[str], forum: Mapping[str, Any]) -> list[str]:
    """The names of those of the chosen tags, by id, that only moderators may give."""
    return [
        str(tag["name"]) for tag in forum.get("available_tags") or () if str(tag["id"]) in tags and tag.get("moderated")
    ]


def in_quotes(names: Sequence[str]) -> str:
    return ", ".join(f"“{name}”" for name in names)


def quoted(name: str) -> str:
    return f'"{name}"' if " " in name else name

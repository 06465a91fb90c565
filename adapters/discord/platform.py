"""The way out to Discord: each message posted once, by REST, apart from the gateway."""

from hashlib import blake2b

import structlog

from adapters.discord.layout import NO_MENTIONS, SUPPRESS_NOTIFICATIONS
from adapters.discord.outcomes import outcome_of
from adapters.discord.placing import (
    PUBLISH,
    Post,
    bare,
    begins,
    chosen_tags,
    in_quotes,
    kept_for_moderators,
    line_placed,
    place_of,
    placed,
    placed_alone,
)
from adapters.discord.render import fallback, render
from adapters.discord.rest import CallError, NoAnswerError, NotReachedError, RefusedError, Rest
from bot.config import Settings
from bot.models import DIRECT, ChannelKey, Outcome
from bot.ports import Payload, SendError, SentMessage
from bot.views import DigestPost, PublicLine, View

log = structlog.get_logger(__name__)

NONCE_LENGTH = 25
"""https://docs.discord.com/developers/resources/message#create-message."""
REMEMBERED_DIRECT_CHANNELS = 10_000
MESSAGES, POSTS = "/channels/{channel_id}/messages", "/channels/{channel_id}/threads"
CROSSPOST = "/channels/{channel_id}/messages/{message_id}/crosspost"
UNKNOWN_CHANNEL, ALREADY_PUBLISHED, MISSING_PERMISSIONS = 10003, 40033, 50013
TAG_KEPT = (
    "I may not post in the forum with {tags}, which its moderators keep for themselves. "
    "Allow me Manage Threads there, or choose other tags with /papers digest format"
)


class DiscordPlatform:
    """Posts silently and mentions nobody; the same key within minutes gives one message."""

    name = "discord"
    idempotent = True

    def __init__(self, rest: Rest) -> None:
        self.rest = rest
        self._direct: dict[str, str] = {}

    @classmethod
    def from_settings(cls, settings: Settings) -> "DiscordPlatform":
        """With the token of the settings, which must be there."""
        token = settings.discord_bot_token
        if token is None:
            raise ValueError("DISCORD_BOT_TOKEN is not set")
        return cls(Rest(token.get_secret_value(), settings.discord_api_url, settings.public_url))

    def render(self, view: View) -> list[Payload]:
        match view:
            case DigestPost():
                return placed(view, render(view))
            case PublicLine():
                return line_placed(view, render(view))
            case _:
                return render(view)

    def fallback(self, view: View) -> Payload:
        return placed_alone(view, fallback(view)) if isinstance(view, DigestPost) else fallback(view)

    async def send(self, channel: ChannelKey, payload: Payload, key: str) -> SentMessage:
        """Post one message; `key` becomes its nonce, save where it begins a forum's post, which has none."""
        place = place_of(payload, await self._place(channel))
        post = begins(payload)
        try:
            if post is not None:
                place = message_id = await self._begin_post(place, post, payload)
            else:
                message_id = await self._post(place, payload, key)
        except CallError as failure:
            unknown = isinstance(failure, RefusedError) and failure.code == UNKNOWN_CHANNEL
            if unknown:
                self._direct.pop(channel.channel, None)
            error = outcome_of(failure)
            error.gone = unknown and place == channel.channel  # no thread of it, and nobody's direct messages
            raise error from None
        if payload.get(PUBLISH):
            await self._publish(place, message_id)
        return SentMessage(message_id, f"https://discord.com/channels/{channel.workspace}/{place}/{message_id}")

    async def _post(self, place: str, payload: Payload, key: str) -> str:
        body = silent(payload) | {"nonce": nonce(key), "enforce_nonce": True}
        return _id(await self.rest.call("POST", MESSAGES, {"channel_id": place}, body))

    async def _begin_post(self, forum_id: str, post: Post, payload: Payload) -> str:
        """https://docs.discord.com/developers/resources/channel#start-thread-in-forum-or-media-channel."""
        try:
            forum = await self.rest.call("GET", "/channels/{channel_id}", {"channel_id": forum_id})
        except NoAnswerError as failure:
            raise NotReachedError(str(failure)) from None  # nothing was posted yet
        known = forum if isinstance(forum, dict) else {}
        tags = chosen_tags(post, known)
        body = {"name": post.name, "applied_tags": tags, "message": silent(payload)}
        try:
            return _id(await self.rest.call("POST", POSTS, {"channel_id": forum_id}, body))
        except RefusedError as refusal:
            kept = kept_for_moderators(tags, known)
            if refusal.code != MISSING_PERMISSIONS or not kept:
                raise
            raise SendError(Outcome.DEAD_CHANNEL, TAG_KEPT.format(tags=in_quotes(kept))) from None

    async def _publish(self, place: str, message_id: str) -> None:
        """To the followers of an announcement channel; the message is there, whatever becomes of this.

        https://docs.discord.com/developers/resources/message#crosspost-message
        """
        try:
            await self.rest.call("POST", CROSSPOST, {"channel_id": place, "message_id": message_id})
        except CallError as failure:
            if not (isinstance(failure, RefusedError) and failure.code == ALREADY_PUBLISHED):
                log.warning("a digest was posted and not published", channel=place, reason=str(failure))

    async def close(self) -> None:
        await self.rest.close()

    async def _place(self, channel: ChannelKey) -> str:
        """The channel's id; a person's direct messages have one that must be opened first."""
        if not channel.channel.isdecimal():
            raise SendError(Outcome.DEAD_CHANNEL, f"“{channel}” is no channel of Discord.")
        if channel.workspace != DIRECT:
            return channel.channel
        if channel.channel not in self._direct:
            await self._open_direct(channel.channel)
        return self._direct[channel.channel]

    async def _open_direct(self, person: str) -> None:
        """https://docs.discord.com/developers/resources/user#create-dm; opening twice gives the same channel."""
        try:
            opened = await self.rest.call("POST", "/users/@me/channels", {}, {"recipient_id": person})
            place = str(opened["id"])
        except NoAnswerError as failure:
            raise outcome_of(NotReachedError(str(failure))) from None  # no message was posted, whatever became of it
        except CallError as failure:
            raise outcome_of(failure) from None
        except (KeyError, TypeError):
            raise outcome_of(NotReachedError("Discord's answer names no channel")) from None
        if len(self._direct) >= REMEMBERED_DIRECT_CHANNELS:
            self._direct.clear()
        self._direct[person] = place


def nonce(key: str) -> str:
    """The key itself where it is short enough."""
    return key if len(key) <= NONCE_LENGTH else blake2b(key.encode(), digest_size=12).hexdigest()


def silent(payload: Payload) -> Payload:
    """As Discord gets it: it rings nowhere, unless it is to call somebody."""
    if payload.get("allowed_mentions", NO_MENTIONS) != NO_MENTIONS:
        return bare(payload)
    flags = payload.get("flags")
    return bare(payload) | {"flags": (flags if isinstance(flags, int) else 0) | SUPPRESS_NOTIFICATIONS}


def _id(answer: object) -> str:
    if isinstance(answer, dict) and "id" in answer:
        return str(answer["id"])
    raise NoAnswerError("Discord's answer names no message")

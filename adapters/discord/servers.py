"""What happens to the servers themselves: a greeting when we join one, and an end to everything when we leave."""

from datetime import timedelta

import discord
import structlog

from adapters.discord.layout import pack
from adapters.discord.panels import notice_blocks
from adapters.discord.render import INK
from bot.buttons import Button, Effect
from bot.delivery.keys import button_key
from bot.models import ChannelKey
from bot.ports import Platform, SendError
from bot.service import Service
from bot.views import Notice, Tone

log = structlog.get_logger(__name__)

WELCOME = Notice(
    tone=Tone.INFO,
    text="Hello! I bring trending research papers to where you talk.",
    hint="Try /papers trending. For a digest in a channel: /papers digest settings there (Manage Server).",
    buttons=(Button("Trending papers", "trending", Effect.ANSWER), Button("Help", "help", Effect.ANSWER)),
)
BACK = Notice(
    tone=Tone.INFO,
    text="I am back. The digests of this server ended when I was removed, and wait for somebody to want them again.",
    hint="Start all of them with /papers digest resume all, or one with /papers digest resume in its channel.",
)
REMOVED = "I was removed from the server"
JUST_NOW = timedelta(days=1)
"""A server that was joined while no process listened, or while one was still starting, is greeted within that time."""


class Servers:
    """Follows the servers' coming and going."""

    def __init__(self, service: Service, platform: Platform) -> None:
        self._service = service
        self._platform = platform

    async def joined(self, guild: discord.Guild) -> None:
        """Greet a server, once ever, in a place where we may write; silently nowhere if there is none.

        One that is joined again is told of the digests that stopped when we left.
        """
        key = button_key(f"greeted discord:{guild.id}")
        channels = self._service.store.channels
        place = place_to_greet(guild)
        if place is None:
            return
        if await channels.recall_command(key) is None:
            await channels.remember_command(key, "greeted")
            await self._say(place, WELCOME, key)
        elif (again := await self._joined_again(guild)) is not None:
            await channels.remember_command(again, "told")
            await self._say(place, BACK, again)

    async def _joined_again(self, guild: discord.Guild) -> str | None:
        """A key of this stay in the server, where digests of an earlier one wait and nobody was told."""
        known = await self._service.store.channels.subscriptions("discord", str(guild.id))
        if guild.me.joined_at is None or not any((one.paused_because or "").startswith(REMOVED) for one in known):
            return None
        key = button_key(f"back discord:{guild.id} {guild.me.joined_at.isoformat()}")
        return key if await self._service.store.channels.recall_command(key) is None else None

    async def _say(self, place: discord.TextChannel, notice: Notice, key: str) -> None:
        payload, *_ = pack(notice_blocks(notice), INK)
        try:
            await self._platform.send(ChannelKey("discord", str(place.guild.id), str(place.id)), payload, key[:24])
        except SendError as failure:
            log.info("a server could not be greeted", server=place.guild.id, reason=failure.reason)

    async def available(self, guild: discord.Guild) -> None:
        """Greet a server that was joined a moment ago; told of each at the start, and of some that are joined."""
        since = guild.me.joined_at
        if since is not None and discord.utils.utcnow() - since < JUST_NOW:
            await self.joined(guild)

    async def left(self, guild_id: int) -> int:
        """Stop every digest of a server. Returns how many there were."""
        running = [
            one
            for one in await self._service.store.channels.subscriptions("discord", str(guild_id))
            if one.paused_because is None
        ]
        for subscription in running:
            await self._service.store.deliveries.pause(subscription.id, REMOVED)
        log.info("a server was left", server=guild_id, digests_stopped=len(running))
        return len(running)

    async def channel_gone(self, guild_id: int, channel_id: int) -> None:
        """Stop the digest of a deleted channel or thread, before a post finds out."""
        await self._service.halting.channel_deleted(ChannelKey("discord", str(guild_id), str(channel_id)))


def place_to_greet(guild: discord.Guild) -> discord.TextChannel | None:
    """Where the server itself sends its messages, else its first channel; only where everything needed is allowed."""
    me = guild.me
    candidates = [guild.system_channel, *sorted(guild.text_channels, key=lambda one: (one.position, one.id))]
    return next((one for one in candidates if one is not None and _may_write(one, me)), None)


def _may_write(channel: discord.TextChannel, me: discord.Member) -> bool:
    allowed = channel.permissions_for(me)
    return channel.type is discord.ChannelType.text and allowed.view_channel and allowed.send_messages

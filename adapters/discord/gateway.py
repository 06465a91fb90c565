"""The way in from Discord: discord.py keeps the connection; here its events are acknowledged and handed over."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any

import aiohttp
import discord
import structlog
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from adapters.discord.answering import Answering
from adapters.discord.outcomes import EXPIRED
from adapters.discord.receiving import Receiving
from adapters.discord.rest import CallError, RefusedError, Rest
from adapters.discord.servers import Servers
from bot.config import Settings
from bot.ports import ParkedError

log = structlog.get_logger(__name__)

LONGEST_WAIT = 8
"""As a power of two: seconds that a shard waits at most before it connects again.

discord.py's own 2**10 would keep people waiting for a quarter of an hour after an outage; much less would spend the
1,000 sessions of a day on a shaky network.
"""
FINISHING = 5.0
"""Seconds that answers on their way have when the connection is closed."""
PATIENCE, EXCUSING = 1.5, 1.0
"""Of these, seconds until whoever still waits is told that the process ends, and how long that may take. The process
may have no more than three left: see DRAIN in bot.__main__."""
PARKING = {
    4004: (
        "Discord refused the bot's token.",
        "Set DISCORD_BOT_TOKEN to a fresh one (Developer Portal, Bot, Reset Token).",
    ),
    4012: ("Discord does not speak this version of its gateway any more.", "Update Broadsheet."),
    4013: ("Discord does not know an intent we ask for.", "Update Broadsheet."),
    4014: ("Discord does not allow an intent we ask for.", "Only the Guilds intent is needed; update Broadsheet."),
}
"""Close codes that no restart mends.

https://docs.discord.com/developers/topics/opcodes-and-status-codes#gateway-gateway-close-event-codes
"""


class Gateway(discord.AutoShardedClient):
    """Servers' names and channels are all it hears of; no messages, no members."""

    def __init__(
        self,
        answering: Answering,
        rest: Rest,
        shard_ids: Sequence[int] = (0,),
        shard_count: int = 1,
        identify: Callable[[int], Awaitable[None]] | None = None,
    ) -> None:
        """`identify` waits until a session of that bucket may begin; one shard alone waits as discord.py does."""
        super().__init__(
            shard_ids=list(shard_ids),
            shard_count=shard_count,
            intents=discord.Intents(guilds=True),
            allowed_mentions=discord.AllowedMentions.none(),
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            max_messages=None,
            max_ratelimit_timeout=60,
        )
        self.max_concurrency = 1
        self._identify = identify
        self._answering = answering
        self._receiving = Receiving(answering, rest)
        self._servers = Servers(answering.service, answering.platform)
        self._shards_up: set[int] = set()
        self._busy: set[asyncio.Task[Any]] = set()

    @property
    def connected(self) -> bool:
        """Whether every shard of ours hears Discord now."""
        return self._shards_up >= set(self.shard_ids or ()) and not self.is_closed()

    async def launch_shard(self, gateway: yarl.URL, shard_id: int, *, initial: bool = False) -> None:
        await super().launch_shard(gateway, shard_id, initial=initial)
        info = self.get_shard(shard_id)
        if info is not None:
            info._parent._backoff._max = LONGEST_WAIT  # noqa: SLF001  # it offers no other way

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        if self._identify is None or self.shard_count == 1:
            await super().before_identify_hook(shard_id, initial=initial)
        else:
            await self._identify((shard_id or 0) % self.max_concurrency)

    async def finish(self, *, ending: bool = False) -> None:
        """Let answers on their way arrive; `ending`: nobody is left with "thinking…", though the process ends."""
        _, late = await asyncio.wait(self._busy, timeout=PATIENCE) if self._busy else (set(), set())
        if late and ending:
            with suppress(TimeoutError):
                async with asyncio.timeout(EXCUSING):
                    await self._receiving.excuse()
        if late:
            await asyncio.wait(late, timeout=FINISHING - PATIENCE)

    async def on_shard_connect(self, shard_id: int) -> None:
        self._shards_up.add(shard_id)
        log.info("Discord is connected", shard=shard_id)

    async def on_shard_resumed(self, shard_id: int) -> None:
        self._shards_up.add(shard_id)

    async def on_shard_disconnect(self, shard_id: int) -> None:
        self._shards_up.discard(shard_id)

    async def on_guild_join(self, guild: discord.Guild) -> None:
        await self._servers.joined(guild)

    async def on_guild_available(self, guild: discord.Guild) -> None:
        """Said at the start and after an outage, and of some servers that are joined."""
        await self._servers.available(guild)

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        await self._servers.left(guild.id)

    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        await self._servers.channel_gone(channel.guild.id, channel.id)

    async def on_raw_thread_delete(self, payload: discord.RawThreadDeleteEvent) -> None:
        await self._servers.channel_gone(payload.guild_id, payload.thread_id)

    async def on_error(self, event_method: str, /, *_args: Any, **_kwargs: Any) -> None:
        log.exception("a Discord event failed", gateway_event=event_method)  # noqa: LOG004  # called within the handler

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._busy.add(task)
            task.add_done_callback(self._busy.discard)
        try:
            await self._receiving.receive(interaction)
        except RefusedError as refusal:
            reason = EXPIRED.get(refusal.code, "refused")
            self._answering.counts[reason] += 1
            tell = log.error if reason == "refused" else log.info
            tell("an interaction was not answered", reason=reason, refusal=str(refusal))
        except CallError as failure:
            self._answering.counts["unreachable"] += 1
            log.warning("an interaction was not answered", reason=str(failure))


async def hold(gateway: Gateway, settings: Settings, token: str) -> None:
    """Log in and stay connected until cancelled.

    Raises:
        ParkedError: No restart mends it.
        ConnectionError: Restart after a while.
    """
    if settings.discord_api_url:
        Route.BASE = settings.discord_api_url
    ending = False
    try:
        async with gateway:
            await gateway.login(token)
            await _look_up_gateway(gateway, settings)
            await gateway.connect()
    except asyncio.CancelledError:
        ending = True
        raise
    except discord.LoginFailure:
        raise ParkedError(*PARKING[4004]) from None
    except discord.PrivilegedIntentsRequired:
        raise ParkedError(*PARKING[4014]) from None
    except discord.ConnectionClosed as closed:
        if closed.code in PARKING:
            raise ParkedError(*PARKING[closed.code]) from None
        raise ConnectionError(f"Discord closed the connection (code {closed.code})") from None
    except (discord.DiscordException, aiohttp.ClientError) as error:
        # discord.py gives up when its first connection fails: https://github.com/Rapptz/discord.py/issues/10520
        raise ConnectionError(f"Discord could not be reached ({type(error).__name__})") from None
    finally:
        await gateway.finish(ending=ending)
    raise ConnectionError("Discord ended the connection")


async def _look_up_gateway(gateway: Gateway, settings: Settings) -> None:
    """One IDENTIFY more than Discord allows a day would reset the token, so its answer is asked first.

    https://docs.discord.com/developers/events/gateway#get-gateway-bot
    """
    _, address, limits = await gateway.http.get_bot_gateway()
    gateway.max_concurrency = limits["max_concurrency"]
    if limits["remaining"] < len(gateway.shard_ids or ()):
        minutes = limits["reset_after"] // 60_000
        raise ConnectionError(f"Discord allows no more sessions today; the next ones in {minutes} minutes")
    if settings.discord_gateway_url or settings.discord_api_url:
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(settings.discord_gateway_url or address)

"""Discord's way in, beside the others under a supervisor."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

import structlog

from adapters.discord.answering import Answering
from adapters.discord.platform import DiscordPlatform
from adapters.discord.rest import CallError, RefusedError
from adapters.discord.shards import LOOK, Shards
from bot.config import Settings
from bot.ports import ParkedError
from bot.service import Service

if TYPE_CHECKING:
    from adapters.discord.gateway import Gateway

log = structlog.get_logger(__name__)


class DiscordAdapter:
    """Commands and buttons over the gateway. Registering the commands is `broadsheet discord sync`, not a start's work.

    Answers and posts go by `platform`'s calls, so that one pace holds for the token. Of several processes with one
    database each shard is served by one; a process that has none stands by.
    """

    name = "discord"

    def __init__(
        self,
        settings: Settings,
        service: Service,
        platform: DiscordPlatform | None = None,
        *,
        shards: Shards | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._settings = settings
        self._token = settings.discord_bot_token
        self._own_platform = platform is None
        self._platform = platform or DiscordPlatform.from_settings(settings)
        self._answering = Answering(service, self._platform)
        self._shards = shards or Shards(service.store.leases)
        self._sleep = sleep
        self._gateways: list[Gateway] = []
        self._standing_by = False

    @property
    def connected(self) -> bool:
        """Whether every shard that is served here hears Discord; true where other processes serve all of them."""
        return self._standing_by or (bool(self._gateways) and all(one.connected for one in self._gateways))

    @property
    def unanswered(self) -> dict[str, int]:
        """How many interactions could not be answered since the start, by reason; each is in the log too."""
        return dict(self._answering.counts)

    async def run(self) -> None:
        """Serve until cancelled.

        Raises:
            ParkedError: The token is refused, or an intent.
            ConnectionError: Restart after a while.
        """
        if self._token is None:
            raise ParkedError("DISCORD_BOT_TOKEN is not set.", "Set it and start again.")
        try:
            count = await self._count()
            await self._serve(count, await self._take(count))
        finally:
            self._standing_by = False
            self._gateways.clear()
            await self._shards.release()
            if self._own_platform:
                await self._platform.close()

    async def _count(self) -> int:
        """How many shards Discord wants: https://docs.discord.com/developers/events/gateway#get-gateway-bot."""
        from adapters.discord.gateway import PARKING  # noqa: PLC0415  # discord.py takes a third of a second

        try:
            told = await self._platform.rest.call("GET", "/gateway/bot", {})
            return max(1, int(told["shards"]))
        except CallError as failure:
            if isinstance(failure, RefusedError) and failure.status == 401:
                raise ParkedError(*PARKING[4004]) from None
            raise ConnectionError(f"Discord could not be reached: {failure}") from None
        except (KeyError, TypeError, ValueError):
            raise ConnectionError("Discord's answer names no number of shards") from None

    async def _take(self, count: int) -> list[int]:
        """At least one shard, as soon as one is free."""
        while not (mine := await self._shards.take(count)):
            if not self._standing_by:
                self._standing_by = True
                log.info("other processes serve Discord; this one stands by", shards=count)
            await self._sleep(LOOK)
        self._standing_by = False
        return mine

    async def _serve(self, count: int, mine: Sequence[int]) -> None:
        """Until one of the connections ends for good, or a shard is lost."""
        try:
            async with asyncio.TaskGroup() as work:
                work.create_task(self._connect(count, mine))
                work.create_task(self._keep(count, work))
        except ExceptionGroup as failed:
            raise min(failed.exceptions, key=lambda one: not isinstance(one, ParkedError)) from None

    async def _keep(self, count: int, work: asyncio.TaskGroup) -> None:
        """Renew what is held, and serve too what another process gives up."""
        while True:
            await self._sleep(LOOK)
            await self._shards.keep()
            if more := await self._shards.take_more(count):
                log.info("shards are taken over", shards=more)
                work.create_task(self._connect(count, more))

    async def _connect(self, count: int, mine: Sequence[int]) -> None:
        from adapters.discord.gateway import Gateway, hold  # noqa: PLC0415  # discord.py takes a third of a second

        token = self._settings.discord_bot_token
        gateway = Gateway(self._answering, self._platform.rest, mine, count, self._shards.identify)
        self._gateways.append(gateway)
        await hold(gateway, self._settings, token.get_secret_value() if token else "")

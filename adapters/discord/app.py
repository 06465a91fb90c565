"""Discord's way in, beside the others under a supervisor."""

from typing import TYPE_CHECKING

from adapters.discord.answering import Answering
from adapters.discord.platform import DiscordPlatform
from bot.config import Settings
from bot.ports import ParkedError
from bot.service import Service

if TYPE_CHECKING:
    from adapters.discord.gateway import Gateway


class DiscordAdapter:
    """Commands and buttons over the gateway. Registering the commands is `broadsheet discord sync`, not a start's work.

    Answers and posts go by `platform`'s calls, so that one pace holds for the token.
    """

    name = "discord"

    def __init__(self, settings: Settings, service: Service, platform: DiscordPlatform | None = None) -> None:
        self._settings = settings
        self._token = settings.discord_bot_token
        self._own_platform = platform is None
        self._platform = platform or DiscordPlatform.from_settings(settings)
        self._answering = Answering(service, self._platform)
        self._gateway: Gateway | None = None

    @property
    def connected(self) -> bool:
        return self._gateway is not None and self._gateway.connected

    @property
    def unanswered(self) -> dict[str, int]:
        """How many interactions could not be answered, by reason."""
        return dict(self._answering.counts)

    async def run(self) -> None:
        """Serve until cancelled.

        Raises:
            ParkedError: The token is refused, or an intent.
            ConnectionError: Restart after a while.
        """
        from adapters.discord.gateway import Gateway, hold  # noqa: PLC0415  # discord.py takes a third of a second

        if self._token is None:
            raise ParkedError("DISCORD_BOT_TOKEN is not set.", "Set it and start again.")
        self._gateway = Gateway(self._answering, self._platform.rest)
        try:
            await hold(self._gateway, self._settings, self._token.get_secret_value())
        finally:
            self._gateway = None
            if self._own_platform:
                await self._platform.close()

"""The way out to Discord: each message posted once, by REST, apart from the gateway."""

from hashlib import blake2b

from adapters.discord.layout import SUPPRESS_NOTIFICATIONS
from adapters.discord.outcomes import outcome_of
from adapters.discord.permissions import DIRECT
from adapters.discord.render import fallback, render
from adapters.discord.rest import CallError, NoAnswerError, NotReachedError, RefusedError, Rest
from bot.config import Settings
from bot.models import ChannelKey, Outcome
from bot.ports import Payload, SendError, SentMessage
from bot.views import View

NONCE_LENGTH = 25
"""https://docs.discord.com/developers/resources/message#create-message."""
REMEMBERED_DIRECT_CHANNELS = 10_000


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
        return render(view)

    def fallback(self, view: View) -> Payload:
        return fallback(view)

    async def send(self, channel: ChannelKey, payload: Payload, key: str) -> SentMessage:
        """Post one message; `key` becomes its nonce."""
        place = await self._place(channel)
        flags = payload.get("flags")
        body = {
            **payload,
            "flags": (flags if isinstance(flags, int) else 0) | SUPPRESS_NOTIFICATIONS,
            "nonce": nonce(key),
            "enforce_nonce": True,
        }
        try:
            sent = await self.rest.call("POST", "/channels/{channel_id}/messages", {"channel_id": place}, body)
            message_id = str(sent["id"])
        except RefusedError as refusal:
            if refusal.code == 10003:
                self._direct.pop(channel.channel, None)
            raise outcome_of(refusal) from None
        except CallError as failure:
            raise outcome_of(failure) from None
        except (KeyError, TypeError):
            raise outcome_of(NoAnswerError("Discord's answer names no message")) from None
        return SentMessage(message_id, f"https://discord.com/channels/{channel.workspace}/{place}/{message_id}")

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

"""Sending the digest of the examples, and how that fails."""

import pytest

from adapters.email.platform import EmailPlatform
from bot.mailing.wish import mailbox
from bot.models import ChannelKey
from bot.ports import Payload, SendError, SentMessage
from tests.adapters.examples import EXAMPLES

ADA = mailbox("ada@example.org")
KEY = "0123456789abcdef01234567"


def digest(platform: EmailPlatform) -> Payload:
    return platform.render(EXAMPLES["digest"])[0]


async def send(platform: EmailPlatform, channel: ChannelKey = ADA, key: str = KEY) -> SentMessage:
    return await platform.send(channel, digest(platform), key)


async def failed(platform: EmailPlatform, channel: ChannelKey = ADA) -> SendError:
    with pytest.raises(SendError) as caught:
        await send(platform, channel)
    return caught.value

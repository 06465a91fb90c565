"""Buttons under what the one who set a digest up is told in a direct message."""

from bot.commands import Call
from bot.commands.options import CHANNEL
from bot.models import DIRECT, ChannelKey, Subscription
from bot.service import Service


async def set_up_by_caller(service: Service, call: Call) -> Subscription | None:
    """The named channel's digest, where a platform has one inbox for all servers and the caller set that digest up.

    Else None, and the usual rules.
    """
    named = call[CHANNEL]
    if named is None or call.channel.workspace != DIRECT:
        return None
    try:
        channel = ChannelKey.parse(named)
    except ValueError:
        return None
    known = await service.store.channels.subscription(channel)
    mine = known is not None and channel.platform == call.channel.platform and known.set_up_by.id == call.caller.id
    return known if mine else None

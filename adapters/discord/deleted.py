"""Channels that were deleted, of which only a digest's settings and history are left."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from adapters.discord.permissions import VIEW_CHANNEL, Asked, Place, target_of
from bot.commands import Command
from bot.commands.digest import OF_DELETED
from bot.models import ChannelKey, Subscription

GONE = Place(name="", thread=False, caller=VIEW_CHANNEL, bot=None)


async def with_deleted(
    asked: Asked,
    command: Command,
    raw: Mapping[str, str],
    known: Callable[[ChannelKey], Awaitable[Subscription | None]],
) -> Asked:
    """Knowing a deleted channel's place too, if it is named by whoever set its digest up or manages the server."""
    target = target_of(asked, command, raw)
    if asked.direct or command.path not in OF_DELETED or asked.place(target.channel) is not None:
        return asked
    digest = await known(target)
    if digest is None or not digest.deleted:
        return asked
    if digest.set_up_by.id != asked.caller.id and not asked.manages:
        return asked
    return replace(asked, place=lambda channel: GONE if channel == target.channel else asked.place(channel))

"""/papers digest preview: what would come, counted as nothing."""

from bot.commands import Answer, Call, Command
from bot.commands.digest import channel_of
from bot.commands.digest.options import DATE
from bot.commands.options import CHANNEL
from bot.service import Service


async def run(service: Service, call: Call) -> Answer:
    channel = channel_of(call)
    subscription = await service.store.channels.subscription(channel)
    return Answer(await service.digests.preview(channel, subscription, call[DATE]))


command = Command(
    "preview",
    "See what the digest would say; it is not posted",
    run,
    (DATE, CHANNEL),
    example="digest preview",
    group="digest",
    order=50,
)

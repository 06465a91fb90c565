"""/papers digest resume: digests come again."""

from bot.commands import Answer, Call, Command
from bot.commands.digest import announced, author, channel_of
from bot.commands.digest.everywhere import everywhere, wanted
from bot.commands.digest.settings import settings_notice
from bot.commands.options import CHANNEL, WHERE
from bot.models import ChannelKey
from bot.service import Service


async def run(service: Service, call: Call) -> Answer:
    line = f"{author(call)} resumed the digest."

    async def change(channel: ChannelKey) -> str | None:
        before = await service.channels.get(channel)
        after = await service.channels.resume(channel, call.caller)
        return None if after == before else line

    if wanted(call):
        return await everywhere(service, call, "Digests come again.", change)
    channel, now = channel_of(call), service.clock.now()
    known = await service.channels.get(channel)
    saved = await service.channels.resume(channel, call.caller)
    if saved == known:
        return Answer(settings_notice("It was not paused; nothing was changed.", saved, now))
    return announced(call, settings_notice("Digests come again.", saved, now), line)


command = Command(
    "resume",
    "Digests come again after a pause",
    run,
    (WHERE, CHANNEL),
    example="digest resume",
    group="digest",
    order=24,
    configures=True,
)

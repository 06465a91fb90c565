"""/papers digest resume: digests come again."""

from bot.commands import Answer, Call, Command
from bot.commands.digest import announced, author, channel_of
from bot.commands.digest.settings import settings_notice
from bot.commands.options import CHANNEL
from bot.service import Service


async def run(service: Service, call: Call) -> Answer:
    channel, now = channel_of(call), service.clock.now()
    known = await service.channels.get(channel)
    saved = await service.channels.resume(channel, call.caller)
    if saved == known:
        return Answer(settings_notice("It was not paused; nothing was changed.", saved, now))
    return announced(call, settings_notice("Digests come again.", saved, now), f"{author(call)} resumed the digest.")


command = Command(
    "resume",
    "Digests come again after a pause",
    run,
    (CHANNEL,),
    example="digest resume",
    group="digest",
    order=24,
    configures=True,
)

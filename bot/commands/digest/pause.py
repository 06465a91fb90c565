"""/papers digest pause: no digests for a while, or not the next one."""

from bot.commands import Answer, Call, Command
from bot.commands.digest import announced, author, channel_of
from bot.commands.digest.settings import settings_notice
from bot.commands.options import CHANNEL, SKIP, UNTIL
from bot.service import Service


async def run(service: Service, call: Call) -> Answer:
    channel, who = channel_of(call), author(call)
    if call[SKIP]:
        saved, slot = await service.channels.skip_next(channel, call.caller)
        told, line = f"The digest of {slot} is left out.", f"{who} skips the digest of {slot}."
    else:
        until = call[UNTIL]
        saved = await service.channels.pause(channel, call.caller, until)
        told = f"Paused until {until}." if until else "Paused until somebody types /papers digest resume."
        line = f"{who} paused the digest{f' until {until}' if until else ''}."
    return announced(call, settings_notice(told, saved, service.clock.now()), line)


command = Command(
    "pause",
    "No digests until a date, or until resumed; or skip the next",
    run,
    (UNTIL, SKIP, CHANNEL),
    example="digest pause until:2026-08-31",
    group="digest",
    order=22,
    configures=True,
)

"""/papers digest pause: no digests for a while, or not the next one."""

from bot.commands import Answer, Call, Command
from bot.commands.digest import announced, author, channel_of
from bot.commands.digest.everywhere import everywhere, wanted
from bot.commands.digest.options import SKIP, UNTIL
from bot.commands.digest.settings import settings_notice
from bot.commands.options import CHANNEL, WHERE
from bot.models import ChannelKey, Subscription
from bot.service import Service


async def run(service: Service, call: Call) -> Answer:
    async def change(channel: ChannelKey) -> str | None:
        return (await _paused(service, call, channel))[2]

    if wanted(call):
        left_out = "The next digests are left out."
        return await everywhere(service, call, left_out if call[SKIP] else _until(call), change)
    channel = channel_of(call)
    saved, told, line = await _paused(service, call, channel)
    return announced(call, settings_notice(told, saved, service.clock.now()), line)


async def _paused(service: Service, call: Call, channel: ChannelKey) -> tuple[Subscription, str, str]:
    """As it is now, what is told of it, and the public line."""
    who, until = author(call), call[UNTIL]
    if call[SKIP]:
        saved, slot = await service.channels.skip_next(channel, call.caller)
        return saved, f"The digest of {slot} is left out.", f"{who} skips the digest of {slot}."
    saved = await service.channels.pause(channel, call.caller, until)
    return saved, _until(call), f"{who} paused the digest{f' until {until}' if until else ''}."


def _until(call: Call) -> str:
    until = call[UNTIL]
    return f"Paused until {until}." if until else "Paused until somebody types /papers digest resume."


command = Command(
    "pause",
    "No digests until a date, or until resumed; or skip the next",
    run,
    (UNTIL, SKIP, WHERE, CHANNEL),
    example="digest pause until:2026-08-31",
    group="digest",
    order=22,
    configures=True,
)

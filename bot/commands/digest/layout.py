"""/papers digest format: how many papers, and how much of each."""

from dataclasses import replace

from bot.commands import Answer, Call, Command
from bot.commands.choices import Style
from bot.commands.digest import announced, channel_of
from bot.commands.digest.settings import describe_format, settings_notice
from bot.commands.options import CHANNEL, DETAILS, PAPERS, STYLE
from bot.service import Service
from bot.service.wishes import NewSettings


async def run(service: Service, call: Call) -> Answer:
    channel, now = channel_of(call), service.clock.now()
    known = saved = await service.channels.get(channel)
    if call[PAPERS] is not None:
        saved = await service.channels.configure(channel, call.caller, NewSettings(limit=call[PAPERS]), call.zone)
    compact = call[STYLE] is Style.COMPACT if STYLE.name in call.values else saved.preferences.compact
    details = call[DETAILS] if DETAILS.name in call.values else saved.preferences.details
    wishes = replace(saved.preferences, compact=compact, details=details)
    what = describe_format(saved.limit, wishes)
    saved = await service.channels.prefer(channel, call.caller, wishes, f"changed the format to: {what}")
    if saved == known:
        return Answer(settings_notice("This is the format; nothing was changed.", saved, now))
    view = settings_notice("The format is saved; see it with Preview.", saved, now)
    return announced(call, view, f"{call.caller.name} changed the digest's format to: {what}.")


command = Command(
    "format",
    "How many papers, compact or cards, details in a thread",
    run,
    (PAPERS, STYLE, DETAILS, CHANNEL),
    example="digest format compact papers:8 details:no",
    group="digest",
    order=45,
    configures=True,
)

"""/papers digest quiet: dates without digests, and how often at most."""

from dataclasses import replace

from bot.commands import Answer, Call, Command
from bot.commands.choices import WhenEmpty
from bot.commands.digest import announced, author, channel_of
from bot.commands.digest.options import MOST_PER_WEEK, QUIET_DATES, WHEN_EMPTY
from bot.commands.digest.settings import describe_quiet, settings_notice
from bot.commands.options import CHANNEL
from bot.service import Service


async def run(service: Service, call: Call) -> Answer:
    channel, now = channel_of(call), service.clock.now()
    known, given = await service.channels.get(channel), call.values
    before = known.preferences
    wishes = replace(
        before,
        quiet_dates=call[QUIET_DATES] if QUIET_DATES.name in given else before.quiet_dates,
        most_per_week=(call[MOST_PER_WEEK] or None) if MOST_PER_WEEK.name in given else before.most_per_week,
        skip_when_empty=call[WHEN_EMPTY] is WhenEmpty.SKIP if WHEN_EMPTY.name in given else before.skip_when_empty,
    )
    what = describe_quiet(wishes)
    saved = await service.channels.prefer(channel, call.caller, wishes, f"changed the quiet days to: {what}")
    if saved == known:
        return Answer(settings_notice("These are the quiet days; nothing was changed.", saved, now))
    view = settings_notice("The quiet days are saved.", saved, now)
    return announced(call, view, f"{author(call)} changed when the digest is quiet to: {what}.")


command = Command(
    "quiet",
    "Dates without digests, how many a week, what if empty",
    run,
    (QUIET_DATES, MOST_PER_WEEK, WHEN_EMPTY, CHANNEL),
    example="digest quiet 2026-12-24..2027-01-02 most:3",
    group="digest",
    order=65,
    configures=True,
)

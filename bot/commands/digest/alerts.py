"""/papers digest alerts: a paper of the channel's topics that takes off between two digests."""

from dataclasses import replace

from bot.commands import Answer, Call, Command
from bot.commands.choices import Switch
from bot.commands.digest import announced, author, channel_of
from bot.commands.digest.settings import settings_notice
from bot.commands.options import CHANNEL, SWITCH
from bot.ranking.surge import FACTOR, LEAST, WINDOW
from bot.service import Service

RULE = (
    f"a paper that gets at least {LEAST} upvotes in {WINDOW.seconds // 3600} h, {FACTOR:g} times as fast as before; "
    "at most one a day"
)


async def run(service: Service, call: Call) -> Answer:
    channel, now = channel_of(call), service.clock.now()
    known = await service.channels.get(channel)
    if call[SWITCH] is None:
        state = "on" if known.preferences.alerts else "off"
        return Answer(settings_notice(f"Alerts are {state}; they are for {RULE}.", known, now))
    wanted = call[SWITCH] is Switch.ON
    wishes = replace(known.preferences, alerts=wanted)
    saved = await service.channels.prefer(channel, call.caller, wishes, f"switched alerts {call[SWITCH]}")
    told = f"Alerts are {call[SWITCH]}{f'; they are for {RULE}' if wanted else ''}."
    if saved == known:
        return Answer(settings_notice(f"{told} Nothing was changed.", saved, now))
    what = ": a paper of this channel's topics that takes off is told at once" if wanted else ""
    line = f"{author(call)} switched alerts {call[SWITCH]}{what}."
    return announced(call, settings_notice(told, saved, now), line)


command = Command(
    "alerts",
    "A paper of its topics that takes off between digests",
    run,
    (SWITCH, CHANNEL),
    example="digest alerts on",
    group="digest",
    order=66,
    configures=True,
)

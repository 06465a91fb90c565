"""/papers digest schedule: when the digest comes."""

from bot.commands import Answer, Call, Command
from bot.commands.digest import announced, author, channel_of
from bot.commands.digest.settings import settings_notice
from bot.commands.options import CHANNEL, DAYS, PERIOD, TIME, ZONE
from bot.service import Service
from bot.service.wishes import NewSchedule, describe_schedule


async def run(service: Service, call: Call) -> Answer:
    channel, now = channel_of(call), service.clock.now()
    period = call[PERIOD] if PERIOD.name in call.values else None
    wanted = NewSchedule(at=call[TIME], zone=call[ZONE], days=call[DAYS], period=period)
    known = await service.channels.get(channel)
    if wanted.changed(known.schedule) == known.schedule:
        return Answer(settings_notice("This is the schedule; nothing was changed.", known, now))
    subscription = await service.channels.reschedule(channel, call.caller, wanted)
    view = settings_notice("The schedule is saved.", subscription, now)
    line = f"{author(call)} changed the digest's schedule to {describe_schedule(subscription.schedule)}."
    return announced(call, view, line)


command = Command(
    "schedule",
    "When the digest comes: time, zone, days",
    run,
    (TIME, ZONE, DAYS, PERIOD, CHANNEL),
    example="digest schedule 09:00 Europe/Berlin days:weekdays",
    group="digest",
    order=40,
    configures=True,
)

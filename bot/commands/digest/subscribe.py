"""/papers digest subscribe: this channel gets a digest from now on."""

from bot.commands import Answer, Call, Command
from bot.commands.digest import announced, author, channel_of
from bot.commands.digest.settings import settings_notice
from bot.commands.digest.topics import with_presets
from bot.commands.options import CHANNEL, PERIOD, PRESET
from bot.models import Topics
from bot.service import Service
from bot.service.wishes import describe_schedule


async def run(service: Service, call: Call) -> Answer:
    channel = channel_of(call)
    topics = with_presets(Topics(), call[PRESET])
    period = call[PERIOD] if PERIOD.name in call.raw else None
    subscription = await service.channels.subscribe(channel, call.caller, period, call.zone, topics)
    view = settings_notice("This channel now gets a digest of trending papers.", subscription, service.clock.now())
    schedule = describe_schedule(subscription.schedule)
    line = f"A digest of trending papers comes here {schedule}, set up by {author(call)}."
    return announced(call, view, line)


command = Command(
    "subscribe",
    "Post a digest of trending papers in this channel",
    run,
    (PERIOD, PRESET, CHANNEL),
    example="digest subscribe daily",
    group="digest",
    order=10,
    configures=True,
)

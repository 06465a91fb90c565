"""/papers digest log: who changed what."""

from bot.commands import Answer, Call, Command
from bot.commands.digest import channel_of
from bot.commands.options import CHANNEL, PAGE
from bot.commands.paging import KEPT, newer_and_older
from bot.schedule import in_words
from bot.service import Service
from bot.views import Field, Notice, Tone

SHOWN = 15


async def run(service: Service, call: Call) -> Answer:
    channel, now, at = channel_of(call), service.clock.now(), call[PAGE]
    subscription = await service.store.channels.subscription(channel)
    zone = subscription.schedule.zone if subscription else "UTC"
    wanted = KEPT if call.whole else SHOWN * at + 1
    changes = await service.store.channels.log(channel, min(wanted, KEPT))
    start = 0 if call.whole else SHOWN * (at - 1)
    shown = changes if call.whole else changes[start : start + SHOWN]
    older = len(changes) > start + SHOWN
    return Answer(
        Notice(
            tone=Tone.INFO,
            text="Who changed what, newest first:" if shown else "Nobody has changed anything here.",
            fields=tuple(Field(in_words(line.at, zone, now), f"{line.by.name} {line.what}") for line in shown),
            buttons=() if call.whole else newer_and_older(call, command, older=older),
        )
    )


command = Command("log", "Who changed what", run, (CHANNEL, PAGE), example="digest log", group="digest", order=92)

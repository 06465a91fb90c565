"""/papers digest export: a channel's settings as JSON, for another channel or for safekeeping."""

import json

from bot.commands import Answer, Call, Command
from bot.commands.digest import channel_of
from bot.commands.options import CHANNEL
from bot.service import Service
from bot.service.portable import settings_as_json
from bot.views import Document


async def run(service: Service, call: Call) -> Answer:
    told = settings_as_json(await service.channels.get(channel_of(call)))
    return Answer(
        Document(
            title="Settings of this channel's digest",
            name="digest.json",
            text=json.dumps(told, ensure_ascii=False, indent=1) + "\n",
            notes=("Take them over elsewhere with /papers digest import and this text.",),
            content=told,
        )
    )


command = Command(
    "export", "This channel's settings as JSON", run, (CHANNEL,), example="digest export", group="digest", order=94
)

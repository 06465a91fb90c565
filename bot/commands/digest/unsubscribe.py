"""/papers digest unsubscribe: no more digests here."""

from bot.commands import Answer, Call, Command
from bot.commands.digest import announced, author, channel_of
from bot.commands.options import CHANNEL
from bot.service import Service
from bot.views import Notice, Tone


async def run(service: Service, call: Call) -> Answer:
    await service.channels.unsubscribe(channel_of(call), call.caller)
    view = Notice(
        tone=Tone.OK, text="This channel gets no more digests.", hint="Start again with /papers digest subscribe daily."
    )
    return announced(call, view, f"The digest of trending papers was ended by {author(call)}.")


command = Command(
    "unsubscribe",
    "Post no more digests in this channel",
    run,
    (CHANNEL,),
    example="digest unsubscribe",
    group="digest",
    order=20,
    configures=True,
)

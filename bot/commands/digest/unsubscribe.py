"""/papers digest unsubscribe: no more digests here."""

from bot.commands import Answer, Call, Command
from bot.commands.digest import announced, author, channel_of
from bot.commands.digest.everywhere import everywhere, wanted
from bot.commands.digest.inbox import set_up_by_caller
from bot.commands.options import CHANNEL, WHERE
from bot.models import ChannelKey
from bot.service import Service
from bot.views import Notice, Tone


async def run(service: Service, call: Call) -> Answer:
    line = f"The digest of trending papers was ended by {author(call)}."

    async def change(channel: ChannelKey) -> str | None:
        await service.channels.unsubscribe(channel, call.caller)
        return line

    if wanted(call):
        return await everywhere(service, call, "These channels get no more digests.", change)
    mine = await set_up_by_caller(service, call)
    known = await service.channels.unsubscribe(mine.channel if mine and mine.deleted else channel_of(call), call.caller)
    if known.deleted:  # nobody reads there
        hint = "For one in another channel, type /papers digest subscribe there."
        return Answer(Notice(tone=Tone.OK, text="The digest of the deleted channel is ended.", hint=hint))
    view = Notice(
        tone=Tone.OK, text="This channel gets no more digests.", hint="Start again with /papers digest subscribe daily."
    )
    return announced(call, view, line)


command = Command(
    "unsubscribe",
    "Post no more digests in this channel",
    run,
    (WHERE, CHANNEL),
    example="digest unsubscribe",
    group="digest",
    order=20,
    configures=True,
)

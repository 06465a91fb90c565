"""/papers digest list: every digest of this workspace."""

from bot.commands import Answer, Call, Command
from bot.commands.digest import channel_of
from bot.commands.options import CHANNEL
from bot.models import Subscription
from bot.service import Service
from bot.service.wishes import describe_schedule, describe_topics
from bot.views import ChannelLine, ChannelList


async def run(service: Service, call: Call) -> Answer:
    of_workspace = await service.channels.of_workspace(channel_of(call))
    mine = call.person.direct
    shown = [one for one in of_workspace if call.operator or not one.channel.personal or one.channel == mine]
    return Answer(
        ChannelList(
            title="Digests of this workspace",
            channels=tuple(line(subscription) for subscription in shown),
            empty="No channel has a digest yet. Set one up: /papers digest subscribe daily",
        )
    )


def line(subscription: Subscription) -> ChannelLine:
    summary = f"{describe_schedule(subscription.schedule)} · {describe_topics(subscription.topics)}"
    state = "paused" if subscription.paused_because else "active"
    return ChannelLine(str(subscription.channel), state, summary, subscription.next_run_at)


command = Command(
    "list",
    "Every digest of this workspace",
    run,
    (CHANNEL,),
    example="digest list",
    group="digest",
    order=90,
)

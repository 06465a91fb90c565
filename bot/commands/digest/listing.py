"""/papers digest list: every digest of this workspace."""

from bot.commands import Answer, Call, Command
from bot.commands.digest import channel_of
from bot.commands.digest.status import elsewhere, end_it
from bot.commands.options import CHANNEL
from bot.models import CHANNEL_DELETED, Subscription
from bot.service import Service
from bot.service.wishes import describe_schedule, describe_topics
from bot.views import ChannelLine, ChannelList

MOST_BUTTONS = 5


async def run(service: Service, call: Call) -> Answer:
    of_workspace = await service.channels.of_workspace(channel_of(call))
    mine = call.person.direct
    shown = [one for one in of_workspace if call.operator or not one.channel.personal or one.channel == mine]
    return Answer(
        ChannelList(
            title="Digests of this workspace",
            channels=tuple(line(subscription) for subscription in shown),
            empty="No channel has a digest yet. Set one up: /papers digest subscribe daily",
            buttons=tuple(end_it(one, f"End {one.channel.channel}") for one in shown if one.deleted)[:MOST_BUTTONS],
        )
    )


def line(subscription: Subscription) -> ChannelLine:
    if subscription.deleted:
        summary = f"{CHANNEL_DELETED}. {elsewhere(subscription)}"
        return ChannelLine(str(subscription.channel), "stopped", summary, None, subscription.set_up_by.id or "-")
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

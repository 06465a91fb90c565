"""/papers digest link: a Slack team and a Discord server count their votes as one team."""

from functools import partial

from bot.commands import Answer, Call, Command
from bot.commands.digest import announced, author, channel_of
from bot.commands.linking import linked
from bot.commands.options import CHANNEL, CODE_SHOWN, LINKING
from bot.errors import UserError
from bot.models import Workspace
from bot.service import Service


async def run(service: Service, call: Call) -> Answer:
    channel = channel_of(call)
    team = Workspace.of(channel)
    if team.name.startswith("@"):
        hint = "Type it in a channel of the Slack team or Discord server."
        raise UserError("no_team", "Here is no team that could be linked.", hint)
    noting = partial(service.channels.editing.change, channel, call.caller)
    notice, done = await linked(service, call, team, what="This team", command="digest link", noting=noting)
    if not done:
        return Answer(notice)
    return announced(call, notice, f"{author(call)} {done}.")


command = Command(
    "link",
    "Count the votes of this team and of another as one team's",
    run,
    (LINKING, CODE_SHOWN, CHANNEL),
    example="digest link K7QM-2XWP",
    group="digest",
    order=95,
    configures=True,
    administers=True,
)

"""/papers link: one person's accounts on Slack and on Discord count as one."""

from bot.commands import Answer, Call, Command
from bot.commands.linking import linked
from bot.commands.options import CODE_SHOWN, LINKING
from bot.errors import UserError
from bot.service import Service


async def run(service: Service, call: Call) -> Answer:
    if not call.channel.in_chat:
        raise UserError("no_team", "Here is no account that could be linked.", "Type it in Slack or in Discord.")
    notice, _ = await linked(service, call, call.person, what="This account", command="link")
    return Answer(notice)


command = Command(
    "link",
    "Your accounts in Slack and Discord as one, with one vote",
    run,
    (LINKING, CODE_SHOWN),
    example="link K7QM-2XWP",
    order=145,
    keeps=True,
)

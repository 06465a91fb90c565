"""A typed command from somebody on the web: what it may do there, and its answer."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from adapters.web.state import Web
from adapters.web.visitors import Visitor
from bot.commands import Answer, Call, Command
from bot.commands.dispatch import answer_options, explain
from bot.commands.grammar import parse
from bot.commands.typed import without_prefix
from bot.errors import UsageError, UserError
from bot.service.people import NOBODY
from bot.views import ChannelList, View


@dataclass(frozen=True, slots=True)
class Asked:
    """What became of a text."""

    answer: Answer | None
    """None: the command may change something, and this request must not."""
    configures: bool = False


async def ask(web: Web, text: str, visitor: Visitor, *, may_change: bool) -> Asked:
    """Run a text as typed, slash and all. What configures a channel runs only on the visitor's own, and if it may."""
    try:
        command, raw = parse(without_prefix(writable(text), web.settings.slack_command))
        refuse_other_channels(raw, visitor)
    except UserError as error:
        return Asked(Answer(explain(error)))
    changes = command.configures or command.keeps
    if changes and not may_change:
        return Asked(None, configures=True)
    if changes and not web.changes.take():
        return Asked(Answer(explain(_TOO_MANY)))
    caller = visitor.person if visitor.known or changes else NOBODY
    call = Call(caller=caller, channel=visitor.trial)
    answer = await answer_options(web.service, command, raw, call)
    return Asked(replace(answer, view=_own(answer.view, visitor)), configures=changes)


def configures(web: Web, text: str) -> bool:
    """Whether a text is a command that changes a channel; one that is no command changes nothing."""
    try:
        command, _ = parse(without_prefix(writable(text), web.settings.slack_command))
    except UserError:
        return False
    return command.configures or command.keeps


async def ask_options(web: Web, command: Command, raw: Mapping[str, str], visitor: Visitor, *, operator: bool) -> View:
    """Run a reading command for a program: lists come whole, and chat's limits do not hold.

    Nothing of the visitor's own goes in, so that the answer is everybody's; save where an operator names a channel.
    """
    try:
        if not operator:
            refuse_other_channels(raw, visitor)
        refuse_beginnings(command, raw)
    except UserError as error:
        return explain(error)
    caller = visitor.person if "channel" in raw else NOBODY
    call = Call(caller=caller, channel=visitor.reading, operator=operator, whole=True)
    return (await answer_options(web.service, command, raw, call, ranges=False)).view


def refuse_other_channels(raw: Mapping[str, str], visitor: Visitor) -> None:
    """A channel's topics and history are for its members; a visitor of the page is a member of none.

    Raises:
        UsageError: The text names a channel that is not the visitor's own.
    """
    named = raw.get("channel")
    if named is not None and named.strip() != str(visitor.trial):
        raise UsageError(
            "bad_channel",
            "Other channels cannot be named on this page; commands work on a channel of your own here.",
            "Leave out `channel:`.",
        )


def refuse_beginnings(command: Command, raw: Mapping[str, str]) -> None:
    """A program writes a choice out; the beginning of one is for people who type.

    Raises:
        UsageError: It does not.
    """
    for option in command.options:
        choices, text = [str(choice) for choice in option.choices], raw.get(option.name)
        if text and choices and text not in choices:
            message = f"`{option.name}` is one of {', '.join(choices)}, not “{text[:40]}”."
            raise UsageError("bad_value", message, f"Example: {option.name}={choices[0]}")


def writable(text: str) -> str:
    """JSON can spell halves of characters, which no answer could be written with."""
    return text.encode("utf-8", "replace").decode()


def _own(view: View, visitor: Visitor) -> View:
    """All visitors' channels would be one workspace; each sees only their own."""
    if not isinstance(view, ChannelList):
        return view
    return replace(view, channels=tuple(line for line in view.channels if line.channel == str(visitor.trial)))


_TOO_MANY = UserError("slow_down", "Too many settings are being tried on this page.", "Try again in a minute.")

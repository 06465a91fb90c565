"""/papers help: every command with an example."""

import difflib

from bot.cards import ARXIV_THANKS
from bot.commands import Answer, Call, Command, all_commands
from bot.commands.options import VERB
from bot.errors import UsageError
from bot.service import Service
from bot.topics.presets import presets
from bot.views import Help, HelpEntry

PRESETS = f"Starting sets of topics, for preset:NAME: {', '.join(presets())}."


async def run(service: Service, call: Call) -> Answer:  # noqa: ARG001  # every command is called the same way
    wanted = call[VERB]
    chosen = [command for command in all_commands() if wanted is None or _names(command, wanted.lower())]
    if not chosen:
        raise _unknown(str(wanted))
    titles = {"": "Papers", "digest": "This channel's digest"}
    sections = [(title, tuple(_entry(c) for c in chosen if c.group == group)) for group, title in titles.items()]
    return Answer(
        Help(
            title="Broadsheet: trending papers where you talk",
            sections=tuple((title, entries) for title, entries in sections if entries),
            notes=(
                PRESETS,
                "Papers are from Hugging Face and arXiv. " + ARXIV_THANKS,
            ),
        )
    )


def _unknown(wanted: str) -> UsageError:
    by_name = {name: command for command in all_commands() for name in (command.path, command.name)}
    nearest = difflib.get_close_matches(wanted.lower(), by_name, n=1)
    meant = f" Did you mean `{by_name[nearest[0]].path}`?" if nearest else ""
    return UsageError(
        "unknown_command", f"There is no command “{wanted[:40]}”.{meant}", "Type /papers help for all of them."
    )


def _names(command: Command, wanted: str) -> bool:
    return wanted in {command.path, command.name, command.group}


def _entry(command: Command) -> HelpEntry:
    return HelpEntry(usage_of(command), command.summary, f"/papers {command.example or command.path}")


def usage_of(command: Command) -> str:
    """`search QUERY [topic:…] [since:…]`."""
    words = [command.path]
    for option in command.options:
        if option.carried:
            continue
        if option.takes_text or option.takes_word:
            words.append(option.name.upper() if option.required else f"[{option.name.upper()}]")
        else:
            words.append(f"[{option.name}:…]")
    return " ".join(words)


command = Command("help", "Every command with an example", run, (VERB,), example="help digest", order=90)

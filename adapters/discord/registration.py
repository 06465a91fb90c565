"""What Discord is told about our commands, from `all_commands()`; pure.

https://docs.discord.com/developers/interactions/application-commands
"""

from collections.abc import Iterable, Sequence
from typing import Any

from adapters.discord.localising import of_command, of_option
from adapters.discord.mentioned import MENU
from adapters.discord.permissions import MANAGE_SERVER
from adapters.discord.words import ROOTS
from bot.commands import Command, Kind, Option
from bot.commands.completing import COMPLETIONS
from bot.ports import Payload

CHAT_INPUT, MESSAGE = 1, 3
MENU_NAMES = {
    "de": "Papers in dieser Nachricht",
    "fr": "Articles dans ce message",
    "ja": "このメッセージの論文を探す",
    "zh-CN": "查找此消息中的论文",
}
SUB_COMMAND = 1
OPTION_TYPES = {Kind.TEXT: 3, Kind.INTEGER: 4, Kind.CHANNEL: 7}
CHANNEL_TYPES = (0, 5, 10, 11, 12, 15, 16)
"""Text, announcement, their threads, forums and media channels."""
IN_SERVER, IN_DIRECT, IN_PRIVATE = 0, 1, 2
FOR_SERVERS, FOR_PEOPLE = 0, 1

SUMMARIES = {
    "": "Trending research papers: lists, search, and why",
    "digest": "The digest of a channel: what it is about, and when it comes",
}


def registered(commands: Sequence[Command]) -> list[Payload]:
    """One top-level command for each group, and the command of messages' menus."""
    roots = [_root(group, [command for command in commands if command.group == group]) for group in ROOTS]
    return [*roots, _menu()]


def _menu() -> Payload:
    """Shown at each message, under Apps; such a command has neither a description nor options."""
    return {
        "type": MESSAGE,
        "name": MENU,
        "name_localizations": MENU_NAMES,
        "contexts": [IN_SERVER, IN_DIRECT, IN_PRIVATE],
        "integration_types": [FOR_SERVERS, FOR_PEOPLE],
    }


def _root(group: str, commands: Iterable[Command]) -> Payload:
    """Contexts, install types and permissions exist only here, on the top level."""
    manages = group == "digest"
    return {
        "type": CHAT_INPUT,
        "name": ROOTS[group],
        "description": SUMMARIES[group],
        **of_command(ROOTS[group]),
        "default_member_permissions": MANAGE_SERVER if manages else None,
        "contexts": [IN_SERVER] if manages else [IN_SERVER, IN_DIRECT, IN_PRIVATE],
        "integration_types": [FOR_SERVERS] if manages else [FOR_SERVERS, FOR_PEOPLE],
        "options": [_verb(command) for command in commands],
    }


def _verb(command: Command) -> Payload:
    offered = [option for option in command.options if not option.carried]
    in_order = sorted(offered, key=lambda option: not option.required)  # Discord wants the required ones first
    return {
        "type": SUB_COMMAND,
        "name": command.name,
        "description": command.summary,
        **of_command(command.path),
        "options": [_option(command, option) for option in in_order],
    }


def _option(command: Command, option: Option[Any]) -> Payload:
    drawn: Payload = {
        "type": OPTION_TYPES[option.kind],
        "name": option.name,
        "description": option.summary,
        **of_option(command.path, option.name),
        "required": option.required,
    }
    if not option.choices and option.kind is Kind.TEXT and option.name in COMPLETIONS:
        drawn["autocomplete"] = True
    if option.choices:
        drawn["choices"] = [{"name": choice, "value": choice} for choice in map(str, option.choices)]
    if option.kind is Kind.INTEGER:
        drawn |= {"min_value": option.minimum, "max_value": option.maximum}
    if option.kind is Kind.CHANNEL:
        drawn["channel_types"] = list(CHANNEL_TYPES)
    return drawn


def comparable(command: Payload, *, of_server: bool) -> Payload:
    """A command, ours or as Discord gives it back, without what Discord adds and what is only a default."""
    kept = {key: command.get(key) for key in ("type", "name", "description", "name_localizations", "options")}
    permissions = command.get("default_member_permissions")
    kept |= {
        "description_localizations": command.get("description_localizations"),
        "default_member_permissions": None if permissions is None else str(permissions),
        "nsfw": command.get("nsfw"),
    }
    if not of_server:  # a server's own commands have neither
        kept |= {key: _sorted(command.get(key)) for key in ("contexts", "integration_types")}
    plain: Payload = _plain(kept)
    return {"type": CHAT_INPUT} | plain


def _sorted(values: object) -> object:
    return sorted(values) if isinstance(values, list) else values


def _plain(value: Any) -> Any:
    """Without nulls, false and empty parts, at every depth."""
    if isinstance(value, dict):
        inner = {key: _sorted(_plain(part)) if key == "channel_types" else _plain(part) for key, part in value.items()}
        return {key: part for key, part in inner.items() if _says_something(part)}
    if isinstance(value, list):
        return [_plain(part) for part in value]
    return value


def _says_something(part: object) -> bool:
    return part is not None and part is not False and part not in ([], {}, "")

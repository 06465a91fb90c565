"""Which commands programs may ask by HTTP, and at which paths: the one table of routes and of their description."""

from bot.commands import Command, all_commands

NAMES = ("trending", "daily", "weekly", "monthly", "search", "paper", "similar", "why")


def offered() -> list[Command]:
    """They read, and change nothing."""
    commands = {command.path: command for command in all_commands()}
    return [commands[name] for name in NAMES if name in commands]


def named_paper(command: Command) -> str | None:
    """The option that is a part of the path, if one is."""
    option = command.option("paper")
    return option.name if option is not None and option.required else None


def path_of(command: Command, *, pattern: str = "") -> str:
    """`pattern` is what else aiohttp wants to know of the id: it may hold slashes."""
    named = named_paper(command)
    return f"/api/v1/{command.name}" + (f"/{{{named}{pattern}}}" if named else "")

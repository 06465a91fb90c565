"""The text people type after `/papers`, and back again."""

from bot.commands import Command


def parse(text: str) -> tuple[Command, dict[str, object]]:
    """The command and the parsed values of its options.

    Raises:
        UsageError: The nearest word and an example.
    """
    raise NotImplementedError(text)


def write(command: Command, values: dict[str, str]) -> str:
    """The text that `parse` reads as this call: what buttons carry and lists print."""
    raise NotImplementedError(command, values)

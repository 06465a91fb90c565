"""What is shared, with a line above it that says who shared it; pure."""

from collections.abc import Sequence

from adapters.discord.components import Component, text
from adapters.discord.layout import CONTENT
from adapters.discord.text import small
from bot.plain import length
from bot.ports import Payload


def signed(payload: Payload, person: str) -> Payload:
    """With a line above it that says who shared it; it names them without a notification."""
    components: Sequence[Component] = payload["components"]  # type: ignore[assignment]  # as layout made them
    return {**payload, "components": [text(_shared_by(person)), *components]}


def signed_plainly(payload: Payload, person: str) -> Payload:
    """The same of a plain message, where it has room for the line."""
    whole = f"{_shared_by(person)}\n{payload['content']}"
    return {**payload, "content": whole} if length(whole) <= CONTENT else payload


def _shared_by(person: str) -> str:
    return small(f"Shared by <@{person}>")

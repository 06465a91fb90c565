"""`broadsheet deliveries`: what became of every channel's digests, for the operator."""

import asyncio
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from bot.answers import time_json
from bot.cli.output import AsObject, print_object
from bot.cli.product import open_product, prepare
from bot.errors import UsageError
from bot.models import ChannelKey, Delivery, DeliveryState

OfChannel = Annotated[str | None, typer.Option("--channel", help="One channel by its key, like slack:T0001:C0001.")]
InState = Annotated[DeliveryState | None, typer.Option("--state", help="Only those that stand so.")]
AtMost = Annotated[int, typer.Option("--limit", min=1, max=10_000, help="At most so many.")]


def add(app: typer.Typer) -> None:
    app.command("deliveries")(deliveries)


def deliveries(*, channel: OfChannel = None, state: InState = None, limit: AtMost = 50, json: AsObject = False) -> None:
    """List deliveries, newest first: their slot, what became of them, and why."""
    found = asyncio.run(_listed(_key(channel), state, limit))
    if json:
        print_object({"deliveries": [as_json(one) for one in found]})
    else:
        Console(soft_wrap=True).print(_table(found))


async def _listed(channel: ChannelKey | None, state: DeliveryState | None, limit: int) -> list[Delivery]:
    async with open_product(prepare(quiet=True)) as product:
        return await product.store.deliveries.listed(channel=channel, state=state, limit=limit)


def _key(text: str | None) -> ChannelKey | None:
    try:
        return ChannelKey.parse(text) if text is not None else None
    except ValueError:
        hint = "Example: --channel slack:T0001:C0001"
        raise UsageError("bad_value", f"`{text}` is not the key of a channel.", hint) from None


def as_json(one: Delivery) -> dict[str, object]:
    """One delivery with every field; what is not known is null."""
    return {
        "channel": str(one.channel),
        "slot": one.slot.isoformat(),
        "kind": one.kind.value,
        "state": one.state.value,
        "outcome": one.outcome.value if one.outcome else None,
        "reason": one.reason,
        "due_at": time_json(one.due_at),
        "sent_at": time_json(one.sent_at),
        "next_attempt_at": time_json(one.next_attempt_at),
        "attempts": one.attempts,
        "papers": list(one.selection),
        "url": one.url,
    }


def _table(found: list[Delivery]) -> Table:
    table = Table("Slot", "Channel", "State", "Attempts", "Why", box=None)
    for one in found:
        table.add_row(str(one.slot), str(one.channel), one.state.value, str(one.attempts), one.reason or "")
    return table

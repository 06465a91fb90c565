"""`broadsheet deliveries`: what became of every channel's digests, for the operator."""

import asyncio
from typing import Annotated

import typer
from rich.console import Console

from bot.answers import time_json
from bot.cli.output import AsObject, print_object
from bot.cli.product import open_product, prepare
from bot.errors import UsageError
from bot.models import ChannelKey, Delivery, DeliveryState
from bot.plain import one_line

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
        Console(soft_wrap=True).print("\n".join(in_lines(found, limit)), markup=False, highlight=False)


async def _listed(channel: ChannelKey | None, state: DeliveryState | None, limit: int) -> list[Delivery]:
    async with open_product(prepare(quiet=True)) as product:
        found = await product.store.deliveries.listed(channel=channel, state=state, limit=limit)
        return await product.service.courier.as_they_wait(found)


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


HEADS = ("Slot", "Kind", "Channel", "State", "Attempts", "When", "Why")


def in_lines(found: list[Delivery], limit: int) -> list[str]:
    """A line for each, its fields below each other and never cut: a channel's key is to be typed again.

    When is the time of its sending, else of its next attempt, in UTC. The last line tells that there may be more.
    """
    if not found:
        return ["No deliveries."]
    rows = [HEADS, *(_fields(one) for one in found)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADS) - 1)]
    lines = ["  ".join((*map(str.ljust, row[:-1], widths), row[-1])).rstrip() for row in rows]
    more = [f"These are the newest {limit:,}; --limit lists more."] if len(found) == limit else []
    return lines + more


def _fields(one: Delivery) -> tuple[str, ...]:
    when, channel = one.sent_at or one.next_attempt_at, one_line(str(one.channel))
    told = f"{when:%Y-%m-%d %H:%M:%S}" if when else "-"
    return (str(one.slot), one.kind, channel, one.state, str(one.attempts), told, one_line(one.reason or "-"))

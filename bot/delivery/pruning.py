"""Forgetting what is long over, so that the ledger grows with the channels and not with the years."""

from datetime import timedelta

from bot.clock import Clock
from bot.ports import ChannelStore, DeliveryStore, Store

KEPT = timedelta(days=400)
"""A year of history, and well beyond the 30 days in which a paper comes to a channel once."""
CHOSEN = timedelta(days=2)
"""Digests of a moment are chosen within a quarter of an hour of it; the rest is for whoever looks into why."""
BATCH = 1000
"""Deliveries forgotten in one transaction, which nobody waits for long."""


async def prune(ledger: DeliveryStore, clock: Clock, kept: timedelta = KEPT) -> int:
    """Forget final deliveries that are older than that. Returns how many."""
    before, total = clock.now() - kept, 0
    while True:
        forgotten = await ledger.prune(before, BATCH)
        total += forgotten
        if forgotten < BATCH:
            return total


async def forget_commands(channels: ChannelStore, real: Clock, kept: timedelta = KEPT) -> int:
    """Forget what buttons mean whose messages are that old: pressed then, they say that they are. Returns how many."""
    return await channels.forget_commands(real.now() - kept)


async def prune_all(store: Store, clock: Clock, kept: timedelta = KEPT) -> int:
    """Forget what is long over: in the ledger, in the logs, of what digests chose from. Returns how many rows."""
    deliveries = await prune(store.deliveries, clock, kept)
    changes = await store.channels.forget_changes(clock.now() - kept)
    return deliveries + changes + await store.candidates.forget(clock.now() - CHOSEN)

"""The rows of the ledger as plain dictionaries: how they are kept, read and forgotten."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from bot.models import ChannelKey, Delivery, DeliveryKind, DeliveryState, MessagePart, PartState
from bot.ports import Payload, Shown

OUT = (DeliveryState.SENT, DeliveryState.UNKNOWN)


@dataclass
class Row:
    """A line of the ledger with what no reader of it sees."""

    delivery: Delivery
    owner: str | None = None
    plain: Payload | None = None
    fresh: bool = True
    """Until it is first claimed."""


class MemoryRows:
    """Deliveries and their messages, by subscription, slot and kind; and by the delivery's number."""

    def __init__(self, present: Callable[[str], str]) -> None:
        self._present = present
        self._rows: dict[tuple[int, date, DeliveryKind], Row] = {}
        self._parts: dict[int, list[MessagePart]] = {}

    def erase(self, channel: ChannelKey) -> None:
        self._rows = {place: row for place, row in self._rows.items() if row.delivery.channel != channel}

    async def parts(self, delivery_id: int) -> list[MessagePart]:
        return list(self._parts[delivery_id])

    async def history(self, channel: ChannelKey, limit: int) -> list[Delivery]:
        of_channel = [row.delivery for row in self._rows.values() if row.delivery.channel == channel]
        return sorted(of_channel, key=lambda one: (one.slot, one.id), reverse=True)[:limit]

    async def listed(self, *, channel: ChannelKey | None, state: DeliveryState | None, limit: int) -> list[Delivery]:
        known = sorted((row.delivery for row in self._rows.values()), key=lambda one: one.id, reverse=True)
        wanted = [one for one in known if channel in {None, one.channel} and state in {None, one.state}]
        return wanted[:limit]

    async def prune(self, before: datetime, limit: int) -> int:
        newest = {(of, kind): slot for of, slot, kind in sorted(self._rows)}
        old = [
            key
            for key, row in self._rows.items()
            if row.delivery.due_at < before and row.delivery.next_attempt_at is None and key[1] < newest[key[0], key[2]]
        ][:limit]
        for key in old:
            del self._parts[self._rows.pop(key).delivery.id]
        return len(old)

    async def delivery(
        self, subscription_id: int, slot: date, kind: DeliveryKind = DeliveryKind.DIGEST
    ) -> Delivery | None:
        row = self._rows.get((subscription_id, slot, kind))
        return row.delivery if row else None

    async def shown_since(self, channel: ChannelKey, since: datetime) -> set[str]:
        of_channel = [one for one in await self.history(channel, len(self._rows)) if one.due_at >= since]
        ids = {paper_id for one in of_channel if self._seen(one) for paper_id in one.selection}
        return ids | {self._present(paper_id) for paper_id in ids}

    async def shown_in(self, platform: str, workspace: str, paper_ids: Collection[str], since: datetime) -> list[Shown]:
        rows = [row.delivery for row in self._rows.values() if row.delivery.due_at >= since]
        rows.sort(key=lambda one: (one.due_at, one.id), reverse=True)
        return [
            Shown(channel=one.channel, slot=one.slot, paper_ids=held, url=one.url)
            for one in rows
            if (one.channel.platform, one.channel.workspace) == (platform, workspace)
            and one.state is DeliveryState.SENT
            and one.url is not None
            and (held := tuple(p for p in map(self._present, one.selection) if p in paper_ids))
        ]

    async def totals(self) -> Mapping[DeliveryState, int]:
        return Counter(row.delivery.state for row in self._rows.values())

    def _seen(self, one: Delivery) -> bool:
        begun = any(part.state is not PartState.READY for part in self._parts[one.id])
        return begun or one.state in (*OUT, DeliveryState.PENDING, DeliveryState.SENDING) or one.generation > 0

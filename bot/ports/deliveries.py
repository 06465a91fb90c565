"""The ledger of digests."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Protocol

from bot.models import ChannelKey, Delivery, DeliveryKind, DeliveryState, MessagePart, Subscription
from bot.ports.ledger import NOT_PACED, Decide, Lease, Move, PartEnd, Rate, Record, Shown, Standing
from bot.ports.platforms import Payload


class DeliveryStore(Protocol):
    """The ledger. UNIQUE(subscription, slot) makes a second run of a day impossible.

    Two clocks: what people set and read (slots, `due_at`, `sent_at`) is product time, called `now`. Waiting (leases,
    retries, blocked lanes, the end of the grace, marks of parts) is real time, called `real`: a clock that runs an
    hour a second must not end a lease or a wait that somebody else asked for.

    Every write of a claim is fenced: once somebody else has claimed the delivery it is refused, and the method returns
    False.
    """

    planners: int
    """Calls of `plan` that are worth having under way at once in a process."""

    async def plan(self, now: datetime, real: datetime, limit: int, decide: Decide, grace: timedelta) -> int:
        """In one transaction: due subscriptions (locked, skipping locked ones), their slots, their next runs.

        The longest waiting come first. A slot that is in the ledger stays as it is. Returns how many subscriptions were
        handled; fewer than `limit` means none is left, but what other calls have in hand.
        """
        ...

    async def renew_next_runs(self, edition: str, move: Move, limit: int) -> int:
        """Move the next runs that are of another edition of the zones' rules, `limit` in a transaction.

        Returns how many moved. Broken off in the middle, it begins anew: what was moved stays where it is.
        """
        ...

    async def open_slot(
        self,
        subscription: Subscription,
        slot: date,
        *,
        now: datetime,
        expires_at: datetime,
        lease: Lease,
        again: bool,
        kind: DeliveryKind = DeliveryKind.DIGEST,
    ) -> Delivery | None:
        """Claim a slot because somebody asked for it, making it if need be; see delivery.opening for which may be.

        None: it is out already, or on its way.
        """
        ...

    async def add_alert(
        self, subscription: Subscription, slot: date, paper_id: str, *, now: datetime, real: datetime, grace: timedelta
    ) -> bool:
        """An alert about one paper, due at once. False: the channel has had its alert of that date."""
        ...

    async def claim(
        self,
        lease: Lease,
        *,
        lanes: int,
        per_lane: int,
        platforms: Collection[str],
        busy: Collection[str] = (),
        overdue: bool = False,
        rates: Mapping[str, Rate] = NOT_PACED,
    ) -> list[Delivery]:
        """Take due deliveries of these platforms, the lanes served longest ago first, none of a blocked or busy lane.

        Of each lane so many as its platform's rate allows now, all processes together (see delivery.pacing); they count
        as a message each, and further messages of one count when they are frozen.

        A delivery whose lease ran out is due again, one attempt older; its parts tell how far it came. `overdue` takes
        those of all *other* platforms instead whose time to be sent is over.
        """
        ...

    async def next_turn(self, real: datetime, within: timedelta, platforms: Collection[str]) -> datetime | None:
        """When a lane that has something due may go on, which only its pace held up; None: none within that time."""
        ...

    async def release(self, deliveries: Collection[Delivery], owner: str, real: datetime, reason: str | None) -> None:
        """Give claimed deliveries back untried; they are due at once."""
        ...

    async def standing(self, delivery: Delivery) -> Standing:
        """All that an attempt has to know, as of one moment."""
        ...

    async def parts(self, delivery_id: int) -> list[MessagePart]:
        """By number; empty before `freeze`."""
        ...

    async def freeze(
        self, delivery: Delivery, lease: Lease, selection: Sequence[str], payloads: Sequence[Payload], plain: Payload
    ) -> bool:
        """Keep what will be sent, and the plain message for when it is refused, before anything is sent.

        Does for the first part what `begin_part` does, but leaves a lease alone of which less than an eighth is over.
        """
        ...

    async def begin_part(self, delivery: Delivery, lease: Lease, number: int) -> bool:
        """Mark a part SENDING before its request goes out, and renew the lease.

        A part that is SENDING already keeps its mark: the first request is the one that may have arrived.
        """
        ...

    async def finish_part(self, delivery: Delivery, lease: Lease, end: PartEnd) -> bool:
        """Note what became of a part while others are left, and renew the lease."""
        ...

    async def use_plain(self, delivery: Delivery, lease: Lease, number: int) -> bool:
        """Put the plain message in place of this part and those after it. False too if that was done before."""
        ...

    async def record(self, delivery: Delivery, owner: str, record: Record) -> bool:
        """End the attempt."""
        ...

    async def pause(self, subscription_id: int, because: str) -> None:
        """Stop a subscription that cannot be delivered; the reason is shown in `digest status`."""
        ...

    async def history(self, channel: ChannelKey, limit: int) -> list[Delivery]:
        """Newest slot first, of former subscriptions too."""
        ...

    async def listed(self, *, channel: ChannelKey | None, state: DeliveryState | None, limit: int) -> list[Delivery]:
        """For the operator: of all channels or of one, in all states or in one; the newest in the ledger first."""
        ...

    async def prune(self, before: datetime, limit: int) -> int:
        """Forget final deliveries that were due before then (product time), with their messages; returns how many.

        The newest of each subscription stays: it says that an older slot was overtaken.
        """
        ...

    async def delivery(
        self, subscription_id: int, slot: date, kind: DeliveryKind = DeliveryKind.DIGEST
    ) -> Delivery | None:
        """The digest of a date, or what else of that kind there is."""
        ...

    async def shown_since(self, channel: ChannelKey, since: datetime) -> set[str]:
        """Ids of papers of the channel's digests and alerts due since then: sent, perhaps sent, or on their way."""
        ...

    async def shown_in(self, platform: str, workspace: str, paper_ids: Collection[str], since: datetime) -> list[Shown]:
        """What was sent in a workspace's channels, due since then, with any of those papers and an address.

        The latest due first. Direct messages of Slack are among its workspace's.
        """
        ...

    async def totals(self) -> Mapping[DeliveryState, int]: ...

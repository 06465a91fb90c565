"""Digests, and the ledger of their delivery."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bot.models.channels import ChannelKey, Person, Schedule, Topics
from bot.models.papers import SourceStatus
from bot.models.ranked import RankedPaper


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """What a channel is to read on one local date, ranked and chosen; frozen when a delivery is claimed."""

    channel: ChannelKey
    slot: date
    schedule: Schedule
    topics: Topics
    papers: tuple[RankedPaper, ...]
    considered: int
    """Papers that were new to this channel."""
    matched: int
    """Those of them that fit its topics."""
    as_of: datetime
    stale: tuple[SourceStatus, ...] = ()
    set_up_by: Person | None = None
    quiet_because: str | None = None
    """Why `papers` is empty, in words."""
    taste: str | None = None
    """What was learned from the channel's votes and moved these papers, in words."""
    even_empty: bool = False
    """The channel wants to be told so."""


class DeliveryState(StrEnum):
    """Where a delivery stands. PENDING and SENDING are open; the others are final."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    SKIPPED = "skipped"
    UNKNOWN = "unknown"
    FAILED = "failed"


class DeliveryKind(StrEnum):
    """What a delivery brings; a channel has one of each kind for each date."""

    DIGEST = "digest"
    ALERT = "alert"


class Outcome(StrEnum):
    """What became of one attempt to send: exactly one of these, see bot.delivery.outcomes."""

    SENT = "sent"
    NOT_SENT = "not_sent"
    LIMITED = "limited"
    UNKNOWN = "unknown"
    DEAD_CHANNEL = "dead_channel"
    DEAD_LANE = "dead_lane"
    CONTENT_BUG = "content_bug"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One channel's digest, or alert, of one local date in the ledger; (subscription, slot, kind) exists once."""

    id: int
    subscription_id: int
    channel: ChannelKey
    slot: date
    state: DeliveryState
    due_at: datetime
    """When its slot was due, or somebody asked for it: product time."""
    next_attempt_at: datetime | None = None
    """When it may next be claimed; while SENDING, when its lease ends; None once final. Real time."""
    expires_at: datetime | None = None
    """When it is too late to send it. Real time, so that a fast clock does not run out while others ask us to wait."""
    kind: DeliveryKind = DeliveryKind.DIGEST
    generation: int = 0
    """Grows when a person asks to send the same slot again; part of the idempotency key."""
    attempts: int = 0
    outcome: Outcome | None = None
    reason: str | None = None
    """In words."""
    selection: tuple[str, ...] = ()
    """Ids of the papers it holds."""
    sent_at: datetime | None = None
    """Product time."""
    url: str | None = None

    @property
    def open(self) -> bool:
        """Whether something is still to be done."""
        return self.state in {DeliveryState.PENDING, DeliveryState.SENDING}


class PartState(StrEnum):
    """Of one message. SENDING is written before the request goes out: after a crash it means ambiguous."""

    READY = "ready"
    SENDING = "sending"
    SENT = "sent"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class MessagePart:
    """One message of a delivery, rendered and frozen; `number` starts at 0."""

    number: int
    payload: dict[str, object]
    state: PartState = PartState.READY
    remote_id: str | None = None
    marked_at: datetime | None = None
    """Real time, just before the first request that may have brought it there."""

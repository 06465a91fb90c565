"""What the ledger of digests is told, and what it tells, beside deliveries themselves."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from types import MappingProxyType

from bot.models import ChannelKey, DeliveryState, MessagePart, Outcome, PartState, Subscription


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotPlan:
    """What the decider says of a due subscription: deliver, or skip and say why; and when to look again."""

    slot: date | None
    """None: nothing was due, only the next run changes."""
    due_at: datetime
    skip_because: str | None
    next_run_at: datetime | None
    pause_because: str | None = None
    """Stop the subscription, with this reason."""


NOT_PACED: Mapping[str, "Rate"] = MappingProxyType({})
"""Rates by platform, where none has one."""

Decide = Callable[[Subscription, datetime], SlotPlan]
"""May be asked once for all subscriptions that are alike: of one schedule, next run, preferences, reason of a pause and
own moment of the channel. It must look at nothing else, and its plan is for all of them."""
Move = Callable[[Subscription], datetime | None]
"""A subscription's next run under the rules of today."""


@dataclass(frozen=True, slots=True)
class Lease:
    """Somebody's right to work on deliveries for a while. `owner` is the fence: a fresh name for each claim."""

    owner: str
    real: datetime
    """The moment of the call; real time."""
    span: timedelta

    @property
    def until(self) -> datetime:
        return self.real + self.span


@dataclass(frozen=True, slots=True)
class Rate:
    """What a lane may send, all processes together; see delivery.pacing."""

    interval: timedelta
    """From one message to the next, in the long run."""
    burst: int = 1
    """Messages at once after a rest."""
    at_once: int = 1
    """Deliveries under way in one process."""


@dataclass(frozen=True, slots=True)
class Block:
    """Why and until when (real time) nothing is claimed from a lane."""

    until: datetime
    because: str
    asked_until: datetime | None = None
    """The platform asked us to wait until then; None where it did not. Whatever comes after is a rest of our own, which
    ends once its cause is mended."""

    def rests(self, real: datetime) -> bool:
        """Whether it is only a rest of our own that holds the lane up then."""
        return self.until > real and not self.asked(real)

    def asked(self, real: datetime) -> bool:
        """Whether the platform wants nothing to be sent then."""
        return self.asked_until is not None and self.asked_until > real


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a claimed delivery stands."""

    parts: tuple[MessagePart, ...]
    """By number; none before they are frozen."""
    subscription: Subscription | None
    """As it is now; None once its digest was ended."""
    newest_slot: date
    """The latest date of this subscription in the ledger, of the delivery's own kind."""
    block: Block | None
    """The last one of its lane; it may be over."""
    failures: int = 0
    """Of its lane, in a row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartEnd:
    """How a try at one message ended."""

    number: int
    state: PartState
    remote_id: str | None = None
    url: str | None = None
    """A delivery's is that of its first message that has one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """The end of an attempt, written in one transaction under the owner's fence."""

    state: DeliveryState
    outcome: Outcome | None = None
    reason: str | None = None
    """In words."""
    next_attempt_at: datetime | None = None
    """Real time; None with a final state."""
    sent_at: datetime | None = None
    """Product time."""
    counts_as_attempt: bool = True
    part: PartEnd | None = None
    """What becomes of the message that the attempt was about."""
    pause_because: str | None = None
    """Stop the subscription too, with this reason."""
    lane_works: bool = False
    """The platform answered as it should: its lane's failures were no sign of an outage."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A digest that came, as a place to link to."""

    channel: ChannelKey
    slot: date
    paper_ids: tuple[str, ...]
    """Of those that were asked for."""
    url: str

"""What follows from an attempt that did not end with a message id: pure, one case for each class of outcome."""

from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from bot.delivery.backoff import Jitter, Pace, asked_wait, backoff
from bot.delivery.pacing import rest
from bot.delivery.threads import known_again
from bot.models import CHANNEL_DELETED, Delivery, DeliveryState, MessagePart, Outcome, PartState
from bot.plain import counted
from bot.ports import Block, PartEnd, Record, SendError

ANSWERS = frozenset(Outcome) - {Outcome.NOT_SENT, Outcome.UNKNOWN}
"""Outcomes that show that the platform is there."""
NEXT_CHANNEL = "nothing brings it back, and /papers digest subscribe starts one in another channel"
"""The way on after a channel was deleted."""
ACCEPTED = frozenset({Outcome.SENT, Outcome.DEAD_CHANNEL, Outcome.CONTENT_BUG})
"""Outcomes that show that it takes our token too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Aftermath:
    """What to write, and whether the whole lane has to wait."""

    record: Record
    block: Block | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What the decision needs to know besides the failure."""

    delivery: Delivery
    part: MessagePart | None
    """As it was before this attempt; None if nothing was rendered yet."""
    idempotent: bool
    real: datetime
    pace: Pace
    jitter: Jitter

    @property
    def doubtful(self) -> bool:
        """An earlier request for this message may have arrived already."""
        return self.part is not None and self.part.state is PartState.SENDING

    def untouched(self) -> PartEnd | None:
        """The part as if this attempt had not been; a doubtful one keeps its mark."""
        if self.part is None or self.doubtful:
            return None
        return PartEnd(number=self.part.number, state=PartState.READY)


def after(failure: SendError, case: Circumstances) -> Aftermath:
    """The record and the block that an outcome leads to."""
    match failure.outcome:
        case Outcome.NOT_SENT:
            return Aftermath(record=_not_sent(failure, case))
        case Outcome.LIMITED:
            until = case.real + asked_wait(failure.retry_after, case.jitter)
            return _lane_waits(failure, case, Block(until, plain(failure.reason), asked_until=until))
        case Outcome.DEAD_LANE:
            return _lane_waits(failure, case, Block(case.real + case.pace.park, plain(failure.reason)))
        case Outcome.UNKNOWN | Outcome.SENT:  # an error that says "sent" contradicts itself: in doubt, as the others
            return Aftermath(record=_unknown(failure, case))
        case Outcome.DEAD_CHANNEL:
            return Aftermath(record=_dead_channel(failure, case))
        case Outcome.CONTENT_BUG:
            return Aftermath(record=give_up(failure, case))
    assert_never(failure.outcome)


def outage(failure: SendError, failures: int, case: Circumstances) -> Block | None:
    """The lane's rest after so many requests in a row that were not answered."""
    span = rest(failures, case.jitter)
    return Block(case.real + span, plain(failure.reason)) if span else None


def _dead_channel(failure: SendError, case: Circumstances) -> Record:
    if not failure.gone:
        return give_up(failure, case, pause_because=plain(failure.reason))
    deleted = SendError(Outcome.DEAD_CHANNEL, f"{CHANNEL_DELETED}; {NEXT_CHANNEL}")
    return give_up(deleted, case, pause_because=CHANNEL_DELETED)


def _not_sent(failure: SendError, case: Circumstances) -> Record:
    attempts = case.delivery.attempts + 1
    later = case.real + backoff(attempts, case.jitter)
    if attempts >= case.pace.attempts or _too_late(later, case):
        return give_up(failure, case, note=f"; gave up after {counted(attempts, 'attempt')}")
    return _try_again(failure, later, case.untouched())


def _unknown(failure: SendError, case: Circumstances) -> Record:
    """With a key that the platform knows again, the same request once more; without one, never."""
    attempts = case.delivery.attempts + 1
    first = case.part.marked_at if case.part and case.doubtful and case.part.marked_at else case.real
    later = case.real + backoff(attempts, case.jitter, longest=15.0)
    again = case.idempotent and (case.part is None or known_again(case.part))
    if not again or later > first + case.pace.key_window or attempts >= case.pace.attempts:
        return in_doubt(case.delivery, case.part, failure.reason)
    return _try_again(failure, later, None)


def _lane_waits(failure: SendError, case: Circumstances, block: Block) -> Aftermath:
    """Nobody's attempt: the delivery waits with its lane, as long as its time allows, and goes when that is opened."""
    record = Record(
        state=DeliveryState.PENDING,
        outcome=failure.outcome,
        reason=plain(failure.reason),
        next_attempt_at=block.asked_until or case.real,
        counts_as_attempt=False,
        part=case.untouched(),
    )
    return Aftermath(record=record, block=block)


def _try_again(failure: SendError, at: datetime, part: PartEnd | None) -> Record:
    reason = plain(failure.reason)
    return Record(state=DeliveryState.PENDING, outcome=failure.outcome, reason=reason, next_attempt_at=at, part=part)


def give_up(failure: SendError, case: Circumstances, *, note: str = "", pause_because: str | None = None) -> Record:
    """FAILED with its reason; UNKNOWN if an earlier request may have arrived."""
    if case.doubtful:
        doubt = in_doubt(case.delivery, case.part, failure.reason)
        return Record(
            state=doubt.state,
            outcome=failure.outcome,
            reason=doubt.reason,
            part=doubt.part,
            pause_because=pause_because,
        )
    return Record(
        state=DeliveryState.FAILED,
        outcome=failure.outcome,
        reason=plain(failure.reason) + note,
        part=case.untouched(),
        pause_because=pause_because,
    )


def in_plain_words(failure: SendError) -> str:
    """What is told of a digest that went out so."""
    return f"as plain text: {plain(failure.reason)}"


def without_the_rest(part: MessagePart, now: datetime, failure: SendError) -> Record:
    """The digest is out; a message after its first is refused in plain words too, and so are those after it."""
    return Record(
        state=DeliveryState.SENT,
        outcome=Outcome.SENT,
        reason=f"without its last messages, which were refused: {plain(failure.reason)}",
        sent_at=now,
        part=PartEnd(number=part.number, state=PartState.READY),
    )


def in_doubt(delivery: Delivery, part: MessagePart | None, why: str) -> Record:
    """Final, and for a person to look at: it is never sent blindly again."""
    where = delivery.channel.platform.capitalize()
    return Record(
        state=DeliveryState.UNKNOWN,
        outcome=Outcome.UNKNOWN,
        reason=f"{where} did not confirm the message, it may have arrived or not ({plain(why)}); "
        "look in the channel, and send it again if it is not there",
        part=PartEnd(number=part.number, state=PartState.UNKNOWN) if part else None,
    )


def plain(reason: str) -> str:
    """Without its full stop: reasons stand inside sentences."""
    return reason.strip().rstrip(".")


def _too_late(moment: datetime, case: Circumstances) -> bool:
    return case.delivery.expires_at is not None and moment > case.delivery.expires_at

"""What a claimed delivery is before anything is done for it: pure."""

from dataclasses import dataclass
from datetime import datetime

from bot.delivery.backoff import Pace
from bot.delivery.outcomes import in_doubt
from bot.delivery.threads import known_again
from bot.models import Delivery, DeliveryState, MessagePart, Outcome, PartState
from bot.plain import counted
from bot.ports import Record, Standing
from bot.schedule import duration_in_words, skipped

ENDED = "the digest was ended before it went out"
CUT_OFF = "the attempt was cut off"


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """All that is known of a claimed delivery."""

    delivery: Delivery
    standing: Standing
    connected: bool
    """Whether its platform is set up here."""
    idempotent: bool
    asked: bool
    """Somebody asked for it a moment ago: neither a pause nor a newer slot stops it."""
    real: datetime
    started: datetime
    """When this process began, in product time."""
    pace: Pace


def verdict(case: Situation) -> Record | None:
    """Why it ends here; None: go on and send it.

    A message whose request went out before a crash is in doubt. Where the platform knows its key again, the key's time
    decides; everywhere else it is never sent again.
    """
    doubtful = next((part for part in case.standing.parts if part.state is PartState.SENDING), None)
    unwanted = _unwanted(case)
    if doubtful is not None and (unwanted or not repeatable(doubtful, case.idempotent, case.real, case.pace)):
        return in_doubt(case.delivery, doubtful, unwanted or CUT_OFF)
    if unwanted:
        return _ended(case, DeliveryState.SKIPPED, unwanted)
    if case.delivery.attempts >= case.pace.attempts:
        return _ended(case, DeliveryState.FAILED, f"it was cut off {case.delivery.attempts} times; see the log")
    if doubtful is None and _late(case):
        return _too_late(case)
    return None


def interrupted(case: Situation) -> Record | None:
    """Why no further message of it is wanted, between two of them; None: go on. Nobody ends it for being late now."""
    unwanted = _unwanted(case)
    return _ended(case, DeliveryState.SKIPPED, unwanted) if unwanted else None


def repeatable(part: MessagePart, idempotent: bool, real: datetime, pace: Pace) -> bool:  # noqa: FBT001 - it is one
    """Whether a request that may have arrived can be made again: the platform still knows its key."""
    return idempotent and known_again(part) and part.marked_at is not None and real <= part.marked_at + pace.key_window


def _unwanted(case: Situation) -> str | None:
    """What people did meanwhile. An edit does not end it: the digest is chosen as the settings are now."""
    subscription, newest = case.standing.subscription, case.standing.newest_slot
    if subscription is None:
        return ENDED
    if case.asked:
        return None
    if subscription.paused_because is not None:
        return f"paused: {subscription.paused_because}"
    if newest > case.delivery.slot:
        return f"the digest of {newest} took its place"
    return skipped(subscription, case.delivery.slot)


def _late(case: Situation) -> bool:
    """Past its time; or it was so already when this process began, whose product clock may have been set anew."""
    delivery = case.delivery
    expired = delivery.expires_at is not None and case.real > delivery.expires_at
    return expired or delivery.due_at + case.pace.grace < case.started


def _too_late(case: Situation) -> Record:
    delivery, limit = case.delivery, duration_in_words(case.pace.grace)
    if delivery.attempts:
        tries = counted(delivery.attempts, "attempt")
        last = delivery.reason or "the last one was cut off"
        return _ended(case, DeliveryState.FAILED, f"not sent in {tries} within {limit}: {last}")
    because = _held_up(case)
    return _ended(
        case,
        DeliveryState.SKIPPED,
        f"it could not be sent within {limit} of its time{f': {because}' if because else ''}",
    )


def _held_up(case: Situation) -> str | None:
    """What the delivery waited for, as far as is known."""
    if not case.connected:
        return f"no connection to {case.delivery.channel.platform.capitalize()} is set up"
    expires = case.delivery.expires_at
    if (
        case.standing.block is not None
        and expires is not None
        and case.standing.block.until > expires - case.pace.grace
    ):
        return case.standing.block.because
    return case.delivery.reason


def _ended(case: Situation, state: DeliveryState, reason: str) -> Record:
    """Half a digest in the channel is a failure, whatever ended it."""
    sent = sum(part.state is PartState.SENT for part in case.standing.parts)
    if sent:
        return Record(
            state=DeliveryState.FAILED,
            outcome=Outcome.NOT_SENT,
            reason=f"only {sent} of {len(case.standing.parts)} messages went out: {reason}",
        )
    return Record(state=state, outcome=Outcome.NOT_SENT if state is DeliveryState.FAILED else None, reason=reason)

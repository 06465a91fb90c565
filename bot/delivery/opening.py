"""Whether a slot may be sent because somebody asks for it."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import assert_never

from bot.models import Delivery, DeliveryState, MessagePart, PartState


class Opening(StrEnum):
    """How a slot that is in the ledger is taken up."""

    RESUME = "resume"
    """Go on where it stopped."""
    RESTART = "restart"
    """Choose and render anew, as the next generation."""


def opening(known: Delivery, parts: Sequence[MessagePart], *, again: bool, real: datetime) -> Opening | None:
    """None: it is out, perhaps out, or being sent. `again` takes what is out; nothing takes what is being sent."""
    match known.state:
        case DeliveryState.PENDING:
            return Opening.RESUME
        case DeliveryState.SENDING:
            lapsed = known.next_attempt_at is None or known.next_attempt_at <= real
            return Opening.RESUME if lapsed else None
        case DeliveryState.SENT | DeliveryState.UNKNOWN:
            return Opening.RESTART if again else None
        case DeliveryState.SKIPPED | DeliveryState.FAILED:
            begun = any(part.state is PartState.SENT for part in parts)
            return Opening.RESUME if begun and not again else Opening.RESTART
    assert_never(known.state)

"""What a delivery that is not begun waits for; pure."""

from dataclasses import replace
from datetime import datetime

from bot.models import Delivery, DeliveryState, Outcome
from bot.ports import Block


def as_it_waits(delivery: Delivery, block: Block | None, real: datetime) -> Delivery:
    """With the reason and the end of its lane's rest in place of its own, if it has to wait for that.

    Its outcome tells what holds it up, also before its first attempt: a wait that its platform asked for, or not.
    """
    if delivery.state is not DeliveryState.PENDING or block is None or block.until <= real:
        return delivery
    if delivery.next_attempt_at is not None and delivery.next_attempt_at > block.until:
        return delivery
    if block.asked(real):
        outcome: Outcome | None = Outcome.LIMITED
    else:
        outcome = Outcome.NOT_SENT if delivery.outcome in {None, Outcome.LIMITED} else delivery.outcome
    return replace(delivery, reason=block.because, next_attempt_at=block.until, outcome=outcome)

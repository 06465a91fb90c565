"""What goes wrong with a delivery by our own fault: logged for the operator, told to people by a reference."""

import structlog

from bot.errors import new_reference
from bot.metrics import FIGURES
from bot.models import ChannelKey, Delivery, Outcome
from bot.ports import SendError

log = structlog.get_logger(__name__)


def our_fault(error: Exception, outcome: Outcome, what: str, delivery: Delivery) -> SendError:
    """A failure that is a bug of ours, logged with its traceback; people see the reference."""
    reference = new_reference()
    log.error(what, channel=str(delivery.channel), slot=str(delivery.slot), reference=reference, exc_info=error)
    return SendError(outcome, f"{what} (ref {reference})")


def refused(channel: ChannelKey, part: int, failure: SendError) -> None:
    """A message that its platform does not take: people see little of it, so somebody has to be told."""
    log.error("a message was refused", channel=str(channel), part=part, reason=failure.reason)
    FIGURES.refused(channel.platform)

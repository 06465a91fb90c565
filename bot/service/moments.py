"""As of which moment a digest is chosen; pure."""

from datetime import datetime, timedelta

from bot.models import Delivery, Subscription
from bot.schedule import run_at

PUNCTUAL = timedelta(minutes=15)
"""A digest made so soon after it was due tells what was known then; a later one, after an outage, what is known now."""


def as_planned(subscription: Subscription, delivery: Delivery, now: datetime) -> datetime | None:
    """The moment its schedule named, for a digest that is made soon after; None for a late one and one asked for.

    Channels are spread over their minute, so that is the same moment, and the same ranking, for all of a time.
    """
    planned = run_at(subscription.schedule, delivery.slot)
    by_schedule = timedelta(0) <= delivery.due_at - planned <= timedelta(minutes=1)
    return planned if by_schedule and timedelta(0) <= now - planned <= PUNCTUAL else None

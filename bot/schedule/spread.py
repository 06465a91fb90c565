"""Not all channels at the same second: each has its own moment within the minute, and keeps it."""

from datetime import datetime, timedelta
from hashlib import blake2b

from bot.models import ChannelKey, Schedule
from bot.schedule.slots import next_slot

SPREAD = timedelta(minutes=1)
"""People see minutes: a digest of nine comes while their clock says nine."""


def own_moment(channel: ChannelKey) -> timedelta:
    """How long after the minute a channel's digest is due; whole seconds, the same for ever and in every process."""
    number = int.from_bytes(blake2b(str(channel).encode(), digest_size=8).digest(), "big")
    return timedelta(seconds=number % int(SPREAD.total_seconds()))


def first_run(schedule: Schedule, channel: ChannelKey, after: datetime) -> datetime:
    """The first moment later than `after` at which the channel's digest is due.

    Raises:
        ValueError: The schedule has no days.
    """
    late = own_moment(channel)
    return next_slot(schedule, after - late)[1] + late

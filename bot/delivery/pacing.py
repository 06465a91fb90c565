"""How fast a lane may go, and when it rests because its platform does not answer: pure, the same in every store.

Pace is the generic cell rate algorithm (https://www.itu.int/rec/T-REC-I.371, annex A): a lane has one number, the
theoretical arrival time of its next message. It lies in the lane's row, so that all processes share it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

from bot.ports import Rate

Jitter = Callable[[float], float]
"""Somewhere between 0 and the number given."""

RATES: Mapping[str, Rate] = MappingProxyType(
    {
        "slack": Rate(interval=timedelta(milliseconds=200), burst=5, at_once=2),
        "discord": Rate(interval=timedelta(microseconds=22_222), burst=5, at_once=24),
    }
)
"""By platform; others are not paced. Slack takes several hundred messages a minute of a workspace
(https://docs.slack.dev/apis/web-api/rate-limits/), Discord fewer than 50 requests a second of one bot, which also has
other things to do (https://discord.com/developers/docs/topics/rate-limits)."""

BREAKS_AT = 5
"""Failures in a row, in whichever process, after which a lane rests."""
_FIRST_REST, _LONGEST_REST = 10.0, 300.0


AHEAD = timedelta(minutes=5)
"""No lane is booked so far ahead; a moment beyond is of a clock that was set back since, and says nothing."""


@dataclass(frozen=True, slots=True)
class LaneState:
    """Of a lane's row."""

    tat: datetime | None
    """Theoretical arrival time of its next message; None: it had none yet."""
    failures: int = 0
    """In a row, without an answer between them."""


def allowed(lane: LaneState, rate: Rate | None, real: datetime, wanted: int) -> int:
    """How many messages may go now. A lane that failed too often gets one, to see whether it works again."""
    most = min(wanted, 1) if lane.failures >= BREAKS_AT else wanted
    if rate is None:
        return most
    free = free_at(booked(lane.tat, real), rate)
    if free is None:
        return min(most, rate.burst)
    if real < free:
        return 0
    return min(most, rate.burst, (real - free) // rate.interval + 1)


def charged(tat: datetime | None, rate: Rate, real: datetime, messages: int) -> datetime:
    """The theoretical arrival time once so many went."""
    return max(booked(tat, real) or real, real) + messages * rate.interval


def booked(tat: datetime | None, real: datetime) -> datetime | None:
    """A lane's theoretical arrival time, as far as it can be one by this clock."""
    return None if tat is None or tat > real + AHEAD else tat


def free_at(tat: datetime | None, rate: Rate) -> datetime | None:
    """When the next message may go; None: at any time."""
    return None if tat is None else tat - (rate.burst - 1) * rate.interval


def rest(failures: int, jitter: Jitter) -> timedelta | None:
    """How long a lane rests after so many failures in a row: twice as long each time, half of it by chance."""
    if failures < BREAKS_AT:
        return None
    seconds = min(_LONGEST_REST, _FIRST_REST * 2.0 ** min(failures - BREAKS_AT, 30))
    return timedelta(seconds=seconds / 2 + jitter(seconds / 2))

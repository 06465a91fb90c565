"""How long to wait, and for what."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from random import SystemRandom

from bot.delivery.pacing import RATES, Jitter
from bot.ports import Rate
from bot.schedule import GRACE

random_jitter: Jitter = lambda top: SystemRandom().uniform(0.0, top)  # noqa: E731 - the type is the documentation

LONGEST_WAIT = 24 * 3600.0
"""Seconds: a platform that asks for more is asked again after a day."""


__all__ = ["Jitter", "Pace", "asked_wait", "backoff", "random_jitter"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """The numbers of delivery; all real time but `grace`, which counts from a slot's due time."""

    grace: timedelta = GRACE
    lease: timedelta = timedelta(seconds=60)
    """After a crash, somebody else takes over then. Well inside `key_window`, well beyond `answer_within`."""
    answer_within: timedelta = timedelta(seconds=30)
    """A request without an answer by then may have arrived or not."""
    key_window: timedelta = timedelta(minutes=2)
    """How long the same key is taken to be harmless; Discord says "the past few minutes"."""
    attempts: int = 12
    parallel_lanes: int = 128
    """At work in one process."""
    batch: int = 8
    """Deliveries of one lane taken at a time; they wait for each other inside one lease."""
    rates: Mapping[str, Rate] = field(default_factory=lambda: RATES)
    """How fast lanes may go, by platform; all processes together."""
    plan_batch: int = 5000
    """Due subscriptions in one transaction: on SQLite no other writes for a fifth of a second."""
    renew_batch: int = 500
    """Subscriptions whose next run is worked out anew in one transaction."""
    patience: timedelta = timedelta(seconds=5)
    """A lane that takes longer goes on by itself; the others do not wait for it."""
    park: timedelta = timedelta(minutes=15)
    """How long a lane rests whose token is refused before one request tries it again."""


def backoff(attempts: int, jitter: Jitter, *, longest: float = 1800.0) -> timedelta:
    """Full jitter: between 0 and 2, 4, 8 … seconds after the first, second, third failure.

    https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
    """
    return timedelta(seconds=jitter(min(longest, 2.0 ** min(attempts, 30))))


def asked_wait(retry_after: float | None, jitter: Jitter) -> timedelta:
    """What the platform asked for, half a minute if it did not say, and up to a tenth more (or a second)."""
    asked = 30.0 if retry_after is None else retry_after
    bounded = min(max(asked, 0.0), LONGEST_WAIT) if asked == asked else 30.0  # noqa: PLR0124 - NaN is no number
    return timedelta(seconds=bounded + jitter(max(1.0, bounded / 10)))

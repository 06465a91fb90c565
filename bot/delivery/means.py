"""What delivering is done with."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.clock import Clock
from bot.delivery.backoff import Jitter, Pace
from bot.delivery.drawing import Drawing
from bot.delivery.precedence import Precedence
from bot.ports import Platform, Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What planning, attempts and the courier work with."""

    store: Store
    platforms: Mapping[str, Platform]
    drawing: Drawing
    clock: Clock
    """Product time."""
    real: Clock
    """The machine's: for leases, and waits that others ask for."""
    pace: Pace
    jitter: Jitter
    precedence: Precedence
    """Of those who wait for an answer; a lease goes on while a digest stands back."""

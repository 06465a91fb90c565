"""How often something may be asked for, by whom: buckets that fill again, the oldest forgotten first."""

import re
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

Ticks = Callable[[], float]
MOST_KEYS = 50_000
"""Remembered at a time, some 10 MB."""


@dataclass(frozen=True, slots=True)
class Rate:
    """So many at once, and as many again over so many seconds."""

    most: float
    seconds: float


ASKER = Rate(5, 3600)
"""Mails that one address of the internet, or one person in a chat, may ask for."""
RECIPIENT = Rate(3, 24 * 3600)
"""Mails to one mailbox that nobody has confirmed."""
EVERYBODY = Rate(200, 3600)
"""Such mails altogether: our good name as a sender is everybody's."""
GUESSER = Rate(20, 600)
"""Links that one address of the internet may open without being right."""


class Limits:
    """Buckets of one rate, by key, in this process."""

    def __init__(self, rate: Rate, ticks: Ticks = time.monotonic) -> None:
        self._rate = rate
        self._ticks = ticks
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        """What is left, and as of when."""

    def take(self, key: str) -> bool:
        """Whether one more is allowed; it counts if so."""
        left = self._left(key)
        allowed = left >= 1
        self._keep(key, left - allowed)
        return allowed

    def spent(self, key: str) -> bool:
        """Whether nothing is left; counts nothing."""
        return self._left(key) < 1

    def _left(self, key: str) -> float:
        left, at = self._buckets.get(key, (self._rate.most, self._ticks()))
        return min(self._rate.most, left + (self._ticks() - at) * self._rate.most / self._rate.seconds)

    def _keep(self, key: str, left: float) -> None:
        self._buckets[key] = (left, self._ticks())
        self._buckets.move_to_end(key)
        while len(self._buckets) > MOST_KEYS:
            self._buckets.popitem(last=False)


def same_mailbox(address: str) -> str:
    """One text for the spellings that reach one mailbox at the large providers: `a.b+c@d` is `ab@d`.

    For limits alone; elsewhere the two are two.
    """
    local, _, domain = address.rpartition("@")
    return f"{re.sub('[.]', '', local.partition('+')[0])}@{domain}"

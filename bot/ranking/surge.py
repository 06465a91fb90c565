"""Whether a paper takes off: numbers in, yes or no out."""

from dataclasses import dataclass
from datetime import timedelta

WINDOW = timedelta(hours=6)
"""A surge is looked for in the last hours of this length."""
LEAST = 15
"""Upvotes gained in the window; fewer are no surge, however quiet it was before."""
FACTOR = 4.0
"""How many times its usual rate."""
_PRIOR_UPVOTES, _PRIOR_HOURS = 2.0, 6.0
"""As in ranking.signals: what is supposed of a paper before anything was seen of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Climb:
    """A paper's upvotes before the window, and now."""

    before: int
    hours_before: float
    """From its first sight to the window's beginning."""
    now: int

    @property
    def gained(self) -> int:
        return self.now - self.before

    @property
    def usual(self) -> float:
        """Upvotes an hour before the window, drawn towards 1 in 3 hours while little was seen.

        The mean of a Gamma posterior for a Poisson rate, (a + y) / (b + hours):
        https://en.wikipedia.org/wiki/Gamma_distribution#Conjugate_prior
        """
        return (_PRIOR_UPVOTES + self.before) / (_PRIOR_HOURS + max(self.hours_before, 0.0))

    @property
    def rate(self) -> float:
        """Upvotes an hour in the window."""
        return self.gained / (WINDOW / timedelta(hours=1))


def takes_off(climb: Climb) -> bool:
    """At least LEAST upvotes in the window, and FACTOR times as fast as before it."""
    return climb.gained >= LEAST and climb.rate >= FACTOR * climb.usual


def in_words(climb: Climb) -> str:
    """Why, such as `24 upvotes in the last 6 h, 12 times as fast as before`."""
    times = round(climb.rate / climb.usual)
    return f"{climb.gained} upvotes in the last {WINDOW // timedelta(hours=1)} h, {times} times as fast as before"

"""A count over time as a line of characters, for places where nothing can be drawn."""

from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")

_HEIGHTS = "▁▂▃▄▅▆▇█"
MOST = 24
"""Characters; of more readings some are left out, never the first and the last."""


def sparkline(values: Sequence[int]) -> str:
    """From the least to the most; all of the least height where nothing changed."""
    if not values:
        return ""
    least, most = min(values), max(values)
    span = max(1, most - least)
    return "".join(_HEIGHTS[(value - least) * (len(_HEIGHTS) - 1) // span] for value in thinned(values, MOST))


def thinned(values: Sequence[T], most: int) -> list[T]:
    """At most so many of them, evenly, the first and the last among them."""
    if len(values) <= most:
        return list(values)
    last = len(values) - 1
    return [values[round(place * last / (most - 1))] for place in range(most)]

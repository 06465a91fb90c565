"""Choosing the best of a list without five of one kind: maximal marginal relevance.

Carbonell and Goldstein, 1998: λ · relevance − (1 − λ) · the greatest similarity to what is chosen already.
"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

Row = NDArray[np.float32]


def mmr(relevance: Sequence[float], similar: Callable[[int], Row], weight: float, count: int) -> list[int]:
    """At most `count` places of the list, the first one chosen first; of equal ones the earlier.

    `similar` gives of a place its similarity to each, 1 being the same; it is asked about what is chosen alone.
    `weight` is λ, and with 1 nothing but relevance counts.
    """
    worth = np.asarray(relevance, np.float64)
    nearest = np.full(len(worth), -np.inf)
    chosen: list[int] = []
    while len(chosen) < min(count, len(worth)):
        margin = weight * worth - (1 - weight) * np.maximum(nearest, 0.0) if chosen else worth.copy()
        margin[chosen] = -np.inf
        best = int(np.argmax(margin))
        chosen.append(best)
        nearest = np.maximum(nearest, similar(best))
    return chosen

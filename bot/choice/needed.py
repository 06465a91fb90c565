"""By how much a paper's score would have to rise for it to be chosen; pure."""

from collections.abc import Callable, Collection

from bot.choice.picking import Pick

_HALVINGS = 24


def needed(paper_id: str, chosen: Callable[[float], Collection[Pick]], most: float) -> float | None:
    """The least rise with which the choice holds the paper, to a hundred thousandth of `most`; 0 if it does now.

    `chosen` gives the choice after such a rise. None where not even `most` is enough, as for a paper that is too close
    to a better one.
    """

    def holds(rise: float) -> bool:
        return any(pick.paper_id == paper_id for pick in chosen(rise))

    if holds(0.0):
        return 0.0
    if not holds(most):
        return None
    low, high = 0.0, most
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if holds(middle) else (middle, high)
        if high - low < most * 1e-5:
            break
    return high

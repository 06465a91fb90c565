"""In which coding a caller wants an answer: https://www.rfc-editor.org/rfc/rfc9110#section-12.5.3 ."""

import re
from typing import Literal

Coding = Literal["gzip", "identity"]

_WEIGHT = re.compile(r"q=(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)", re.IGNORECASE)


def acceptable(accepted: str | None) -> list[Coding]:
    """Of those we have, the ones that may be sent, the most wanted first; `accepted` is the whole Accept-Encoding.

    Where both are wanted alike it is gzip, which is smaller. Whoever sends no such field may not understand it, and
    gets the answer as it is. An element that cannot be read counts as not there.
    """
    if accepted is None:
        return ["identity"]
    weights = _weights(accepted)
    others = weights.get("*")
    gzip = weights.get("gzip", weights.get("x-gzip", others or 0.0))
    plain = weights.get("identity", others)
    wanted: list[tuple[float, Coding]] = [(gzip, "gzip")] if gzip else []
    if plain is None:  # not spoken of: it may be sent, and is wanted less than whatever is named
        wanted.append((0.0, "identity"))
    elif plain:
        wanted.append((plain, "identity"))
    return [coding for _, coding in sorted(wanted, key=lambda one: -one[0])]


def _weights(accepted: str) -> dict[str, float]:
    """By coding, in lower case; 1 where none is given."""
    weights: dict[str, float] = {}
    for element in accepted.split(","):
        coding, *parameters = (part.strip() for part in element.split(";"))
        read = _WEIGHT.fullmatch(parameters[0]) if len(parameters) == 1 else None
        if coding and (read or not parameters):
            weights[coding.lower()] = float(read[1]) if read else 1.0
    return weights

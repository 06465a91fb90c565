"""What servers ask for in their headers: how long to wait, and how much of a quota is left."""

import math
import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

LONGEST_WAIT = 24 * 3600.0
"""Seconds; a header that asks for more is taken for this."""
REFUSALS = frozenset({403, 429, 503})

_LEFT = re.compile(r"(?:^|;)\s*r=(\d{1,9})(?:;|,|$)")
_RESET = re.compile(r"(?:^|;)\s*t=(\d{1,9})(?:;|,|$)")


def asked_wait(status: int, headers: Mapping[str, str], now: float) -> float | None:
    """Seconds for which the server wants no request, or None if it asks for no wait. `now` is in epoch seconds.

    Retry-After (RFC 9110, seconds or a date) counts with any status. Hugging Face's `RateLimit: "api";r=0;t=57` and
    GitHub's `x-ratelimit-reset` count with a refusal and once nothing is left of the quota:
    https://huggingface.co/docs/hub/rate-limits,
    https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api.
    """
    waits = [_retry_after(headers.get("retry-after", ""), now)]
    left = quota_left(headers)
    if left == 0 or (left is None and status == 429):
        waits += [_reset_in(headers.get("ratelimit", "")), _reset_at(headers.get("x-ratelimit-reset", ""), now)]
    elif status == 429:
        waits.append(_reset_in(headers.get("ratelimit", "")))
    known = [wait for wait in waits if wait is not None]
    return min(max(0.0, *known), LONGEST_WAIT) if known else None


def quota_left(headers: Mapping[str, str]) -> int | None:
    """Requests left in the present window, where the server tells."""
    found = _LEFT.search(headers.get("ratelimit", ""))
    text = found[1] if found else headers.get("x-ratelimit-remaining", "")
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else None


def _retry_after(text: str, now: float) -> float | None:
    if re.fullmatch(r"[0-9]{1,9}(?:\.[0-9]+)?", text.strip()):
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
        return moment.timestamp() - now
    except (ValueError, TypeError, OverflowError):
        return None


def _reset_in(text: str) -> float | None:
    found = _RESET.search(text)
    return float(found[1]) if found else None


def _reset_at(text: str, now: float) -> float | None:
    return math.ceil(int(text) - now) if re.fullmatch(r"[0-9]{1,11}", text) else None

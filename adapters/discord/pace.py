"""When the next call may go out: the token's own pace, and what each bucket's headers say. Decides; waits for nobody.

https://docs.discord.com/developers/topics/rate-limits
"""

import asyncio
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

CALLS_A_SECOND = 44.0
"""Discord allows a token 50."""
BURST = 3
"""Calls that may go at once after a pause. With the pace they are at most 47 in any second, so that a busy loop may
take 60 ms from here to the wire (with 45 and 4 two of 2,300 calls met the limit). One that wakes up to 45 ms late
loses nothing."""
REMEMBERED_BUCKETS = 4096
REFUSALS, WITHIN = 5_000, 600.0
"""Refused calls (401, 403, 429) in so many seconds after which nothing goes out any more. Discord bans an address at
10,000, and other processes may share it: https://docs.discord.com/developers/topics/rate-limits#invalid-request-limit-aka-cloudflare-bans.
"""


@dataclass(slots=True)
class Bucket:
    """Calls that share a limit: one route and one channel, server or webhook. One is under way at a time."""

    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    remaining: int | None = None
    resets_at: float = 0.0

    def wait(self, now: float) -> float:
        """Seconds until the next call may go."""
        return max(0.0, self.resets_at - now) if self.remaining == 0 else 0.0

    def learn(self, headers: Mapping[str, str], now: float) -> None:
        """From any answer; one without these headers says nothing."""
        remaining, after = headers.get("X-RateLimit-Remaining"), headers.get("X-RateLimit-Reset-After")
        if remaining is not None and after is not None:
            self.remaining, self.resets_at = int(remaining), now + float(after)

    def refused(self, retry_after: float, now: float) -> None:
        self.remaining, self.resets_at = 0, now + retry_after


class Refusals:
    """Calls that Discord counts against the address they came from."""

    def __init__(self, most: int = REFUSALS) -> None:
        self._times: deque[float] = deque(maxlen=most)

    def note(self, now: float) -> None:
        self._times.append(now)

    def wait(self, now: float) -> float:
        """Seconds until the oldest of too many is forgotten."""
        full = len(self._times) == self._times.maxlen
        return max(0.0, self._times[0] + WITHIN - now) if full else 0.0


class Pace:
    """Of one token."""

    def __init__(self, calls_a_second: float = CALLS_A_SECOND, burst: int = BURST) -> None:
        self._interval = 1 / calls_a_second
        self._burst = burst
        self.turn = asyncio.Lock()
        """Held from looking at the clock until a call goes: calls that waited together must not go together."""
        self._next = 0.0  # theoretical arrival time of the generic cell rate algorithm
        self._held_until = 0.0
        self._buckets: dict[tuple[str, str], Bucket] = {}
        self._names: dict[str, str] = {}

    def wait(self, now: float) -> float:
        """Seconds until the next call of the token may go."""
        return max(0.0, self._next - (self._burst - 1) * self._interval - now, self._held_until - now)

    def went(self, now: float) -> None:
        """A call goes now: the next ones are paced from here, however late this one is."""
        self._next = max(self._next, now) + self._interval

    def held(self, now: float) -> float:
        """Seconds until a global refusal ends."""
        return max(0.0, self._held_until - now)

    def hold(self, retry_after: float, now: float) -> None:
        """A global refusal: nothing goes before its end."""
        self._held_until = max(self._held_until, now + retry_after)

    def bucket(self, route: str, major: str, now: float) -> Bucket:
        """Of a route and its channel, server or webhook; routes that Discord counts together share one."""
        key = (self._names.get(route, route), major)
        if key not in self._buckets:
            self._forget(now)
            self._buckets[key] = Bucket()
        return self._buckets[key]

    def learn(self, route: str, major: str, bucket: Bucket, headers: Mapping[str, str], now: float) -> None:
        bucket.learn(headers, now)
        name = headers.get("X-RateLimit-Bucket")
        if name is not None and self._names.get(route) != name:
            self._names[route] = name
            self._buckets.setdefault((name, major), bucket)

    def _forget(self, now: float) -> None:
        """Buckets that are full again know nothing a new one would not."""
        if len(self._buckets) >= REMEMBERED_BUCKETS:
            self._buckets = {
                key: bucket for key, bucket in self._buckets.items() if bucket.turn.locked() or bucket.resets_at > now
            }

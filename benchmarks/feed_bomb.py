"""A hostile feed and a gzip bomb: what they cost us, and whether the event loop notices."""

import asyncio
import resource
import sys
import time
import zlib

from benchmarks import Options
from bot.fetch import Limits
from bot.fetch.body import Body, TooLargeError
from bot.sources import SourceError
from bot.sources.documents import FEED_SECONDS, read_feed

HOSTILE_MIB = 4
BOMB_MIB = 1024
_TICK = 0.005


def run(_options: Options) -> dict[str, object]:
    """Seconds until a feed of endless opening tags is given up, the loop's worst lag meanwhile, a bomb's memory."""
    before = _peak_mib()
    bomb_seconds = _explode()
    grown = _peak_mib() - before
    seconds, reason, lag = asyncio.run(_hostile())
    return {
        "work": f"a feed of {HOSTILE_MIB} MiB of opening tags; a gzip bomb of {BOMB_MIB} MiB",
        "feed_given_up_s": round(seconds, 2),
        "feed_limit_s": FEED_SECONDS,
        "feed_outcome": reason,
        "loop_lag_worst_ms": round(1000 * lag, 1),
        "bomb_refused_after_s": round(bomb_seconds, 2),
        "bomb_memory_mib": round(grown, 1),
    }


async def _hostile() -> tuple[float, str, float]:
    head = b'<feed xmlns="http://www.w3.org/2005/Atom"><title>x</title><entry>'
    body = head + b"<a>" * (HOSTILE_MIB * 2**20 // 3)
    lag = asyncio.create_task(_worst_lag())
    started = time.perf_counter()
    try:
        await read_feed(body, "The feed")
        reason = "read"
    except SourceError as error:
        reason = error.reason
    seconds = time.perf_counter() - started
    lag.cancel()
    return seconds, reason, await lag


async def _worst_lag() -> float:
    """Seconds by which the loop came late to a timer at worst, until it is cancelled."""
    worst = 0.0
    try:
        while True:
            due = time.perf_counter() + _TICK
            await asyncio.sleep(_TICK)
            worst = max(worst, time.perf_counter() - due)
    except asyncio.CancelledError:
        return worst


def _explode() -> float:
    """Seconds until the bomb is refused; it is packed piece by piece, as it would arrive."""
    packer = zlib.compressobj(9, wbits=zlib.MAX_WBITS | 16)
    body = Body("gzip", Limits())
    piece = bytes(2**20)
    started = time.perf_counter()
    try:
        for _ in range(BOMB_MIB):
            body.feed(packer.compress(piece))
        body.feed(packer.flush())
    except TooLargeError:
        pass
    return time.perf_counter() - started


def _peak_mib() -> float:
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**20

"""From the bytes of an answer to plain values."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from bot.sources import Reads, SourceError, feed_reader

FEED_SECONDS = 15.0
"""The largest feed (2,000 entries) takes a second on an idle machine; a hostile one may take for ever and is killed."""


async def read(reads: Reads, body: bytes, label: str) -> Any:
    """The document in a body, as dictionaries, lists, strings and numbers.

    Raises:
        SourceError: It is none, in words that begin with `label`.
    """
    if not body.strip():
        raise SourceError(f"{label} answered nothing.")
    return read_json(body, label) if reads is Reads.JSON else await read_feed(body, label)


def read_json(body: bytes, label: str) -> Any:
    """Bytes that are no UTF-8 become U+FFFD: one broken title is no reason to lose a list."""
    try:
        return json.loads(body.decode("utf-8", "replace"), parse_constant=lambda _: None)
    except (ValueError, RecursionError):
        raise SourceError(_not_what_was_asked(body, label, "JSON")) from None


async def read_feed(body: bytes, label: str, seconds: float = FEED_SECONDS) -> dict[str, Any]:
    """What `feed_reader.read` gives, from a process of its own: feedparser can be kept busy, or fed to bursting."""
    script = str(Path(feed_reader.__file__))
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-I", script, str(int(seconds) + 1),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
        start_new_session=True,  # Ctrl-C is for us
    )  # fmt: skip
    try:
        async with asyncio.timeout(seconds):
            output, _ = await process.communicate(body)
    except TimeoutError:
        raise SourceError(f"{label} sent a feed that takes longer than {seconds:g} s to read.") from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode != 0:
        raise SourceError(f"{label} sent a feed that cannot be read.")
    return checked_feed(json.loads(output), body, label)


def checked_feed(feed: dict[str, Any], body: bytes, label: str) -> dict[str, Any]:
    """The feed, if it is whole. A damaged one is refused, since its last entry may be half of one."""
    if not feed["version"]:
        raise SourceError(_not_what_was_asked(body, label, "a feed"))
    if feed["damage"]:
        raise SourceError(f"{label} sent a feed that is damaged or cut off.")
    return feed


def _not_what_was_asked(body: bytes, label: str, wanted: str) -> str:
    start = body.lstrip()[:200].lower()
    if start.startswith((b"<!doctype html", b"<html")):
        return f"{label} answered a web page instead of {wanted}."
    return f"{label} answered something that is not {wanted}, or was cut off."

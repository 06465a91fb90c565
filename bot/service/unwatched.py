"""Work that goes on although nobody waits for it any more."""

import asyncio
from typing import Any


def look_at(task: asyncio.Task[Any]) -> None:
    """When it is done: look at how it failed, so that asyncio does not complain; whoever asks next meets it."""
    if not task.cancelled():
        task.exception()

"""A demo's own database, and its papers in it."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from bot.config import Settings
from bot.demo.lists import demo_batches
from bot.models import Added
from bot.ports import PaperStore


@contextmanager
def demo_settings(settings: Settings) -> Iterator[Settings]:
    """The same settings with an empty database that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="broadsheet-demo-", ignore_cleanup_errors=True) as folder:
        yield settings.model_copy(update={"database_url": f"sqlite:///{Path(folder, 'broadsheet.db').as_posix()}"})


async def fill(papers: PaperStore, now: datetime, *, started: datetime | None = None) -> Added:
    """Keep what the demo's sources would have said up to `now`, and tell how much of it was new.

    Called again with the first call's moment as `started` it adds what came since.
    """
    kept = [await papers.add(batch) for batch in demo_batches(now, started=started)]
    return Added(sum(added.papers for added in kept), sum(added.observations for added in kept))

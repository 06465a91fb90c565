"""`run --demo`: a database of its own for as long as it runs, and bundled papers whose past always ends now."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from bot.clock import Clock
from bot.config import Settings
from bot.demo import demo_batches
from bot.ports import PaperStore


@contextmanager
def demo_settings(settings: Settings) -> Iterator[Settings]:
    """The settings with a temporary database in place of the real one."""
    with tempfile.TemporaryDirectory(prefix="broadsheet-demo-") as folder:
        yield settings.model_copy(update={"database_url": f"sqlite:///{Path(folder) / 'demo.db'}"})


class Demo:
    """Stands in for the sources."""

    def __init__(self, papers: PaperStore, clock: Clock) -> None:
        self._papers = papers
        self._clock = clock
        self._started: datetime = clock.now()

    async def refresh(self) -> None:
        """Keep what the invented sources would have said by now."""
        for batch in demo_batches(self._clock.now(), started=self._started):
            await self._papers.add(batch)

"""A program for the version that is asked to run it: fills a database with papers, and channels that are not yet due.

`PYTHONPATH=CHECKOUT python seed.py DATABASE_URL CHANNEL…`
"""

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path

from bot.models import ChannelKey, Topics
from storage.store import open_store
from tests.builders import make_batch, make_change, make_observation, make_papers, make_schedule, make_subscription

FIRST_SEEN = datetime(2026, 3, 10, 8, 0, tzinfo=UTC)
FAR_OFF = datetime(2099, 1, 1, tzinfo=UTC)


async def fill(url: str, channels: list[ChannelKey]) -> None:
    store = open_store(url, search_file=Path("seed.search.db"))
    papers = make_papers(5, first_seen_at=FIRST_SEEN)
    await store.papers.add(make_batch(*papers, *(make_observation(one.id, FIRST_SEEN, upvotes=5) for one in papers)))
    for channel in channels:
        daily = make_subscription(channel, topics=Topics(), schedule=make_schedule("UTC"), next_run_at=FAR_OFF)
        await store.channels.create(daily, make_change(channel=channel))
    await store.close()


if __name__ == "__main__":
    asyncio.run(fill(sys.argv[1], [ChannelKey("slack", *name.split(":")) for name in sys.argv[2:]]))

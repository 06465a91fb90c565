"""The product's processes beside a stand-in for Discord."""

import asyncio
from typing import Any

from adapters.discord.sync import sync
from storage.store import open_store
from tests.adapters.discord.service import make_settings
from tests.builders import NOON, hours, make_batch, make_observation, make_paper
from tests.end_to_end.stage import Stand

WITHOUT_FETCHING = ("--role", "web", "--role", "gateway", "--role", "worker")


def clock(moment: Any, *, speed: int) -> dict[str, str]:
    return {"BROADSHEET_NOW": moment.isoformat(), "BROADSHEET_CLOCK_SPEED": str(speed)}


async def fill(url: str) -> None:
    """Twelve invented papers, in a fresh database."""
    store = open_store(url)
    papers = [make_paper(f"2603.{number:05}", title=f"Study {number} of diffusion") for number in range(1, 13)]
    seen = [make_observation(one.id, NOON - hours(back), upvotes=30 - back) for one in papers for back in (20, 1)]
    await store.papers.add(make_batch(*papers, *seen))
    await store.search.update()
    await store.close()


def register(chat: Stand) -> None:
    told = {name.lower(): chat.environment[name] for name in ("DISCORD_API_URL", "DISCORD_BOT_TOKEN")}
    asyncio.run(sync(make_settings(**told), None, dry_run=False))

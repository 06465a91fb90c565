"""The real service over a store in memory, with a handful of invented papers."""

from collections.abc import Mapping
from typing import Any

from bot.clock import VirtualClock
from bot.config import Settings
from bot.ports import Platform
from bot.service import Service
from tests.builders import NOON, hours, make_batch, make_observation, make_paper
from tests.memory_store import MemoryStore


async def make_service(
    platforms: Mapping[str, Platform] | None = None, *titles: str, abstract: str = "We look and find."
) -> Service:
    """Twelve papers unless `titles` say which; the clock stands still at NOON."""
    store, clock = MemoryStore(), VirtualClock(NOON, 0)
    named = titles or tuple(f"Study {number} of diffusion" for number in range(1, 13))
    papers = [
        make_paper(
            f"2603.{number:05}", title=title, abstract=abstract, thumbnail=f"https://cdn.example.org/{number}.png"
        )
        for number, title in enumerate(named, 1)
    ]
    seen = [make_observation(paper.id, NOON - hours(back), upvotes=30 - back) for paper in papers for back in (20, 1)]
    await store.papers.add(make_batch(*papers, *seen))
    return Service.over(store, store.search, platforms or {}, clock)


def make_settings(**values: Any) -> Settings:
    """Nothing is read from the environment."""
    given: dict[str, Any] = {"discord_bot_token": "invented.bot.token"} | values
    return Settings(_env_file=None, **given)  # type: ignore[call-arg]  # pydantic-settings' own option

"""The web application over a store in memory, with a handful of invented papers, reached over loopback."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from prometheus_client import CollectorRegistry

from adapters.discord.render import render as discord
from adapters.slack.render import render as slack
from adapters.terminal.render import to_text
from adapters.web.app import create_web
from adapters.web.state import WEB, AdapterState, DatabaseState, Renderers
from bot.clock import VirtualClock
from bot.config import Settings
from bot.models import Batch, Paper
from bot.service import Service
from tests.builders import NOON, hours, make_batch, make_listing, make_observation, make_paper
from tests.memory_papers import MemoryPapers
from tests.memory_store import MemoryStore

RENDERERS: Renderers = {"slack": slack, "discord": discord, "text": lambda view: [{"text": to_text(view)}]}

OLD_STYLE = "hep-th/9901001"
DOI = "doi:10.1000/some(1).thing"
HOSTILE = "<script>alert(1)</script> & [bold] *stars* <!channel>"


@dataclass
class FakeState:
    """How the program is doing, as a test says."""

    draining: bool = False
    answer: DatabaseState = field(default_factory=lambda: DatabaseState(reachable=True, migrated=True))
    ways: Sequence[AdapterState] = (AdapterState("web", "up"),)
    error: Exception | None = None

    async def database(self) -> DatabaseState:
        if self.error is not None:
            raise self.error
        return self.answer

    def adapters(self) -> Sequence[AdapterState]:
        return self.ways


def some_papers(count: int = 12) -> Batch:
    """Papers 2603.00001 and on, each gaining upvotes; and three with unusual ids or titles."""
    ids = [f"2603.{number:05}" for number in range(1, count + 1)]
    papers = [make_paper(paper_id, title=f"Study {paper_id} of diffusion") for paper_id in ids]
    papers += [
        make_paper(OLD_STYLE, title="An old paper of strings"),
        make_paper(DOI, title="A paper from a journal", doi="10.1000/some(1).thing"),
        make_paper("2603.99999", title=HOSTILE, abstract=HOSTILE),
    ]
    observations = [
        make_observation(paper.id, NOON - hours(back), upvotes=number * 3 + 20 - back)
        for number, paper in enumerate(papers)
        for back in (20, 10, 1)
    ]
    listings = [
        make_listing(paper_id, NOON.date(), place, NOON - hours(6))
        for place, paper_id in enumerate([*ids, "2603.99999"])
    ]
    return make_batch(*papers, *observations, *listings)


def make_service(store: MemoryStore) -> Service:
    return Service.over(store, store.search, {}, VirtualClock(NOON, 0))


def make_app(
    store: MemoryStore, state: FakeState | None = None, *, extra: Sequence[web.RouteDef] = (), **settings: Any
) -> web.Application:
    """`settings` are fields of Settings; nothing is read from the environment."""
    app = create_web(
        service=make_service(store),
        renderers=RENDERERS,
        settings=Settings.model_construct(**(Settings.model_construct().model_dump() | settings)),
        state=state or FakeState(),
        extra_routes=extra,
        registry=CollectorRegistry(),
    )
    app[WEB].answers._pulse = 0.0  # tests add papers and ask at once
    return app


class BrokenPapers(MemoryPapers):
    """Answers no question about papers."""

    async def generation(self) -> int:
        raise OSError("no answer")

    async def get(self, paper_id: str) -> Paper | None:
        raise OSError(f"no answer about {paper_id}")


class UnreachablePapers(BrokenPapers):
    """Does not even count them."""

    async def totals(self) -> tuple[int, int]:
        raise OSError("refused")


def broken(store: MemoryStore) -> MemoryStore:
    """The store, without its papers."""
    store.papers = BrokenPapers()
    return store


def spend(app: web.Application) -> None:
    """Use up what visitors may change."""
    while app[WEB].changes.take():
        pass

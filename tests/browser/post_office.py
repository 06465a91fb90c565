"""The pages with mail: their letters stay here, and their links end when the clock says so."""

from datetime import timedelta

from aiohttp.test_utils import TestServer
from prometheus_client import CollectorRegistry

from adapters.web.app import create_web
from bot.config import Settings
from bot.mailing import Purpose, Wish
from bot.models import Topics
from bot.service import Service
from bot.service.mailing import Mailing
from tests.adapters.email.stage import SITE, STILL, make_links
from tests.adapters.web.stage import RENDERERS, FakeState
from tests.bot.mail_door import Door
from tests.delivery_scene import Hands
from tests.memory_store import MemoryStore

ADA = "ada@example.org"
LONGEST = f"{'a' * 60}@{'long-' * 10}name.example.org"
"""An address that fits into no line of a phone."""


class PostOffice:
    """One site with one reader, whose digest comes at LONGEST, and their links."""

    def __init__(self) -> None:
        self.clock = Hands(STILL.now())
        self.door = Door()
        self.door.links = make_links(self.clock)
        self.store = MemoryStore()
        self.service = Service.over(self.store, self.store.search, {}, STILL, self.door)
        known = Settings.model_construct(**(Settings.model_construct().model_dump() | {"requests_per_minute": 0}))
        self._server = TestServer(
            create_web(
                service=self.service,
                renderers=RENDERERS,
                settings=known,
                state=FakeState(),
                registry=CollectorRegistry(),
            )
        )

    @property
    def mailing(self) -> Mailing:
        assert self.service.mailing is not None
        return self.service.mailing

    @property
    def address(self) -> str:
        return str(self._server.make_url("")).rstrip("/")

    async def open(self) -> "PostOffice":
        await self._server.start_server()
        return self

    async def close(self) -> None:
        await self._server.close()

    async def subscribed(self, address: str = LONGEST) -> None:
        wish = Wish(address=address, topics=Topics(include=("robotics", "cs.CL")).include)
        await self.mailing.ask(wish, address)
        await self.mailing.confirm((await self.letter()).rpartition("/")[2], address)

    async def letter(self) -> str:
        """Where the link of the last one leads, on this server."""
        await self.mailing.drain(5)
        return self.address + self.door.letters[-1].link.removeprefix(SITE)

    async def link(self, purpose: Purpose, address: str = LONGEST) -> str:
        content = (
            Wish(address=address, topics=("robotics",)).as_json() if purpose is Purpose.CONFIRM else {"a": address}
        )
        return self.address + (await self.door.links.seal(purpose, content)).removeprefix(SITE)

    async def expired(self, purpose: Purpose) -> str:
        """A link that is older than it may be."""
        self.clock.moment -= timedelta(days=60)
        try:
            return await self.link(purpose)
        finally:
            self.clock.moment += timedelta(days=60)

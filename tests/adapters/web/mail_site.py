"""The pages of digests by e-mail over a store in memory, and the letters they have sent."""

from typing import Any

from aiohttp import ClientResponse
from prometheus_client import CollectorRegistry
from yarl import URL

from adapters.web.app import create_web
from bot.config import Settings
from bot.mailing import Purpose, Wish
from bot.mailing.wish import mailbox
from bot.models import Subscription
from bot.service import Service
from bot.service.mailing import Mailing
from tests.adapters.email.stage import STILL
from tests.adapters.web.conftest import Client, Connect
from tests.adapters.web.html import Page
from tests.adapters.web.stage import RENDERERS, FakeState
from tests.bot.mail_door import Door
from tests.memory_store import MemoryStore

ADA = "ada@example.org"
FORM = {
    "address": "Ada@Example.org",
    "period": "weekly",
    "time": "07:30",
    "zone": "Europe/Berlin",
    "days": "Friday",
    "topics": "robotics, graph neural networks",
}


class Site:
    """The pages, and where their letters go."""

    def __init__(self, connect: Connect, **settings: Any) -> None:
        self.door, self.store = Door(), MemoryStore()
        self.service = Service.over(self.store, self.store.search, {}, STILL, self.door)
        known = Settings.model_construct(**(Settings.model_construct().model_dump() | settings))
        self.app = create_web(
            service=self.service,
            renderers=RENDERERS,
            settings=known,
            state=FakeState(),
            registry=CollectorRegistry(),
        )
        self._connect = connect
        self.client: Client

    async def opened(self) -> "Site":
        self.client = await self._connect(self.app)
        return self

    @property
    def mailing(self) -> Mailing:
        assert self.service.mailing is not None
        return self.service.mailing

    async def get(self, address: str, status: int = 200) -> Page:
        response = await self.client.get(URL(address, encoded=True))
        assert response.status == status
        return Page(await response.text())

    async def post(self, address: str, fields: dict[str, str], status: int = 200, **headers: str) -> Page:
        response = await self.sent(address, fields, **headers)
        assert response.status == status, await response.text()
        return Page(await response.text())

    async def sent(self, address: str, fields: dict[str, str], **headers: str) -> ClientResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.client.post(URL(address, encoded=True), data=fields, headers=named, allow_redirects=False)

    async def link(self, purpose: Purpose) -> str:
        """The path of Ada's."""
        return _path(await self.door.links.seal(purpose, {"a": ADA}))

    async def letter(self) -> str:
        """The path of the link in the last one."""
        await self.mailing.drain(5)
        return _path(self.door.letters[-1].link)

    async def subscribed(self) -> Subscription:
        await self.mailing.ask(Wish(address=ADA, topics=("robotics",)), "test")
        await self.mailing.confirm((await self.letter()).rpartition("/")[2], "test")
        return await self.known()

    async def known(self) -> Subscription:
        found = await self.store.channels.subscription(mailbox(ADA))
        assert found is not None
        return found

    async def total(self) -> int:
        return await self.store.channels.total()


def _path(url: str) -> str:
    return url.removeprefix("https://papers.example.org")

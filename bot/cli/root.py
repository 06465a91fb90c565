"""What the command line asks of the composition root, which alone knows every platform."""

from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from bot.config import Settings
from bot.ports import Payload, Platform
from bot.roles import Role
from bot.views import View

Renderer = Callable[[View], list[Payload]]


class Root(Protocol):
    """Implemented by the module bot.__main__."""

    async def run_product(self, settings: Settings, roles: Collection[Role], *, demo: bool = False) -> None:
        """Serve until told to stop."""
        ...

    def open_platforms(self, settings: Settings) -> AbstractAsyncContextManager[Mapping[str, Platform]]:
        """The ways out whose tokens are set."""
        ...

    def renderers(self) -> Mapping[str, Renderer]:
        """By platform; `text` among them."""
        ...

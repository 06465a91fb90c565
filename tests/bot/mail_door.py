"""A way out for mail that keeps what it is told."""

from bot.ports import Letter
from tests.adapters.email.stage import make_links


class Door:
    """Letters that go nowhere: a Post with links."""

    def __init__(self) -> None:
        self.links = make_links()
        self.letters: list[Letter] = []

    async def post(self, letter: Letter, _key: str) -> None:
        self.letters.append(letter)

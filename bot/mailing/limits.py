"""How often something may be asked for, by whom; counted over all processes, under names that tell nobody's."""

import re
from collections.abc import Awaitable, Callable
from datetime import timedelta

from bot.clock import Clock
from bot.ports import Allowance, AllowanceStore

Blind = Callable[[str], Awaitable[str]]
"""A text that only we can make from another, and from which nobody gets the other back."""

ASKER = Allowance(5, timedelta(hours=1))
"""Mails that one address of the internet, or one person in a chat, may ask for."""
RECIPIENT = Allowance(3, timedelta(days=1))
"""Mails to one mailbox that nobody has confirmed."""
EVERYBODY = Allowance(200, timedelta(hours=1))
"""Such mails altogether: our good name as a sender is everybody's."""
GUESSER = Allowance(20, timedelta(minutes=10))
"""Links that one address of the internet may open without being right; and tokens of the operator that it may show."""


class Limits:
    """One allowance, for each of its keys."""

    def __init__(self, store: AllowanceStore, name: str, allowance: Allowance, blind: Blind, real: Clock) -> None:
        self._store = store
        self._name = name
        self._allowance = allowance
        self._blind = blind
        self._real = real

    async def take(self, key: str) -> bool:
        """Whether one more is allowed; it counts if so."""
        return await self._store.take(await self._hidden(key), self._allowance, self._real.now())

    async def spent(self, key: str) -> bool:
        """Whether nothing is left; counts nothing."""
        return await self._store.spent(await self._hidden(key), self._allowance, self._real.now())

    async def _hidden(self, key: str) -> str:
        return f"{self._name} {await self._blind(f'{self._name} {key}')}"


def same_mailbox(address: str) -> str:
    """One text for the spellings that reach one mailbox at the large providers: `a.b+c@d` is `ab@d`.

    For limits alone; elsewhere the two are two.
    """
    local, _, domain = address.rpartition("@")
    return f"{re.sub('[.]', '', local.partition('+')[0])}@{domain}"

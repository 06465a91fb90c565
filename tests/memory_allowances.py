"""Allowances as a plain dictionary: what the contract means."""

from datetime import datetime

from bot.ports import Allowance


class MemoryAllowances:
    """An AllowanceStore."""

    def __init__(self) -> None:
        self._full_at: dict[str, datetime] = {}

    async def take(self, key: str, allowance: Allowance, real: datetime) -> bool:
        if await self.spent(key, allowance, real):
            return False
        self._full_at[key] = max(self._full_at.get(key, real), real) + allowance.interval
        return True

    async def spent(self, key: str, allowance: Allowance, real: datetime) -> bool:
        return self._full_at.get(key, real) + allowance.interval > real + allowance.span

    async def forget(self, real: datetime) -> int:
        full = [key for key, at in self._full_at.items() if at <= real]
        for key in full:
            del self._full_at[key]
        return len(full)

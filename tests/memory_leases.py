"""Leases as a plain dictionary: what the contract means."""

from datetime import datetime, timedelta


class MemoryLeases:
    """A LeaseStore."""

    def __init__(self) -> None:
        self._held: dict[str, tuple[str, datetime]] = {}

    async def hold(self, name: str, owner: str, real: datetime, span: timedelta) -> bool:
        holder, until = self._held.get(name, (owner, real))
        if holder != owner and until > real:
            return False
        self._held[name] = (owner, real + span)
        return True

    async def release(self, name: str, owner: str) -> None:
        if self._held.get(name, ("", None))[0] == owner:
            del self._held[name]

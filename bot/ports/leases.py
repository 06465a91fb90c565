"""Work that one process at a time may do."""

from datetime import datetime, timedelta
from typing import Protocol


class LeaseStore(Protocol):
    """Who does what only one process may do; a lease that is not renewed is over, and anybody's."""

    async def hold(self, name: str, owner: str, real: datetime, span: timedelta) -> bool:
        """Take a lease, or renew it, until `real + span`. False: somebody else has it."""
        ...

    async def release(self, name: str, owner: str) -> None:
        """Give it back before its time; nothing if it is somebody else's by now."""
        ...

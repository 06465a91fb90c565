"""Links as plain dictionaries: what the contract means."""

from datetime import datetime

from bot.models import Change, PersonKey, Workspace
from bot.ports import Linkable
from tests.memory_channels import MemoryChannels


class MemoryLinks:
    """A LinkStore."""

    def __init__(self, channels: MemoryChannels | None = None) -> None:
        self._channels = channels or MemoryChannels()
        self._groups: list[set[Linkable]] = []
        self._codes: dict[str, tuple[Linkable, datetime]] = {}

    async def linked(self, one: Workspace) -> tuple[Workspace, ...]:
        return tuple(sorted(other for other in self.group(one) if isinstance(other, Workspace)))

    async def accounts(self, one: PersonKey) -> tuple[PersonKey, ...]:
        return tuple(sorted(other for other in self.group(one) if isinstance(other, PersonKey)))

    async def link(
        self,
        one: Linkable,
        other: Linkable,
        at: datetime,  # noqa: ARG002  # as the port says
        change: Change | None = None,
    ) -> None:
        if type(one) is not type(other):
            raise TypeError
        joined = self.group(one) | self.group(other)
        self._groups = [group for group in self._groups if not group & joined] + [joined]
        self._channels.log_change(change)

    async def unlink(self, one: Linkable, change: Change | None = None) -> bool:
        was = len(self.group(one)) > 1
        self.drop(one)
        self._channels.log_change(change if was else None)
        return was

    async def offer(self, secret: str, holder: Linkable, until: datetime) -> None:
        self._codes[secret] = (holder, until)

    async def take(self, secret: str, now: datetime) -> Linkable | None:
        holder, until = self._codes.pop(secret, (None, now))
        return holder if until > now else None

    def group(self, one: Linkable) -> set[Linkable]:
        return next((set(group) for group in self._groups if one in group), {one})

    def drop(self, one: Linkable) -> None:
        for group in self._groups:
            group.discard(one)

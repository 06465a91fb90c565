"""Which workspaces are one team, and which accounts one person."""

from datetime import datetime
from typing import Protocol

from bot.models import Change, PersonKey, Workspace

Linkable = Workspace | PersonKey
"""Teams are linked with teams, persons with persons."""


class LinkStore(Protocol):
    """Links go both ways and on: who is linked with one of them is linked with all."""

    async def linked(self, one: Workspace) -> tuple[Workspace, ...]:
        """Itself and those it is one team with, in order."""
        ...

    async def accounts(self, one: PersonKey) -> tuple[PersonKey, ...]:
        """Itself and the other accounts of this person, in order."""
        ...

    async def link(self, one: Linkable, other: Linkable, at: datetime, change: Change | None = None) -> None:
        """Make them one, with all that either is linked with, and keep the line of a channel's log.

        Done before, it changes nothing else.

        Raises:
            TypeError: A team and a person.
        """
        ...

    async def unlink(self, one: Linkable, change: Change | None = None) -> bool:
        """Take it out, and keep the line of a channel's log; the others stay linked.

        False if it was linked with none; nothing is kept then.
        """
        ...

    async def offer(self, secret: str, holder: Linkable, until: datetime) -> None:
        """Keep a code that says who showed it, as a hash."""
        ...

    async def take(self, secret: str, now: datetime) -> Linkable | None:
        """Who showed the code, once; None if nobody did, it is over, or it was typed before."""
        ...

"""Making two workspaces one team, or two accounts one person, by a code that is shown in one and typed in the other."""

import secrets
from collections.abc import Callable
from datetime import timedelta

from bot.clock import Clock
from bot.errors import UserError
from bot.models import Change, PersonKey, Workspace
from bot.ports import Linkable, Store

LASTS = timedelta(minutes=15)
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Without those that are taken for others; eight of them are 40 bits."""
Noting = Callable[[str], Change]
"""Makes a line of a channel's log of what its author did."""
_AGAIN = "Ask for a new one there; it lasts 15 minutes and works once."


class Links:
    """Whoever shows a code and whoever types it agree to be one."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def offer(self, holder: Linkable) -> str:
        """A code such as `K7QM-2XWP` that links whoever types it with this one."""
        letters = "".join(secrets.choice(_LETTERS) for _ in range(8))
        await self._store.links.offer(letters, holder, self._clock.now() + LASTS)
        return f"{letters[:4]}-{letters[4:]}"

    async def accept(self, holder: Linkable, code: str, noting: Noting | None = None) -> Linkable:
        """Link with the one who showed the code, which is returned; where all are concerned, a channel's log has it.

        Raises:
            UserError: `bad_code`: it is over, was typed before or never shown, or is of this one itself.
        """
        now = self._clock.now()
        other = await self._store.links.take("".join(filter(str.isalnum, code.upper())), now)
        if other is None:
            raise UserError("bad_code", f"“{code[:20]}” is not a code that I know.", _AGAIN, option="code")
        if type(other) is not type(holder):
            hint = "Codes of /papers link are for persons, those of /papers digest link for whole teams."
            raise UserError("bad_code", "That code is for something else.", hint, option="code")
        if other == holder:
            raise UserError("bad_code", "That code is of this very place.", "Type it in the other one.", option="code")
        change = noting(f"linked this team with {told(other)}: a vote counts in both") if noting else None
        await self._store.links.link(holder, other, now, change)
        return other

    async def others(self, holder: Linkable) -> tuple[Linkable, ...]:
        """Those it is one with."""
        links = self._store.links
        known: tuple[Linkable, ...]
        known = await (links.linked(holder) if isinstance(holder, Workspace) else links.accounts(holder))
        return tuple(one for one in known if one != holder)

    async def end(self, holder: Linkable, noting: Noting | None = None) -> bool:
        """Be on its own again. False if it was."""
        change = noting("ended this team's link with others: its votes count for itself") if noting else None
        return await self._store.links.unlink(holder, change)


def told(one: Linkable) -> str:
    """`discord:123`, or `your account on Discord`."""
    if isinstance(one, PersonKey):
        return f"your account on {one.platform.capitalize()}"
    return f"{one.platform}:{one.name}"

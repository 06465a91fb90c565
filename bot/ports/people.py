"""What people do with papers."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Protocol

from bot.models import (
    Ballots,
    ChannelKey,
    Facet,
    Forgotten,
    Interest,
    PersonKey,
    SavedPaper,
    Suggestion,
    Tally,
    Vote,
    Workspace,
)


class PeopleStore(Protocol):
    """What people do with papers. Nothing of one person is shown to another, and no vote leaves its workspace."""

    async def vote(self, vote: Vote) -> None:
        """Keep it in place of that person's last vote of the paper in the workspace."""
        ...

    async def clear_vote(self, workspace: Workspace, voter: PersonKey, paper_id: str) -> None:
        """Take back what they gave in the workspace's team, with any of their accounts."""
        ...

    async def tallies(
        self,
        workspace: Workspace,
        *,
        paper_ids: Collection[str] | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        channel: ChannelKey | None = None,
    ) -> dict[str, Tally]:
        """Of the papers that have votes of the workspace's team; of these, of that time, or of that channel alone.

        A team is all workspaces that are linked, and everybody in it has one vote, whatever account they gave it with.
        """
        ...

    async def ballots(
        self, workspace: Workspace, *, since: datetime | None = None, until: datetime | None = None
    ) -> list[Ballots]:
        """The same by channel, and who saved or suggested a paper without a vote; by paper and channel."""
        ...

    async def save(self, person: PersonKey, saved: SavedPaper, workspace: Workspace | None = None) -> bool:
        """Put it into their library. False if it was there: then its note is replaced, unless the new one is empty.

        It counts in that workspace's ranking, without a name.
        """
        ...

    async def unsave(self, person: PersonKey, paper_id: str) -> bool:
        """False if it was not there."""
        ...

    async def library(self, person: PersonKey) -> list[SavedPaper]:
        """Newest first."""
        ...

    async def suggest(self, suggestion: Suggestion) -> Suggestion:
        """Keep it, unless the workspace has the paper; returns the one that is kept."""
        ...

    async def suggestions(self, workspace: Workspace) -> list[Suggestion]:
        """Newest first, at most 200."""
        ...

    async def set_interest(self, person: PersonKey, interest: Interest) -> None:
        """Keep it in place of one with the same facet and term, whatever its stance and the case of its letters."""
        ...

    async def drop_interest(self, person: PersonKey, facet: Facet, term: str) -> bool:
        """False if there was none."""
        ...

    async def interests(self, person: PersonKey, now: datetime) -> list[Interest]:
        """Those that are not over, by stance, facet and term."""
        ...

    async def visit(self, person: PersonKey, at: datetime, gap: timedelta) -> datetime | None:
        """Note that they are here; returns the end of their visit before this one, None at their first.

        What comes less than `gap` after the last sign of them is the same visit.
        """
        ...

    async def forget(self, person: PersonKey) -> Forgotten:
        """Delete their library, interests, visits, votes and links, and their name from suggestions."""
        ...

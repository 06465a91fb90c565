"""What people do with papers, as plain dictionaries: what the contract means."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta

from bot.models import (
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


class MemoryPeople:
    """A PeopleStore."""

    def __init__(self) -> None:
        self._votes: dict[tuple[Workspace, str, PersonKey], Vote] = {}
        self._saved: dict[tuple[PersonKey, str], SavedPaper] = {}
        self._suggestions: dict[tuple[Workspace, str], Suggestion] = {}
        self._interests: dict[tuple[PersonKey, Facet, str], Interest] = {}
        self._visits: dict[PersonKey, tuple[datetime, datetime | None]] = {}

    async def vote(self, vote: Vote) -> None:
        self._votes[vote.workspace, vote.paper_id, vote.voter] = vote

    async def clear_vote(self, workspace: Workspace, voter: PersonKey, paper_id: str) -> None:
        self._votes.pop((workspace, paper_id, voter), None)

    async def tallies(
        self,
        workspace: Workspace,
        *,
        paper_ids: Collection[str] | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        channel: ChannelKey | None = None,
    ) -> dict[str, Tally]:
        found: dict[str, Tally] = {}
        for vote in self._votes.values():
            if (
                vote.workspace == workspace
                and (paper_ids is None or vote.paper_id in paper_ids)
                and (since is None or vote.at >= since)
                and (until is None or vote.at <= until)
                and (channel is None or vote.channel == channel)
            ):
                known = found.get(vote.paper_id, Tally())
                found[vote.paper_id] = Tally(known.up + vote.up, known.down + (not vote.up))
        return found

    async def save(self, person: PersonKey, saved: SavedPaper) -> bool:
        known = self._saved.get((person, saved.paper_id))
        self._saved[person, saved.paper_id] = replace(known, note=saved.note or known.note) if known else saved
        return known is None

    def somebody_saved(self, paper_id: str) -> bool:
        return any(saved == paper_id for _, saved in self._saved)

    async def unsave(self, person: PersonKey, paper_id: str) -> bool:
        return self._saved.pop((person, paper_id), None) is not None

    async def library(self, person: PersonKey) -> list[SavedPaper]:
        mine = [saved for (owner, _), saved in self._saved.items() if owner == person]
        return sorted(sorted(mine, key=lambda one: one.paper_id), key=lambda one: one.at, reverse=True)

    async def suggest(self, suggestion: Suggestion) -> Suggestion:
        return self._suggestions.setdefault((suggestion.workspace, suggestion.paper_id), suggestion)

    async def suggestions(self, workspace: Workspace) -> list[Suggestion]:
        here = [one for one in self._suggestions.values() if one.workspace == workspace]
        return sorted(sorted(here, key=lambda one: one.paper_id), key=lambda one: one.at, reverse=True)[:200]

    async def set_interest(self, person: PersonKey, interest: Interest) -> None:
        self._interests[person, interest.facet, interest.term.casefold()] = interest

    async def drop_interest(self, person: PersonKey, facet: Facet, term: str) -> bool:
        return self._interests.pop((person, facet, term.casefold()), None) is not None

    async def interests(self, person: PersonKey, now: datetime) -> list[Interest]:
        mine = [
            one
            for (owner, _, _), one in self._interests.items()
            if owner == person and (one.until is None or one.until > now)
        ]
        return sorted(mine, key=lambda one: (one.stance, one.facet, one.term.casefold()))

    async def visit(self, person: PersonKey, at: datetime, gap: timedelta) -> datetime | None:
        known = self._visits.get(person)
        if known is None:
            self._visits[person] = (at, None)
            return None
        last, before = known
        before = last if at - last >= gap else before
        self._visits[person] = (max(at, last), before)
        return before

    async def forget(self, person: PersonKey) -> Forgotten:
        saved = [key for key in self._saved if key[0] == person]
        interests = [key for key in self._interests if key[0] == person]
        votes = [key for key in self._votes if key[2] == person]
        suggestions = [key for key, one in self._suggestions.items() if one.by == person]
        self._visits.pop(person, None)
        for saved_key in saved:
            del self._saved[saved_key]
        for interest_key in interests:
            del self._interests[interest_key]
        for vote_key in votes:
            del self._votes[vote_key]
        for key in suggestions:
            known = self._suggestions[key]
            self._suggestions[key] = replace(known, name="", by=replace(known.by, id=""))
        return Forgotten(len(saved), len(interests), len(votes), len(suggestions))

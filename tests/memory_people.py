"""What people do with papers, as plain dictionaries: what the contract means."""

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

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
from tests.memory_aliases import move
from tests.memory_links import MemoryLinks


class MemoryPeople:
    """A PeopleStore."""

    def __init__(self, links: MemoryLinks | None = None) -> None:
        self._links = links or MemoryLinks()
        self._where: dict[tuple[PersonKey, str], Workspace | None] = {}
        self._votes: dict[tuple[Workspace, str, PersonKey], Vote] = {}
        self._saved: dict[tuple[PersonKey, str], SavedPaper] = {}
        self._suggestions: dict[tuple[Workspace, str], Suggestion] = {}
        self._interests: dict[tuple[PersonKey, Facet, str], Interest] = {}
        self._visits: dict[PersonKey, tuple[datetime, datetime | None]] = {}

    def moved(self, old: str, new: str) -> None:
        """What was said of a paper under another name is said of it."""

        def renamed(row: Any) -> Any:
            return replace(row, paper_id=new) if row.paper_id == old else row

        def of_workspace(at: tuple[Any, ...]) -> Any:
            return (at[0], new if at[1] == old else at[1], *at[2:])

        move(self._votes, of_workspace, renamed, lambda said, there: said.at > there.at)
        move(self._saved, of_workspace, renamed, lambda said, there: bool(said.note) and not there.note)
        move(self._where, of_workspace, lambda where: where, lambda _, __: False)
        move(self._suggestions, of_workspace, renamed, lambda said, there: said.at < there.at)

    async def vote(self, vote: Vote) -> None:
        self._votes[vote.workspace, vote.paper_id, vote.voter] = vote

    async def clear_vote(self, workspace: Workspace, voter: PersonKey, paper_id: str) -> None:
        for place in await self._links.linked(workspace):
            for account in await self._links.accounts(voter):
                self._votes.pop((place, paper_id, account), None)

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
        for ballot in await self._ballots(workspace, since, until, only_votes=channel is not None):
            if (paper_ids is None or ballot.paper_id in paper_ids) and channel in {None, _key(ballot.channel)}:
                known = found.get(ballot.paper_id, Tally())
                found[ballot.paper_id] = Tally(known.up + ballot.up, known.down + ballot.down)
        return {paper_id: tally for paper_id, tally in found.items() if tally != Tally()}

    async def ballots(
        self, workspace: Workspace, *, since: datetime | None = None, until: datetime | None = None
    ) -> list[Ballots]:
        return await self._ballots(workspace, since, until)

    async def _ballots(
        self, workspace: Workspace, since: datetime | None, until: datetime | None, *, only_votes: bool = False
    ) -> list[Ballots]:
        team = await self._links.linked(workspace)
        told: dict[tuple[str, PersonKey], tuple[bool, datetime, str, int]] = {}
        for paper_id, person, place, said in self._said():
            if place not in team or (since and said[1] < since) or (until and said[1] > until):
                continue
            if said[0] or not only_votes:
                who = (paper_id, (await self._links.accounts(person))[0])
                told[who] = max(told.get(who, said), said, key=lambda one: one[:2])
        counted: dict[tuple[str, str], list[int]] = {}
        for (paper_id, _), (_, _, channel, say) in told.items():
            counted.setdefault((paper_id, channel), [0, 0, 0])[{1: 0, -1: 1, 0: 2}[say]] += 1
        return sorted(Ballots(*key, *counts) for key, counts in counted.items())

    def _said(self) -> Iterator[tuple[str, PersonKey, Workspace | None, tuple[bool, datetime, str, int]]]:
        """Paper, person, where, and: whether it is a vote, when, in which channel, which way."""
        for vote in self._votes.values():
            said = (True, vote.at, str(vote.channel), 1 if vote.up else -1)
            yield vote.paper_id, vote.voter, vote.workspace, said
        for (person, paper_id), saved in self._saved.items():
            yield paper_id, person, self._where.get((person, paper_id)), (False, saved.at, "", 0)
        for (place, paper_id), one in self._suggestions.items():
            if one.by.id:
                yield paper_id, one.by, place, (False, one.at, "", 0)

    async def save(self, person: PersonKey, saved: SavedPaper, workspace: Workspace | None = None) -> bool:
        known = self._saved.get((person, saved.paper_id))
        self._where.setdefault((person, saved.paper_id), workspace)
        self._saved[person, saved.paper_id] = replace(known, note=saved.note or known.note) if known else saved
        return known is None

    def somebody_saved(self, paper_id: str) -> bool:
        return any(saved == paper_id for _, saved in self._saved)

    async def unsave(self, person: PersonKey, paper_id: str) -> bool:
        self._where.pop((person, paper_id), None)
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
        self._links.drop(person)
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


def _key(channel: str) -> ChannelKey | None:
    return ChannelKey.parse(channel) if channel else None

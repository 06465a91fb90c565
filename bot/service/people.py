"""What people do with papers: vote, save, suggest, follow, mute. Nothing of one person is shown to another."""

import asyncio
from collections import OrderedDict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from bot.clock import Clock
from bot.delivery.precedence import Precedence
from bot.models import (
    ChannelKey,
    Facet,
    Forgotten,
    Interest,
    Paper,
    Person,
    PersonKey,
    SavedPaper,
    Stance,
    Suggestion,
    Tally,
    Vote,
    Workspace,
)
from bot.ports import PeopleStore, Store
from bot.service.interests import Interests
from bot.service.votes import REMEMBERED, Say, say_of

log = structlog.get_logger(__name__)

GAP = timedelta(hours=1)
"""Between two visits."""
_NOTED = timedelta(minutes=10)
"""A sign of somebody is kept this seldom at most."""
_KNOWN_VISITORS = 10_000


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom a list is made: what their workspace voted, and what they follow and have muted."""

    votes: Mapping[str, Say] = field(default_factory=dict)
    muted: tuple[Interest, ...] = ()
    followed: tuple[Interest, ...] = ()

    def hides(self) -> Interests:
        return Interests(self.muted)


ANYBODY = Reader()
NOBODY = Person(id="", name="")
"""A caller of whom nothing is kept and whom no team's votes concern: what they read is what everybody reads."""


class People:
    """The verbs of persons."""

    def __init__(self, store: Store, clock: Clock, precedence: Precedence) -> None:
        self._precedence = precedence
        self._store = store
        self._clock = clock
        self._noted: OrderedDict[PersonKey, datetime] = OrderedDict()
        self._notes: set[asyncio.Task[None]] = set()
        """On their way into the store: nobody waits for the answer until it is known that they were here."""

    async def reader(self, caller: Person, channel: ChannelKey, as_of: datetime | None = None) -> Reader:
        """What makes a list this person's, in this channel; notes that they are here."""
        if caller is NOBODY:
            return ANYBODY
        now, person = self._clock.now(), PersonKey.of(caller, channel)
        if channel.in_chat:  # elsewhere a person may be a browser that comes once
            self._note(person, now)
        interests = await self._people.interests(person, now)
        return Reader(
            votes=await self.team_votes(channel, as_of),
            muted=tuple(one for one in interests if one.stance is Stance.MUTE),
            followed=tuple(one for one in interests if one.stance is Stance.FOLLOW),
        )

    async def team_votes(self, channel: ChannelKey, as_of: datetime | None = None) -> dict[str, Say]:
        """What the channel's team said of papers that counts at a moment."""
        moment = as_of or self._clock.now()
        return say_of(await self._people.ballots(Workspace.of(channel), since=moment - REMEMBERED, until=as_of))

    async def tallies(self, channel: ChannelKey, paper_ids: Collection[str]) -> dict[str, Tally]:
        """All votes of the workspace for these papers."""
        return await self._people.tallies(Workspace.of(channel), paper_ids=paper_ids)

    async def vote(self, caller: Person, channel: ChannelKey, paper: Paper, *, up: bool | None) -> Tally:
        """Keep a vote, or take it back with None; returns what the workspace's votes are now."""
        voter, workspace = PersonKey.of(caller, channel), Workspace.of(channel)
        if up is None:
            await self._people.clear_vote(workspace, voter, paper.id)
        else:
            await self._people.vote(
                Vote(
                    workspace=workspace,
                    paper_id=paper.id,
                    voter=voter,
                    channel=channel,
                    up=up,
                    at=self._clock.now(),
                )
            )
        return (await self.tallies(channel, [paper.id])).get(paper.id, Tally())

    async def favourites(self, channel: ChannelKey, days: int) -> list[tuple[str, Tally]]:
        """Papers with more votes for than against in the last days, the most wanted first."""
        since = self._clock.now() - timedelta(days=days)
        tallies = await self._people.tallies(Workspace.of(channel), since=since)
        wanted = [(paper_id, tally) for paper_id, tally in tallies.items() if tally.up > tally.down]
        return sorted(wanted, key=lambda one: (one[1].down - one[1].up, -one[1].up, one[0]))

    async def save(self, caller: Person, channel: ChannelKey, paper: Paper, note: str) -> bool:
        """Put a paper into somebody's library; False if it was there."""
        saved = SavedPaper(paper_id=paper.id, at=self._clock.now(), note=note)
        return await self._people.save(PersonKey.of(caller, channel), saved, Workspace.of(channel))

    async def unsave(self, caller: Person, channel: ChannelKey, paper_id: str) -> bool:
        return await self._people.unsave(PersonKey.of(caller, channel), paper_id)

    async def library(self, caller: Person, channel: ChannelKey) -> list[SavedPaper]:
        """Newest first."""
        return await self._people.library(PersonKey.of(caller, channel))

    async def suggest(
        self, caller: Person, channel: ChannelKey, paper_id: str, url: str, why: str
    ) -> tuple[Suggestion, bool]:
        """Suggest a paper to the workspace; returns the suggestion that stands, and whether it is this one."""
        mine = Suggestion(
            workspace=Workspace.of(channel),
            paper_id=paper_id,
            url=url,
            why=why,
            by=PersonKey.of(caller, channel),
            name=caller.name,
            at=self._clock.now(),
        )
        known = any(one.paper_id == paper_id for one in await self.suggestions(channel))
        kept = await self._people.suggest(mine)
        return kept, not known and (kept.by, kept.at) == (mine.by, mine.at)

    async def suggestions(self, channel: ChannelKey) -> list[Suggestion]:
        return await self._people.suggestions(Workspace.of(channel))

    async def interests(self, caller: Person, channel: ChannelKey, stance: Stance) -> list[Interest]:
        found = await self._people.interests(PersonKey.of(caller, channel), self._clock.now())
        return [one for one in found if one.stance is stance]

    async def set_interests(
        self,
        caller: Person,
        channel: ChannelKey,
        stance: Stance,
        facet: Facet,
        terms: Collection[str],
        lasting: timedelta | None,
    ) -> None:
        """Follow or mute these terms, for ever or for a while."""
        person, now = PersonKey.of(caller, channel), self._clock.now()
        until = None if lasting is None else now + lasting
        for term in terms:
            interest = Interest(stance=stance, facet=facet, term=term, at=now, until=until)
            await self._people.set_interest(person, interest)

    async def drop_interests(
        self, caller: Person, channel: ChannelKey, stance: Stance, terms: Collection[str]
    ) -> list[Interest]:
        """Those of these terms, of any facet, that there were."""
        person, wanted = PersonKey.of(caller, channel), {term.casefold() for term in terms}
        known = await self.interests(caller, channel, stance)
        dropped = [one for one in known if one.term.casefold() in wanted]
        for one in dropped:
            await self._people.drop_interest(person, one.facet, one.term)
        return dropped

    async def last_visit(self, caller: Person, channel: ChannelKey) -> datetime | None:
        """The end of their visit before this one, which is noted; None at their first."""
        await self._all_noted()
        return await self._people.visit(PersonKey.of(caller, channel), self._clock.now(), GAP)

    async def forget(self, caller: Person, channel: ChannelKey) -> Forgotten:
        await self._all_noted()
        return await self._people.forget(PersonKey.of(caller, channel))

    @property
    def _people(self) -> PeopleStore:
        return self._store.people

    def _note(self, person: PersonKey, now: datetime) -> None:
        last = self._noted.get(person)
        if last is not None and now - last < _NOTED:
            return
        self._noted[person] = now
        self._noted.move_to_end(person)
        while len(self._noted) > _KNOWN_VISITORS:
            self._noted.popitem(last=False)
        noting = asyncio.create_task(self._keep_visit(person, now))
        self._notes.add(noting)
        noting.add_done_callback(self._notes.discard)

    async def _keep_visit(self, person: PersonKey, now: datetime) -> None:
        await self._precedence.give_way()
        try:
            await self._people.visit(person, now, GAP)
        except Exception:
            log.exception("a visit was not noted")

    async def _all_noted(self) -> None:
        await asyncio.gather(*self._notes)

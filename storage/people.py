"""What people do with papers, in SQL."""

from collections.abc import Collection, Sequence
from dataclasses import astuple
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Table, bindparam, case, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.models import (
    Ballots,
    ChannelKey,
    Facet,
    Forgotten,
    Interest,
    PersonKey,
    SavedPaper,
    Stance,
    Suggestion,
    Tally,
    Vote,
    Workspace,
)
from storage import schema_people as schema
from storage.engine import reading
from storage.grouping import Grouped
from storage.links import PERSON, accounts_of, team_of
from storage.rows import AnyRow, chunks
from storage.types import UTCDateTime, clean
from storage.upsert import insert_into
from storage.votes import BALLOTS, EVER, ballots_of, votes_of

_VOTE, _SAVED, _SUGGESTION, _INTEREST, _VISIT = (
    schema.vote,
    schema.saved,
    schema.suggestion,
    schema.interest,
    schema.visit,
)
_SHOWN_SUGGESTIONS = 200


class SqlPeople:
    """A PeopleStore on either database."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._reading = reading(engine)
        self._visiting = Grouped(self._visits)

    async def vote(self, vote: Vote) -> None:
        key = _workspace(vote.workspace) | _home(vote.voter) | {"paper_id": vote.paper_id}
        values = {"channel": str(vote.channel), "up": vote.up, "at": vote.at}
        async with self._engine.begin() as connection:
            await connection.execute(_upsert(connection, _VOTE, key, values))

    async def clear_vote(self, workspace: Workspace, voter: PersonKey, paper_id: str) -> None:
        async with self._engine.begin() as connection:
            for place in await team_of(connection, workspace):
                for account in await accounts_of(connection, voter):
                    theirs = (*_of_workspace(_VOTE, place), *_of(_VOTE, account), _VOTE.c.paper_id == paper_id)
                    await connection.execute(delete(_VOTE).where(*theirs))

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
        for ballot in await self._ballots(workspace, since, until, paper_ids, channel):
            known = found.get(ballot.paper_id, Tally())
            found[ballot.paper_id] = Tally(known.up + ballot.up, known.down + ballot.down)
        return {paper_id: tally for paper_id, tally in found.items() if tally != Tally()}

    async def ballots(
        self, workspace: Workspace, *, since: datetime | None = None, until: datetime | None = None
    ) -> list[Ballots]:
        return await self._ballots(workspace, since, until, whole=True)

    async def _ballots(
        self,
        workspace: Workspace,
        since: datetime | None,
        until: datetime | None,
        paper_ids: Collection[str] | None = None,
        channel: ChannelKey | None = None,
        *,
        whole: bool = False,
    ) -> list[Ballots]:
        """`whole`: with those who only kept a paper."""
        async with self._reading.connect() as connection:
            team = await team_of(connection, workspace)
            if len(team) == 1 and whole:
                return sorted(map(_ballots, await connection.execute(BALLOTS, _in_time(workspace, since, until))))
            found: list[Ballots] = []
            for part in [None] if paper_ids is None else chunks(paper_ids):
                if len(team) == 1 and not whole:
                    counted = votes_of(of_papers=part is not None, of_channel=channel is not None)
                    values = _in_time(workspace, since, until) | {"paper_ids": part, "channel": str(channel)}
                    rows = await connection.execute(counted, values)
                else:
                    all_of_team = ballots_of(team, since=since, until=until, paper_ids=part, channel=channel)
                    rows = await connection.execute(all_of_team)
                found += map(_ballots, rows)
        return sorted(found)

    async def save(self, person: PersonKey, saved: SavedPaper, workspace: Workspace | None = None) -> bool:
        key = _home(person) | {"paper_id": saved.paper_id}
        async with self._engine.begin() as connection:
            values = {"at": saved.at, "note": saved.note, "team": workspace.name if workspace else None}
            made = insert_into(connection, _SAVED).values(key | values)
            if (await connection.execute(_if_new(made, _SAVED))).first():
                return True
            if saved.note:
                same = (*_of(_SAVED, person), _SAVED.c.paper_id == saved.paper_id)
                await connection.execute(update(_SAVED).where(*same).values(note=saved.note))
        return False

    async def unsave(self, person: PersonKey, paper_id: str) -> bool:
        async with self._engine.begin() as connection:
            removed = delete(_SAVED).where(*_of(_SAVED, person), _SAVED.c.paper_id == paper_id)
            return bool((await connection.execute(removed)).rowcount)

    async def library(self, person: PersonKey) -> list[SavedPaper]:
        async with self._reading.connect() as connection:
            rows = await connection.execute(_LIBRARY, _home(person))
            return [SavedPaper(paper_id=row.paper_id, at=row.at, note=row.note) for row in rows]

    async def suggest(self, suggestion: Suggestion) -> Suggestion:
        key = _workspace(suggestion.workspace) | {"paper_id": suggestion.paper_id}
        values = {"url": suggestion.url, "why": suggestion.why, "name": suggestion.name, "at": suggestion.at}
        same = (*_of_workspace(_SUGGESTION, suggestion.workspace), _SUGGESTION.c.paper_id == suggestion.paper_id)
        async with self._engine.begin() as connection:
            made = insert_into(connection, _SUGGESTION).values(key | _home(suggestion.by) | values)
            await connection.execute(made.on_conflict_do_nothing())
            return _suggestion((await connection.execute(select(_SUGGESTION).where(*same))).one())

    async def suggestions(self, workspace: Workspace) -> list[Suggestion]:
        newest = (_SUGGESTION.c.at.desc(), _SUGGESTION.c.paper_id)
        listed = select(_SUGGESTION).where(*_of_workspace(_SUGGESTION, workspace)).order_by(*newest)
        async with self._reading.connect() as connection:
            return [_suggestion(row) for row in await connection.execute(listed.limit(_SHOWN_SUGGESTIONS))]

    async def set_interest(self, person: PersonKey, interest: Interest) -> None:
        key = _home(person) | {"facet": str(interest.facet), "folded": _folded(interest.term)}
        values = {"stance": str(interest.stance), "term": interest.term, "at": interest.at, "until": interest.until}
        async with self._engine.begin() as connection:
            await connection.execute(_upsert(connection, _INTEREST, key, values))

    async def drop_interest(self, person: PersonKey, facet: Facet, term: str) -> bool:
        same = (_INTEREST.c.facet == str(facet), _INTEREST.c.folded == _folded(term))
        async with self._engine.begin() as connection:
            dropped = delete(_INTEREST).where(*_of(_INTEREST, person), *same)
            return bool((await connection.execute(dropped)).rowcount)

    async def interests(self, person: PersonKey, now: datetime) -> list[Interest]:
        async with self._reading.connect() as connection:
            rows = await connection.execute(_INTERESTS, _home(person) | {"now": now})
            return [
                Interest(stance=Stance(row.stance), facet=Facet(row.facet), term=row.term, at=row.at, until=row.until)
                for row in rows
            ]

    async def visit(self, person: PersonKey, at: datetime, gap: timedelta) -> datetime | None:
        return await self._visiting((person, at, gap))

    async def _visits(self, signs: Sequence[tuple[PersonKey, datetime, timedelta]]) -> list[datetime | None]:
        """Of each the end of the visit before; in an order that all processes keep, so that none waits for another."""
        before: dict[int, datetime | None] = {}
        async with self._engine.begin() as connection:
            for place in sorted(range(len(signs)), key=lambda one: astuple(signs[one][0])):
                person, at, gap = signs[place]
                first = insert_into(connection, _VISIT).values(_home(person) | {"last_at": at, "before": None})
                ended, new = _VISIT.c.last_at <= at - gap, first.excluded.last_at > _VISIT.c.last_at
                seen = first.on_conflict_do_update(
                    index_elements=["platform", "home", "person"],
                    set_={
                        "before": case((ended, _VISIT.c.last_at), else_=_VISIT.c.before),
                        "last_at": case((new, first.excluded.last_at), else_=_VISIT.c.last_at),
                    },
                ).returning(_VISIT.c.before)
                before[place] = (await connection.execute(seen)).scalar_one()
        return [before[place] for place in range(len(signs))]

    async def forget(self, person: PersonKey) -> Forgotten:
        async with self._engine.begin() as connection:
            counts = [
                (await connection.execute(delete(table).where(*_of(table, person)))).rowcount
                for table in (_SAVED, _INTEREST, _VOTE, _VISIT)
            ]
            nameless = update(_SUGGESTION).where(*_of(_SUGGESTION, person)).values(name="", person="")
            suggested = (await connection.execute(nameless)).rowcount
            await connection.execute(delete(schema.link).where(*_linked_as(person)))
        return Forgotten(saved=counts[0], interests=counts[1], votes=counts[2], suggestions=suggested)


def _upsert(connection: AsyncConnection, table: Table, key: dict[str, Any], values: dict[str, Any]) -> Any:
    made = insert_into(connection, table).values(key | values)
    return made.on_conflict_do_update(index_elements=list(table.primary_key.columns), set_=values)


def _of_the_person(table: Table) -> tuple[Any, ...]:
    """Where `_home` gives the values."""
    return tuple(table.c[name] == bindparam(name) for name in ("platform", "home", "person"))


_LIBRARY = select(_SAVED).where(*_of_the_person(_SAVED)).order_by(_SAVED.c.at.desc(), _SAVED.c.paper_id)
_INTERESTS = (
    select(_INTEREST)
    .where(
        *_of_the_person(_INTEREST),
        or_(_INTEREST.c.until.is_(None), _INTEREST.c.until > bindparam("now", type_=UTCDateTime)),
    )
    .order_by(_INTEREST.c.stance, _INTEREST.c.facet, _INTEREST.c.folded)
)
"""Made once, as the library: nearly every answer asks for it."""


def _if_new(made: Any, table: Table) -> Any:
    """Gives a row where one is made. An insert's row count is unknown with psycopg."""
    return made.on_conflict_do_nothing().returning(table.c.person)


def _home(person: PersonKey) -> dict[str, Any]:
    return {"platform": person.platform, "home": person.home, "person": person.id}


def _of(table: Table, person: PersonKey) -> tuple[Any, ...]:
    return (table.c.platform == person.platform, table.c.home == person.home, table.c.person == person.id)


def _ballots(row: AnyRow) -> Ballots:
    return Ballots(row.paper_id, row.channel, int(row.up), int(row.down), int(row.kept))


def _in_time(workspace: Workspace, since: datetime | None, until: datetime | None) -> dict[str, Any]:
    return _workspace(workspace) | {"since": since or EVER[0], "until": until or EVER[1]}


def _linked_as(person: PersonKey) -> tuple[Any, ...]:
    link = schema.link
    same = (link.c.platform == person.platform, link.c.home == person.home, link.c.person == person.id)
    return (link.c.kind == PERSON, *same)


def _workspace(workspace: Workspace) -> dict[str, Any]:
    return {"platform": workspace.platform, "workspace": workspace.name}


def _of_workspace(table: Table, workspace: Workspace) -> tuple[Any, ...]:
    return (table.c.platform == workspace.platform, table.c.workspace == workspace.name)


def _folded(term: str) -> str:
    return clean(term).casefold()


def _suggestion(row: AnyRow) -> Suggestion:
    return Suggestion(
        workspace=Workspace(row.platform, row.workspace),
        paper_id=row.paper_id,
        url=row.url,
        why=row.why,
        by=PersonKey(row.platform, row.home, row.person),
        name=row.name,
        at=row.at,
    )

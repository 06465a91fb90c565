"""Which workspaces are one team, and which accounts one person, in SQL."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import delete, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.models import Change, PersonKey, Workspace
from bot.ports import Linkable
from storage.changes import log_change
from storage.engine import reading
from storage.rows import AnyRow
from storage.schema_people import link, link_code
from storage.upsert import insert_into

TEAM, PERSON = "team", "person"
_TEAM = text(
    """
    SELECT platform, home FROM link WHERE one =
    (SELECT one FROM link WHERE kind = 'team' AND platform = :platform AND home = :home AND person = '')
    """
)
"""Nearly every command asks: as text it costs a third of what building it does."""


class SqlLinks:
    """A LinkStore on either database."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._reading = reading(engine)

    async def linked(self, one: Workspace) -> tuple[Workspace, ...]:
        async with self._reading.connect() as connection:
            return await team_of(connection, one)

    async def accounts(self, one: PersonKey) -> tuple[PersonKey, ...]:
        async with self._reading.connect() as connection:
            return await accounts_of(connection, one)

    async def link(self, one: Linkable, other: Linkable, at: datetime, change: Change | None = None) -> None:
        if type(one) is not type(other):
            raise TypeError("a team is linked with a team, a person with a person")
        async with self._engine.begin() as connection:
            for each in sorted((one, other), key=lambda party: sorted(_key(party).items())):
                made = insert_into(connection, link).values(_key(each) | {"one": uuid.uuid4().hex, "at": at})
                await connection.execute(made.on_conflict_do_nothing())
            kept, joined = [await _group(connection, each) for each in (one, other)]
            await connection.execute(update(link).where(link.c.one == joined).values(one=kept))
            if change is not None:
                await log_change(connection, change)

    async def unlink(self, one: Linkable, change: Change | None = None) -> bool:
        async with self._engine.begin() as connection:
            group = await _group(connection, one)
            members = len((await connection.execute(select(link.c.kind).where(link.c.one == group))).all())
            await connection.execute(delete(link).where(*_of(one)))
            if members > 1 and change is not None:
                await log_change(connection, change)
        return members > 1

    async def offer(self, secret: str, holder: Linkable, until: datetime) -> None:
        async with self._engine.begin() as connection:
            values = _key(holder) | {"code": _hash(secret), "until": until}
            await connection.execute(insert_into(connection, link_code).values(values))

    async def take(self, secret: str, now: datetime) -> Linkable | None:
        async with self._engine.begin() as connection:
            await connection.execute(delete(link_code).where(link_code.c.until <= now))
            taken = delete(link_code).where(link_code.c.code == _hash(secret)).returning(*link_code.c)
            row = (await connection.execute(taken)).first()
        return None if row is None else _party(row)


async def team_of(connection: AsyncConnection, one: Workspace) -> tuple[Workspace, ...]:
    """Itself and those it is one team with."""
    found = (await connection.execute(_TEAM, {"platform": one.platform, "home": one.name})).all()
    return tuple(sorted({one, *(Workspace(row.platform, row.home) for row in found)}))


async def accounts_of(connection: AsyncConnection, one: PersonKey) -> tuple[PersonKey, ...]:
    """Itself and the other accounts of this person."""
    found = await _members(connection, one)
    return tuple(sorted({one, *(PersonKey(row.platform, row.home, row.person) for row in found)}))


async def _members(connection: AsyncConnection, one: Linkable) -> Sequence[AnyRow]:
    group = select(link.c.one).where(*_of(one)).scalar_subquery()
    return (await connection.execute(select(link).where(link.c.one == group))).all()


async def _group(connection: AsyncConnection, one: Linkable) -> str | None:
    found: str | None = await connection.scalar(select(link.c.one).where(*_of(one)))
    return found


def _key(one: Linkable) -> dict[str, Any]:
    if isinstance(one, Workspace):
        return {"kind": TEAM, "platform": one.platform, "home": one.name, "person": ""}
    return {"kind": PERSON, "platform": one.platform, "home": one.home, "person": one.id}


def _of(one: Linkable) -> tuple[Any, ...]:
    return tuple(link.c[name] == value for name, value in _key(one).items())


def _party(row: AnyRow) -> Linkable:
    if row.kind == TEAM:
        return Workspace(row.platform, row.home)
    return PersonKey(row.platform, row.home, row.person)


def _hash(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()

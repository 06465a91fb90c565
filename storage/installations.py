"""Who installed the app where, in SQL, with encrypted tokens."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache, cached_property, partial
from hashlib import sha256

from sqlalchemy import ColumnElement, Text, and_, bindparam, delete, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.delivery.keys import lane_of
from bot.models import ChannelKey
from bot.ports import Installation
from storage.engine import async_engine, reading
from storage.lanes import open_lanes
from storage.rows import AnyRow, AnySelect
from storage.schema_deliveries import lane
from storage.schema_installations import install_state, installation, workspace
from storage.secrets import Secrets, open_secrets
from storage.upsert import insert_into

_INSTALLATION = installation.c
_WORKSPACE = workspace.c


@asynccontextmanager
async def open_installations(url: str, keys: str | None) -> AsyncIterator["SqlInstallations"]:
    """The installations of a database that has this version's schema; `keys` as ENCRYPTION_KEYS has them."""
    engine = async_engine(url)
    try:
        yield SqlInstallations(engine, partial(open_secrets, keys, url))
    finally:
        await engine.dispose()


class SqlInstallations:
    """An InstallationStore on either database."""

    def __init__(self, engine: AsyncEngine, secrets: Callable[[], Secrets]) -> None:
        """`secrets` is asked once a token is kept or read, so that keys are needed by those who have tokens alone."""
        self._engine = engine
        self._reading = reading(engine)
        self._open_secrets = secrets

    @cached_property
    def _secrets(self) -> Secrets:
        return self._open_secrets()

    async def save(self, installation: Installation) -> None:
        async with self._engine.begin() as connection:
            await self._keep(connection, installation)
            if installation.organization and installation.workspace:
                await _belongs(connection, installation.platform, installation.workspace, installation.organization)
            await _open_lanes(connection, installation, installation.installed_at)

    async def find(self, platform: str, workspace: str) -> Installation | None:
        async with self._reading.connect() as connection:
            row = (await connection.execute(_serving(), {"platform": platform, "workspace": workspace})).first()
        return self._from(row) if row else None

    async def made_for(self, platform: str, *, workspace: str = "", organization: str = "") -> Installation | None:
        wanted = select(installation).where(_place(platform, workspace, "" if workspace else organization))
        async with self._reading.connect() as connection:
            row = (await connection.execute(wanted)).first()
        return self._from(row) if row else None

    async def remove(
        self, platform: str, *, workspace: str = "", organization: str = "", until: datetime | None = None
    ) -> bool:
        at = _place(platform, workspace, "" if workspace else organization)
        if until is not None:
            at = and_(at, _INSTALLATION.installed_at <= until)
        async with self._engine.begin() as connection:
            return (await connection.execute(delete(installation).where(at))).rowcount > 0

    async def workspaces_of(self, platform: str, organization: str) -> list[str]:
        wanted = select(_WORKSPACE.workspace).where(
            _WORKSPACE.platform == platform, _WORKSPACE.organization == organization
        )
        async with self._reading.connect() as connection:
            return list((await connection.execute(wanted.order_by(_WORKSPACE.workspace))).scalars())

    async def belongs(self, platform: str, workspace: str, organization: str) -> None:
        async with self._engine.begin() as connection:
            await _belongs(connection, platform, workspace, organization)

    async def begin_rotation(self, known: Installation, real: datetime, lease: timedelta) -> bool:
        free = or_(_INSTALLATION.rotating_until.is_(None), _INSTALLATION.rotating_until < real)
        async with self._engine.begin() as connection:
            now = (await connection.execute(select(installation).where(_at(known)))).first()
            if now is None or self._from(now).token != known.token:
                return False
            claimed = update(installation).where(_at(known), free).values(rotating_until=real + lease)
            return (await connection.execute(claimed)).rowcount > 0

    async def finish_rotation(self, known: Installation, fresh: Installation | None, real: datetime) -> None:
        async with self._engine.begin() as connection:
            now = (await connection.execute(select(installation).where(_at(known)))).first()
            if now is None or self._from(now).token != known.token:
                return  # uninstalled, or installed anew meanwhile
            if fresh is not None:
                same_place = replace(fresh, organization=known.organization, workspace=known.workspace)
                await self._keep(connection, same_place)
                await _open_lanes(connection, same_place, real)
            else:
                await connection.execute(update(installation).where(_at(known)).values(rotating_until=None))

    async def issue_state(self, state: str, real: datetime, until: datetime) -> None:
        async with self._engine.begin() as connection:
            await connection.execute(delete(install_state).where(install_state.c.until < real))
            await connection.execute(insert(install_state).values(hash=_hash(state), until=until))

    async def take_state(self, state: str, real: datetime) -> bool:
        taken = delete(install_state).where(install_state.c.hash == _hash(state), install_state.c.until >= real)
        async with self._engine.begin() as connection:
            return (await connection.execute(taken)).rowcount > 0

    async def rekey(self) -> int:
        async with self._engine.begin() as connection:
            rows = list(await connection.execute(select(installation).with_for_update()))
            for row in rows:
                known = self._from(row)
                await connection.execute(update(installation).where(_at_row(row)).values(self._tokens(known)))
        return len(rows)

    async def _keep(self, connection: AsyncConnection, kept: Installation) -> None:
        values = {
            "expires_at": kept.expires_at,
            "rotating_until": None,
            "bot": kept.bot,
            "scopes": kept.scopes,
            "installed_by": kept.installed_by,
            "installed_at": kept.installed_at,
        } | self._tokens(kept)
        key = {
            "platform": kept.platform,
            "workspace": kept.workspace,
            "organization": "" if kept.workspace else kept.organization,
        }
        statement = insert_into(connection, installation).values(key | values)
        await connection.execute(statement.on_conflict_do_update(index_elements=list(key), set_=values))

    def _tokens(self, kept: Installation) -> dict[str, str | None]:
        refresh = kept.refresh_token
        return {
            "token": self._secrets.encrypt(kept.token),
            "refresh_token": self._secrets.encrypt(refresh) if refresh is not None else None,
        }

    def _from(self, row: AnyRow) -> Installation:
        refresh = row.refresh_token
        return Installation(
            platform=row.platform,
            organization=row.organization,
            workspace=row.workspace,
            token=self._secrets.decrypt(row.token),
            refresh_token=self._secrets.decrypt(refresh) if refresh is not None else None,
            expires_at=row.expires_at,
            bot=row.bot,
            scopes=row.scopes,
            installed_by=row.installed_by,
            installed_at=row.installed_at,
        )


@cache
def _serving() -> AnySelect:
    """The installation of a workspace, its own before its organization's. Made once: each call of the Web API asks."""
    platform, workspace = bindparam("platform", type_=Text), bindparam("workspace", type_=Text)
    of_its_organization = select(_WORKSPACE.organization).where(
        _WORKSPACE.platform == platform, _WORKSPACE.workspace == workspace
    )
    own = and_(_INSTALLATION.workspace == workspace, _INSTALLATION.organization == "")
    shared = and_(_INSTALLATION.workspace == "", _INSTALLATION.organization.in_(of_its_organization))
    wanted = select(installation).where(_INSTALLATION.platform == platform, or_(own, shared))
    return wanted.order_by(_INSTALLATION.organization).limit(1)


async def _belongs(connection: AsyncConnection, platform: str, of: str, organization: str) -> None:
    statement = insert_into(connection, workspace).values(platform=platform, workspace=of, organization=organization)
    changed = {"organization": organization}
    await connection.execute(statement.on_conflict_do_update(index_elements=["platform", "workspace"], set_=changed))


async def _open_lanes(connection: AsyncConnection, served: Installation, real: datetime) -> None:
    """What rested because a token was refused goes on with this one; lanes come last, as everywhere."""
    of_organization = select(_WORKSPACE.workspace).where(
        _WORKSPACE.platform == served.platform, _WORKSPACE.organization == served.organization
    )
    teams = [served.workspace] if served.workspace else list(await connection.scalars(of_organization))
    lanes = sorted({lane_of(ChannelKey(served.platform, team, "")) for team in teams})
    await open_lanes(connection, lane.c.name.in_(lanes), real)


def _place(platform: str, of: str, organization: str) -> ColumnElement[bool]:
    return and_(
        _INSTALLATION.platform == platform,
        _INSTALLATION.workspace == of,
        _INSTALLATION.organization == organization,
    )


def _at(known: Installation) -> ColumnElement[bool]:
    return _place(known.platform, known.workspace, "" if known.workspace else known.organization)


def _at_row(row: AnyRow) -> ColumnElement[bool]:
    return _place(row.platform, row.workspace, row.organization)


def _hash(state: str) -> str:
    return sha256(state.encode()).hexdigest()

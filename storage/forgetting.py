"""Deleting all that is kept of one workspace, at its people's wish: every table that names a workspace or a home."""

from collections.abc import Iterator

from sqlalchemy import ColumnElement, Delete, Table, Update, and_, delete, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.models import Workspace
from storage import schema_announcements, schema_deliveries, schema_feeds, schema_installations, schema_people
from storage.schema import metadata, subscription
from storage.schema_deliveries import delivery, lane
from storage.schema_people import saved

_KNOWN = (schema_announcements, schema_deliveries, schema_feeds, schema_installations, schema_people)
"""Imported, so that their tables are in the metadata."""


async def forget_workspace(engine: AsyncEngine, workspace: Workspace, *, really: bool) -> dict[str, int]:
    """Rows by table that were deleted, or would be unless `really`; all of them or none.

    Papers and their counts stay: they are nobody's. A token of a whole organization stays for its other workspaces.
    """
    found: dict[str, int] = {}
    async with engine.connect() as connection:
        for name, statement in _statements(workspace):
            found[name] = found.get(name, 0) + (await connection.execute(statement)).rowcount
        if really:
            await connection.commit()
        else:
            await connection.rollback()
    return {name: count for name, count in sorted(found.items()) if count}


def _statements(workspace: Workspace) -> Iterator[tuple[str, Delete | Update]]:
    """Children first."""
    its = and_(subscription.c.platform == workspace.platform, subscription.c.workspace == workspace.name)
    subscriptions = select(subscription.c.id).where(its)
    for table in metadata.sorted_tables[::-1]:
        if table is lane:
            yield table.name, delete(table).where(table.c.name == f"{workspace.platform}:{workspace.name}")
        elif "subscription_id" in table.c:
            yield table.name, delete(table).where(table.c.subscription_id.in_(subscriptions))
        elif (condition := _of(table, workspace)) is not None:
            yield table.name, delete(table).where(condition)
        elif "delivery_id" in table.c:
            theirs = select(delivery.c.id).where(delivery.c.subscription_id.in_(subscriptions))
            yield table.name, delete(table).where(table.c.delivery_id.in_(theirs))
    elsewhere = and_(saved.c.platform == workspace.platform, saved.c.team == workspace.name)
    yield saved.name, update(saved).where(elsewhere).values(team=None)  # of people who live in no workspace


def _of(table: Table, workspace: Workspace) -> ColumnElement[bool] | None:
    """Its rows that belong to the workspace, or to the people who live there."""
    if "platform" not in table.c:
        return None
    for name in ("workspace", "home"):
        if name in table.c:
            return and_(table.c.platform == workspace.platform, table.c[name] == workspace.name)
    return None

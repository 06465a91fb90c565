"""The log of a channel, written with the change itself; so is what its channel is still to be told."""

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.models import Change
from bot.ports.announcements import FIRST
from storage import schema
from storage.schema_announcements import announcement


async def log_change(connection: AsyncConnection, line: Change) -> None:
    """Keep a line, within the transaction of the change that it is about."""
    place = {
        "platform": line.channel.platform,
        "workspace": line.channel.workspace,
        "channel": line.channel.channel,
    }
    values = place | {"at": line.at, "by_id": line.by.id, "by_name": line.by.name, "what": line.what}
    logged = await connection.execute(insert(schema.change).values(values).returning(schema.change.c.id))
    if line.owed is None:
        return
    owed = {
        "change_id": logged.scalar_one(),
        "asking": line.owed.asking,
        "teller": line.owed.asking,
        "since": line.owed.since,
        "due_at": line.owed.since + FIRST,
    }
    await connection.execute(insert(announcement).values(place | owed))

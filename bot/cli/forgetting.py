"""`broadsheet forget`: all that is kept of one workspace, deleted at its people's wish."""

import asyncio
from typing import Annotated

import typer

from bot.cli.output import AsObject, print_object, tell
from bot.cli.product import prepare
from bot.errors import UsageError
from bot.models import CHATS, DIRECT, Workspace
from storage.forgetting import forget_workspace
from storage.store import open_store

Key = Annotated[str, typer.Argument(metavar="WORKSPACE", help="slack:TEAM or discord:GUILD.")]
Yes = Annotated[bool, typer.Option("--yes", help="Delete; without it only say what would be deleted.")]


def add(app: typer.Typer) -> None:
    app.command("forget")(forget)


def forget(workspace: Key, *, yes: Yes = False, json: AsObject = False) -> None:
    """Delete a workspace's digests, their history, votes, libraries and tokens; papers stay."""
    wanted = _workspace(workspace)
    rows = asyncio.run(_forgotten(wanted, really=yes))
    if json:
        print_object({"workspace": workspace, "deleted": yes, "rows": rows})
        return
    told = ", ".join(f"{count} {name}" for name, count in rows.items()) or "nothing is kept"
    tell(f"{'Deleted' if yes else 'This would delete'} of {workspace}: {told}.")
    if not yes and rows:
        tell(f"To do it: broadsheet forget {workspace} --yes. Backups keep what they hold until they are deleted too.")


async def _forgotten(workspace: Workspace, *, really: bool) -> dict[str, int]:
    store = open_store(prepare(quiet=True).database_url)
    try:
        return await forget_workspace(store.engine, workspace, really=really)
    finally:
        await store.close()


def _workspace(text: str) -> Workspace:
    platform, _, name = text.partition(":")
    if platform not in CHATS or not name or ":" in name or name == DIRECT:
        raise UsageError("bad_value", f"`{text}` is no workspace.", "Example: broadsheet forget slack:T0001")
    return Workspace(platform, name)

"""`broadsheet teams`: workspaces that count their votes as one team, for the operator."""

import asyncio
import sys
from typing import Annotated

import typer

from bot.cli.output import AsObject, print_object
from bot.cli.product import open_product, prepare
from bot.errors import UsageError
from bot.models import CHATS, Workspace

OneTeam = Annotated[str, typer.Argument(metavar="TEAM", help="slack:TEAM or discord:GUILD.")]
OtherTeam = Annotated[str, typer.Argument(metavar="OTHER", help="The one to link it with.")]


def add(app: typer.Typer) -> None:
    teams = typer.Typer(help="Workspaces that count their votes as one team.", no_args_is_help=True)
    teams.command("link")(link)
    teams.command("unlink")(unlink)
    teams.command("show")(show)
    app.add_typer(teams, name="teams")


def link(one: OneTeam, other: OtherTeam, *, json: AsObject = False) -> None:
    """Make two workspaces one team, with all that either is linked with."""
    first, second = _team(one), _team(other)
    if first == second:
        raise UsageError("bad_value", "A team is one with itself.", "Name two different ones.")
    _tell(asyncio.run(_linked(first, second)), as_object=json)


def unlink(one: OneTeam, *, json: AsObject = False) -> None:
    """Take a workspace out of its team."""
    _tell(asyncio.run(_unlinked(_team(one))), as_object=json)


def show(one: OneTeam, *, json: AsObject = False) -> None:
    """Print the workspaces that a workspace is one team with."""
    _tell(asyncio.run(_shown(_team(one))), as_object=json)


async def _linked(one: Workspace, other: Workspace) -> tuple[Workspace, ...]:
    async with open_product(prepare(quiet=True)) as product:
        await product.store.links.link(one, other, product.clock.now())
        return await product.store.links.linked(one)


async def _unlinked(one: Workspace) -> tuple[Workspace, ...]:
    async with open_product(prepare(quiet=True)) as product:
        await product.store.links.unlink(one)
        return await product.store.links.linked(one)


async def _shown(one: Workspace) -> tuple[Workspace, ...]:
    async with open_product(prepare(quiet=True)) as product:
        return await product.store.links.linked(one)


def _team(text: str) -> Workspace:
    platform, _, name = text.partition(":")
    if platform in CHATS and name.isalnum():
        return Workspace(platform, name)
    raise UsageError("bad_value", f"`{text}` is not a team.", "Example: teams link slack:T0001 discord:4242")


def _tell(team: tuple[Workspace, ...], *, as_object: bool) -> None:
    names = [f"{one.platform}:{one.name}" for one in team]
    if as_object:
        print_object({"team": names})
    elif len(names) == 1:
        sys.stdout.write(f"{names[0]} is linked with none\n")
    else:
        sys.stdout.write(f"{' and '.join(names)} are one team\n")

"""`broadsheet slack manifest` and `broadsheet discord sync`: what the platforms are told about our commands."""

import asyncio
from typing import Annotated

import typer

from bot.cli.output import AsObject, print_object, tell
from bot.cli.product import prepare

Guild = Annotated[str | None, typer.Option("--guild", help="Only for this server; its commands change at once.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would change.")]


def add(app: typer.Typer) -> None:
    slack = typer.Typer(help="The Slack app.", no_args_is_help=True)
    slack.callback()(_nothing)
    slack.command("manifest")(manifest)
    discord = typer.Typer(help="The Discord application.", no_args_is_help=True)
    discord.callback()(_nothing)
    discord.command("sync")(sync)
    app.add_typer(slack, name="slack")
    app.add_typer(discord, name="discord")


def _nothing() -> None:
    """Keeps a group of one command a group."""


def manifest(*, json: AsObject = False) -> None:  # noqa: ARG001  # the manifest is always JSON
    """Print the manifest to paste at api.slack.com/apps."""
    from adapters.slack.manifest import manifest as slack_manifest

    print_object(slack_manifest(prepare(quiet=True)))


def sync(*, guild: Guild = None, dry_run: DryRun = False, json: AsObject = False) -> None:
    """Register the commands with Discord: a step of each deployment."""
    from adapters.discord.sync import sync as discord_sync

    changes = asyncio.run(discord_sync(prepare(quiet=True), guild, dry_run, None if json else tell))
    if json:
        print_object(changes)
        return
    for what in ("added", "changed", "removed"):
        names = changes[what]
        if isinstance(names, list) and names:
            tell(f"{what}: {', '.join(str(name) for name in names)}")
    tell(f"unchanged: {changes['unchanged']}{' (nothing was sent)' if dry_run else ''}")

"""Running the product and looking at it: `run`, `try`, `settings`, `version`."""

import asyncio
import sys
from collections.abc import Callable
from importlib.metadata import version as installed_version
from typing import Annotated

import typer
from pydantic import SecretStr

from adapters.terminal.render import to_text
from bot.answers import exit_code
from bot.cli.output import AsObject, print_object
from bot.cli.product import open_product, prepare
from bot.cli.root import Root
from bot.commands import Answer, Call
from bot.commands.dispatch import answer_text
from bot.commands.typed import without_prefix
from bot.config import Settings, origin
from bot.errors import UsageError
from bot.models import ChannelKey, Person
from bot.roles import Role
from storage.engine import parse_url

Roles = Annotated[list[Role] | None, typer.Option("--role", help="What this process does; may be repeated.")]
Demo = Annotated[bool, typer.Option("--demo", help="Bundled, invented papers, a temporary database, no network.")]
PlatformName = Annotated[str, typer.Option("--platform", help="text, slack or discord.")]
TypedText = Annotated[str, typer.Argument(metavar="TEXT", help='As typed in chat, with the slash: "/papers trending".')]
TRY_CHANNEL = ChannelKey("terminal", "", "try")
TRY_CALLER = Person(id="try", name="you")


def add(app: typer.Typer, root: Root) -> None:
    app.command("run")(_run(root))
    app.command("try")(_try_text(root))
    app.command("settings")(settings)
    app.command("version")(version)


def _run(root: Root) -> Callable[..., None]:
    def run(*, role: Roles = None, demo: Demo = False) -> None:
        """Start everything: web page, schedules, and the chat platforms whose tokens are set."""
        asyncio.run(root.run_product(prepare(), frozenset(role or [Role.ALL]), demo=demo))

    return run


def _try_text(root: Root) -> Callable[..., None]:
    def try_text(text: TypedText, *, platform: PlatformName = "text", json: AsObject = False) -> None:
        """Answer TEXT as a chat platform would get it."""
        known = root.renderers()
        if platform not in known:
            raise UsageError("bad_value", f"`{platform}` is not a platform.", f"One of: {', '.join(known)}")
        view = asyncio.run(_try(text)).view
        if platform == "text" and not json:
            sys.stdout.write(to_text(view))
        else:
            print_object({platform: to_text(view) if platform == "text" else known[platform](view)})
        sys.exit(exit_code(view))

    return try_text


async def _try(text: str) -> Answer:
    async with open_product(prepare(quiet=True)) as product:
        call = Call(TRY_CALLER, TRY_CHANNEL)
        return await answer_text(product.service, without_prefix(text, product.settings.slack_command), call)


def settings(*, json: AsObject = False) -> None:
    """Print every setting, where it came from, and no secret."""
    known = prepare(quiet=True)
    rows = {name.upper(): {"value": _masked(known, name), "from": origin(name)} for name in Settings.model_fields}
    if json:
        print_object({"settings": rows})
        return
    for name, row in rows.items():
        sys.stdout.write(f"{name}={row['value'] if row['value'] is not None else ''}  # {row['from']}\n")


def _masked(known: Settings, name: str) -> object:
    value = getattr(known, name)
    if isinstance(value, SecretStr):
        return "***"
    if name == "database_url":
        return parse_url(value).render_as_string(hide_password=True)
    return value if value is None or isinstance(value, int | float) else str(value)


def version(*, json: AsObject = False) -> None:
    """Print the version."""
    number = installed_version("broadsheet")
    if json:
        print_object({"version": number})
    else:
        sys.stdout.write(f"broadsheet {number}\n")

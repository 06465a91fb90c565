"""Running the product and feeding it: `run`, `refresh`, `import-history`, `try`, `settings`, `stats`, `version`."""

import asyncio
import sys
from importlib.metadata import version as installed_version
from pathlib import Path
from typing import Annotated

import typer
from pydantic import SecretStr
from sqlalchemy import make_url

from adapters.terminal.render import to_text
from bot.answers import exit_code
from bot.cli.output import print_object, tell
from bot.cli.product import open_product, open_refreshing, prepare
from bot.cli.progress import Bars
from bot.commands import Answer, Call
from bot.commands.dispatch import answer_text
from bot.commands.typed import without_prefix
from bot.config import Settings, origin
from bot.errors import UsageError
from bot.history import ImportReport, import_history
from bot.models import ChannelKey, Person
from bot.roles import Role
from bot.service.refreshing import RefreshReport

AsObject = Annotated[bool, typer.Option("--json", help="One JSON object on standard output, and nothing else.")]
Roles = Annotated[list[Role] | None, typer.Option("--role", help="What this process does; may be repeated.")]
Demo = Annotated[bool, typer.Option("--demo", help="Bundled, invented papers, a temporary database, no network.")]
PlatformName = Annotated[str, typer.Option("--platform", help="text, slack or discord.")]
TRY_CHANNEL = ChannelKey("terminal", "", "try")
TRY_CALLER = Person(id="try", name="you")


def add(app: typer.Typer) -> None:
    app.command("run")(run)
    app.command("refresh")(refresh)
    app.command("import-history")(import_files)
    app.command("try")(try_text)
    app.command("settings")(settings)
    app.command("stats")(stats)
    app.command("version")(version)


def run(*, role: Roles = None, demo: Demo = False) -> None:
    """Start everything: web page, schedules, and the chat platforms whose tokens are set."""
    from bot.__main__ import run_product  # noqa: PLC0415  # queries start in a fraction of the time without it

    asyncio.run(run_product(prepare(), frozenset(role or [Role.ALL]), demo=demo))


def refresh(*, json: AsObject = False) -> None:
    """Ask every source once."""
    report = asyncio.run(_refresh())
    if json:
        print_object(report.as_json())
    else:
        for source in report.sources:
            tell(source.in_words())
    if not any(source.ok for source in report.sources):
        sys.exit(1)


async def _refresh() -> RefreshReport:
    async with open_product(prepare(quiet=True)) as product, open_refreshing(product) as refreshing:
        with Bars() as bars:
            report = await refreshing.refresh(bars)
        await product.search.update()
    return report


Files = Annotated[list[Path], typer.Argument(help="Files or folders.")]


def import_files(files: Files, *, json: AsObject = False) -> None:
    """Load recorded answers, hf_daily.jsonl.gz and hf_snapshots.csv.gz; a second time adds nothing."""
    report = asyncio.run(_import(files))
    if json:
        print_object(report.as_json())
    else:
        tell(report.in_words())


async def _import(files: list[Path]) -> ImportReport:
    async with open_product(prepare(quiet=True)) as product:
        with Bars() as bars:
            report = await import_history(product.store.papers, files, bars)
        await product.search.update()
    return report


def try_text(
    text: Annotated[str, typer.Argument(help='As typed in chat, with the slash: "/papers trending".')],
    *,
    platform: PlatformName = "text",
    json: AsObject = False,
) -> None:
    """Answer TEXT as a chat platform would get it."""
    from bot.__main__ import RENDERERS  # noqa: PLC0415  # as above

    if platform not in RENDERERS:
        raise UsageError("bad_value", f"`{platform}` is not a platform.", f"One of: {', '.join(RENDERERS)}")
    answer = asyncio.run(_try(text))
    if platform == "text":
        drawn = to_text(answer.view)
        print_object({"text": drawn}) if json else sys.stdout.write(drawn)
    else:
        print_object({platform: RENDERERS[platform](answer.view)})
    sys.exit(exit_code(answer.view))


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
        return make_url(value).render_as_string(hide_password=True)
    return value if value is None or isinstance(value, int | float) else str(value)


def stats(*, json: AsObject = False) -> None:
    """Count papers, observations, channels and deliveries."""
    counted = asyncio.run(_stats())
    if json:
        print_object(counted)
    else:
        for name, value in counted.items():
            tell(f"{name}: {value}")


async def _stats() -> dict[str, object]:
    async with open_product(prepare(quiet=True)) as product:
        papers, observations = await product.store.papers.totals()
        deliveries = await product.store.deliveries.totals()
        channels = await product.store.channels.total()
    return {
        "papers": papers,
        "observations": observations,
        "channels": channels,
        "deliveries": {str(state): count for state, count in deliveries.items()},
    }


def version(*, json: AsObject = False) -> None:
    """Print the version."""
    number = installed_version("broadsheet")
    if json:
        print_object({"version": number})
    else:
        sys.stdout.write(f"broadsheet {number}\n")

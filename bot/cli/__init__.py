"""The terminal: every query of the command tree, and what an operator needs. People read stderr, programs stdout."""

import sys
from typing import cast

import typer

from bot.cli import (
    database,
    doctor,
    feeding,
    forgetting,
    ledger,
    mailing,
    measuring,
    operating,
    platforms,
    queries,
    searching,
    teams,
)
from bot.cli.root import Root
from bot.errors import UsageError

WRONG_USAGE = cast("type[typer.BadParameter]", typer.BadParameter.__mro__[1])
"""The parser's class of all that was typed wrongly; typer gives it no name of its own."""


def build(root: Root) -> typer.Typer:
    """The program's command line; `root` gives what only the composition root knows."""
    app = typer.Typer(
        name="broadsheet",
        help="Trending research papers where a team already talks.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    operating.add(app, root)
    doctor.add(app, root)
    feeding.add(app)
    forgetting.add(app)
    ledger.add(app)
    measuring.add(app)
    queries.add(app, root)
    database.add(app)
    searching.add(app)
    platforms.add(app)
    teams.add(app)
    mailing.add(app, root)
    return app


def run(app: typer.Typer) -> None:
    """Read the command line and exit. What was typed wrongly is told as an object where one was asked for.

    Raises:
        UsageError: With --json, instead of the parser's own words on standard error.
    """
    if "--json" not in sys.argv:
        app()
    try:
        sys.exit(app(standalone_mode=False))
    except typer.Abort:
        sys.exit(130)
    except WRONG_USAGE as error:
        raise UsageError("usage", error.format_message(), "Type broadsheet --help for all commands.") from None

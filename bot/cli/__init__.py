"""The terminal: every query of the command tree, and what an operator needs. People read stderr, programs stdout."""

import sys

import typer

from bot.cli import database, operating, platforms
from bot.cli.output import fail
from bot.cli.queries import add_queries
from bot.errors import UserError

app = typer.Typer(
    name="broadsheet",
    help="Trending research papers where a team already talks.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
operating.add(app)
add_queries(app)
database.add(app)
platforms.add(app)


def main() -> None:
    """Run the program; exits with the documented code."""
    try:
        app()
    except UserError as error:
        fail(error)
    except BrokenPipeError:
        sys.stderr.close()  # the reader of a pipe left; nobody is there to be told

"""The terminal: every query of the command tree, and what an operator needs. People read stderr, programs stdout."""

import typer

from bot.cli import database, feeding, operating, platforms, queries
from bot.cli.root import Root


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
    feeding.add(app)
    queries.add(app, root)
    database.add(app)
    platforms.add(app)
    return app

"""`broadsheet db …`: migrate, copy, restore, check."""

from pathlib import Path

import typer

from bot.cli.output import AsObject, print_object, tell
from bot.cli.product import prepare
from storage import backup as copies
from storage.migrations import upgrade


def add(app: typer.Typer) -> None:
    database = typer.Typer(help="Migrate, copy, restore and check the database.", no_args_is_help=True)
    database.command("upgrade")(upgrade_database)
    database.command("backup")(back_up)
    database.command("restore")(restore)
    database.command("check")(check)
    app.add_typer(database, name="db")


def upgrade_database(*, json: AsObject = False) -> None:
    """Bring the database to this version's schema."""
    upgrade(prepare(quiet=True).database_url)
    _done("The database has this version's schema.", as_object=json)


def back_up(file: Path, *, json: AsObject = False) -> None:
    """Copy the database into FILE while it is in use."""
    copies.backup(prepare(quiet=True).database_url, file)
    _done(f"The database is copied to {file}.", as_object=json)


def restore(file: Path, *, json: AsObject = False) -> None:
    """Put FILE, made by `db backup`, in the database's place."""
    copies.restore(prepare(quiet=True).database_url, file)
    _done(f"The database is restored from {file}.", as_object=json)


def check(*, json: AsObject = False) -> None:
    """Look for damage: integrity, foreign keys, schema."""
    copies.check(prepare(quiet=True).database_url)
    _done("The database is whole.", as_object=json)


def _done(text: str, *, as_object: bool) -> None:
    if as_object:
        print_object({"ok": True, "message": text})
    else:
        tell(text)

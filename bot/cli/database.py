"""`broadsheet db …`: migrate, copy, restore, check."""

import asyncio
from pathlib import Path

import typer

from bot.cli.output import AsObject, print_object, tell
from bot.cli.product import prepare
from bot.config import Settings
from bot.errors import UserError
from storage import backup as copies
from storage import migrations
from storage.installations import open_installations
from storage.keys import open_mail_key
from storage.migrations import upgrade
from storage.secrets import forget_old_keys, key_file, open_secrets, renew_key_file

SHOWN_DAMAGES = 5


def add(app: typer.Typer) -> None:
    database = typer.Typer(help="Migrate, copy, restore and check the database.", no_args_is_help=True)
    database.command("upgrade")(upgrade_database)
    database.command("backup")(back_up)
    database.command("restore")(restore)
    database.command("check")(check)
    database.command("rekey")(rekey)
    app.add_typer(database, name="db")


def upgrade_database(*, json: AsObject = False) -> None:
    """Bring the database to this version's schema."""
    upgrade(prepare(quiet=True).database_url)
    _done("The database has this version's schema.", as_object=json)


def back_up(file: Path, *, json: AsObject = False) -> None:
    """Copy the database into FILE while it is in use."""
    settings = prepare(quiet=True)
    copies.backup(settings.database_url, file)
    _done(f"The database is copied to {file}. {_keys(settings)}", as_object=json)


def restore(file: Path, *, json: AsObject = False) -> None:
    """Put FILE, made by `db backup`, in the database's place."""
    copies.restore(prepare(quiet=True).database_url, file)
    _done(f"The database is restored from {file}.", as_object=json)


def check(*, json: AsObject = False) -> None:
    """Look for damage: integrity, foreign keys, schema."""
    damages = copies.check(prepare(quiet=True).database_url)
    if damages:
        told = "; ".join(damages[:SHOWN_DAMAGES])
        raise UserError(
            "database_damaged", f"The database is damaged: {told}.", "Restore a backup: broadsheet db restore FILE"
        )
    _done("The database is whole.", as_object=json)


def _keys(settings: Settings) -> str:
    """Where the keys are without which the tokens in a backup are of no use; never the keys."""
    if settings.encryption_keys is not None:
        return "THE KEYS ARE NOT IN IT: keep ENCRYPTION_KEYS elsewhere, or every workspace installs the app again."
    file = key_file(settings.database_url)
    if file is None or not file.exists():
        return "There are no keys to keep beside it."
    return f"THE KEYS ARE NOT IN IT: copy {file} to another place, or every workspace installs the app again."


def rekey(*, json: AsObject = False) -> None:
    """Encrypt every kept token, and the key that signs links in mail, with the newest key.

    Put a new key first in ENCRYPTION_KEYS, run this, then take the old ones out. Without ENCRYPTION_KEYS it makes the
    new key itself, in the file beside the database, which running processes read again.
    """
    settings = prepare(quiet=True)
    given = settings.encryption_keys.get_secret_value() if settings.encryption_keys else None
    problem = migrations.check(settings.database_url)
    if problem:
        raise problem
    open_secrets(given, settings.database_url)
    file = key_file(settings.database_url) if given is None else None
    if file is not None:
        renew_key_file(file)
    total = asyncio.run(_rekey(settings.database_url, given))
    if file is not None:
        forget_old_keys(file)
    _done(f"Encrypted with the newest key: the tokens of {total} installations.", as_object=json)


async def _rekey(url: str, keys: str | None) -> int:
    async with open_installations(url, keys) as installations, open_mail_key(url, keys) as mail_key:
        await mail_key.rekey()
        return await installations.rekey()


def _done(text: str, *, as_object: bool) -> None:
    if as_object:
        print_object({"ok": True, "message": text})
    else:
        tell(text)
